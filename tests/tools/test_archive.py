"""The archive of a whole book: exact, the same bytes each time, and refused where anything of it is not as it was."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
import subprocess
import sys

import pytest

from dump import dump
from kam_cli import migrations
from kam_cli.book import Book
from kam_cli.errors import KamError
from kam_cli.exports import archive as exporting
from kam_cli.formats.archive import Archive, is_archive, write

LINES = (
    "client add Acme --city Łódź --every 3w --tag vip --note '=1+1'", "client add 'שלום בע\"מ' --phone '+48 601'", "client add Gone",
    "contact add 1 Jana Nováková --email jana@acme.example", "contact add 1 Petr Malý", "client edit 1 --name 'Acme GmbH'",
    "log meeting 1 'wants\nthe list' --with 1 --with 2 --wish blue --decision yes --next send --due fri", "log call 2 --at 2026-01-05",
    "deal add 1 Roof --value 12345.67", "deal move 1 needs", "deal win 1", "nps add 1 9 --with 1 --reason 'a \\ \"b\"'", "nps add 2 3",
    "task add write --every 2w --due fri", "task done 2", "client remove 3", "client add Undone", "undo --yes", "stage add pilot --probability 60 --days 30",
)  # fmt: skip


FILLED: list[bytes] = []  # the book of the tests, made once


@pytest.fixture
def book(kam, tmp_path):
    """A book with a bit of everything: removed rows, numbers given out and taken back, a saved map."""
    if not FILLED:
        fill(kam, tmp_path)
        FILLED.append(kam.db.read_bytes())
    kam.db.write_bytes(FILLED[0])
    return kam


def fill(kam, tmp_path) -> None:
    for line in LINES:
        kam(line)
    (tmp_path / "t.csv").write_text("Firm,Id\nBeta,B-1\n")
    kam(
        [
            "import",
            str(tmp_path / "t.csv"),
            "--as",
            "clients",
            "--map",
            "Firm=name",
            "--map",
            "Id=external_id",
        ]
    )
    (tmp_path / "u.csv").write_text("name\nGamma\n")
    kam(["import", str(tmp_path / "u.csv"), "--as", "clients"])
    kam("remind")


@pytest.fixture
def path(book, tmp_path):
    place = tmp_path / "book.jsonl"
    book(["export", "archive", "--to", str(place)])
    return place


def state(kam) -> str:
    opened = kam.book()
    opened.conn.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    text = dump(opened)
    opened.close()
    return text


@pytest.fixture
def other(book, tmp_path, monkeypatch):
    """An empty book in another place, of another time zone and currency."""
    place = tmp_path / "other" / "book.db"
    monkeypatch.setenv("KAM_DB", str(place))
    kam = type(book)(place)
    kam("init --currency USD --tz America/New_York --name Somebody --quiet")
    return kam


def test_it_comes_back_exactly(book, path, other):
    told = other.json(["import", str(path)])
    assert told["read"] == told["created"] == sum(told["tables"].values()) > 40 and told["errors"] == []
    assert state(other) == state(book)
    assert other("export archive").out == path.read_text()
    for sql in (
        "SELECT * FROM column_maps",
        "SELECT * FROM deliveries",
        "SELECT name, seq FROM sqlite_sequence WHERE name <> 'commands'",
    ):
        opened, first = other.book(), book.book()
        rows = lambda one: sorted(row for row in map(repr, one.fetch(sql)[1]) if "journal" not in row)  # noqa: B023, E731
        assert rows(opened) == rows(first) != []
        opened.close()
        first.close()
    assert other.json("client add New")["id"] == 7, "not 4 again, which was given out and taken back"
    assert other("check --deep").err == book("check --deep").err
    assert "Łódź" in other("find lodz").out


def test_what_other_programs_left_comes_back_exactly(book, other, tmp_path, monkeypatch):
    """A byte that is no UTF-8, controls, what turns a line around, a NUL; the line of each is safe for a terminal."""
    conn = sqlite3.connect(book.db)
    odd = "\x01\x1b[31m\x9b\u202e\u2028 \0 \ufffe"
    conn.execute("UPDATE clients SET note = CAST(? AS TEXT), region = ? WHERE id = 2", (b"caf\xe9", odd))
    conn.execute("UPDATE clients SET note = CAST(? AS TEXT) WHERE id = 6", (b"\xff\xfe",))
    conn.commit()
    conn.close()
    monkeypatch.setenv("KAM_DB", str(book.db))
    book("task add something")  # follows up what the other program changed
    text = book("export archive").out
    (tmp_path / "odd.jsonl").write_text(text)
    assert all(line.isprintable() for line in text.splitlines())
    monkeypatch.setenv("KAM_DB", str(other.db))
    other(["import", str(tmp_path / "odd.jsonl")])
    assert state(other) == state(book)
    assert other("export archive").out == text
    other("undo --yes")


def test_the_same_book_gives_the_same_bytes(book, path):
    assert book("export archive").out == path.read_text() == book("export archive --to -").out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for line in path.read_text().splitlines():
        assert isinstance(json.loads(line), dict) and line.isprintable()


def test_every_table_is_in_it(book, path):
    opened = book.book()
    names = set(opened.column("SELECT name FROM sqlite_master WHERE type = 'table'"))
    opened.close()
    left_out = {"commands", "journal", "journal_state", "_sqlite_migrations", "sqlite_sequence"}
    assert set(json.loads(path.read_text().splitlines()[0])["rows"]) == {
        name for name in names - left_out if not name.startswith("search")
    }


def test_one_command_is_one_undo(path, other):
    empty = state(other)
    other(["import", str(path)])
    full = state(other)
    other("undo --yes")
    assert state(other) == empty
    other("redo --yes")
    assert state(other) == full


def test_a_dry_run_writes_nothing(path, other):
    before = state(other)
    assert other.json(["import", str(path), "--dry-run"])["created"] > 40
    assert "would be restored" in other(["import", str(path), "--dry-run"]).out
    assert state(other) == before


def test_by_standard_input_and_by_the_short_way(book, path, other, tmp_path, monkeypatch):
    assert other.json("import -", input=path.read_bytes())["errors"] == []
    monkeypatch.setenv("KAM_DB", str(book.db))
    book(["export", "--to", str(tmp_path / "again.jsonl")])
    assert (tmp_path / "again.jsonl").read_bytes() == path.read_bytes()
    assert "for a table name the noun" in book(["export", "--to", str(tmp_path / "x.csv")], exit=2).err
    assert "for a table name the noun" in book("export archive --csv", exit=2).err
    assert "no such option" in book("export --nonsense", exit=2).err
    assert "--force" in book(["export", "archive", "--to", str(path)], exit=1).err


def test_what_a_new_book_has_is_replaced(kam):
    """An init that fills another table has to say so here, too."""
    from kam_cli.imports.archive import SEEDED

    opened = kam.book()
    filled = {name for name in exporting.tables_of(opened.conn) if opened.value(f"SELECT 1 FROM {name}")}
    opened.close()
    assert filled == {"meta", *SEEDED}


def test_only_into_an_empty_book(book, path, nobook, tmp_path, monkeypatch):
    before = state(book)
    said = book(["import", str(path)], exit=1).err
    assert "is not empty" in said and "kam init --db NEW.db" in said and said.count("\n") == 1
    assert state(book) == before
    monkeypatch.setenv("KAM_DB", str(tmp_path / "none.db"))
    assert "kam init" in book(["import", str(path)], exit=6).err


@pytest.mark.parametrize(
    "option",
    ["--as clients", "--map a=b", "--source x", "--update", "--create", "--skip-bad", "--delimiter ;"],
)
def test_options_of_tables_are_refused(path, other, option):
    before = state(other)
    said = other(f"import {path} {option}", exit=2).err
    assert option.split()[0] in said and "archive" in said and state(other) == before


# --- what is not as it was ----------------------------------------------------------------------------------


def read_all(data: bytes) -> int:
    archive = Archive(io.BytesIO(data), "x")
    for table in archive.tables:
        list(archive.columns_and_rows(table)[1])
    return archive.finish()


def test_a_changed_bit_a_lost_or_doubled_line_is_seen(path):
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    assert read_all(data) == len(lines) - 2 - len(json.loads(lines[0])["rows"])
    broken = [b"".join([*lines[:i], *lines[i + 1 :]]) for i in range(len(lines))]
    broken += [b"".join([*lines[: i + 1], *lines[i:]]) for i in range(len(lines))]
    broken += [b"".join([*lines[:i], lines[i + 1], lines[i], *lines[i + 2 :]]) for i in range(len(lines) - 1)]
    broken += [data[:i] for i in range(0, len(data), 997)]
    for i in range(0, len(data), 41):
        flipped = bytearray(data)
        flipped[i] ^= 1 << (i % 8)
        broken.append(bytes(flipped))
    broken += [
        data + b"\n",
        data + lines[-1],
        data[:-1],
        data.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + data,
    ]
    for one in broken:
        if one != data:
            with pytest.raises(KamError, match=r"x, line [0-9]+: .*|x was made by a newer kam"):
                read_all(one)


@pytest.mark.parametrize("damage", ["bit", "cut", "twice", "crlf", "number"])
def test_a_broken_archive_changes_nothing(path, other, damage):
    before = state(other)
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    path.write_bytes(
        {
            "bit": data.replace(b"Acme GmbH", b"Acme GmbI", 1), "cut": data[: len(data) // 2], "twice": b"".join([*lines[:6], *lines[5:]]),
            "crlf": data.replace(b"\n", b"\r\n"), "number": data.replace(b'"numbers":{"aliases":1', b'"numbers":{"aliases":9', 1),
        }[damage]
    )  # fmt: skip
    assert path.read_bytes() != data
    result = other(["import", str(path), "--json"], exit=1)
    assert result.json["created"] == 0 and result.json["errors"][0]["line"] > 0
    assert result.err.startswith("kam: ") and result.err.count("\n") == 1 and "use another copy" in result.err
    assert state(other) == before
    assert "nothing to undo" in other("undo --yes", exit=1).err


def made(tables: dict[str, list[dict]], **header) -> bytes:
    """An archive with checksums that fit, whatever is in it."""
    counts = {name: len(rows) for name, rows in tables.items()}
    head = {
        "kam": "9.9",
        "schema": migrations.LATEST,
        "book_uid": "x",
        "rows": counts,
        "numbers": {},
        **header,
    }
    listed = [
        (name, list(rows[0]) if rows else [], [tuple(row.values()) for row in rows])
        for name, rows in tables.items()
    ]
    return "".join(write(head, listed)).encode()


STAGE = {
    "id": 1, "uid": "u", "name": "x", "name_key": "x", "position": 1, "probability_pct": 5, "expected_days": 1, "is_after_win": 0,
    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "deleted_at": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (made({}, schema=migrations.LATEST + 1), "made by a newer kam"), (made({}).replace(b'"kam-archive":1', b'"kam-archive":2'), "made by a newer kam"),
        (made({"spies": [{"id": 1}]}), "does not know spies"), (made({"commands": [{"id": 1}]}), "does not know commands"),
        (made({"stages": [{**STAGE, "colour": "red"}]}), "does not know stages (colour)"), (made({"stages": [{"id": 1}]}), "does not know stages"),
        (made({"stages": [{**STAGE, "probability_pct": 500}]}), "CHECK"), (made({"stages": [{**STAGE, "probability_pct": "x"}]}), "refuses"),
        (made({"stages": [STAGE, STAGE]}), "UNIQUE"), (made({"stages": [{**STAGE, "position": 1.5}]}), "no book holds"),
        (made({"stages": [{**STAGE, "position": True}]}), "no book holds"), (made({"stages": [{**STAGE, "position": 2**70}]}), "no book holds"),
        (made({"deal_moves": [{"id": 1, "deal_id": 9, "from_stage_id": None, "to_stage_id": 9, "status": "open", "moved_at": "x", "close_on": None}]}), "FOREIGN KEY"),
        (b'{"kam-archive":1}\n', "no header"), (b'{"kam-archive":1,' + b"[" * 50_000 + b"\n", "cannot be read"), (b'{"kam-archive"', "cut off"),
        (made({}, rows={"stages": -1}), "no header"), (made({}, numbers={"clients": 1}), "no header"),
        (made({"stages": [{**STAGE, "name": "\ud800"}]}), "refuses"), (made({}, numbers={"stages": "1"}), "no header"), (made({}, schema=0), "newer kam"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_an_archive_with_something_strange_in_it_is_refused(kam, tmp_path, data, says):
    before = state(kam)
    (tmp_path / "x.jsonl").write_bytes(data)
    said = kam(["import", str(tmp_path / "x.jsonl")], exit=1).err
    assert says in said and said.count("\n") == 1 and "Traceback" not in said
    assert state(kam) == before


def test_other_files_are_not_taken_for_one():
    assert not is_archive(b"") and not is_archive(b"\n") and not is_archive(b'name,city\n"kam-archive",x\n')
    assert is_archive(b'{"kam-archive":1,') and is_archive(b'\xef\xbb\xbf{ "kam-archive": 1')


def test_an_archive_of_an_older_kam_is_brought_up(kam, tmp_path):
    """Put into a book of its time, which then takes every later step."""
    old = migrations.blank(4)
    conn = old.conn
    conn.execute(
        "INSERT INTO meta VALUES (1, 'b', 'd', 'Ewa', 'PLN', 'UTC', 'PL', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')"
    )
    conn.execute(
        "INSERT INTO clients (id, uid, handle, name, name_key, created_at, updated_at) VALUES (7, 'u', 'acme', 'Acme', 'acme', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')"
    )
    marks = ", ".join("?" * len(STAGE))
    conn.execute(f"INSERT INTO stages ({', '.join(STAGE)}) VALUES ({marks})", tuple(STAGE.values()))
    tables = {name: columns for name, columns in exporting.tables_of(conn).items() if columns}
    assert "nps_answers" not in tables and "tasks" in tables
    data = made(
        {name: old.rows(f"SELECT {', '.join(columns)} FROM {name}") for name, columns in tables.items()},
        schema=4,
        numbers={"clients": 9},
    )
    old.close()
    (tmp_path / "old.jsonl").write_bytes(data)
    kam(["import", str(tmp_path / "old.jsonl")])
    assert kam.json("client list")[0]["id"] == 7 and "Acme" in kam("find acme").out
    assert kam.json("client add New")["id"] == 10
    kam("nps add 7 9")
    assert kam.json("deal add 7 Roof --value 5")["currency"] == "PLN"


# --- persons who were erased --------------------------------------------------------------------------------


def test_who_was_erased_does_not_come_back(book, path):
    """The book is lost after an erasure; beside its place it is still written who is not to come back."""
    book("client forget 1 --texts --yes")
    os.unlink(book.db)
    book("init --quiet")
    told = book.json(["import", str(path)])
    assert told["erased_again"] == 3, "the client and two persons"
    assert [row["name"] for row in book.json("client list")] == ["Beta", "Gamma", 'שלום בע"מ']
    book("check")
    for text in (b"Acme", b"Jana", b"jana@acme"):
        assert text not in book.db.read_bytes()
    assert "Acme" not in book("export archive").out


def test_who_was_erased_is_kept_in_mind(book, other, tmp_path, monkeypatch):
    monkeypatch.setenv("KAM_DB", str(book.db))
    book("client forget 1 --yes")
    book(["export", "archive", "--to", str(tmp_path / "later.jsonl")])
    monkeypatch.setenv("KAM_DB", str(other.db))
    other("client add Somebody")
    other("client forget 1 --yes")
    other(["import", str(tmp_path / "later.jsonl")])
    opened, first = other.book(), book.book()
    digests = "SELECT digest FROM erasures"
    known = set(first.column(digests))
    assert known < set(opened.column(digests)) and len(opened.column(digests)) == len(known) + 1 == 4
    opened.close()
    first.close()
    other("check")


# --- large books, and others at work ------------------------------------------------------------------------


def test_it_is_of_one_moment_and_keeps_nobody_waiting(book, monkeypatch):
    """Another program writes while the archive is read from a copy."""
    before = book("export archive").out
    tables_of = exporting.tables_of

    def meanwhile(conn):
        opened = Book.open(str(book.db))
        with opened.write(["client", "edit"]):
            opened.conn.execute("UPDATE clients SET note = 'meanwhile' WHERE id = 1")
        opened.close()
        return tables_of(conn)

    monkeypatch.setattr(exporting, "tables_of", meanwhile)
    assert book("export archive").out == before
    monkeypatch.undo()


def test_a_reader_that_stops_early_is_no_error(book):
    line = f"{sys.executable} -m kam_cli export archive --db {book.db} | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True)
    assert done.stderr == ""


def test_a_damaged_book_makes_no_archive(book, tmp_path):
    size = book.db.stat().st_size
    with open(book.db, "r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(8192))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "kam_cli",
            "export",
            "archive",
            "--to",
            str(tmp_path / "bad.jsonl"),
            "--db",
            str(book.db),
        ],
        capture_output=True,
        text=True,
    )
    assert (
        done.returncode in (1, 6)
        and done.stderr.startswith("kam: ")
        and not (tmp_path / "bad.jsonl").exists()
    )
