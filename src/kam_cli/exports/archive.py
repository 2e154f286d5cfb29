"""`kam export archive`: the whole book as one file of JSON lines."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.errors import BadValue
from kam_cli.exports._target import TARGET, deliver

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.command import Context

    Tables = dict[str, list[str]]  # name → columns

OTHERS = ("csv", "tsv", "xlsx", "md", "vcf", "ics")


@verb(extra=TARGET)
def archive(c: Context, **target: Any) -> Any:
    """The whole book as JSON lines with checksums.

    Every record as it is stored, removed ones too, but not the history of changes, which kam backup keeps. kam import
    brings it back exactly, into an empty book, of a later kam too. Meant as well by: kam export --to FILE

    $ kam export archive --to book.jsonl
    $ kam export archive | gzip > book.jsonl.gz
    """
    from kam_cli import __version__
    from kam_cli.formats.archive import write

    _refuse_other_formats(c, target["to"])
    copy = moment(c.db_path)
    tables = tables_of(copy)
    counts = {name: copy.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    given = dict(copy.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name").fetchall())
    header = {
        "kam": __version__,
        "schema": copy.execute("PRAGMA user_version").fetchone()[0],
        "book_uid": copy.execute("SELECT book_uid FROM meta").fetchone()[0],
        "rows": counts,
        "numbers": {name: given[name] for name in tables if name in given},
    }
    total = sum(counts.values())

    def rows(name: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
        return iter(copy.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY id"))

    parts = write(header, ((name, columns, rows(name, columns)) for name, columns in tables.items()))
    return deliver(
        c, parts, target, lambda: (f"the whole book, {total:,} rows,", {"rows": total, "tables": counts})
    )


def _refuse_other_formats(c: Context, to: str | None) -> None:
    import os

    ending = os.path.splitext(to or "")[1].removeprefix(".").lower()
    asked = c.flags.get("format") if to in (None, "-") else None
    if ending in OTHERS or asked in OTHERS:
        raise BadValue(
            f"an archive is JSON lines; for a table name the noun: kam export clients --to clients.{ending or asked}"
        )


def moment(book: str) -> sqlite3.Connection:
    """The book as it is now, verified, in a temporary database without a name: nobody waits while it is read."""
    import sqlite3

    from kam_cli.backup import snapshot

    copy = sqlite3.connect("", isolation_level=None)
    copy.execute("PRAGMA journal_mode = OFF")
    snapshot(book, copy)
    # A text of another program that is no UTF-8 comes back as it was, too.
    copy.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return copy


def tables_of(conn: sqlite3.Connection) -> Tables:
    """The tables that hold what the owner has entered, with their stored columns, sorted by name."""
    from kam_cli.migrations import blank

    schema = blank()
    try:
        known = schema.column(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL TABLE%'"
        )
    finally:
        schema.close()
    from kam_cli.journal import KERNEL

    names = sorted(one for one in known if one not in KERNEL and not one.startswith(("sqlite_", "search")))
    return {name: columns_of(conn, name) for name in names}


def columns_of(conn: sqlite3.Connection, table: str) -> list[str]:
    """The stored columns of a table."""
    rows = conn.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", (table,))
    return [row[0] for row in rows.fetchall()]
