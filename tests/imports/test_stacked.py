"""Two tables one under the other on a sheet: the rows of the second never come in as rows of the first, and it is said."""

from __future__ import annotations

import json

import pytest
from openpyxl import Workbook

CLIENTS = [["name", "city", "cadence_days"], ["Acme", "Berlin", 20], ["Beta", "Kiel", 30]]
DEALS = [["client", "title", "value"], ["Acme", "Roof", 100], ["Beta", "Door", 200]]


@pytest.fixture(params=["csv", "xlsx"])
def sheet(request, tmp_path):
    """Writes rows to a file; gives its path."""

    def write(*rows) -> str:
        path = tmp_path / f"t.{request.param}"
        if request.param == "csv":
            path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
        else:
            book = Workbook()
            for row in rows:
                book.active.append(row)
            book.save(path)
        return str(path)

    return write


def names(kam) -> list[str]:
    return [row["name"] for row in kam.json("client list --sort id")]


def test_a_second_table_is_left_out_and_told(kam, sheet):
    path = sheet(*CLIENTS, [], [], *DEALS, [], ["Acme", "Wall", 300])
    told = kam(["import", path, "--as", "clients"]).out
    assert " 6 (client, title, value): its 3 rows are left out; give it a file of its own" in told
    assert names(kam) == ["Acme", "Beta"]
    again = kam.json(["import", path, "--as", "clients"])
    assert again["created"] == 0 and len(names(kam)) == 2, "the file is known, to its end"


def test_three_names_of_fields_are_a_header_without_a_gap(kam, sheet):
    path = sheet(*CLIENTS, ["Name", "Phone", "City"], ["Gamma", "111 222 333", "Kiel"])
    told = kam(["import", path, "--as", "clients"]).out
    assert " 4 (Name, Phone, City): its row is left out" in told and names(kam) == ["Acme", "Beta"]


def test_a_header_once_more_is_no_row(kam, sheet):
    path = sheet(*CLIENTS, CLIENTS[0], ["Gamma", "Kiel", 40], [], CLIENTS[0], ["Delta", "Kiel", 50])
    told = kam(["import", path, "--as", "clients"]).out
    assert " 4 is the header once more: left out" in told and " 7 is the header once more" in told
    assert names(kam) == ["Acme", "Beta", "Gamma", "Delta"]


def test_names_that_nobody_knows_are_pointed_out(kam, sheet):
    path = sheet(
        ["name", "city", "Area"],
        ["Acme", "Berlin", 7],
        ["Beta", "Kiel", 8],
        [],
        ["Kolor", "Rozmiar", "Ile"],
        ["Rot", "L", 9],
    )
    told = kam(["import", path, "--as", "clients"]).out
    assert (
        "another table may begin in" in told
        and " 5 (Kolor, Rozmiar, Ile): if so, give it a file of its own" in told
    )


def test_a_table_above_the_header_is_pointed_out(kam, sheet):
    path = sheet(*[row[:2] for row in CLIENTS], [], *DEALS)
    told = kam(["import", path, "--as", "deals", "--create"]).out
    assert "s 1–3, above the header, are left out: if they are a table" in told
    assert len(kam.json("deal list")) == 2


def test_rows_after_a_gap_are_rows(kam, sheet):
    rows = [
        ["Phone Service", "Kiel", 5],
        [],
        ["Client First", "City", 7],
        [],
        ["Name", "Kiel", ""],
        [],
        ["Title", "x y", 3],
    ]
    told = kam(["import", sheet(*CLIENTS, [], *rows), "--as", "clients"])
    assert "another table" not in told.out and "left out" not in told.out
    assert names(kam) == ["Acme", "Beta", "Phone Service", "Client First", "Name", "Title"]


def test_a_cell_of_several_lines_makes_no_gap(kam, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        'name,note,cadence_days\nAcme,"one\ntwo\nthree",20\nBeta,x,30\nGamma,"one\ntwo",30\nCity,Phone,\n'
    )
    assert "another table" not in kam(["import", str(path), "--as", "clients"]).out
    assert names(kam) == ["Acme", "Beta", "Gamma", "City"]


def test_arrays_hold_one_table(kam, tmp_path):
    path = tmp_path / "t.json"
    path.write_text(json.dumps([*CLIENTS, ["client", "title", None]], indent=1))
    assert "another table" not in kam(["import", str(path), "--as", "clients"]).out
    assert names(kam) == ["Acme", "Beta", "client"]
