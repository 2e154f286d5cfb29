"""`kam metrics delivery`: what was delivered on time and in full, by client, department, month or tag."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.orders.store import IS_OPEN, LIVE
from kam_cli.kinds import choice, every
from kam_cli.output import Rows
from kam_cli.params import opt
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

# What orders can be grouped by: word → (SQL of the group, SQL of what it is called, joins).
_TAG = "LEFT JOIN order_tags t ON t.order_id = o.id"
GROUPS = {
    "client": ("o.client_id", "min(c.name)", "JOIN clients c ON c.id = o.client_id"),
    "month": ("substr({due}, 1, 7)", "substr({due}, 1, 7)", ""),
    "tag": ("t.tag_key", "min(t.tag)", _TAG),
}
COUNTS = """
count(*) AS orders, coalesce(sum({judged}), 0) AS judged, coalesce(sum({done} AND {on} <= {due}), 0) AS otif,
coalesce(sum({open} AND {due} < :today), 0) AS overdue,
sum(CASE WHEN {done} AND {on} > {due} THEN julianday({on}) - julianday({due})
  WHEN {open} AND {due} < :today THEN julianday(:today) - julianday({due}) END) AS late_days,
sum(CASE WHEN {done} THEN julianday({on}) - julianday({begun}) END) AS way_days, coalesce(sum({done}), 0) AS done"""
_DONE = "(o.shipped_on IS NOT NULL AND (o.status = 'delivered' OR o.status = 'returned'))"
SHOW = ("group", "orders", "otif", "late", "otif_pct", "overdue", "days_late", "days_to_deliver")


@verb(extra=common.PERIOD)
def delivery(
    c: Context,
    by: str | None = opt(choice(*GROUPS, "department"), "client, department, month or tag"),
    within: int | None = opt(every, "judge by so many days from the order, instead of the promised day"),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Rows:
    """Orders delivered in full and not later than promised (OTIF).

    The share is of the orders whose promised day has come, or that were delivered; one that is overdue counts as late
    before it is delivered. Cancelled ones do not count. --since and --until are promised days. By department it is of
    the parts that were handed over.

    $ kam metrics delivery --by client
    $ kam metrics delivery --within 3d --by tag
    """
    if by == "department":
        found = of_departments(c, within, since, until)
    else:
        found = of_orders(c, by, within, since, until)
    rows = [row_of(row) for row in found]
    total = {
        name: sum(row[name] or 0 for row in found)
        for name in ("orders", "judged", "otif", "overdue", "done", "late_days", "way_days")
    }
    return Rows(
        common.on_screen(c, rows),
        show=SHOW,
        totals=[row_of({"group": "total", **total})] if by and len(rows) > 1 and by != "tag" else [],
        bar="otif_pct" if by else "",
        title=f"Promised{common.said(since, until)}" if since or until else "",
        empty="nothing was ordered yet" if by != "department" else "no department has had a part of an order",
    )


def of_orders(
    c: Context, by: str | None, within: int | None, since: datetime.date | None, until: datetime.date | None
) -> list[Row]:
    """The counts of each group of orders, those with most orders first, months in their order."""
    due = "o.due_on" if within is None else f"date(o.ordered_on, '+{int(within)} days')"
    key, name, joins = GROUPS[by] if by else ("'all'", "'all'", "")
    judged = f"({_DONE} AND {due} IS NOT NULL OR {IS_OPEN} AND {due} < :today)"
    counts = COUNTS.format(
        due=due, judged=judged, done=_DONE, open=IS_OPEN, on="o.shipped_on", begun="o.ordered_on"
    )
    return fetch(c, by, key.format(due=due), name.format(due=due), counts,
                 f"orders o {joins} WHERE {LIVE} AND o.status <> 'cancelled'", due, since, until)  # fmt: skip


def of_departments(
    c: Context, within: int | None, since: datetime.date | None, until: datetime.date | None
) -> list[Row]:
    """The same of the parts that departments have of orders."""
    begun = "x.handed_on"
    due = "x.due_on" if within is None else f"date({begun}, '+{int(within)} days')"
    done, is_open = "(x.done_on IS NOT NULL)", "(x.done_on IS NULL)"
    judged = f"({done} AND {due} IS NOT NULL OR {is_open} AND {due} < :today)"
    counts = COUNTS.format(due=due, judged=judged, done=done, open=is_open, on="x.done_on", begun=begun)
    source = f"order_parts x JOIN orders o ON o.id = x.order_id WHERE {LIVE} AND o.status <> 'cancelled'"
    return fetch(c, "department", "x.department_key", "min(x.department)", counts, source, due, since, until)


def fetch(
    c: Context, by: str | None, key: str, name: str, counts: str, source: str, due: str,
    since: datetime.date | None, until: datetime.date | None,
) -> list[Row]:  # fmt: skip
    common.check_period(since, until)
    period = "".join(
        f" AND {due} {sign} :{word}"
        for sign, word, day in ((">=", "since", since), ("<=", "until", until))
        if day
    )
    args = {"today": c.today.isoformat()}
    args |= {word: day.isoformat() for word, day in (("since", since), ("until", until)) if day}
    rows = c.book.rows(
        f'SELECT {key} AS key, {name} AS "group", {counts} FROM {source}{period} GROUP BY 1', args
    )

    def rank(row: Row) -> tuple[Any, ...]:
        return row["group"] is None, 0 if by == "month" else -row["orders"], row["group"] or ""

    return sorted(rows, key=rank)


def row_of(row: Row) -> Row:
    """The promised columns; an average or a share of nothing is None."""
    late = row["judged"] - row["otif"]
    return {
        "group": row["group"],
        "orders": row["orders"],
        "judged": row["judged"],
        "otif": row["otif"],
        "late": late,
        "otif_pct": common.share(row["otif"], row["judged"]),
        "overdue": row["overdue"],
        "days_late": common.plain(row["late_days"] / late) if late else None,
        "days_to_deliver": common.plain(row["way_days"] / row["done"]) if row["done"] else None,
    }
