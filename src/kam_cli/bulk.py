"""Many rows added to a table at once, journalled as one range of ids."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kam_cli.book import Book

PART = 3000  # rows held at a time where there are many


def insert(book: Book, table: str, columns: Mapping[str, Sequence[Any]]) -> range:
    """Add rows that are given column by column, all of the same length; their numbers are returned, in the same order.

    ``columns`` must hold ``uid`` (see `new_uids`), ``created_at`` and ``updated_at`` where the table has them.
    """
    from kam_cli import journal

    shared, varied = _parted(columns)
    if not varied:
        return range(0)
    into, marks = ", ".join(varied), ", ".join("?" * len(varied))
    waiting, conn = f"temp.waiting_{table}", book.conn
    # A statement that may fail half-way keeps a copy of every page it changes, so that one for all rows takes half the
    # time of one for some; those copies are in memory, too: no more than a few thousand rows at a time.
    conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS waiting_{table} AS SELECT * FROM {table} WHERE 0")
    conn.executemany(f"INSERT INTO {waiting} ({into}) VALUES ({marks})", zip(*varied.values(), strict=True))
    with journal.Bulk(book, table) as bulk:
        names, values = ", ".join((*varied, *shared)), ", ".join((*varied, *"?" * len(shared)))
        sql = f"INSERT INTO {table} ({names}) SELECT {values} FROM {waiting} ORDER BY rowid"
        conn.execute(sql, tuple(shared.values()))
    conn.execute(f"DELETE FROM {waiting}")
    return bulk.ids


def _parted(columns: Mapping[str, Sequence[Any]]) -> tuple[dict[str, Any], dict[str, Sequence[Any]]]:
    """The values that all rows share, by their columns, and the other columns; at least one of these where there are rows."""
    shared: dict[str, Any] = {}
    varied: dict[str, Sequence[Any]] = {}
    for name, values in columns.items():
        if len(values) and (not varied or values.count(values[0]) < len(values)):
            varied[name] = values
        elif len(values):
            shared[name] = values[0]
    return shared, varied
