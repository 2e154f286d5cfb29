"""What stands in the owner's calendar, as data: each noun says in its `agenda.py` which records have a time."""

from __future__ import annotations

from kam_cli import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


class Dated:
    """Records of one noun that have a time, as SQL over its table ``t``.

    ``columns``  ``id uid updated_at summary``, and of ``at`` (UTC) with ``is_timed``, or ``day`` with ``time`` (local HH:MM
                 or NULL), one pair; also ``minutes client contact text kind is_done``, where there are any.
    ``where``    which are shown; those before ``:since`` (UTC text, or local day as ``:since_on``) are not.
    ``todo``     whether it is something to be done, which a program for to-dos can show, too.
    """

    __slots__ = ("columns", "order", "source", "todo", "where")

    def __init__(self, source: str, columns: str, where: str, order: str, *, todo: bool = False) -> None:
        self.source = source
        self.columns = columns
        self.where = where
        self.order = order
        self.todo = todo


def items(c: Context, since_on: str) -> list[Row]:
    """All of them from a local day on: the columns of `Dated`, with ``noun``, ``todo``, and ``start``: an aware local time,
    or a date."""
    import datetime

    from kam_cli.values.clock import local_day_bounds

    since = local_day_bounds(datetime.date.fromisoformat(since_on), c.tz)[0]
    found = []
    for entry in registry.ENTRIES:
        if entry.agenda:
            for part in getattr(registry.load(entry.module + ".agenda"), "DATED", ()):
                sql = f"SELECT {part.columns} FROM {part.source} WHERE {part.where} ORDER BY {part.order}"
                rows = c.book.rows(sql, {"since": since, "since_on": since_on})
                found += [
                    {**row, "noun": entry.name, "todo": part.todo, "start": _start(c, row)} for row in rows
                ]
    return found


def _start(c: Context, row: Row) -> Any:
    import datetime

    from kam_cli.values.clock import to_local, to_utc

    if "at" in row:
        local = to_local(row["at"], c.tz)
        return local if row["is_timed"] else local.date()
    day = datetime.date.fromisoformat(row["day"])
    if row["time"] is None:
        return day
    return to_local(to_utc(day, datetime.time.fromisoformat(row["time"]), c.tz), c.tz)
