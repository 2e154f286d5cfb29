"""`kam metrics activity`: the contacts of a period by kind, and how many of them reached somebody."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.interactions.rules import KINDS
from kam_cli.kinds import choice
from kam_cli.output import Rows
from kam_cli.params import opt
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FIGURES = ("interactions", "reached", *KINDS, "minutes", "no_shows")
COUNTS = (
    "count(*) AS interactions, coalesce(sum(i.is_reached), 0) AS reached, "
    "coalesce(sum(i.minutes), 0) AS minutes, count(CASE i.outcome WHEN 'no-show' THEN 1 END) AS no_shows, "
    + ", ".join(f"count(CASE i.kind WHEN '{kind}' THEN 1 END) AS {kind}" for kind in KINDS)
)
HELD = "i.occurred_at >= ? AND i.occurred_at < ? AND i.deleted_at IS NULL AND i.is_planned = 0"
BETWEEN = f"SELECT {COUNTS} FROM interactions i WHERE {HELD}"
GROUPED = {
    "kind": f'SELECT i.kind AS "group", {COUNTS} FROM interactions i WHERE {HELD} GROUP BY 1',
    # Names are looked up once a client, and the index that holds all of it is read, not the clients' own.
    "client": 'SELECT c.name AS "group", x.* FROM (SELECT i.client_id, '
    f"{COUNTS} FROM interactions i INDEXED BY interactions_time WHERE {HELD} GROUP BY 1) x "
    "JOIN clients c ON c.id = x.client_id",
}


@verb(extra=common.PERIOD)
def activity(
    c: Context,
    by: str | None = opt(
        choice("week", "month", "kind", "client", "weekday"),
        "week (default), month, kind, client or weekday",
    ),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Rows:
    """Contacts by week and kind, and how many reached somebody.

    Without --since it is this week and the three before. What is planned does not count yet; a note is no
    attempt to reach anybody, so the share is of the others.

    $ kam metrics activity
    $ kam metrics activity --by client --since "1 jan" --json
    """
    by = by or "week"
    since, until = span(c, since, until)
    if by in GROUPED:
        found = c.book.rows(GROUPED[by], (bounds(c, since, until)))
        found.sort(key=lambda row: (-row["interactions"], row["group"]))
    else:
        found = list(periods(c, by, since, until))
    rows = [row_of(row["group"], row) for row in found]
    totals = (
        [row_of("total", {name: sum(row[name] for row in rows) for name in FIGURES})] if len(rows) > 1 else []
    )
    rows = common.on_screen(c, rows)
    if c.format == "table" and by != "kind":
        for row in (*rows, *totals):
            row["kinds"] = kinds(row)
    return Rows(
        rows,
        show=("group", "interactions", "reached", "reach_pct", "minutes", "no_shows", "kinds"),
        wide=("kinds",),
        totals=totals,
        bar="interactions",
        title=f"Contacts{common.said(since, until)}",
        empty="nothing was logged then",
    )


def kinds(row: Row) -> str:
    """``call 11, email 2``: the kinds that occurred, the most frequent first."""
    found = sorted((kind for kind in KINDS if row[kind]), key=lambda kind: -row[kind])
    return ", ".join(f"{kind} {row[kind]}" for kind in found)


def span(
    c: Context, since: datetime.date | None, until: datetime.date | None
) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of the report; without a first one, four weeks up to the last."""
    import datetime

    from kam_cli.values.dates import period

    common.check_period(since, until)
    last = until or c.today
    first = since or period(last, "week")[0] - datetime.timedelta(weeks=3)
    return first, max(first, last)


def bounds(c: Context, first: datetime.date, last: datetime.date) -> tuple[str, str]:
    """The UTC instants between which these local days lie."""
    from kam_cli.values.clock import local_day_bounds

    return local_day_bounds(first, c.tz)[0], local_day_bounds(last, c.tz)[1]


def periods(c: Context, by: str, first: datetime.date, last: datetime.date) -> Iterator[Row]:
    """The counts of each week or month, also of those without a contact, or of each day of the week."""
    import datetime

    from kam_cli.values.dates import period, period_label

    kind = "day" if by == "weekday" else by
    days: dict[str, Row] = {name: dict.fromkeys(FIGURES, 0) for name in WEEKDAYS} if by == "weekday" else {}
    day = first
    while day <= last:
        end = min(period(day, kind)[1] - datetime.timedelta(1), last)
        row = c.book.row(BETWEEN, bounds(c, day, end)) or {}
        if by == "weekday":
            sums = days[WEEKDAYS[day.weekday()]]
            sums |= {name: sums[name] + row[name] for name in FIGURES}
        else:
            yield {"group": period_label(day, kind), **row}
        day = end + datetime.timedelta(1)
    yield from ({"group": name, **sums} for name, sums in days.items())


def row_of(group: str, counts: Row) -> Row:
    """The figures of a group, and the share of its attempts that reached somebody; None of no attempt."""
    share = common.share(counts["reached"], counts["interactions"] - counts["note"])
    own = {name: counts[name] for name in FIGURES}
    return {
        "group": group,
        "interactions": own.pop("interactions"),
        "reached": own.pop("reached"),
        "reach_pct": share,
        **own,
    }
