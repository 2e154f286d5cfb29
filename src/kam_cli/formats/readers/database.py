"""Reads a table or view of an SQLite file of another program, without ever touching that file or its folder."""

from __future__ import annotations

import sqlite3

from kam_cli.errors import BadValue, KamError
from kam_cli.formats import frame
from kam_cli.formats.table import BadTable, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

    from kam_cli.formats.readers import Ask
    from kam_cli.formats.table import Record

MAGIC = b"SQLite format 3\0"
AT_ONCE = 1000
LONGEST = 1_000_000  # characters of a cell


def knows(head: bytes, path: str) -> bool:
    return head.startswith(MAGIC)


def open_table(source: str | BinaryIO, ask: Ask) -> Table:
    """Open the table or view that ``--sheet`` names, or the only one that holds anything.

    Raises BadValue where several could be meant, KamError for a book of kam and for a damaged file.
    """
    for option, given in (("--encoding", ask.encoding), ("--delimiter", ask.delimiter)):
        if given:
            raise BadValue(f"{option}: a database needs none; leave it out")
    label = repr(source) if isinstance(source, str) else getattr(source, "label", "standard input")
    conn, leave = _connected(source, label)
    try:
        return _open(conn, leave, label, ask.sheet)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        leave()
        raise KamError(f"{label} cannot be read: {error}") from None
    except BaseException:
        leave()
        raise


def _connected(source: str | BinaryIO, label: str) -> tuple[sqlite3.Connection, Callable[[], None]]:
    """A read-only connection, and what closes it.

    SQLite would write beside a file with a write-ahead log, or one that a crash left half-written: such a file, and
    a stream, is read from a private copy, made with its log.
    """
    import os
    import tempfile

    try:
        folder = None
        if not isinstance(source, str) or _has_log(source, label):
            folder = tempfile.TemporaryDirectory(prefix="kam-")  # 0700
            path = os.path.join(folder.name, "copy")
            _copy(source, path)
        else:
            _refuse_book(source, label)
            path = source
        conn = sqlite3.connect(
            f"{_uri(path)}?mode={'rw' if folder else 'ro'}", uri=True, isolation_level=None
        )
    except (OSError, sqlite3.Error) as error:
        raise KamError(f"cannot read {label}: {error}") from None

    def leave() -> None:
        conn.close()
        if folder:
            folder.cleanup()

    conn.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return conn, leave


def _uri(path: str) -> str:
    from urllib.parse import quote

    return f"file:{quote(path)}"


def _refuse_book(path: str, label: str) -> None:
    from kam_cli.book import APPLICATION_ID

    with open(path, "rb") as file:
        head = file.read(100)
    if int.from_bytes(head[68:72], "big") == APPLICATION_ID:
        raise KamError(
            f"{label} is a book of kam, not a table: look into it with --db, bring it back with kam restore, or write "
            "what is wanted of it with kam export"
        )


def _has_log(path: str, label: str) -> bool:
    """Whether SQLite would write beside this file on opening it. Raises KamError for a book of kam."""
    import os

    _refuse_book(path, label)
    with open(path, "rb") as file:
        head = file.read(20)
    return 2 in head[18:20] or any(os.path.exists(path + end) for end in ("-wal", "-journal"))


def _copy(source: Any, path: str) -> None:
    import os
    import shutil

    if not isinstance(source, str):
        with open(path, "wb") as file:
            shutil.copyfileobj(source, file)
        source.seek(0)
        _refuse_book(path, "standard input")
        return
    for end in ("", "-wal", "-journal"):
        if os.path.exists(source + end):
            shutil.copyfile(source + end, path + end)


def _open(conn: sqlite3.Connection, leave: Callable[[], None], label: str, wanted: str | None) -> Table:
    conn.execute("PRAGMA trusted_schema = OFF")
    names = _tables(conn)
    chosen = _chosen(conn, names, wanted, label)
    cursor = conn.execute(f"SELECT * FROM {_quoted(chosen)}")
    header = frame.whole([column[0] for column in cursor.description])[0]
    notes = [f"SQLite, table {chosen!r}"]
    others = [repr(name) for name in names if name != chosen]
    if others:
        more = f" and {len(others) - 8} more" if len(others) > 8 else ""
        notes.append(f"other tables: {', '.join(others[:8])}{more}; --sheet NAME reads one")
    table = DatabaseTable(header, place="row", point=".", notes=[*notes, *frame.repeated(header)], done=leave)
    table.conn, table.part = conn, chosen
    table._rows = _rows(cursor, label)
    return table


class DatabaseTable(Table):
    """A table of a database; the rows are numbered as they come."""

    is_marked = False

    conn: sqlite3.Connection


def _tables(conn: sqlite3.Connection) -> list[str]:
    """The tables and views, without those of SQLite itself and those that another table is made of."""
    names = [
        name
        for name, sql in conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "ORDER BY type, name"
        )
        if not str(sql).upper().startswith("CREATE VIRTUAL")
    ]
    virtual = conn.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'").fetchall()
    parts = tuple(f"{name}_" for (name,) in virtual)
    return [name for name in names if not (parts and name.startswith(parts))]


def _chosen(conn: sqlite3.Connection, names: list[str], wanted: str | None, label: str) -> str:
    if wanted:
        for name in names:
            if name.casefold() == wanted.strip().casefold():
                return name
        raise BadValue(f"--sheet: there is no table {wanted!r}", [f"tables: {', '.join(names)}"])
    filled = [name for name in names if conn.execute(f"SELECT 1 FROM {_quoted(name)} LIMIT 1").fetchone()]
    if len(filled) == 1:
        return filled[0]
    if not names:
        raise KamError(f"{label} is empty: there is no table in it")
    if not filled:
        raise KamError(f"{label} is empty: there is no row in any of its tables")
    raise BadValue(f"{label} holds several tables; say which: --sheet NAME", [f"tables: {', '.join(filled)}"])


def _rows(cursor: sqlite3.Cursor, label: str) -> Iterator[Record]:
    number = 0
    try:
        while part := cursor.fetchmany(AT_ONCE):
            for values in part:
                number += 1
                cells, problem = frame.whole(list(map(_text, values)))
                if not frame.is_blank(cells):
                    if max(map(len, cells)) > LONGEST:
                        problem = f"a cell of more than {LONGEST:,} characters"
                    yield number, cells, problem
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BadTable(f"{label}, row {number + 1}: {error}", number + 1) from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        from kam_cli.formats.shown import shown

        return shown(value, "General")
    if isinstance(value, bytes):  # a picture, or a text that was stored as bytes
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            return ""
        return text if text.isprintable() else ""
    return str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
