"""What is due now, and what was told of it already on which channel."""

from __future__ import annotations

from kam_cli import agenda

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

# An item is told once a channel; a new due day makes it a new item.
_KEY = "d.noun || ':' || d.id || ':' || d.kind || ':' || {due}"


def due(c: Context, channel: str | None) -> list[Row]:
    """What is due now, the most urgent first, as `agenda.item` has it with its ``key``.

    Overdue tasks, tasks of today (timed ones from their time on), appointments of the next hour and those of
    which nobody said what came of them, broken rhythms, critics without a call back, birthdays and dates of
    today. With a channel, only what was not told there.
    """
    values = agenda.values(c, 1)
    namer = agenda.Namer(c)
    found = []
    for part in agenda.parts():
        if part.now is None:
            continue
        key = _KEY.format(due="d.due_at" if " AS due_at" in part.columns else "coalesce(d.due_on, '')")
        sql = f"SELECT d.*, {key} AS key FROM ({part.select(now=True)}) d"
        if channel:
            told = f"SELECT 1 FROM deliveries x WHERE x.channel = :channel AND x.item = {key}"
            sql += f" WHERE NOT EXISTS ({told})"
        rows = agenda.fetch(c, sql, {**values, "channel": channel})
        found += [{**agenda.item(c, part, row, namer), "key": row["key"]} for row in rows]
    order = list(agenda.SECTIONS)
    return sorted(found, key=lambda row: (order.index(row["section"]), *agenda.by_time(row)))


def record(book: Book, channel: str, keys: Iterable[str]) -> None:
    """Remember, inside a write, that these items were told on the channel."""
    from kam_cli.book import utc_now

    book.conn.executemany(
        "INSERT INTO deliveries (channel, item, delivered_at) VALUES (?, ?, ?) "
        "ON CONFLICT (channel, item) DO UPDATE SET delivered_at = excluded.delivered_at",
        [(channel, key, utc_now()) for key in keys],
    )
