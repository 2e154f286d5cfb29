"""Needs: what clients are interested in, what became of it, and what of the offer fits."""

from __future__ import annotations

import pytest


@pytest.fixture
def shop(kam):
    for line in (
        "client add Acme", "client add Globex", "contact add acme Jana Nováková", "product add Oak panel --price 24.50 --category Floor",
        "product add Pine board --price 9",
    ):  # fmt: skip
        kam(line)
    return kam


def test_a_need_has_a_product_a_strength_and_a_day(shop):
    done = shop(
        "need add acme a floor that stands water --product oak --strength 4 --with jana --on yesterday"
    )
    assert (
        done.out
        == "need #1 a floor that stands water · Acme · Oak panel · strength 4 · Tue 2026-03-17 – added\n"
    )
    (row,) = shop.json("need list")
    assert (row["client"], row["product"], row["contact"]) == ("Acme", "Oak panel", "Jana Nováková")
    assert (row["strength"], row["noted_on"], row["status"]) == (4, "2026-03-17", "open")
    assert shop.json("need add globex --product pine")["text"] == "Pine board"
    assert [one["id"] for one in shop.json("need list")] == [1, 2], "the strongest first"
    assert [one["id"] for one in shop.json("need list --product pine")] == [2]
    assert [one["id"] for one in shop.json("need list --client acme")] == [1]


def test_a_need_is_met_or_dropped_and_may_come_back(shop):
    shop("need add acme shelves")
    shop("need met 1 --reason 'order 12'")
    assert shop.json("need list") == []
    assert shop.json("need list --status met")[0]["closed_on"] == "2026-03-18"
    assert "reopen 1" in shop("need drop 1", exit=1).err
    shop("need reopen 1")
    row = shop.json("need drop 1 --reason 'moved away'")
    assert (row["status"], row["reason"]) == ("dropped", "moved away")
    shop("undo 1 --yes")
    assert shop.json("need show 1")["status"] == "open"


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("need add acme", 2, "TEXT"), ("need add acme x --strength 6", 2, "--strength"), ("need add acme x --on tomorrow", 2, "future"),
        ("need add nobody x", 3, "no client"), ("need add acme x --product ash", 3, "no product"), ("need met 1 --on 2020-01-01", 2, "--on"),
        ("need edit 1", 2, "say what"), ("need reopen 1", 1, "is open"),
    ],
)  # fmt: skip
def test_what_is_refused(shop, line, code, said):
    shop("need add acme shelves")
    assert said in shop(line, exit=code).err


def test_the_clients_page_tells_needs_and_what_of_the_offer_is_of_interest(shop):
    shop("need add acme a dry floor --product oak --strength 5")
    shop("need add acme shelves")
    shop("objection add acme too expensive --product oak --answer 'it lasts' --worked")
    shop("product edit oak --stock out --substitute pine")
    book = shop.book()
    with book.write(["test"]):
        for name, off, until in (
            ("Spring", 1000, "2026-04-30"),
            ("Winter", 5000, "2026-03-17"),
            ("Small", 100, None),
        ):
            row = {
                "name": name,
                "name_key": name.lower(),
                "kind": "promotion",
                "category": "Floor",
                "category_key": "floor",
            }
            book.insert("discounts", {**row, "discount_bp": off, "valid_until": until})
    book.close()
    page = shop("client show acme").out
    offered = "Oak panel 24.50 EUR · out of stock, instead: Pine board · 10 % off until 2026-04-30 (Spring)"
    assert f"5 of 5  #1 · a dry floor · {offered}" in page
    assert "3 of 5  #2 · shelves\n" in page
    assert "2026-03-18  #1 · too expensive · Oak panel · worked: it lasts" in page
    data = shop.json("client show acme")
    assert [(one["text"], one["price"], one["discount_pct"]) for one in data["needs"]] == [
        ("a dry floor", 24.5, 10),
        ("shelves", None, None),
    ]
    assert data["objections"][0]["result"] == "worked"


def test_needs_go_with_their_client(shop):
    shop("need add acme a dry floor")
    shop("need add globex a dry floor")
    shop("client merge acme globex --yes")
    assert [one["client"] for one in shop.json("need list")] == ["Acme", "Acme"]
    shop("client forget acme --yes")
    assert shop.json("need list --status all") == []


def test_a_table_of_needs(shop, tmp_path):
    path = tmp_path / "needs.csv"
    path.write_text(
        "client,need,product,strength,date,status\nAcme,a dry floor,Oak panel,5,2026-03-01,\nGlobex,,Pine board,,,met\n"
    )
    assert shop.json(["import", str(path)])["created"] == 2
    first, second = shop.json("need list --status all --sort id")
    assert (first["text"], first["product"], first["strength"], first["noted_on"]) == (
        "a dry floor",
        "Oak panel",
        5,
        "2026-03-01",
    )
    assert (second["text"], second["strength"], second["status"], second["closed_on"]) == (
        "Pine board",
        3,
        "met",
        "2026-03-18",
    )
    path.write_text("client,need,strength,date\nAcme,x,6,2026-03-01\nAcme,x,5,2027-03-01\nAcme,x,5,\n")
    told = shop(["import", str(path), "--as", "needs", "--json"], exit=1).json
    assert [(one["line"], one["column"]) for one in told["errors"]] == [(2, "strength"), (3, "date")]
