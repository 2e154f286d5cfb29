"""A book in which a write was broken off, read where nothing may be written: from a copy in which that was taken back."""

from __future__ import annotations

import os
import sqlite3


def settled(path: str) -> sqlite3.Connection:
    """A connection to a private copy of the book and its journal, which goes with it. It answers reads only.

    Raises sqlite3.OperationalError where the copy cannot be made.
    """
    from shutil import copyfile
    from tempfile import TemporaryDirectory

    try:
        with TemporaryDirectory(prefix="kam-") as folder:
            copy = os.path.join(folder, "book.db")
            for end in ("", "-journal"):
                copyfile(path + end, copy + end)
            conn = sqlite3.connect(copy, isolation_level=None)
            try:
                conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
                conn.execute("PRAGMA query_only = ON")
            except BaseException:
                conn.close()
                raise
    except OSError as error:
        raise sqlite3.OperationalError(
            f"a write was broken off in it, and there is no room for a copy to take that back ({error.strerror})"
        ) from None
    return conn
