"""The book: one SQLite file, opened with care, written through one path (see `Book.write`)."""

from __future__ import annotations

import os
import sqlite3

from kam_cli.errors import KamError, NoBook, Stopped
from kam_cli.header import APPLICATION_ID as APPLICATION_ID
from kam_cli.header import put_leftovers_aside as put_leftovers_aside
from kam_cli.header import read_header as read_header
from kam_cli.lock import Lock, patiently
from kam_cli.stamps import new_uid as new_uid
from kam_cli.stamps import new_uids as new_uids
from kam_cli.stamps import utc_now as utc_now

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Row = dict[str, Any]

BUSY_SECONDS = 30
# What can still fail in a commit when the rollback journal, and with it the way back, has gone.
AFTER_COMMIT = ("SQLITE_IOERR_DIR_FSYNC", "SQLITE_IOERR_RDLOCK", "SQLITE_IOERR_UNLOCK")

# A durable write, measured by cutting the power at every system call: see STORAGE in the README's Decisions.
PRAGMAS = (
    ("synchronous", "EXTRA", 3),
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("secure_delete", "ON", 1),
    ("temp_store", "MEMORY", 2),
)


class Book:
    """An open book. Rows are plain dicts, fetched whole; nothing is changed outside `write`."""

    def __init__(self, path: str, conn: sqlite3.Connection) -> None:
        self.path = path
        self.conn = conn
        self.saved: bool | None = False  # whether a change was committed; None where nobody can say
        self._meta: Row | None = None
        # A stored instant as the owner's local day, for maintained columns (no trigger or index uses it).
        conn.create_function("kam_local_day", 1, self._local_day, deterministic=True)
        conn.create_function(
            "kam_money", 2, _money, deterministic=True
        )  # minor units and their currency as text

    # --- opening --------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, path: str) -> Book:
        """Open an existing book and bring its schema up to date.

        Raises NoBook for a missing, foreign, damaged or newer file, which is never changed. Never while another
        thread of this process writes: looking at the header drops the locks that the process has on the file.
        """
        from kam_cli.migrations import LATEST

        version = read_header(path)
        if version > LATEST:
            raise NoBook(
                f"{path} was written by a newer kam (schema {version}, this one knows {LATEST}). Upgrade kam; the "
                "file was not touched."
            )
        book = cls(path, connect(path))
        # Asked again: a header left by a cut in the middle of a migration was rolled back by connecting.
        if book.value("PRAGMA user_version") < LATEST:
            from kam_cli.migrations import migrate

            migrate(book)
        return book

    def close(self) -> None:
        self.conn.close()

    @property
    def meta(self) -> Row:
        """The one row of the book's own settings: ``currency tz country owner_name book_uid device_uid``."""
        if self._meta is None:
            row = self.row("SELECT * FROM meta")
            if row is None:
                raise NoBook(f"{self.path} has lost its settings. Try: kam restore, or kam check")
            self._meta = row
        return self._meta

    def _local_day(self, instant: str | None) -> str | None:
        from kam_cli.values.clock import to_local

        return None if instant is None else to_local(instant, self.meta["tz"]).date().isoformat()

    # --- reading --------------------------------------------------------------------------------------------

    def rows(self, sql: str, args: Sequence[Any] | Row = ()) -> list[Row]:
        """All rows, as dicts."""
        names, found = self.fetch(sql, args)
        return [dict(zip(names, row, strict=True)) for row in found]

    def fetch(self, sql: str, args: Sequence[Any] | Row = ()) -> tuple[list[str], list[Any]]:
        """Column names and all rows. A text of another program that is no UTF-8 is read as far as it can be."""
        try:
            cursor = self.conn.execute(sql, args)
            found = cursor.fetchall()
        except sqlite3.OperationalError as error:
            if "decode" not in str(error):
                raise
            self.conn.text_factory = lenient
            cursor = self.conn.execute(sql, args)
            found = cursor.fetchall()
        return [column[0] for column in cursor.description or ()], found

    def row(self, sql: str, args: Sequence[Any] | Row = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, args)
        return found[0] if found else None

    def value(self, sql: str, args: Sequence[Any] | Row = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.conn.execute(sql, args).fetchone()
        return None if row is None else row[0]

    def column(self, sql: str, args: Sequence[Any] | Row = ()) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.conn.execute(sql, args).fetchall()]

    # --- changing -------------------------------------------------------------------------------------------

    def write(self, argv: list[str]) -> Write:
        """The one write path, as a context manager; ``argv`` is kept in the journal as the cause."""
        return Write(self, argv)

    def insert(self, table: str, values: Row) -> int:
        """Add a row with a fresh ``uid`` and times; its number is returned."""
        now = utc_now()
        row = {"uid": new_uid(), "created_at": now, "updated_at": now, **values}
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        cursor = self.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        return int(cursor.lastrowid or 0)

    def update(self, table: str, row_id: int, values: Row) -> Row:
        """Change what differs; gives the changed columns with their new values ({} when nothing differs)."""
        old = self.row(f"SELECT * FROM {table} WHERE id = ?", (row_id,))
        if old is None:
            raise KamError(f"#{row_id} is gone from {table}; nothing was changed.")
        changed = {name: value for name, value in values.items() if old[name] != value}
        if changed:
            sets = ", ".join(f"{name} = ?" for name in (*changed, "updated_at"))
            args = (*changed.values(), utc_now(), row_id)
            self.conn.execute(f"UPDATE {table} SET {sets} WHERE id = ?", args)
        return changed

    def remove(self, table: str, row_id: int) -> None:
        """Take a record out of every view; its row stays, marked with when."""
        self.update(table, row_id, {"deleted_at": utc_now()})

    def insert_many(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> range:
        """Add many rows, journalled as ranges of ids; their numbers are returned, in the order of the rows.

        ``names`` must hold ``uid`` (see `new_uids`), ``created_at`` and ``updated_at`` where the table has them.
        """
        from itertools import islice

        from kam_cli import bulk

        waiting, found = iter(rows), range(0)
        while some := list(islice(waiting, bulk.PART)):
            ids = bulk.insert(self, table, dict(zip(names, zip(*some, strict=True), strict=True)))
            found = range(found.start or ids.start, ids.stop)
        return found


def _money(minor: int | None, currency: str | None) -> str | None:
    from kam_cli.values.money import format_money

    return None if minor is None else format_money(minor, currency or "EUR")


class Write:
    """lock → BEGIN IMMEDIATE → change + journal → derived data → COMMIT. Any exception rolls it all back.

    After a clean exit the change survives ``kill -9`` and a power cut; only then may "saved" be said.
    """

    commits = 0  # in this process

    def __init__(self, book: Book, argv: list[str]) -> None:
        self.book = book
        self.argv = argv

    def __enter__(self) -> Write:
        from kam_cli import journal

        self.lock = Lock(self.book.path, BUSY_SECONDS)
        self.lock.acquire()
        try:
            check_pragmas(self.book.conn, self.book.path)
            patiently(self.book.conn, "BEGIN IMMEDIATE", BUSY_SECONDS)
            self.command_id = journal.begin(self.book, self.argv)
        except BaseException:
            self._abandon()
            raise
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        from kam_cli import journal

        try:
            if error is None:
                journal.finish(self.book, self.command_id)
                self._commit()
        finally:
            self._abandon()

    def _commit(self) -> None:
        self.book.conn.set_progress_handler(None, 0)  # nothing interrupts it half-way
        self.book.saved = None
        try:
            patiently(self.book.conn, "COMMIT", BUSY_SECONDS)
            self.book.saved = True
        except (KeyboardInterrupt, Stopped):  # raised once SQLite is through
            self.book.saved = not self.book.conn.in_transaction
            raise
        except sqlite3.Error as error:
            if error.sqlite_errorname not in AFTER_COMMIT:
                self.book.saved = False
            raise
        finally:
            Write.commits += bool(self.book.saved)

    def _abandon(self) -> None:
        try:
            if self.book.conn.in_transaction:
                self.book.conn.execute("ROLLBACK")
        finally:
            self.lock.release()


def connect(path: str) -> sqlite3.Connection:
    """A connection that never creates a file; read-only where the file or its folder cannot be written, and then from
    a copy where a write was broken off.
    """
    writable = os.access(path, os.W_OK) and os.access(os.path.dirname(os.path.abspath(path)), os.W_OK)
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    uri = f"file:{quoted}?mode={'rw' if writable else 'ro'}"
    conn = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        patiently(conn, "SELECT count(*) FROM sqlite_master", BUSY_SECONDS).fetchone()
    except sqlite3.Error as error:
        conn.close()
        if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
            raise
        from kam_cli.halfway import settled

        conn = settled(path)
    try:
        for name, value, _ in PRAGMAS:
            conn.execute(f"PRAGMA {name} = {value}")
    except sqlite3.Error:
        conn.close()
        raise
    # In a long query signals are answered by Python, which SQLite calls for that now and then.
    conn.set_progress_handler(lambda: None, 1_000_000)
    return conn


def check_pragmas(conn: sqlite3.Connection, path: str) -> None:
    """Read back what durability rests on before a write. Raises NoBook where SQLite did not take it."""
    mode = conn.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    got = {name: conn.execute(f"PRAGMA {name}").fetchone()[0] for name, _, _ in PRAGMAS}
    wrong = [name for name, _, want in PRAGMAS if got[name] != want]
    if mode != "delete" or wrong:
        what = ", ".join(wrong) or f"journal_mode {mode}"
        raise NoBook(
            f"{path} cannot be written safely ({what}). Close other programs that have it open, try again"
        )


def lenient(raw: bytes) -> str:
    """Text that should be UTF-8, with a mark for each byte that is not."""
    return raw.decode("utf-8", "replace")
