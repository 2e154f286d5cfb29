"""The file: created once, opened with care, written through one path, never harmed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading

import pytest

from kam_cli import book as books
from kam_cli.book import APPLICATION_ID, Book, new_uid
from kam_cli.errors import NoBook
from kam_cli.migrations import LATEST


def mode(path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_init_makes_the_book_and_only_once(nobook):
    first = nobook.json("init --currency PLN --tz Europe/Warsaw --name 'Ewa Łoś'")
    again = nobook.json("init --currency USD --tz Asia/Tokyo")
    assert (first["created"], again["created"]) == (True, False)
    assert nobook.book().meta["currency"] == "PLN"
    assert nobook.book().meta["owner_name"] == "Ewa Łoś"
    assert again["tz"] == "Europe/Warsaw"


def test_files_are_their_owners_alone_under_any_umask(nobook, tmp_path):
    path = tmp_path / "deep" / "er" / "book.db"
    old = os.umask(0)
    try:
        nobook(["init", "--db", str(path)])
        nobook(["client", "add", "Acme", "--db", str(path)])
        assert os.umask(0o077) == 0o077, "main sets the umask for all that follows"
    finally:
        os.umask(old)
    assert mode(path) == 0o600
    assert mode(f"{path}.lock") == 0o600
    assert mode(path.parent) == mode(path.parent.parent) == 0o700
    assert sorted(os.listdir(path.parent)) == ["book.db", "book.db.lock"]


def test_the_file_is_marked_and_durable(kam):
    book = kam.book()
    assert book.value("PRAGMA application_id") == APPLICATION_ID
    assert book.value("PRAGMA user_version") == LATEST
    assert book.value("PRAGMA journal_mode") == "delete"
    for name, _, want in books.PRAGMAS:
        assert book.value(f"PRAGMA {name}") == want


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no book at"),
        (b"", "empty file"),
        (b"Dear diary, today I met Jana\n" * 20, "not a book of kam"),
        (b"SQLite format 3\0" + b"\0" * 84, "another program"),
        (b"SQLite format 3\0", "not a book of kam"),
    ],
)
def test_what_is_no_book_is_refused_and_left_alone(nobook, content, says):
    if content is not None:
        nobook.db.write_bytes(content)
    result = nobook("client list", exit=6)
    assert says in result.err
    assert str(nobook.db) in result.err
    assert result.err.startswith("kam: ") and result.err.count("\n") == 1
    assert (nobook.db.read_bytes() if nobook.db.exists() else None) == content


def test_a_newer_book_is_refused(kam):
    conn = sqlite3.connect(kam.db)
    conn.execute(f"PRAGMA user_version = {LATEST + 1}")
    conn.close()
    before = kam.db.read_bytes()
    assert "newer kam" in kam("client add Acme", exit=6).err
    assert kam.db.read_bytes() == before


def test_a_truncated_book_is_one_line_and_exit_6(kam):
    for number in range(30):
        kam(f"client add 'Client {number}' --note '{'x' * 500}' --force")
    kam.db.write_bytes(kam.db.read_bytes()[:9000])
    result = kam("client list", exit=6)
    assert result.err.count("\n") == 1


def test_a_failed_command_leaves_no_trace(kam):
    before = kam.db.read_bytes()
    book = kam.book()
    with pytest.raises(RuntimeError), book.write(["test"]):
        book.insert("clients", {"name": "Acme", "name_key": "acme", "handle": "acme"})
        raise RuntimeError
    book.close()
    assert kam.db.read_bytes() == before
    assert kam.json("client list") == []


def test_a_held_lock_is_waited_for_and_then_exit_6(kam, monkeypatch):
    monkeypatch.setattr(books, "BUSY_SECONDS", 0.05)
    book = kam.book()
    with book.write(["test"]):
        result = kam("client add Acme", exit=6)
        assert "being written by another kam" in result.err
        assert kam.json("client list") == [], "a reader does not wait"
    kam("client add Acme")


def test_writers_of_many_threads_and_processes_lose_nothing(kam):
    are_open = threading.Barrier(4)

    def add(number: int) -> None:
        book = Book.open(str(kam.db))
        are_open.wait()
        for step in range(10):
            with book.write(["test"]):
                name = f"thread {number} {step}"
                book.insert("clients", {"name": name, "name_key": name, "handle": name.replace(" ", "-")})
        book.close()

    threads = [threading.Thread(target=add, args=(n,)) for n in range(4)]
    command = [sys.executable, "-m", "kam_cli", "client", "add", "--force"]
    processes = [subprocess.Popen([*command, f"process {n}"], stdout=subprocess.DEVNULL) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0] * 4
    assert len(kam.json("client list")) == 44
    assert kam("check").out == ""


def test_sixteen_inits_at_once_make_one_book(nobook):
    command = [sys.executable, "-m", "kam_cli", "init", "--json"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(16)]
    outs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 16
    assert sum('"created": true' in out for out in outs) == 1
    assert nobook.book().value("SELECT count(*) FROM stages") == 10


def test_numbers_are_never_given_twice(kam):
    first = kam.json("client add Acme")["id"]
    kam("undo --yes")
    assert kam.json("client add Acme")["id"] == first + 1


def test_uids_are_uuid7_and_sorted():
    import uuid

    uids = [new_uid() for _ in range(1000)]
    assert len(set(uids)) == 1000
    assert {uuid.UUID(uid).version for uid in uids} == {7}
    assert {uuid.UUID(uid).variant for uid in uids} == {uuid.RFC_4122}
    assert [uid[:13] for uid in uids] == sorted(uid[:13] for uid in uids)


def test_a_read_only_book_is_read_and_not_written(kam, monkeypatch):
    kam("client add Acme")
    monkeypatch.setattr(
        os, "access", lambda path, how: False
    )  # root may write anything, so the answer is given here
    assert kam.json("client list")[0]["name"] == "Acme"
    assert "cannot be written" in kam("client add Beta", exit=6).err


def test_an_older_book_is_backed_up_and_migrated(kam, monkeypatch, tmp_path):
    from kam_cli import migrations

    kam("client add Acme")
    steps = tmp_path / "steps"
    steps.mkdir()
    for name in migrations.STEPS:
        shutil.copy(os.path.join(migrations.FOLDER, name), steps)
    (steps / "9999_extra.sql").write_text(
        "CREATE TABLE extras (  -- more\n  id INTEGER PRIMARY KEY,  -- number\n  name TEXT  -- name\n) STRICT;\n"
        "INSERT INTO extras (name) VALUES ('one; two');\n"
    )
    monkeypatch.setattr(migrations, "FOLDER", str(steps))
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, "9999_extra.sql"])
    monkeypatch.setattr(migrations, "LATEST", LATEST + 1)
    assert kam.json("client list")[0]["name"] == "Acme"
    book = kam.book()
    assert book.column("SELECT name FROM extras") == ["one; two"]
    assert book.value("SELECT count(*) FROM sqlite_master WHERE name LIKE 'journal_extras_%'") == 3
    backups = os.listdir(kam.db.parent / "backups")
    assert len(backups) == 1
    copy = sqlite3.connect(kam.db.parent / "backups" / backups[0])
    assert copy.execute("PRAGMA user_version").fetchone()[0] == LATEST
    assert copy.execute("SELECT name FROM clients").fetchall() == [("Acme",)]


def test_a_failing_migration_leaves_the_book_as_it_was(kam, monkeypatch, tmp_path):
    from kam_cli import migrations

    (tmp_path / "9999_bad.sql").write_text(
        "CREATE TABLE fine (id INTEGER PRIMARY KEY) STRICT;\nINSERT INTO nowhere VALUES (1);\n"
    )
    for name in migrations.STEPS:
        (tmp_path / name).write_text("SELECT 1;\n")
    monkeypatch.setattr(migrations, "FOLDER", str(tmp_path))
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, "9999_bad.sql"])
    monkeypatch.setattr(migrations, "LATEST", LATEST + 1)
    assert "is as it was" in kam("client list", exit=6).err
    conn = sqlite3.connect(kam.db)
    assert conn.execute("PRAGMA user_version").fetchone()[0] == LATEST
    assert not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'fine'").fetchall()


def test_domain_tables_hold_no_real_and_no_blob(kam):
    from kam_cli.journal import journalled_tables

    tables = journalled_tables(kam.book())
    assert "clients" in tables and "deal_moves" in tables and "meta" in tables
    assert "deliveries" not in tables and "search" not in tables
    assert {kind for columns in tables.values() for kind in columns.values()} <= {"INTEGER", "TEXT"}


def test_write_refuses_where_sqlite_did_not_take_the_pragmas(kam):
    book = kam.book()
    book.conn.execute("PRAGMA synchronous = OFF")
    with pytest.raises(NoBook, match="synchronous"), book.write(["test"]):
        pass
