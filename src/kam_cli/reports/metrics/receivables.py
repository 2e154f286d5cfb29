"""`kam metrics receivables`: what clients owe, by how long it is overdue, today or at the end of any day."""

from __future__ import annotations

import datetime

from kam_cli.command import verb
from kam_cli.domains.invoices import owed, rules
from kam_cli.kinds import choice, past_day
from kam_cli.output import Rows
from kam_cli.params import opt
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

GROUPS = ("client", "currency", "total")


@verb()
def receivables(
    c: Context,
    by: str | None = opt(
        choice(*GROUPS), "client (default), currency, or total: the same, 0 where nothing is owed"
    ),
    at: datetime.date | None = opt(past_day, "at the end of this day; today", "--at", "--until"),
) -> Rows | str:
    """What is owed: not due, and overdue by days.

    Later payments do not count. Credit stands beside it, and is not taken off. The buckets: config money.buckets.

    $ kam metrics receivables
    $ kam metrics receivables --at 2026-01-31 --by currency
    """
    day = at or c.today
    days = rules.bounds(c.config.get("money.buckets"))
    names = [f"{name}_minor" for name in rules.buckets(days)]
    if c.format == "json" and by in (None, "client"):
        from kam_cli.domains.invoices import owed_json

        if text := owed_json.text(c.book, day, days):
            return text
    columns, found = owed.table(c.book, day, days, by_client=by in (None, "client"))
    rows = [dict(zip(columns, row, strict=True)) for row in found]
    if by == "total" and not rows:
        rows = [
            {
                "client_id": None,
                "client": None,
                "currency": c.currency,
                **dict.fromkeys(("total_minor", *names, "credit_minor"), 0),
            }
        ]
    totals = []
    if by in (None, "client") and c.format == "table":
        totals = common.by_currency(rows, c.currency, lambda part: _total(part, names))
    shown = [name for name in (*names, "credit_minor") if any(row[name] for row in rows)]
    return Rows(
        common.on_screen(c, rows),
        show=("client", "total_minor", *shown)
        if by in (None, "client")
        else ("currency", "total_minor", *shown),
        totals=totals,
        title=f"Owed at the end of {day}" if at else "",
        empty=f"nobody {'owes' if day >= c.today else 'owed'} anything" + (f" on {day}" if at else ""),
    )


def _total(rows: list[Row], names: list[str]) -> Row:
    return {
        "client": "total",
        **{name: sum(row[name] for row in rows) for name in ("total_minor", *names, "credit_minor")},
    }
