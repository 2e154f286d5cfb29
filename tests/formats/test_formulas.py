"""Formulas in cells: harmless in a spreadsheet, exact after the way back through `kam import`."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.encode import write_csv
from kam_cli.formats.formulas import neutral, neutral_all, restored

RUNS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"), ("@SUM(A1)", "'@SUM(A1)"), ("+48 601 234 567", "'+48 601 234 567"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("＝1", "'＝1"), ("－1", "'－1"),
        ("'=1", "''=1"), ("''=1", "'''=1"), ("-5", "-5"), ("-12.50", "-12.50"), ("'-5", "''-5"), ("-", "'-"), ("- note", "'- note"),
        ("5", "5"), ("'tis", "'tis"), ("Acme =1", "Acme =1"), ("", ""), ("a@b.example", "a@b.example"),
    ],
)  # fmt: skip
def test_cells(cell, safe):
    assert neutral(cell) == safe
    assert restored(safe) == cell


awkward = st.text(st.sampled_from(RUNS + "'5.,;\"a "), max_size=8) | st.text()


@given(awkward)
def test_every_text_comes_back_and_none_runs(text):
    there = neutral(text)
    assert restored(there) == text
    plain = there.lstrip("-").replace(".", "", 1)
    assert there[:1] not in RUNS or there == "" or (plain.isascii() and plain.isdigit())


@given(st.lists(awkward))
def test_a_column_is_treated_like_its_cells(cells):
    assert list(neutral_all(cells, "\0".join(cells))) == list(map(neutral, cells))


@given(st.lists(st.tuples(awkward, awkward), max_size=5))
def test_a_file_comes_back_cell_by_cell(rows):
    file = io.StringIO(newline="")
    write_csv([{"a": a, "b": b} for a, b in rows], file, ",", False, ["a", "b"], is_neutral=True)
    file.seek(0)
    back = [[restored(cell) for cell in row] for row in csv.reader(file)]
    assert back == [["a", "b"], *([a, b] for a, b in rows)]


def test_numbers_stay_numbers_and_stdout_stays_exact(kam):
    kam(["client", "add", "=1+1", "--phone", "+48 601 234 567", "--note", "-5"])
    assert "=1+1" in kam("client list --csv").out and "'" not in kam("client list --csv").out
    file = io.StringIO()
    write_csv([{"n": -5, "m": -2.5, "t": "-5", "u": None}], file, ",", False, [], is_neutral=True)
    assert file.getvalue().splitlines()[1] == "-5,-2.5,-5,"


def test_clients_come_back_through_import(kam, nobook, tmp_path, monkeypatch):
    given = [
        ("=HYPERLINK(1)", "+48 601 234 567", "-5"),
        ("@Home", "+49 30 111 222", "'quoted"),
        ("'=Apostrophe", "601-777-333", "- a list"),
    ]
    for name, phone, note in given:
        kam(["client", "add", name, "--phone", phone, "--note", note, "--force"])
    rows = [
        {"name": row["name"], "phone": row["phones"], "note": row["note"]} for row in kam.json("client list")
    ]
    path = tmp_path / "clients.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        write_csv(rows, file, ",", False, [], is_neutral=True)
    assert "'=HYPERLINK" in path.read_text() and "'+48" in path.read_text()
    monkeypatch.setenv("KAM_DB", str(tmp_path / "second.db"))
    kam("init --quiet")
    kam(["import", str(path), "--as", "clients"])
    back = [(row["name"], row["phones"], row["note"]) for row in kam.json("client list")]
    assert sorted(back) == sorted(given)
