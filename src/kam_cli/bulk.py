"""Many rows added to a table at once, journalled as one range of ids."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kam_cli.book import Book

PART = 3000  # rows held at a time where there are many
LARGE = 1000  # rows from which on an import puts indexes off
SORTING_KB = 4_000  # of pages


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


def put_off(book: Book, indexes: Sequence[str]) -> list[str]:
    """Drop those of the indexes whose tables are empty; gives the SQL that makes them again.

    Among a million rows an index whose order is not theirs is made from sorted keys in a fifth of the time in which
    it is kept; nothing may ask it meanwhile.
    """
    marks = ", ".join("?" * len(indexes))
    found = book.rows(f"SELECT name, tbl_name, sql FROM sqlite_master WHERE name IN ({marks})", indexes)
    empty = {
        table: not book.value(f"SELECT 1 FROM {table} LIMIT 1")
        for table in {one["tbl_name"] for one in found}
    }
    dropped = [one for one in found if empty[one["tbl_name"]]]
    for one in dropped:
        book.conn.execute(f"DROP INDEX {one['name']}")
    return [one["sql"] for one in dropped]


def make_up(book: Book, statements: Sequence[str]) -> None:
    """Make the indexes that were put off; their keys are sorted in memory, which pages leave for that time."""
    if not statements:
        return
    before = book.value("PRAGMA cache_size")
    book.conn.execute(f"PRAGMA cache_size = -{SORTING_KB}")
    book.conn.execute("PRAGMA shrink_memory")
    for sql in statements:
        book.conn.execute(sql)
    book.conn.execute(f"PRAGMA cache_size = {before}")


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
