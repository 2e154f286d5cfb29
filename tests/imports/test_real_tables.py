"""Every table of people, companies and oddities that others wrote comes in through the command line, or is refused."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from dump import dump

FOLDERS = ("crm", "contacts", "ugly")
CLIENTS, CONTACTS, DEALS = ("--as", "clients"), ("--as", "contacts"), ("--as", "deals", "--create")
HMRC = (
    *DEALS,
    "--skip-bad",
    "--map",
    "Supplier=client",
    "--map",
    "Expense type=title",
    "--map",
    "Amount=value",
    "--map",
    "Date=opened_on",
)
# file: options, rows read, made (0: refused), and what is said where something is
FILES: dict[str, tuple[tuple[str, ...], int, int, str]] = {
    "contacts/google_legacy.csv": (("--create",), 10, 10, "Google Contacts (before 2024)"),
    "contacts/linkedin_Connections.csv": (("--create",), 21, 18, "3 whose name LinkedIn withholds"),
    "contacts/outlook_subset.csv": ((*CONTACTS, "--create"), 3, 3, "also 1 client"),
    "crm/datablist/customers-100.csv": ((), 100, 100, "also 100 contacts"),
    "crm/datablist/organizations-100.csv": ((), 100, 100, ""),
    "crm/datablist/people-100.csv": ((), 100, 100, ""),
    "crm/datablist/products-100.csv": ((), 100, 100, "100 products would be created"),
    "ugly/agate/test_cr.csv": ((*CLIENTS, "--map", "text=name"), 3, 3, "utf-8, ','"),
    "ugly/agate/test_quote_nonnumeric.csv": ((*CLIENTS, "--map", "text=name"), 3, 3, ""),
    "ugly/agate/test_utf16_little.csv": ((*CLIENTS, "--map", "b=name"), 2, 2, "utf-16-le"),
    "ugly/csvkit/bad.csv": ((*CLIENTS, "--map", "column_a=name"), 3, 0, "line 2: 4 cells under a header of 3"),
    "ugly/csvkit/bad_skip_lines.csv": ((*CLIENTS, "--map", "column_a=name"), 3, 0, "line 5: 4 cells under a header of 3"),
    "ugly/csvkit/blanks.csv": ((*CLIENTS, "--map", "b=name"), 1, 1, ""),
    "ugly/csvkit/dummy.tsv": ((*CLIENTS, "--map", "b=name"), 1, 1, "tab"),
    "ugly/csvkit/dummy.xlsx": ((*CLIENTS, "--map", "b=name"), 1, 1, "sheet 'Sheet1'"),
    "ugly/csvkit/null_byte.csv": (CLIENTS, 0, 0, "line 2: there is a NUL byte"),
    "ugly/csvkit/test_utf8_bom.csv": ((*CLIENTS, "--map", "foo=name"), 2, 2, ""),
    "ugly/frictionless/blank-rows-multiple.csv": (CLIENTS, 2, 2, ""),
    "ugly/frictionless/bom.csv": (CLIENTS, 2, 2, ""),
    "ugly/frictionless/delimiter.csv": (CLIENTS, 2, 2, "';'"),
    "ugly/frictionless/doublequote.csv": ((*CLIENTS, "--map", "NOMBREUE=name"), 5, 5, ""),
    "ugly/frictionless/duplicate-headers.csv": (CLIENTS, 2, 2, "3 columns are called 'id': the first is read"),
    "ugly/frictionless/escaping.csv": ((*CLIENTS, "--map", "Test=name"), 3, 3, ""),
    "ugly/frictionless/issue-1009-semicolon.csv": ((*CLIENTS, "--map", "fieldNameB=name"), 1, 1, "';'"),
    "ugly/frictionless/latin1.csv": (CLIENTS, 2, 2, "cp1252 is a guess"),
    "ugly/frictionless/leading-zeros.csv": ((*CLIENTS, "--map", "value=name"), 3, 3, ""),
    "ugly/frictionless/matrix-with-comment.csv": ((*CLIENTS, "--map", "f1=name"), 4, 4, "header on line 2"),
    "ugly/frictionless/merged-cells.xlsx": ((*CLIENTS, "--map", "data=name"), 0, 0, "0 clients would be created"),
    "ugly/frictionless/skip-rows.csv": (CLIENTS, 3, 0, "line 4, name: name is missing"),
    "ugly/frictionless/skip-rows.xlsx": ((*CLIENTS, "--map", "B=name"), 1, 1, "row 4 is no part of the table"),
    "ugly/frictionless/table-with-accents.csv": ((*CLIENTS, "--map", "Classement=name", "--map", "Quartier=city", "--map", "Date="), 638, 638, "cp1252, ';'"),
    "ugly/frictionless/table-with-accents.csv#averages": (
        (*DEALS, "--map", "Classement=client", "--map", "Quartier=title", "--map", "Average Price=value"), 638, 0,
        "amount '81,20416129' has too many decimals: EUR has 2 decimals",
    ),
    "ugly/frictionless/table.tsv": (CLIENTS, 3, 3, "tab"),
    "ugly/miller/пример.csv": ((*CLIENTS, "--map", "цвет=name", "--map", "форма=note"), 10, 10, ""),
    "ugly/uk_spend/HMRC_spending_over_25000_for_September_2018.csv": (HMRC, 406, 398, "'-11,443.58' is negative: write it without the minus"),
    "ugly/xlsx/deaths.xlsx": (CONTACTS, 10, 10, "rows 16–19 are no part of the table: left out"),
    "ugly/xlsx/deaths.xlsx#other": ((*CONTACTS, "--sheet", "other"), 10, 10, "sheet 'other', header in row 5"),
    "ugly/xlsx/test_sheets.xlsx": ((*CLIENTS, "--map", "text=name"), 3, 3, "sheet 'data'"),
    "ugly/xlsx/test_skip_lines.xlsx": ((*CLIENTS, "--map", "text=name"), 3, 3, "header in row 4"),
}  # fmt: skip


def state(kam) -> str:
    book = kam.book()
    text = dump(book)
    book.close()
    return text


def test_every_table_is_tried(shared: Path) -> None:
    found = {
        one.relative_to(shared).as_posix() for folder in FOLDERS for one in (shared / folder).rglob("*.*sv")
    }
    found |= {
        one.relative_to(shared).as_posix() for folder in FOLDERS for one in (shared / folder).rglob("*.xlsx")
    }
    assert found == {name.partition("#")[0] for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_a_real_table(kam, shared: Path, tmp_path: Path, name: str) -> None:
    options, count, made, said = FILES[name]
    path = str(shutil.copy(shared / name.partition("#")[0], tmp_path))
    before = state(kam)
    planned = kam(["import", path, *options, "--dry-run"], exit=None)
    assert said in planned.out + planned.err
    assert state(kam) == before
    result = kam(["import", path, *options, "--json"], exit=planned.code)
    data = json.loads(result.out) if result.out else {"read": 0, "created": 0}
    assert (data["read"], data["created"]) == (count, made), result.err
    if result.code:
        assert result.err.startswith("kam: ") and state(kam) == before
        return
    full = state(kam)
    assert kam.json(["import", path, *options])["created"] == 0
    assert state(kam) == full, "the same file twice changes nothing"
    if made:
        kam("undo --yes")
        assert (
            state(kam).count("INSERT") == before.count("INSERT")
            or kam.json(f"{NOUNS[data['noun']]} list") == []
        )


NOUNS = {"clients": "client", "contacts": "contact", "deals": "deal"}


@pytest.mark.parametrize(
    "name",
    [
        "crm/datablist/customers-100.csv",
        "contacts/google_legacy.csv",
        "ugly/xlsx/deaths.xlsx",
        "ugly/frictionless/skip-rows.xlsx",
    ],
)
def test_mutated_copies_end_well(kam, shared: Path, tmp_path: Path, name: str) -> None:
    options = FILES[name][0]
    data = (shared / name).read_bytes()
    chance = random.Random(name)
    for number in range(12):
        mutant = bytearray(data[: chance.randrange(len(data))] if number % 3 == 0 else data)
        for _ in range(chance.choice((1, 5, 60))):
            if mutant:
                mutant[chance.randrange(len(mutant))] = chance.randrange(256)
        path = tmp_path / f"{number}{Path(name).suffix}"
        path.write_bytes(mutant)
        before = state(kam)
        result = kam(["import", str(path), *options], exit=None)
        assert result.code in (0, 1, 2) and "Traceback" not in result.err, (number, result.err)
        if result.code:
            assert "kam: " in result.err and state(kam) == before


@pytest.mark.parametrize("name", ["customers.csv", "northwind.sqlite"])
def test_northwind_has_two_customers_of_one_name(kam, shared: Path, name: str) -> None:
    sheet = ["--sheet", "customers"] if name.endswith("sqlite") else []
    result = kam(["import", str(shared / "sales/northwind" / name), "--as", "clients", "--json", *sheet])
    assert (result.json["read"], result.json["created"], result.json["also"]) == (93, 93, {"contacts": 93})
    assert "'IT' looks like" in result.err and "same name" in result.err
    assert sum(row["name"] == "IT" for row in kam.json("client list")) == 2
    assert len({row["handle"] for row in kam.json("client list")}) == 93
