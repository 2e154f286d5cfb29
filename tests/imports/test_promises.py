"""What the command line promises of `kam import`: all rows or none, nothing twice, nothing attached by a guess."""

from __future__ import annotations

import csv
import io
import os
import stat

import pytest

from dump import dump


def state(kam) -> str:
    book = kam.book()
    text = dump(book)
    book.close()
    return text


@pytest.fixture
def table(tmp_path):
    """Write a table and give its path."""

    def write(text: str | bytes, name: str = "table.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return write


def load(kam, path: str, *more: str, exit: int = 0):
    return kam(["import", path, *more, "--json"], exit=exit).json


def test_columns_are_matched_by_header_and_by_map(kam, table):
    path = table("Company Name;TOWN;E-Mail;Firm No\nŁódź Bakery;Łódź;a@b.example;7\n")
    told = load(kam, path, "--as", "clients", "--map", "TOWN=city", "--map", "Firm No=external_id")
    assert (told["read"], told["created"], told["updated"], told["skipped"], told["errors"]) == (
        1,
        1,
        0,
        0,
        [],
    )
    row = kam.json("client list")[0]
    assert (row["name"], row["city"]) == ("Łódź Bakery", "Łódź")
    assert "a@b.example" in kam("client show lodz").out


def test_a_map_to_nothing_known_is_refused(kam, table):
    path = table("name\nAcme\n")
    assert "nam" in kam(["import", path, "--as", "clients", "--map", "nam=name"], exit=2).err
    kam(["import", path, "--as", "clients", "--map", "name=nonsense"], exit=2)
    kam(["import", path, "--as", "nonsense"], exit=2)
    kam(["import", path + ".missing", "--as", "clients"], exit=1)
    assert kam.json("client list") == []


def test_a_map_is_kept_for_its_source(kam, table):
    load(kam, table("F\nAcme\n"), "--as", "clients", "--source", "crm", "--map", "F=name")
    assert load(kam, table("F\nBeta\n"), "--as", "clients", "--source", "crm")["created"] == 1


def test_a_dry_run_writes_nothing(kam, table):
    path = table("name,city\nAcme,Berlin\nBeta,Łódź\n")
    before = kam.db.read_bytes()
    assert load(kam, path, "--as", "clients", "--dry-run")["created"] == 2
    assert kam.db.read_bytes() == before


def test_the_same_file_twice_changes_nothing(kam, table):
    for text in ("external_id,name\n1,Acme\n2,Beta\n", "name\nGamma\nDelta\n"):
        path = table(text)
        assert load(kam, path, "--as", "clients")["created"] == 2
        full = state(kam)
        told = load(kam, path, "--as", "clients")
        assert (told["read"], told["created"], told["skipped"]) == (2, 0, 2)
        assert state(kam) == full
    kam("undo 2 --yes")
    assert load(kam, path, "--as", "clients")["created"] == 2, "what was undone may come in again"


def test_update_changes_what_differs_and_no_more(kam, table):
    load(
        kam,
        table("id,name,city\n1,Acme,Berlin\n2,Beta,Kiel\n"),
        "--as",
        "clients",
        "--map",
        "id=external_id",
        "--source",
        "crm",
    )
    path = table("id,name,city\n1,Acme,Hamburg\n2,Beta,Kiel\n3,Gamma,Ulm\n", "later.csv")
    line = ("--as", "clients", "--map", "id=external_id", "--source", "crm")
    told = load(kam, path, *line, "--dry-run")
    assert (told["created"], told["skipped"]) == (1, 2)
    told = load(kam, path, *line, "--update")
    assert (told["created"], told["updated"], told["skipped"]) == (1, 1, 1)
    assert [row["city"] for row in kam.json("client list")] == ["Hamburg", "Kiel", "Ulm"]


@pytest.mark.parametrize(
    ("noun", "text", "line", "column", "value"),
    [
        ("nps", "client,score\nAcme,9\nAcme,11\n", 3, "score", "11"),
        ("nps", "client,score,answered_on\nAcme,9,31.02.2026\n", 2, "answered_on", "31.02.2026"),
        ("nps", "client,score\nNobody,9\n", 2, "client", "Nobody"),
        ("nps", "client,score\nAc,9\n", 2, "client", "Ac"),
        ("nps", "client,score\n1,9\n", 2, "client", "1"),
        ("clients", "name,country\nAcme,Atlantis\n", 2, "country", "Atlantis"),
        ("clients", "name,city\n,Berlin\n", 2, "name", ""),
        ("deals", "client,title,value,currency\nAcme,Roof,NaN,EUR\n", 2, "value", "NaN"),
        ("deals", "client,title,value,stage\nAcme,Roof,100,nowhere\n", 2, "stage", "nowhere"),
        ("deals", "client,title,value,probability\nAcme,Roof,100,140\n", 2, "probability", "140"),
        ("interactions", "client,kind,occurred_at\nAcme,telepathy,2026-01-05\n", 2, "kind", "telepathy"),
        ("contacts", "client,name,role\nAcme,Jana,queen\n", 2, "role", "queen"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_nothing_comes_in(kam, table, noun, text, line, column, value):
    kam("client add Acme")
    before = state(kam)
    result = kam(["import", table(text), "--as", noun, "--json"], exit=1)
    error = result.json["errors"][0]
    assert (error["line"], error["column"], error["value"]) == (line, column, value) and error["message"]
    assert result.err.startswith("kam: ") and f"line {line}" in result.err
    assert state(kam) == before


def test_good_rows_come_in_and_bad_ones_can_be_mended(kam, table, tmp_path):
    kam("client add Acme")
    path = table('client;score;reason\nAcme;9;fine\nAcme;11;"too; much"\nAcme;x;\n')
    told = load(kam, path, "--as", "nps", "--skip-bad")
    assert told["created"] == 1 and len(told["errors"]) == 2
    bad = next(tmp_path.glob("*.bad.csv"))
    assert stat.S_IMODE(os.stat(bad).st_mode) == 0o600
    bad.write_text(bad.read_text().replace("11", "10").replace("x", "0"))
    assert load(kam, str(bad), "--as", "nps")["created"] == 2
    assert [row["score"] for row in kam.json("nps list --sort id")] == [9, 10, 0]


def test_bad_rows_are_harmless_in_a_spreadsheet_and_exact_on_the_way_back(kam, table, tmp_path):
    names = ["=HYPERLINK(1)", "'=quoted", "@x", "-1+1", "line\rend", "plain"]
    shown = [f'"{name}",nowhere' for name in names]
    path = table("\n".join(["name,country", "Acme,DE", *shown]) + "\n")
    assert load(kam, path, "--as", "clients", "--skip-bad")["created"] == 1
    bad = next(tmp_path.glob("*.bad.csv"))
    text = bad.read_bytes().decode()
    assert not [
        cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row if cell[0] in "=@+-"
    ]
    bad.write_bytes(text.replace("nowhere", "PL").encode())
    load(kam, str(bad), "--as", "clients")
    # What a marked cell means, it means in both: '=quoted is =quoted.
    assert {row["name"] for row in kam.json("client list --country PL")} == {
        "=HYPERLINK(1)", "=quoted", "@x", "-1+1", "line end", "plain",
    }  # fmt: skip


def test_create_makes_what_the_book_lacks_once(kam, table):
    path = table("client,contact,score\nAcme,Jana,9\nAcme,Jana,3\nBeta,Petr,7\n")
    told = load(kam, path, "--as", "nps", "--create")
    assert (told["created"], told["also"]) == (3, {"clients": 2, "contacts": 2})
    assert [row["client"] for row in kam.json("contact list")] == ["Acme", "Beta"]
    kam("undo --yes")
    assert kam.json("client list") == []


def test_deals_come_with_their_stage_and_history(kam, table):
    kam("client add Acme")
    path = table(
        "external_id,client,title,value,currency,stage,status,opened_on,close_on,closed_on,reason,competitor\n"
        "D1,Acme,Roof,\"1 200,50\",EUR,needs,open,2026-01-05,2026-04-01,,,\n"
        "D2,Acme,Wall,12k,JPY,,won,2025-11-01,,2026-01-10,price,\n"
        "D3,Acme,Door,300,EUR,closing,lost,2025-11-01,,2026-02-10,slow,Rival\n"
    )  # fmt: skip
    assert load(kam, path, "--as", "deals")["created"] == 3
    roof, wall, door = kam.json("deal list --status all --sort id")
    assert (roof["value"], roof["currency"], roof["stage"], roof["close_on"]) == (
        1200.5,
        "EUR",
        "needs",
        "2026-04-01",
    )
    assert (wall["value"], wall["currency"], wall["status"], wall["closed_on"]) == (
        12000,
        "JPY",
        "won",
        "2026-01-10",
    )
    assert (door["status"], door["competitor"], door["reason"]) == ("lost", "Rival", "slow")
    assert kam("check").out == ""


def test_interactions_set_the_rhythm(kam, table):
    kam("client add Acme --every 3w")
    text = "client,kind,occurred_at,outcome,minutes,text\nAcme,call,2026-03-01 10:30,reached,15,żółć\nAcme,call,2026-03-05,no-answer,,\n"
    assert load(kam, table(text), "--as", "interactions")["created"] == 2
    row = kam.json("client list")[0]
    assert (row["last_contact_at"], row["next_due_on"]) == ("2026-03-01T09:30:00Z", "2026-03-22")
    assert kam.json("find zolc")[0]["noun"] == "log"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("name,city\nŁódź Żarna,Łódź\n".encode("utf-8-sig"), None),
        ("name,city\nŁódź Żarna,Łódź\n".encode("utf-16"), None),
        ("name\tcity\nŁódź Żarna\tŁódź\n".encode("cp1250"), "cp1250"),
        ("sep=;\nname;city\nŁódź Żarna;Łódź\n".encode(), None),
        ("name|city\r\nŁódź Żarna|Łódź\r\n".encode(), None),
    ],
)
def test_encodings_and_delimiters(kam, table, data, encoding):
    more = ["--encoding", encoding] if encoding else []
    assert load(kam, table(data), "--as", "clients", *more)["created"] == 1
    row = kam.json("client list")[0]
    assert (row["name"], row["city"]) == ("Łódź Żarna", "Łódź")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b'name\n"unclosed\n',
        b"name\nA\0cme\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"nothing known\n1\n",
    ],
)
def test_what_cannot_be_read_is_one_line(kam, table, data):
    result = kam(["import", table(data), "--as", "clients"], exit=2 if data.startswith(b"nothing") else 1)
    assert result.err.startswith("kam: ") or "\nkam: " in result.err
    assert kam.json("client list") == []


