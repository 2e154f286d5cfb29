"""`kam metrics balance`: the accounts of clients by day, on average and below zero, a row a period."""

from __future__ import annotations

import datetime
from itertools import groupby

from kam_cli.command import verb
from kam_cli.domains.invoices import owed, rules, store
from kam_cli.domains.terms import store as terms
from kam_cli.kinds import choice, ref
from kam_cli.output import Rows
from kam_cli.params import opt
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]

WEEK_STARTS = {"mon": 0, "sun": 6}


@verb(extra=common.PERIOD)
def balance(
    c: Context,
    by: str | None = opt(choice("week", "month", "quarter"), "week, month or quarter; else all of it"),
    client: Ref | None = opt(ref("client"), "of this client"),
    week_start: str | None = opt(choice(*WEEK_STARTS), "weeks begin on mon (default) or sun"),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Rows:
    """The account of each client by day: what he paid less what was invoiced.

    A payment counts from its day on, an invoice from the day after: who pays at once is never below zero. Shown are
    the average balance, the days below zero and beyond the credit limit (kam terms), and the average invoice; from the
    first entry, or --since, to today, or --until.

    $ kam metrics balance --by month --since 2026-01-01
    $ kam metrics balance --client acme --json
    """
    common.check_period(since, until)
    last, rows = until or c.today, []
    names, limits = store.client_names(c.book), terms.limits(c.book)
    for _, entries in groupby(owed.entries(c.book, client.id if client else None), lambda row: row[:2]):
        rows += account(list(entries), by, WEEK_STARTS[week_start or "mon"], since, last, names, limits)
    shown = [name for name in ("days_beyond_limit",) if any(row[name] is not None for row in rows)]
    return Rows(
        common.on_screen(c, rows),
        show=(
            "client",
            "period",
            "balance_average_minor",
            "days_below_zero",
            *shown,
            "transaction_average_minor",
            "transactions",
        ),
        wide=("transactions",),
        empty="nothing was invoiced or paid",
    )


def account(
    entries: list[Any],
    by: str | None,
    week_start: int,
    since: datetime.date | None,
    last: datetime.date,
    names: dict[int | None, str],
    limits: dict[tuple[int, str], int],
) -> list[Row]:
    """The rows of one client and currency; ``entries`` are those of `owed.entries`."""
    client_id, currency = entries[0][:2]
    name, limit = names.get(client_id), limits.get((client_id, currency))
    steps = [(datetime.date.fromisoformat(entry[2]), entry[3]) for entry in entries]
    first = since or datetime.date.fromisoformat(min(entry[4] for entry in entries))
    held, found = rules.Account(steps), []
    invoices = [(entry[4], -entry[3]) for entry in entries if entry[5] == "invoice"]
    for start, end in rules.periods(first, last, by, week_start):
        figures = rules.account_figures(held.over(start, end), limit)
        amounts = [minor for day, minor in invoices if start.isoformat() <= day <= end.isoformat()]
        row: Row = {
            "client_id": client_id,
            "client": name,
            "currency": currency,
            "period": label(start, by, week_start),
        }
        row |= {"start_on": start.isoformat(), "end_on": end.isoformat(), "days": figures["days"]}
        row |= {
            "balance_average_minor": common.exact(figures["balance"]),
            "days_below_zero": figures["below_zero"],
        }
        row |= {
            "days_beyond_limit": figures["beyond_limit"],
            "limit_minor": limit,
            "transactions": len(amounts),
        }
        found.append(row | {"transaction_average_minor": common.mean(amounts)})
    return found


def label(start: datetime.date, by: str | None, week_start: int) -> str:
    """What a period is called; a week that begins on a Sunday by its first day."""
    from kam_cli.values.dates import period_label

    return period_label(start, "day" if by is None or (by == "week" and week_start) else by)
