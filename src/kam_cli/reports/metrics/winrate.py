"""`kam metrics winrate`: how many of the closed deals were won, by count and by value."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.deals import rules, store
from kam_cli.kinds import choice
from kam_cli.output import Rows
from kam_cli.params import opt
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

_QUARTER = "substr(d.closed_on, 1, 4) || '-Q' || ((substr(d.closed_on, 6, 2) + 2) / 3)"
PERIODS = {
    "month": ("substr(d.closed_on, 1, 7)",) * 2,
    "quarter": (_QUARTER,) * 2,
    "year": ("substr(d.closed_on, 1, 4)",) * 2,
}
GROUPS = {
    **PERIODS,
    **common.OF_DEALS,
    "competitor": ("d.competitor", "d.competitor"),
    "reason": ("d.reason", "d.reason"),
}
CLOSED = """
SELECT {key} AS key, {name} AS "group", d.currency,
  sum(d.status = 'won') AS won, sum(d.status = 'lost') AS lost, {sums}
FROM deals d {source} WHERE d.status <> 'open' AND d.deleted_at IS NULL{period} GROUP BY 1, d.currency
"""
SUMS = ", ".join(
    store.exact_sum(f"CASE d.status WHEN '{status}' THEN d.value_minor END", f"{status}_value")
    for status in ("won", "lost")
)
SHOW = ("group", "won", "lost", "winrate_pct", "won_value_minor", "winrate_value_pct")


@verb(extra=common.PERIOD)
def winrate(
    c: Context,
    by: str | None = opt(choice(*GROUPS), "month, quarter, year, product, client, reason …"),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Rows:
    """Won deals among the closed ones, by count and by value.

    --since and --until are days of closing. Deals in several currencies have a row for each.

    $ kam metrics winrate --by quarter
    $ kam metrics winrate --by reason --since 2026-01-01
    """
    rows = closed(c, by, since, until)
    totals = common.by_currency(rows, c.currency, total)
    if len(totals) > 1:
        totals.append({"group": "together", **rates(sum_of(rows, "won"), sum_of(rows, "lost"))})
    if not by:
        totals = totals[len(rows) :]
    if not by and not rows:
        rows = [row_of("all", c.currency, 0, 0, 0, 0)]
    return Rows(
        common.on_screen(c, rows),
        show=SHOW,
        totals=totals,
        bar="winrate_pct" if by else "",
        title=f"Deals closed{common.said(since, until)}" if since or until else "",
        empty="no deal was closed yet",
    )


def closed(c: Context, by: str | None, since: datetime.date | None, until: datetime.date | None) -> list[Row]:
    """A row a group and currency: periods in their order, other groups by the number of their deals."""
    key, name = GROUPS[by] if by else ("'all'", "'all'")
    period, args = common.within("d.closed_on", since, until)
    # Most deals are closed ones: without a period, where no index has it all, the table is read as it lies.
    source = "" if by is None or by in PERIODS or period else "NOT INDEXED"
    source += " JOIN clients c ON c.id = d.client_id" if "c." in name else ""
    found = c.book.rows(CLOSED.format(key=key, name=name, source=source, sums=SUMS, period=period), args)
    counts: dict[Any, int] = {}
    for row in found:
        counts[row["key"]] = counts.get(row["key"], 0) + row["won"] + row["lost"]

    def rank(row: Row) -> tuple[Any, ...]:
        most = 0 if by in PERIODS else -counts[row["key"]]
        own = row["currency"] != c.currency, row["currency"]
        return row["group"] is None, most, row["group"] or "", row["key"] or 0, own

    return [
        row_of(row["group"], row["currency"], row["won"], row["lost"], *values_of(row))
        for row in sorted(found, key=rank)
    ]


def values_of(row: Row) -> tuple[int, int]:
    """Won and lost value in minor units."""
    return store.joined(row, "won_value"), store.joined(row, "lost_value")


def row_of(group: str | None, currency: str, won: int, lost: int, won_minor: int, lost_minor: int) -> Row:
    """The promised columns; a rate of nothing is None."""
    by_value = rules.win_rate(won_minor, lost_minor)
    values = {"won_value_minor": won_minor, "winrate_value_pct": None if by_value is None else 100 * by_value}
    return {
        "group": group,
        **rates(won, lost),
        **values,
        "lost_value_minor": lost_minor,
        "currency": currency,
    }


def rates(won: int, lost: int) -> Row:
    rate = rules.win_rate(won, lost)
    return {"won": won, "lost": lost, "winrate_pct": None if rate is None else 100 * rate}


def sum_of(rows: list[Row], name: str) -> int:
    return sum(row[name] for row in rows)


def total(rows: list[Row]) -> Row:
    won, lost, *values = (
        sum_of(rows, name) for name in ("won", "lost", "won_value_minor", "lost_value_minor")
    )
    return row_of("total", rows[0]["currency"], won, lost, *values)