def test_lookalikes_are_told_and_not_refused(kam, table):
    kam("client add 'Acme GmbH' --phone '+49 30 23125 001'")
    result = kam(["import", table("name,phone\nACME gmbh,\nOther,0049 30 23125 001\n"), "--as", "clients"])
    assert "same name" in result.err and "same phone" in result.err
    assert len(kam.json("client list")) == 3


def test_stdin_and_unknown_columns(kam):
    result = kam("import - --as clients --keep-unknown --json", input="name,Shoe size\nAcme,46\n")
    assert result.json["created"] == 1
    assert "46" in kam.book().value("SELECT note FROM clients")


def test_a_kept_column_is_a_text_as_any_other(kam, table):
    told = load(kam, table(b"name,odd\nAcme,+2AA-\n"), "--as", "clients", "--keep-unknown", "--encoding", "utf-7", exit=1)  # fmt: skip
    assert told["errors"][0]["line"] == 2 and "is not text" in told["errors"][0]["message"]
    told = load(kam, table("name,odd\nAcme," + "x" * 100_001), "--as", "clients", "--keep-unknown", exit=1)
    assert "characters" in told["errors"][0]["message"]


def test_a_day_without_its_month_is_no_birthday_of_a_client(kam, table):
    told = load(kam, table("name,birthday\nAcme,7\nBeta,30\nGamma,12 jun\n"), "--as", "clients", exit=1)
    assert [(one["line"], one["column"], one["value"]) for one in told["errors"]] == [
        (2, "birthday", "7"), (3, "birthday", "30")
    ]  # fmt: skip
