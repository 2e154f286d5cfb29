"""`kam metrics revenue`: the turnover, exactly, by client, product, tag, period …"""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.kinds import choice
from kam_cli.output import Rows
from kam_cli.params import opt
from kam_cli.reports.metrics import _common as common
from kam_cli.reports.metrics import _revenue as turnover

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

GROUPS = ("client", "product", "category", "tag", *turnover.PERIODS, *turnover.OF_CLIENT)


@verb(extra=common.PERIOD)
def revenue(
    c: Context,
    by: str | None = opt(choice(*GROUPS), "client, product, category, tag, month, quarter, year, segment …"),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Rows:
    """Turnover from orders, exact to the last decimal.

    By the day of the order; cancelled and returned ones do not count. Lines add up exactly and are rounded when they
    are shown, halves up; JSON has the exact sum. An order with two tags counts for both of them.

    $ kam metrics revenue --by month --since 2026-01-01
    $ kam metrics revenue --by tag --json
    """
    period, args = common.within("o.ordered_on", since, until)
    sums = turnover.totals(c.book, period, args)
    whole = {row["currency"]: row["revenue_minor"] for row in sums}
    found = turnover.grouped(c.book, by, period, args) if by else [{"group": "all", **row} for row in sums]
    found = found or (
        [] if by else [{"group": "all", "currency": c.currency, "orders": 0, "revenue_minor": 0}]
    )
    rows = [row_of(row, whole) for row in sorted(found, key=lambda row: rank(c, by, row))]
    totals = [row_of({"group": "total", **row}, whole) for row in sorted(sums, key=lambda row: own(c, row))]
    return Rows(
        common.on_screen(c, rows),
        show=("group", "orders", "revenue_minor", "share_pct"),
        totals=totals if by else [],
        bar="share_pct" if by else "",
        title=f"Ordered{common.said(since, until)}" if since or until else "",
        empty="nothing was ordered yet",
    )


def own(c: Context, row: Row) -> tuple[bool, str]:
    """The book's own currency first."""
    return row["currency"] != c.currency, row["currency"]


def rank(c: Context, by: str | None, row: Row) -> tuple[Any, ...]:
    """Periods in their order, other groups by what they brought; what belongs to none comes last."""
    if by in turnover.PERIODS:
        return (row["group"], *own(c, row))
    return (*own(c, row), row["group"] is None, -row["revenue_minor"], row["group"] or "")


def row_of(row: Row, whole: Row) -> Row:
    """The promised columns, with the share of all turnover in the same currency."""
    share = common.share(float(row["revenue_minor"]), float(whole.get(row["currency"]) or 0))
    return {name: row[name] for name in ("group", "orders", "revenue_minor", "currency")} | {
        "share_pct": share
    }
