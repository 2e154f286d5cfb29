"""Broken workbooks, databases and JSON end in rows or in one line, never in a traceback, a half table or a full memory."""

from __future__ import annotations

import io
import json
import os
import random
import sqlite3
import zipfile
import zlib
from pathlib import Path

import pytest
from openpyxl import Workbook

from kam_cli.errors import KamError
from kam_cli.formats.readers import open_any

COPIES = 3000 if os.environ.get("KAM_FAULTS") == "long" else 60


def workbook() -> bytes:
    book = Workbook()
    for row in (
        ["name", "city", "value"],
        ["Łódź Bakery", "Łódź", 1.5],
        ["Acme", "Kiel", 12],
        ["Beta", None, None],
    ):
        book.active.append(row)
    book.active.merge_cells("A5:B6")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def database(folder: Path) -> bytes:
    conn = sqlite3.connect(folder / "t.db")
    conn.execute("CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, value REAL)")
    conn.executemany(
        "INSERT INTO clients (name, value) VALUES (?, ?)", [(f"Łódź {n}" * 9, n / 7) for n in range(60)]
    )
    conn.execute("CREATE INDEX i ON clients (name)")
    conn.commit()
    conn.close()
    return (folder / "t.db").read_bytes()


def objects() -> bytes:
    rows = [
        {"name": f"Łódź {n}", "at": {"city": "Kiel"}, "tags": ["a", "b"], "value": n / 7} for n in range(20)
    ]
    return json.dumps({"count": 20, "rows": rows}, ensure_ascii=False).encode()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The data with some bytes changed, left out or doubled, or cut short."""
    mutant = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(mutant))
        match chance.randrange(4):
            case 0:
                mutant[at] = chance.randrange(256)
            case 1:
                del mutant[at : at + chance.choice((1, 7, 300))]
            case 2:
                mutant[at:at] = mutant[at : at + chance.choice((1, 40))]
            case 3:
                mutant[at : at + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"<&<&")
                )
        if not mutant:
            return b""
    return bytes(mutant[: chance.randrange(len(mutant))] if chance.random() < 0.2 else mutant)


def damaged_parts(data: bytes, chance: random.Random) -> bytes:
    """A sound archive with one damaged part: what no checksum finds."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        hit = chance.choice(old.namelist())
        for name in old.namelist():
            raw = old.read(name)
            if name != hit or chance.random() < 0.9:
                new.writestr(name, damaged(raw, chance) if name == hit else raw)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["workbook", "parts of a workbook", "database", "objects"])
def test_damaged_copies(kind: str, tmp_path: Path) -> None:
    data = {"database": lambda: database(tmp_path), "objects": objects}.get(kind, workbook)()
    chance = random.Random(kind)
    read = 0
    for number in range(COPIES):
        copy = damaged_parts(data, chance) if kind.startswith("parts") else damaged(data, chance)
        path = tmp_path / f"copy-{number}"
        path.write_bytes(copy)
        try:
            with open_any(str(path)) as table:
                width = len(table.header)
                for line, cells, problem in table.rows():
                    assert line > 0 and (problem or len(cells) == width)
                    assert all(isinstance(cell, str) for cell in cells)
            read += 1
        except KamError as error:
            assert "\n" not in str(error) and len(str(error)) < 800, error
        path.unlink()
        assert not [name for name in os.listdir(tmp_path) if name.startswith("copy")]
    assert read < COPIES


@pytest.mark.parametrize("size", [0, 4, 30, 100, 1000, -500, -22, -1])
def test_a_workbook_cut_short_is_refused(size: int, tmp_path: Path) -> None:
    (tmp_path / "cut.xlsx").write_bytes(workbook()[:size])
    with pytest.raises(KamError) as caught:
        list(open_any(str(tmp_path / "cut.xlsx")).rows())
    assert "cut.xlsx" in str(caught.value)


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """A part that says it is small and unpacks to more than it says."""
    data = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    true = part.file_size.to_bytes(4, "little")
    assert data.count(true) >= 2
    path = tmp_path / "lie.xlsx"
    path.write_bytes(bytes(data).replace(true, (part.file_size - 40).to_bytes(4, "little")))
    with pytest.raises(KamError, match="is damaged"):
        list(open_any(str(path)).rows())


def test_compressed_text_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(zlib.compress(b"name\nAcme\n" * 1000))
    with pytest.raises(KamError):
        list(open_any(str(tmp_path / "a.csv")).rows())
