"""The append-only history of the schema: one numbered SQL file a step, applied in order under the lock."""

from __future__ import annotations

import os

from kam_cli.errors import NoBook

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from kam_cli.book import Book

FOLDER = os.path.dirname(__file__)
STEPS = sorted(name for name in os.listdir(FOLDER) if name.endswith(".sql"))
LATEST = len(STEPS)


def migrate(book: Book) -> None:
    """Apply the steps that the book lacks: backup first, all or nothing, then verified.

    Of several processes that come at once one migrates and the others find it done.
    Raises NoBook where a step fails; the file is then as it was.
    """
    from kam_cli.lock import Lock

    lock = Lock(book.path, 30)
    lock.acquire()
    try:
        version = book.value("PRAGMA user_version")
        if version >= LATEST:
            return
        if version > 0:
            from kam_cli.automatic import automatic

            automatic(book, f"before-schema-{LATEST}")
        try:
            apply(book)
        except Exception as error:
            if book.conn.in_transaction:
                book.conn.execute("ROLLBACK")
            raise NoBook(
                f"{book.path} could not be brought to this version of kam ({error}); the file is as it was. "
                "Use the older kam, or try: kam check"
            ) from error
    finally:
        lock.release()


def blank(upto: int | None = None) -> Book:
    """A book without a row, in a temporary file without a name, as the first ``upto`` steps (all) made it."""
    import sqlite3

    from kam_cli.book import Book

    book = Book("", sqlite3.connect("", isolation_level=None))
    apply(book, upto)
    return book


def apply(book: Book, upto: int | None = None) -> None:
    """Apply pending steps in one transaction, rebuild and verify the journal's triggers, check foreign keys."""
    from sqlite_utils import Database, Migrations

    from kam_cli import journal

    upto = LATEST if upto is None else upto
    history = Migrations("kam")
    for name in STEPS[:upto]:
        history(name=name.removesuffix(".sql"))(_step(name))
    # Tables may be dropped and made again in a step; what they left pointing nowhere is found by the check.
    book.conn.execute("PRAGMA foreign_keys = OFF")
    try:
        book.conn.execute("BEGIN IMMEDIATE")
        history.apply(Database(book.conn, execute_plugins=False))
        journal.build_triggers(book)
        broken = book.rows("PRAGMA foreign_key_check")
        wrong = journal.wrong_triggers(book)
        if broken or wrong:
            raise NoBook(f"{len(broken)} broken references, {len(wrong)} wrong triggers")
        book.conn.execute(f"PRAGMA user_version = {upto}")
        book.conn.execute("COMMIT")
    finally:
        book.conn.execute("PRAGMA foreign_keys = ON")


def _step(name: str):  # type: ignore[no-untyped-def]
    import re

    def run(db) -> None:  # type: ignore[no-untyped-def]
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            script = file.read()
        # SQLite drops no column that a trigger names; all triggers are built anew at the end.
        for table in re.findall(r"(?m)^ALTER TABLE (\w+) DROP", script):
            for op in ("insert", "update", "delete"):
                db.conn.execute(f"DROP TRIGGER IF EXISTS journal_{table}_{op}")
        run_script(db.conn, script)

    return run


def run_script(conn: sqlite3.Connection, script: str) -> None:
    """Statement by statement: `executescript` would commit the transaction first."""
    import sqlite3

    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""
    if statement.strip():
        conn.execute(statement)  # an open quote, say: refused rather than left out
