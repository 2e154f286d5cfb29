"""What can be wrong with a book: each check yields its faults, a line each, and changes nothing."""

from __future__ import annotations

import os
import sqlite3

from kam_cli import journal, migrations, registry
from kam_cli.derived import CODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kam_cli.book import Book

    Check = Callable[[Book], Iterator[str]]


def sound_file(book: Book) -> Iterator[str]:
    """What SQLite itself finds: pages, rows, indexes against tables, types, CHECKs."""
    for row in book.column("PRAGMA integrity_check(100)"):
        if row != "ok":
            yield from (line for line in row.splitlines() if not line.startswith("*** in database"))


def schema(book: Book) -> Iterator[str]:
    """Tables and indexes against those that the migrations make."""
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for step in migrations.STEPS:
            with open(os.path.join(migrations.FOLDER, step), encoding="utf-8") as file:
                migrations.run_script(fresh, file.read())
        want = objects(fresh)
    finally:
        fresh.close()
    have = objects(book.conn)
    for key, sql in want.items():
        if have.get(key) != sql:
            kind, name = key
            yield f"the {kind} {name} is {'not as kam makes it' if key in have else 'missing'}"


def objects(conn: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Tables and indexes by kind and name, with their SQL; without it what FTS5 makes, which may differ by version."""
    rows = conn.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_sqlite_migrations'"
    ).fetchall()
    return {
        (kind, name): "" if name.startswith("search_") else " ".join((sql or "").split())
        for kind, name, sql in rows
    }


def references(book: Book) -> Iterator[str]:
    """Numbers of other rows that are not there."""
    for row in book.rows("PRAGMA foreign_key_check"):
        yield f"{row['table']} #{row['rowid']} points to a row of {row['parent']} that is not there"


def triggers(book: Book) -> Iterator[str]:
    """The triggers that write the journal, and others, which may do anything."""
    yield from (f"the trigger {name} is missing or changed" for name in journal.wrong_triggers(book))
    own = journal.trigger_sql(book)
    for name in book.column("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        if name not in own:
            yield f"the trigger {name} is not of kam"


def settled(book: Book) -> Iterator[str]:
    """Between commands nothing is open, and all of the journal has been followed up."""
    state = book.row("SELECT * FROM journal_state") or {}
    if state.get("command_id") is not None or state.get("is_bulk"):
        yield "a command was left open"
    if (book.value("SELECT max(id) FROM journal") or 0) > state.get("refreshed_id", 0):
        yield "another program changed the book; the next command of kam brings figures and search up to date"


def own_settings(book: Book) -> Iterator[str]:
    """The one row of ``meta``."""
    if book.value("SELECT count(*) FROM meta") != 1:
        yield "the book has lost its settings (currency, time zone)"


def maintained(book: Book) -> Iterator[str]:
    """Maintained columns against what they are computed from, on a copy of the table that hides it meanwhile."""
    for noun in registry.nouns():
        if not noun.maintain:
            continue
        table, columns = noun.table, maintained_columns(book, noun.table)
        book.conn.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}")
        try:
            book.conn.execute(noun.maintain.format(ids=f"SELECT id FROM {table}"))
            differ = [f"now.{name} IS NOT was.{name}" for name in columns]
            wrong = book.conn.execute(
                f"SELECT now.id, {', '.join(differ)} FROM temp.{table} now JOIN main.{table} was ON was.id = now.id "
                f"WHERE {' OR '.join(differ)}"
            ).fetchall()
        finally:
            book.conn.execute(f"DROP TABLE temp.{table}")
        for row_id, *flags in wrong:
            names = [name for name, flag in zip(columns, flags, strict=True) if flag]
            yield f"{noun.name} #{row_id}: {', '.join(names)} out of date"


def maintained_columns(book: Book, table: str) -> list[str]:
    sql = book.value("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)) or ""
    return [line.split()[0] for line in sql.splitlines() if journal.MAINTAINED in line]


def searchable(book: Book) -> Iterator[str]:
    """One search document for each record that can be found, and none else."""
    codes = []
    for noun in registry.nouns():
        if noun.document:
            codes.append(noun.code)
            want = f"SELECT id * {CODES} + {noun.code} FROM ({wanted(noun.document, noun.table)})"
            have = f"SELECT id FROM search_content WHERE id % {CODES} = {noun.code}"
            lacking, extra = (
                book.value(f"SELECT count(*) FROM ({a} EXCEPT {b})") for a, b in ((want, have), (have, want))
            )
            if lacking or extra:
                yield f"{lacking} {noun.name} records are missing in the index and {extra} too many"
    others = f"SELECT count(*) FROM search_content WHERE id % {CODES} NOT IN ({', '.join(map(str, codes))})"
    if count := book.value(others):
        yield f"{count} documents in the index belong to no noun"


def wanted(document: str, table: str) -> str:
    """The documents of all records of a noun, as a query with the columns ``id client_id title body``."""
    return (
        f"WITH documents (id, client_id, title, body) AS ({document.format(ids=f'SELECT id FROM {table}')}) "
        "SELECT * FROM documents"
    )


def unfinished_erasures(book: Book) -> Iterator[str]:
    """Persons who were to be erased, and are here still or again."""
    from kam_cli import erased

    yield from erased.unfinished(book)


def documents(book: Book) -> Iterator[str]:
    """Files that were attached to a contract, and are missing or no longer what they were."""
    from kam_cli.domains.contracts.documents import faults

    yield from faults(book)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("file", sound_file),
    ("references", references),
    ("schema", schema),
    ("triggers", triggers),
    ("settings", own_settings),
    ("journal", settled),
    ("erasures", unfinished_erasures),
    ("maintained", maintained),
    ("search", searchable),
)
# What lies beside the live book, and says nothing of a copy of it: the check's name → what to do about its faults.
BESIDE: dict[str, tuple[Check, str]] = {
    "documents": (
        documents,
        "Bring the file back; where it was changed on purpose: kam contract attach; where it is gone: kam contract detach",
    ),
}
# What can be asked of a book that a later migration is to change.
OF_ANY_VERSION = ("file", "references")
