"""`kam check`: silent where the book is sound; else each fault by the name of the check that found it."""

from __future__ import annotations

import os
import sqlite3

from kam_cli import journal
from kam_cli.command import verb
from kam_cli.errors import KamError, NoBook
from kam_cli.output import Failed, Rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context


@verb()
def check(c: Context) -> Any:
    """Check that the book is sound: file, references, journal, maintained columns, search index, modes.

    Silent and 0 when all is well. Warnings go to stderr (0); faults are listed (1); an unreadable file is 6.

    $ kam check
    """
    book = c.book
    try:
        faults = [
            {"check": name, "fault": fault}
            for name, one in (
                ("file", sound_file), ("references", references), ("triggers", triggers), ("journal", settled),
                ("maintained", maintained), ("search", searchable),
            )
            for fault in one(book)
        ]  # fmt: skip
    except sqlite3.DatabaseError as error:
        raise NoBook(f"{book.path} cannot be read through ({error}). Restore a backup: kam restore FILE") from None
    for warning in modes(book.path):
        c.note(f"kam: {warning}")
    if not faults:
        return Rows([]) if c.format != "table" else None
    count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
    found = KamError(f"the book {book.path} has {count}. Keep a copy of it before anything else")
    return Failed(Rows(faults), found)


def sound_file(book: Book) -> Iterator[str]:
    """What SQLite itself finds in the file: pages, indexes, rules of columns."""
    yield from (row for row in book.column("PRAGMA integrity_check(20)") if row != "ok")


def references(book: Book) -> Iterator[str]:
    for row in book.rows("PRAGMA foreign_key_check"):
        yield f"{row['table']} #{row['rowid']} points to a row of {row['parent']} that is not there"


def triggers(book: Book) -> Iterator[str]:
    yield from (f"the trigger {name} is missing or changed" for name in journal.wrong_triggers(book))


def settled(book: Book) -> Iterator[str]:
    """Between commands nothing is open, and all of the journal has been followed up."""
    state = book.row("SELECT * FROM journal_state") or {}
    if state.get("command_id") is not None or state.get("is_bulk"):
        yield "a command was left open"
    if (book.value("SELECT max(id) FROM journal") or 0) > state.get("refreshed_id", 0):
        yield "another program changed the book; the next command of kam brings figures and search up to date"


def maintained(book: Book) -> Iterator[str]:
    """Maintained columns against what they are computed from."""
    from kam_cli import registry

    for noun in registry.nouns():
        if noun.maintain:
            columns = maintained_columns(book, noun.table)
            wanted = ", ".join(columns)
            book.conn.execute("SAVEPOINT checking")
            try:
                before = book.rows(f"SELECT id, {wanted} FROM {noun.table}")
                book.conn.execute(noun.maintain.format(ids=f"SELECT id FROM {noun.table}"))
                after = {row["id"]: row for row in book.rows(f"SELECT id, {wanted} FROM {noun.table}")}
            finally:
                book.conn.execute("ROLLBACK TO checking")
                book.conn.execute("RELEASE checking")
            for row in before:
                wrong = [name for name in columns if row[name] != after[row["id"]][name]]
                if wrong:
                    yield f"{noun.name} #{row['id']}: {', '.join(wrong)} out of date"


def maintained_columns(book: Book, table: str) -> list[str]:
    sql = book.value("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)) or ""
    return [line.split()[0] for line in sql.splitlines() if journal.MAINTAINED in line]


def searchable(book: Book) -> Iterator[str]:
    """One search document for each record that can be found, and none else."""
    from kam_cli import registry
    from kam_cli.derived import CODES

    for noun in registry.nouns():
        if noun.document:
            have = set(book.column("SELECT rowid / ? FROM search WHERE rowid % ? = ?", (CODES, CODES, noun.code)))
            want = {row[0] for row in book.conn.execute(noun.document.format(ids=f"SELECT id FROM {noun.table}"))}
            if have != want:
                yield f"{len(want - have)} {noun.name} records are missing in the index and {len(have - want)} too many"


def modes(path: str) -> Iterator[str]:
    """Files that others than the owner may read."""
    for name in (path, path + ".lock"):
        if os.path.exists(name) and os.stat(name).st_mode & 0o077:
            yield f"{name} can be read by others. Mend it: chmod 600 {name}"
