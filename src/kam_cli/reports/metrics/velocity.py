"""`kam metrics velocity`: what the pipeline brings in a day, and the four figures that make it."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.deals import rules, store
from kam_cli.output import Rows
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

OPEN = "SELECT currency, count(*) FROM deals WHERE status = 'open' AND deleted_at IS NULL GROUP BY currency"
CLOSED = """
SELECT d.currency, sum(d.status = 'won') AS won, sum(d.status = 'lost') AS lost, {sum}
FROM deals d WHERE d.status <> 'open' AND d.deleted_at IS NULL{period} GROUP BY d.currency
"""
CYCLES = """
SELECT currency, CAST(max(0, julianday(closed_on) - julianday(opened_on)) AS INTEGER) AS days,
  count(*) AS deals
FROM deals INDEXED BY deals_closed
WHERE status <> 'open' AND status = 'won' AND closed_on > '' AND deleted_at IS NULL{period} GROUP BY 1, 2
"""
SHOW = ("currency", "open_deals", "winrate_pct", "won_average", "cycle_days", "velocity_per_day")


@verb(extra=common.PERIOD)
def velocity(
    c: Context,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Rows:
    """What the pipeline brings a day, and the figures behind it.

    Open deals × win rate × average won value ÷ median cycle in days, of each currency.
    The cycle is that of won deals, from opening to closing. --since and --until choose the closed deals by
    their day of closing; the open ones are today's.

    $ kam metrics velocity --since "1 jan"
    """
    period, args = common.within("closed_on", since, until)
    opened = {row["currency"]: row["count(*)"] for row in c.book.rows(OPEN)}
    total = store.exact_sum("CASE d.status WHEN 'won' THEN d.value_minor END", "won_value")
    closed = {row["currency"]: row for row in c.book.rows(CLOSED.format(sum=total, period=period), args)}
    cycles: dict[str, dict[int, int]] = {}
    for row in c.book.rows(CYCLES.format(period=period), args):
        cycles.setdefault(row["currency"], {})[row["days"]] = row["deals"]
    currencies = sorted({*opened, *closed} or {c.currency}, key=lambda one: (one != c.currency, one))
    rows = [
        row_of(one, opened.get(one, 0), closed.get(one), rules.median_counted(cycles.get(one, {})))
        for one in currencies
    ]
    title = f"Deals closed{common.said(since, until)}" if since or until else ""
    return Rows(rows, show=SHOW, title=title)


def row_of(currency: str, open_deals: int, closed: Row | None, cycle: float | None) -> Row:
    """The four inputs and the result, in major units of the currency."""
    from kam_cli.values.money import decimals

    won, lost = (closed["won"], closed["lost"]) if closed else (0, 0)
    rate = rules.win_rate(won, lost)
    average = store.joined(closed, "won_value") / (won * 10 ** decimals(currency)) if closed and won else None
    return {
        "currency": currency,
        "open_deals": open_deals,
        "won": won,
        "lost": lost,
        "winrate_pct": None if rate is None else 100 * rate,
        "won_average": common.plain(average),
        "cycle_days": common.plain(cycle),
        "velocity_per_day": common.plain(rules.velocity(open_deals, rate, average, cycle)),
    }
