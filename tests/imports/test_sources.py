"""Where a table may come from: a workbook, a database, JSON, a paste, the clipboard; through the command line."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest
from openpyxl import Workbook


def saved(path: Path, **sheets: list[list[object]]) -> str:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return str(path)


def load(kam, *line: str, exit: int = 0, input: str = ""):
    return kam(["import", *line, "--json"], exit=exit, input=input).json


def names(kam) -> list[str]:
    return [row["name"] for row in kam.json("client list --sort id")]


def test_every_sheet_of_a_workbook_is_a_table_of_its_own(kam, tmp_path: Path) -> None:
    path = saved(
        tmp_path / "book.xlsx",
        North=[["name", "city"], ["Acme", "Kiel"]],
        South=[["name", "city"], ["Beta", "Ulm"]],
    )
    assert load(kam, path, "--as", "clients")["created"] == 1
    assert load(kam, path, "--as", "clients", "--sheet", "south")["created"] == 1
    assert load(kam, path, "--as", "clients", "--sheet", "South")["skipped"] == 1
    assert names(kam) == ["Acme", "Beta"]


def test_a_bad_row_of_a_sheet_is_told_by_its_row_and_can_be_mended(kam, tmp_path: Path) -> None:
    path = saved(
        tmp_path / "book.xlsx", S=[["notes"], [], ["name", "country"], ["Acme", "DE"], ["Beta", "Atlantis"]]
    )
    assert "row 5, country 'Atlantis'" in kam(["import", path, "--as", "clients"], exit=1).err
    assert load(kam, path, "--as", "clients", "--skip-bad")["created"] == 1
    bad = Path(f"{path}.bad.csv")
    bad.write_text(bad.read_text().replace("Atlantis", "PL"))
    assert load(kam, str(bad), "--as", "clients")["created"] == 1


def test_amounts_of_typed_numbers_are_certain(kam, tmp_path: Path) -> None:
    kam("client add Acme")
    rows = [
        {"client": "Acme", "title": "Roof", "value": 1.250, "currency": "KWD"},
        {"client": "Acme", "title": "Wall", "value": 1250.5, "currency": "EUR"},
    ]
    path = tmp_path / "deals.json"
    path.write_text(
        '[{"client":"Acme","title":"Roof","value":1.250,"currency":"KWD"},{"client":"Acme","title":"Wall","value":1250.50,"currency":"EUR"}]'
    )
    assert load(kam, str(path), "--as", "deals")["created"] == 2
    assert [row["value"] for row in kam.json("deal list --sort id")] == [row["value"] for row in rows]
    conn = sqlite3.connect(tmp_path / "crm.db")
    conn.execute("CREATE TABLE deals (client, title, value REAL, currency)")
    conn.executemany("INSERT INTO deals VALUES (:client, :title || ' 2', :value, :currency)", rows)
    conn.commit()
    assert load(kam, str(tmp_path / "crm.db"), "--as", "deals")["created"] == 2
    book = saved(
        tmp_path / "deals.xlsx", D=[["client", "title", "value", "currency"], ["Acme", "Roof 3", 1.25, "KWD"]]
    )
    assert load(kam, book, "--as", "deals")["created"] == 1
    assert sorted(row["value"] for row in kam.json("deal list")) == [1.25, 1.25, 1.25, 1250.5, 1250.5]


@pytest.mark.parametrize(
    ("paste", "more"),
    [
        ("name\tcity\nAcme\tKiel\nBeta\tUlm\n", ()),
        ("| name | city |\n| --- | --- |\n| Acme | Kiel |\n| Beta | Ulm |\n", ()),
        (" name | city \n------+------\n Acme | Kiel\n Beta | Ulm\n(2 rows)\n", ()),
        ("Acme\tKiel\nBeta\tUlm\n", ("--no-header", "--map", "1=name", "--map", "2=city")),
        ('[{"name":"Acme","city":"Kiel"},{"name":"Beta","city":"Ulm"}]', ()),
        ('{"name":"Acme","city":"Kiel"}\n{"name":"Beta","city":"Ulm"}\n', ()),
    ],
)  # fmt: skip
def test_what_is_pasted(kam, paste: str, more: tuple[str, ...]) -> None:
    assert load(kam, "-", "--as", "clients", *more, input=paste)["created"] == 2
    assert [(row["name"], row["city"]) for row in kam.json("client list --sort id")] == [
        ("Acme", "Kiel"),
        ("Beta", "Ulm"),
    ]


def test_a_plain_list_of_names(kam) -> None:
    assert load(kam, "-", "--as", "clients", input="Acme GmbH\nŁódź Bakery\n")["created"] == 2
    said = kam("import - --as clients", input="Betriebe\nBeta\n", exit=2).err
    assert "if the first row is no header, add --no-header" in said
    assert load(kam, "-", "--as", "contacts", "--no-header", input="Jana Nováková\nEwa Lis\n")["created"] == 2
    assert names(kam) == ["Acme GmbH", "Łódź Bakery"]


def test_columns_without_names_are_told_with_what_stands_in_them(kam) -> None:
    said = kam("import - --as deals", input="Acme,12,2026-01-01\nBeta,13,2026-01-02\n", exit=2).err
    assert "no column is the 'client'" in said
    said = kam("import - --as deals --no-header", input="Acme,12\nBeta,13\n", exit=2).err
    assert "columns: 1 ('Acme'), 2 ('12')" in said


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Programs of the system that print what they are told, and no others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    def write(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return write


@pytest.mark.parametrize(
    ("name", "display"),
    [("wl-paste", "WAYLAND_DISPLAY"), ("xclip", "DISPLAY"), ("xsel", "DISPLAY"), ("pbpaste", "")],
)
def test_the_clipboard(kam, program, monkeypatch: pytest.MonkeyPatch, name: str, display: str) -> None:
    if display:
        monkeypatch.setenv(display, ":0")
    program(name, "printf 'name\\tcity\\nŁódź Bakery\\tŁódź\\n'")
    result = load(kam, "--clipboard", "--as", "clients")
    assert (result["created"], result["source"]) == (1, "clipboard")
    assert load(kam, "--clipboard", "--as", "clients")["skipped"] == 1
    program(name, "echo no selection >&2; exit 1")
    assert (
        f"kam: {name} failed with exit code 1: no selection"
        in kam("import --clipboard --as clients", exit=1).err
    )
    program(name, "true")
    assert "the clipboard is empty" in kam("import --clipboard --as clients", exit=1).err


@pytest.mark.parametrize(
    ("display", "advice"),
    [
        ("WAYLAND_DISPLAY", "install wl-clipboard"),
        ("DISPLAY", "install xclip or xsel"),
        ("", "no graphical session"),
    ],
)
def test_without_a_program_for_the_clipboard(
    kam, program, monkeypatch: pytest.MonkeyPatch, display: str, advice: str
) -> None:
    if display:
        monkeypatch.setenv(display, ":0")
    said = kam("import --clipboard --as clients", exit=1).err
    assert advice in said and "kam import -" in said


def test_a_file_or_the_clipboard(kam, tmp_path: Path) -> None:
    for line in ("import --as clients", f"import {tmp_path} --clipboard --as clients"):
        assert "FILE or --clipboard" in kam(line, exit=2).err


def test_bad_rows_of_the_clipboard_are_kept_where_one_is(
    kam, program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program("pbpaste", "printf 'name\\tcountry\\nAcme\\tDE\\nBeta\\tNowhere\\n'")
    assert load(kam, "--clipboard", "--as", "clients", "--skip-bad")["created"] == 1
    assert "Nowhere" in (tmp_path / "clipboard.bad.csv").read_text()
    assert json.dumps(names(kam)) == '["Acme"]' and os.listdir(tmp_path)
