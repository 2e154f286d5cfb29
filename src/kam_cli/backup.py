"""Verified copies of the book, made while others use it."""

from __future__ import annotations

import os
import sqlite3

from kam_cli.errors import KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.book import Book


def automatic(book: Book, reason: str) -> str:
    """A backup beside the book, in ``backups/``, named by the time and the reason; gives its path."""
    from kam_cli.book import utc_now

    folder = os.path.join(os.path.dirname(os.path.abspath(book.path)), "backups")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    stamp = utc_now().replace(":", "").replace("-", "")
    stem = os.path.splitext(os.path.basename(book.path))[0]
    path = os.path.join(folder, f"{stem}-{stamp}-{reason}.db")
    copy(book, path)
    return path


def copy(book: Book, path: str) -> None:
    """Copy the book to ``path``, whole or not at all: a 0600 temporary file, checked, synced, then renamed.

    Raises KamError where the copy does not hold what the book holds.
    """
    part = f"{path}.part"
    os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    try:
        target = sqlite3.connect(part, isolation_level=None)
        try:
            book.conn.backup(target)
            verify(book.conn, target)
        finally:
            target.close()
        sync(part)
        os.rename(part, path)
        sync(os.path.dirname(os.path.abspath(path)))
    except BaseException:
        if os.path.exists(part):
            os.unlink(part)
        raise


def verify(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Raises KamError unless the copy is sound and has as many rows in every table."""
    result = target.execute("PRAGMA integrity_check").fetchone()[0]
    if result != "ok":
        raise KamError(f"the backup is not sound ({result}); it was not kept. Try: kam check")
    for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        count = f'SELECT count(*) FROM "{name}"'
        if source.execute(count).fetchone() != target.execute(count).fetchone():
            raise KamError(f"the backup lacks rows of {name}; it was not kept. Try again")


def sync(path: str) -> None:
    """Make a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
