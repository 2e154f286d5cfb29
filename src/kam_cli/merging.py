"""Merging two rows: whatever points to the one is made to point to the other, found by the schema's foreign keys.

So a later noun needs no line of code to keep its records through a merge (see `reach.links`).
"""

from __future__ import annotations

from kam_cli import reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.reach import Link

# Columns that do not tell whether two rows say the same.
_OWN = ("id", "uid", "created_at", "updated_at")


def pointing(book: Book, table: str, row_id: int) -> dict[str, int]:
    """How many rows of each table point to a row, without zeros and without those that were removed."""
    counts: dict[str, int] = {}
    for link in reach.links(book):
        if link.parent == table and link.table != table:
            alive = " AND deleted_at IS NULL" if "deleted_at" in _columns(book, link.table) else ""
            sql = f"SELECT count(*) FROM {link.table} WHERE {_points(link)}{alive}"
            counts[link.table] = counts.get(link.table, 0) + book.value(sql, (row_id,))
    return {name: count for name, count in counts.items() if count}


def absorb(book: Book, table: str, into: int, gone: int) -> None:
    """Make all that points to the row ``gone`` of a table point to the row ``into``, inside a write.

    A row without a uid is no record of its own (a name, a participation, an id elsewhere): where it then says what
    another says, or links the row with itself, it is deleted.
    """
    from kam_cli.stamps import utc_now

    mine = [link for link in reach.links(book) if link.parent == table]
    for link in mine:
        stamp = ", updated_at = ?" if "updated_at" in _columns(book, link.table) else ""
        args = (into, utc_now(), gone) if stamp else (into, gone)
        sql = f"UPDATE {link.table} SET {link.column} = ?{stamp} WHERE {_points(link)}"
        book.conn.execute(sql, args)
    for name in {link.table for link in mine}:
        columns = _columns(book, name)
        if "uid" not in columns:
            _drop_repeats(book, name, columns, [link for link in mine if link.table == name], into)


def _drop_repeats(book: Book, table: str, columns: list[str], links: list[Link], into: int) -> None:
    if len({link.column for link in links}) > 1:
        both = " AND ".join(f"{column} = :into" for column in sorted({link.column for link in links}))
        book.conn.execute(f"DELETE FROM {table} WHERE {both}", {"into": into})
    # A text is told by its search key, where it has one.
    told = [name for name in columns if name not in _OWN and f"{name}_key" not in columns]
    same = " AND ".join(f"older.{name} IS x.{name}" for name in told)
    for link in links:
        book.conn.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT x.id FROM {table} x WHERE {_points(link, 'x.')} "
            f"AND EXISTS (SELECT 1 FROM {table} older WHERE older.id < x.id AND {same}))",
            (into,),
        )


def _points(link: Link, alias: str = "") -> str:
    """SQL for the rows that point by this link to the row of a number."""
    of_noun = f"{alias}noun = '{link.noun}' AND " if link.noun else ""
    return f"{of_noun}{alias}{link.column} = ?"


def _columns(book: Book, table: str) -> list[str]:
    rows: list[dict[str, Any]] = book.rows(f"PRAGMA table_info({table})")
    return [row["name"] for row in rows]
