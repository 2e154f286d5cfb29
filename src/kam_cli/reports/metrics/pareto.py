"""`kam metrics pareto`: which few clients bring most of the turnover."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.orders import portfolio_rules as rules
from kam_cli.output import Rows
from kam_cli.reports.metrics import _common as common
from kam_cli.reports.metrics import _revenue as turnover

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

MUCH = 10  # percent of the turnover from which on one client is a risk


@verb(extra=common.PERIOD)
def pareto(c: Context, since: datetime.date | None = None, until: datetime.date | None = None) -> Rows:
    """Clients by turnover: who brings 80 % of it (A), who 95 % (B).

    The bounds are in config (pareto.a, pareto.b). A client with 10 % or more is flagged; the HHI of the concentration
    is the sum of the squared shares.

    $ kam metrics pareto --since 2026-01-01
    """
    period, args = common.within("o.ordered_on", since, until)
    called = turnover.names(c.book)
    found = turnover.by_client(c.book, period, args)
    found.sort(key=lambda row: (-row["revenue_minor"], row["client_id"]))
    rows, notes = [], []
    for currency in sorted({row["currency"] for row in found}, key=lambda one: (one != c.currency, one)):
        some = [row for row in found if row["currency"] == currency]
        rows += ranked(c, some, called)
        shares = [
            row["share_pct"] for row in rows if row["currency"] == currency and row["share_pct"] is not None
        ]
        notes.append(
            f"HHI {rules.concentration(shares):,.0f}" + (f" ({currency})" if currency != c.currency else "")
        )
    return Rows(
        common.on_screen(c, rows),
        show=("rank", "client", "revenue_minor", "share_pct", "cumulative_pct", "class", "is_concentrated"),
        bar="share_pct",
        title=f"Ordered{common.said(since, until)} · {', '.join(notes)}" if rows else "",
        empty="nothing was ordered yet",
    )


def ranked(c: Context, found: list[Row], called: dict[int, str]) -> list[Row]:
    """The promised columns of the clients of one currency, the one who brings most first."""
    whole = float(sum(row["revenue_minor"] for row in found))
    shares = [common.share(float(row["revenue_minor"]), whole) for row in found]
    known = [share or 0 for share in shares]
    letters = rules.classes(known, (c.config.get("pareto.a"), c.config.get("pareto.b")))
    rows, cumulative = [], 0
    for place, (row, share, letter) in enumerate(zip(found, shares, letters, strict=True), 1):
        cumulative += row["revenue_minor"]
        rows.append(
            {
                "rank": place, "client": called.get(row["client_id"]), "revenue_minor": row["revenue_minor"],
                "currency": row["currency"], "share_pct": share, "cumulative_pct": common.share(float(cumulative), whole),
                "class": letter, "is_concentrated": int((share or 0) >= MUCH), "client_id": row["client_id"], "orders": row["orders"],
            }
        )  # fmt: skip
    return rows
