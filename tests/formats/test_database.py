"""Tables of another program's SQLite file come in exactly, and nothing is ever written beside it."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
from pathlib import Path

import pytest

from kam_cli.errors import BadValue, KamError
from kam_cli.formats.readers import Ask, open_any


def made(path: Path, *statements: str, wal: bool = False) -> sqlite3.Connection:
    conn = sqlite3.connect(path)
    if wal:
        conn.execute("PRAGMA journal_mode = WAL")
    for statement in statements:
        conn.execute(statement)
    conn.commit()
    return conn


def cells(path: Path, **ask: str) -> list[list[str]]:
    with open_any(str(path), Ask(**ask)) as table:
        return [table.header, *(row for _, row, _ in table.rows())]


def state(folder: Path) -> dict[str, tuple[str, int]]:
    """Name → digest and time of change of everything in a folder."""
    return {
        name: (hashlib.sha256((folder / name).read_bytes()).hexdigest(), os.stat(folder / name).st_mtime_ns)
        for name in sorted(os.listdir(folder))
    }


CLIENTS = (
    "CREATE TABLE clients (id INTEGER, name TEXT, value REAL)",
    "INSERT INTO clients VALUES (1, 'Łódź', 0.1), (2, 'B', 12.345)",
)


def test_values_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "a b%?#.db"
    made(
        path,
        "CREATE TABLE t (a, b, c, d)",
        "INSERT INTO t VALUES (9007199254740993, 0.1, 'x\ny', NULL), (-1, 1e20, x'41C582', x'FF00'), (NULL, NULL, '', NULL)",
    ).close()
    assert cells(path) == [
        ["a", "b", "c", "d"], ["9007199254740993", "0.1", "x\ny", ""], ["-1", "100000000000000000000", "Ał", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("wal", [False, True])
@pytest.mark.parametrize("open_elsewhere", [False, True])
def test_the_file_and_its_folder_are_never_touched(tmp_path: Path, wal: bool, open_elsewhere: bool) -> None:
    conn = made(tmp_path / "crm.db", *CLIENTS, wal=wal)
    if not open_elsewhere:
        conn.close()
    before = state(tmp_path)
    assert cells(tmp_path / "crm.db") == [["id", "name", "value"], ["1", "Łódź", "0.1"], ["2", "B", "12.345"]]
    assert state(tmp_path) == before
    conn.close()


def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path: Path) -> None:
    made(tmp_path / "crm.db", *CLIENTS, wal=True).close()
    tmp_path.chmod(0o500)
    try:
        assert len(cells(tmp_path / "crm.db")) == 3
    finally:
        tmp_path.chmod(0o700)


def test_what_a_crash_left_is_rolled_back_in_a_copy(tmp_path: Path) -> None:
    conn = made(tmp_path / "old.db", *CLIENTS)
    conn.execute("PRAGMA cache_size = 1")
    conn.execute("PRAGMA cache_spill = 1")
    conn.execute("UPDATE clients SET name = 'half done'")
    conn.executemany("INSERT INTO clients VALUES (?, ?, ?)", [(n, "x" * 2000, 0) for n in range(500)])
    for end in ("", "-journal"):
        (tmp_path / f"crm.db{end}").write_bytes((tmp_path / f"old.db{end}").read_bytes())
    conn.rollback()
    before = state(tmp_path)
    assert cells(tmp_path / "crm.db")[1:] == [["1", "Łódź", "0.1"], ["2", "B", "12.345"]]
    assert state(tmp_path) == before


def test_a_table_is_found_or_named(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    conn = made(
        path,
        *CLIENTS,
        "CREATE TABLE empty (a)",
        "CREATE VIRTUAL TABLE words USING fts5 (a)",
        "INSERT INTO words VALUES ('x')",
    )
    assert cells(path)[1][1] == "Łódź"
    conn.execute('CREATE VIEW "big ones" AS SELECT name FROM clients WHERE value > 1')
    conn.commit()
    assert cells(path, sheet="BIG ONES") == [["name"], ["B"]]
    with pytest.raises(BadValue, match="holds several tables; say which: --sheet NAME") as caught:
        cells(path)
    assert caught.value.details == ["tables: clients, big ones"]
    with pytest.raises(BadValue, match="there is no table 'x'"):
        cells(path, sheet="x")


def test_a_book_of_kam_is_no_table(kam, tmp_path: Path) -> None:
    kam("client add Acme")
    before = state(tmp_path)
    said = kam(["import", str(kam.db), "--as", "clients"], exit=1).err
    assert "is a book of kam, not a table" in said and "kam restore" in said
    assert {name: one for name, one in state(tmp_path).items() if name in before} == before
    with pytest.raises(KamError, match="is a book of kam"):
        open_any(io.BytesIO(kam.db.read_bytes()))


def test_a_stream_is_read_from_a_copy(tmp_path: Path) -> None:
    made(tmp_path / "crm.db", *CLIENTS).close()
    with open_any(io.BytesIO((tmp_path / "crm.db").read_bytes())) as table:
        assert len(list(table.rows())) == 2
    assert not list(Path(os.environ.get("TMPDIR", "/tmp")).glob("kam-*/copy"))


@pytest.mark.parametrize("size", [16, 100, 2000, 6000])
def test_a_file_cut_short_is_refused_in_one_line(tmp_path: Path, size: int) -> None:
    many = [f"INSERT INTO clients VALUES ({n}, '{'x' * 500}', 1)" for n in range(20)]
    made(tmp_path / "crm.db", *CLIENTS, *many).close()
    data = (tmp_path / "crm.db").read_bytes()
    (tmp_path / "cut.db").write_bytes(data[:size])
    with pytest.raises(KamError) as caught:
        cells(tmp_path / "cut.db")
    assert "\n" not in str(caught.value)


def test_text_that_is_not_utf8_makes_its_row_bad(tmp_path: Path) -> None:
    made(
        tmp_path / "a.db",
        "CREATE TABLE t (name TEXT)",
        "INSERT INTO t VALUES (CAST(x'C3' AS TEXT)), ('fine')",
    ).close()
    with open_any(str(tmp_path / "a.db")) as table:
        assert [(row, problem) for _, row, problem in table.rows()] == [
            (["?"], "there is a text that is not UTF-8"), (["fine"], None),
        ]  # fmt: skip


def test_northwind(shared: Path) -> None:
    path = shared / "sales/northwind/northwind.sqlite"
    before = state(path.parent)
    assert len(cells(path, sheet="Order Details")) == 2156
    assert len(cells(path, sheet="orders")) == 831
    assert state(path.parent) == before
