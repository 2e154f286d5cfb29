"""Verified copies of the book, made while others use it: how they are made and named, and which there are.

A backup is a plain SQLite file with a seal (see `kam_cli.atomic`) at its end.
"""

from __future__ import annotations

import os
import sqlite3

from kam_cli.errors import KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

# What reading a damaged database raises: the second where SQLite's own message quotes broken text.
BROKEN = (sqlite3.DatabaseError, UnicodeDecodeError)
ELSEWHERE = "elsewhere.txt"  # in the folder: when and where a person had a backup made outside it


# --- names --------------------------------------------------------------------------------------------------


def folder(book_path: str) -> str:
    """Where kam keeps its own backups of a book: ``backups/`` beside it, not beside a link to it."""
    return os.path.join(os.path.dirname(os.path.realpath(book_path)), "backups")


def stem(book_path: str) -> str:
    """What the names of its backups begin with; work.db and work.kam in one folder are two books."""
    return os.path.basename(os.path.realpath(book_path)).removesuffix(".db")


def free_name(book_path: str, reason: str = "", suffix: str = "", place: str = "") -> str:
    """A path that is not taken, like ``backups/book-20260318T101500Z-daily.db``; the folder is made."""
    from kam_cli.atomic import make_folder
    from kam_cli.stamps import utc_now

    place = place or folder(book_path)
    make_folder(place)
    stamp = utc_now().replace(":", "").replace("-", "")
    start = os.path.join(place, "-".join(filter(None, (stem(book_path), stamp, reason))))
    path, number = f"{start}.db{suffix}", 2
    while os.path.lexists(path):
        path, number = f"{start}.{number}.db{suffix}", number + 1
    return path


class Made:
    """A backup: where, when (UTC), why (empty where a person asked for it), its size in bytes (None where out of reach)."""

    __slots__ = ("made_at", "path", "reason", "size")

    def __init__(self, path: str, made_at: str, reason: str) -> None:
        self.path = path
        self.made_at = made_at
        self.reason = reason
        self.size = os.path.getsize(path) if os.path.isfile(path) else None


def made(book_path: str) -> list[Made]:
    """All copies of a book that kam knows of, newest first: in its `folder`, noted as made elsewhere, kept by a restore."""
    found = [*own(book_path), *(Made(path, made_at, "") for path, made_at in _elsewhere(book_path).items())]
    real = os.path.realpath(book_path)
    start = f"{os.path.basename(real)}.before-restore-"
    for name in names(os.path.dirname(real)):
        if name.startswith(start) and not name.endswith(("-journal", "-wal", "-shm")):
            path = os.path.join(os.path.dirname(real), name)
            found.append(Made(path, _instant(name[len(start) :][:16]), "the book before a restore"))
    return sorted(found, key=lambda one: (one.made_at, one.path), reverse=True)


def own(book_path: str) -> list[Made]:
    """Those in `folder`, by their names."""
    import re

    place = folder(book_path)
    pattern = re.compile(
        re.escape(stem(book_path)) + r"-(\d{8}T\d{6}Z)(?:-([a-z0-9-]+))?(?:\.\d+)?\.db(?:\.age)?"
    )
    found = [(name, pattern.fullmatch(name)) for name in names(place)]
    return [Made(os.path.join(place, name), _instant(m[1]), m[2] or "") for name, m in found if m]


def _instant(stamp: str) -> str:
    """20260318T101500Z → 2026-03-18T10:15:00Z"""
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}:{stamp[13:]}"


def note_elsewhere(book_path: str, path: str) -> None:
    """Remember a backup made outside `folder`: it counts for `kam check`, and may hold a person who was erased."""
    from kam_cli.atomic import make_folder, sync
    from kam_cli.stamps import utc_now

    make_folder(folder(book_path))
    name = os.path.join(folder(book_path), ELSEWHERE)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    with open(os.open(name, flags, 0o600), "ab") as file:
        file.write(f"{utc_now()} ".encode() + os.fsencode(os.path.abspath(path)).replace(b"\n", b"?") + b"\n")
    sync(name)
    sync(folder(book_path))


def _elsewhere(book_path: str) -> dict[str, str]:
    try:
        with open(os.path.join(folder(book_path), ELSEWHERE), "rb") as file:
            lines = os.fsdecode(file.read()).splitlines()
    except FileNotFoundError:
        return {}
    return {path: made_at for made_at, _, path in (line.partition(" ") for line in lines) if path}


def names(place: str) -> list[str]:
    try:
        return os.listdir(place)
    except FileNotFoundError:
        return []


# --- making one ---------------------------------------------------------------------------------------------


def copy(book_path: str, path: str, *, force: bool = False) -> None:
    """Copy the book to ``path``, sealed, whole or not at all.

    Raises KamError where ``path`` is there already (unless ``force``), or the copy does not hold what the book holds.
    """
    from kam_cli.atomic import place, seal

    def fill(part: str) -> None:
        target = sqlite3.connect(part, isolation_level=None)
        try:
            # The file counts for nothing until it is synced and renamed.
            target.execute("PRAGMA journal_mode = OFF")
            target.execute("PRAGMA synchronous = OFF")
            snapshot(book_path, target)
        finally:
            target.close()
        seal(part)

    place(path, fill, force=force)


def snapshot(book_path: str, target: sqlite3.Connection) -> None:
    """Copy the last committed state of a book into an empty database, and verify it there. Raises KamError.

    Over a connection of its own: a write under way in this process is not seen.
    """
    from kam_cli.book import connect

    source = connect(book_path)
    try:
        source.execute("BEGIN")
        counts = count_rows(source)
        source.backup(target)
    finally:
        source.close()
    verify(target, counts)


def verify(conn: sqlite3.Connection, counts: dict[str, int]) -> None:
    """Raises KamError unless the database is sound and has these tables with as many rows."""
    if fault := unsound(conn):
        raise KamError(f"the book is not sound ({fault}); no backup was made. Try: kam check")
    have = count_rows(conn)
    wrong = [name for name in {**counts, **have} if counts.get(name) != have.get(name)]
    if wrong:
        raise KamError(f"the copy does not hold all rows of {', '.join(wrong)}; it was not kept. Try again")


def unsound(conn: sqlite3.Connection) -> str:
    """The first thing that SQLite finds wrong in a database; empty where it finds nothing."""
    factory = conn.text_factory
    conn.text_factory = readable  # it may quote what it found
    try:
        result = str(conn.execute("PRAGMA integrity_check(1)").fetchone()[0])
    finally:
        conn.text_factory = factory
    return "" if result == "ok" else result.splitlines()[-1]


def readable(data: bytes) -> str:
    """Text from a database that may be damaged."""
    return data.decode(errors="replace")


def still(path: str) -> sqlite3.Connection:
    """A connection that only reads a file as it lies there: no lock is taken, and no journal beside it is played."""
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    conn = sqlite3.connect(f"file:{quoted}?mode=ro&immutable=1", uri=True, isolation_level=None)
    conn.execute("PRAGMA trusted_schema = OFF")
    conn.execute("PRAGMA temp_store = MEMORY")
    return conn


def count_rows(conn: sqlite3.Connection) -> dict[str, int]:
    """Table → number of rows."""
    names = [
        name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    ]
    return {name: conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
