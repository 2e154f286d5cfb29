"""`kam metrics dso`: how many days of sales wait for their money."""

from __future__ import annotations

import datetime

from kam_cli.command import verb
from kam_cli.domains.invoices import owed, rules, store
from kam_cli.kinds import choice, integer, past_day
from kam_cli.output import Rows
from kam_cli.params import opt
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

DAYS = 365


@verb()
def dso(
    c: Context,
    by: str | None = opt(choice("currency", "client"), "currency (default) or client"),
    at: datetime.date | None = opt(past_day, "at the end of this day; today", "--at", "--until"),
    days: int | None = opt(integer(1, 3660), f"over the invoices of so many days; {DAYS}"),
) -> Rows:
    """Days sales outstanding: receivables ÷ invoiced × days.

    $ kam metrics dso
    $ kam metrics dso --days 90 --at 2026-01-31 --by client
    """
    day, length = at or c.today, days or DAYS
    first = day - datetime.timedelta(days=length - 1)
    by_client = by == "client"
    sold = store.invoiced(c.book, first.isoformat(), day.isoformat(), by_client)
    rows = owed.receivables(c.book, day, [30], by_client)
    open_now = {(row["client_id"], row["currency"]): row["total_minor"] for row in rows}
    names = store.client_names(c.book) if by_client else {}
    found = []
    for key in {**sold, **open_now}:
        owes, sales = open_now.get(key, 0), sold.get(key, 0)
        if not owes and not sales:
            continue  # he has credit only
        value = rules.dso(owes, sales, length)
        amounts = {"receivables_minor": owes, "sales_minor": sales, "currency": key[1]}
        found.append(
            {
                "client_id": key[0],
                "client": names.get(key[0]),
                **amounts,
                "days": length,
                "dso": common.exact(value),
            }
        )
    found.sort(key=lambda row: (-(row["dso"] or 0), row["client_id"] or 0, row["currency"]))
    return Rows(
        common.on_screen(c, found),
        show=("client" if by_client else "currency", "dso", "receivables_minor", "sales_minor"),
        title=f"{first} to {day}, {length} days",
        empty="nothing was invoiced yet",
    )
