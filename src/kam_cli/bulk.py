"""Many rows added to a table at once, journalled as one range of ids."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kam_cli.book import Book

PART = 2000  # rows held at a time where there are many
ROWS_AT_ONCE = 200  # many rows a statement halve the time of one a statement
PARAMETERS = 30_000  # of a statement, of the 32,766 that SQLite takes


def insert(book: Book, table: str, columns: Mapping[str, Sequence[Any]]) -> range:
    """Add rows that are given column by column, all of the same length; their numbers are returned, in the same order.

    ``columns`` must hold ``uid`` (see `new_uids`), ``created_at`` and ``updated_at`` where the table has them.
    """
    from itertools import chain, islice

    from kam_cli import journal

    shared, varied = _parted(columns)
    names = ", ".join((*shared, *varied))
    row = ", ".join([*(f"?{number}" for number in range(1, len(shared) + 1)), *"?" * len(varied)])
    size = min(ROWS_AT_ONCE, PARAMETERS // (len(columns) or 1))
    rows = zip(*varied.values(), strict=True) if varied else iter([()] * len(next(iter(columns.values()), ())))
    with journal.Bulk(book, table) as bulk:
        while some := list(islice(rows, size)):
            sql = f"INSERT INTO {table} ({names}) VALUES {', '.join([f'({row})'] * len(some))}"
            book.conn.execute(sql, [*shared.values(), *chain.from_iterable(some)])
    return bulk.ids


def _parted(columns: Mapping[str, Sequence[Any]]) -> tuple[dict[str, Any], dict[str, Sequence[Any]]]:
    """The values that all rows share, by their columns, and the other columns: to hand over a value costs as much as to store it."""
    shared: dict[str, Any] = {}
    varied: dict[str, Sequence[Any]] = {}
    for name, values in columns.items():
        if len(values) > 1 and values.count(values[0]) == len(values):
            shared[name] = values[0]
        else:
            varied[name] = values
    return shared, varied
