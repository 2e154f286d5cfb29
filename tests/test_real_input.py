"""Real files that nobody here wrote, through the command line, against figures published elsewhere."""

from __future__ import annotations

import pytest

from dump import dump


def state(kam) -> str:
    book = kam.book()
    text = dump(book)
    book.close()
    return text


def test_northwind_customers_come_in_with_their_contact_persons(kam, shared):
    file = shared / "sales/northwind/customers.csv"
    empty = state(kam)
    told = kam.json(["import", str(file), "--as", "clients"])
    assert (told["read"], told["created"], told["errors"], told["also"]) == (93, 93, [], {"contacts": 93})
    assert {hit["client"] for hit in kam.json("find arhus")} == {"Vaffeljernet"}
    assert len({hit["client"] for hit in kam.json("find mexico")}) == 5
    assert kam.json("contact list --client 'Alfreds Futterkiste'")[0]["name"] == "Maria Anders"
    assert "030-0074321" in kam("client show alfreds").out, "phones stay as they were typed"
    full = state(kam)
    again = kam.json(["import", str(file), "--as", "clients"])
    assert (again["created"], again["updated"], again["skipped"]) == (0, 0, 93)
    assert state(kam) == full
    kam("undo --yes")
    assert state(kam) == empty
    assert kam("check").out == ""


def test_the_airlines_answers_give_the_published_score(kam, shared):
    for number, count in ((1, 5723), (2, 184)):
        file = shared / f"nps/prepbench_122_airlines_nps/input_0{number}.csv"
        line = [
            "import",
            str(file),
            "--as",
            "nps",
            "--map",
            "Airline=client",
            "--map",
            "CustomerID=contact",
            "--create",
        ]
        assert kam.json(line)["created"] == count
    groups = {row["group"]: row for row in kam.json("nps score --by client")}
    assert len(groups) == 99
    assert sum(row["responses"] >= 50 for row in groups.values()) == 59
    assert groups["Prep Air"]["responses"] == 184
    assert groups["Prep Air"]["nps"] == pytest.approx(21.1957, abs=5e-5)
    assert kam.json("nps score")[0]["responses"] == 5907


def test_datablist_organisations_and_people(kam, shared):
    folder = shared / "crm/datablist"
    assert kam.json(["import", str(folder / "organizations-100.csv"), "--as", "clients"])["created"] == 100
    assert kam.json(["import", str(folder / "people-100.csv"), "--as", "contacts"])["created"] == 100
    people = kam.json("contact list")
    assert len(people) == 100 and all(len(row["birthday"]) == 10 for row in people)
    shelby = next(row for row in people if row["name"] == "Shelby Terrell")
    assert shelby["birthday"] == "1945-10-26" and shelby["title"] == "Games developer"
    assert "001-084-906-7849x73518" in kam(f"contact show {shelby['id']}").out
    assert {row["country"] for row in kam.json("client list")} >= {"PG", "FI"}


def test_a_file_with_a_bad_row_leaves_the_book_alone(kam, shared, tmp_path):
    text = (shared / "nps/prepbench_122_airlines_nps/input_02.csv").read_text()
    lines = text.splitlines()
    lines[10] = lines[10].rpartition(",")[0] + ",11"
    (tmp_path / "bad.csv").write_text("\n".join(lines))
    before = state(kam)
    told = kam(
        [
            "import",
            str(tmp_path / "bad.csv"),
            "--as",
            "nps",
            "--map",
            "Airline=client",
            "--map",
            "CustomerID=contact",
            "--create",
            "--json",
        ],
        exit=1,
    )
    assert [(e["line"], e["value"]) for e in told.json["errors"]] == [(11, "11")]
    assert "likely" in told.json["errors"][0]["column"]
    assert state(kam) == before
