"""`kam metrics rfm`: who bought lately, often and much."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.orders import portfolio_rules as rules
from kam_cli.errors import BadValue
from kam_cli.output import Rows
from kam_cli.reports.metrics import _common as common
from kam_cli.reports.metrics import _revenue as turnover

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

DAYS = ", max(o.ordered_on) AS last_on, count(DISTINCT o.ordered_on) AS days"
KEYS = (
    "client",
    "recency_days",
    "frequency",
    "monetary_minor",
    "currency",
    "r",
    "f",
    "m",
    "segment",
    "client_id",
)


@verb(extra=common.PERIOD)
def rfm(c: Context, since: datetime.date | None = None, until: datetime.date | None = None) -> Rows:
    """Clients by recency, frequency and money: 1 to 5 each.

    Recency counts from the last order to today (or --until), frequency the further days on which he ordered. Scores are
    fifths of all clients, the same for ties; below 25 clients the bounds in config (rfm.recency …) hold.

    $ kam metrics rfm --since 2025-01-01
    """
    import datetime

    period, args = common.within("o.ordered_on", since, until)
    called, end = turnover.names(c.book), until or c.today
    found = turnover.by_client(c.book, period, args, DAYS)
    for row in found:
        row["client"] = called.get(row["client_id"])
        row["recency_days"] = (end - datetime.date.fromisoformat(row["last_on"])).days
        row["frequency"], row["monetary_minor"] = row["days"] - 1, row["revenue_minor"]
    rows = []
    for currency in sorted({row["currency"] for row in found}, key=lambda one: (one != c.currency, one)):
        rows += scored(c, [row for row in found if row["currency"] == currency])
    return Rows(
        common.on_screen(c, rows),
        show=KEYS[:-1],
        title=f"Ordered{common.said(since, until)}" if since or until else "",
        empty="nothing was ordered yet",
    )


def scored(c: Context, found: list[Row]) -> list[Row]:
    """The promised columns of the clients of one currency, the best first."""
    recency, frequency = ([row[name] for row in found] for name in ("recency_days", "frequency"))
    money = [float(row["monetary_minor"]) for row in found]
    if len(found) >= rules.FEW:
        scores = [rules.quintiles(recency, inverted=True), rules.quintiles(frequency), rules.quintiles(money)]
    else:
        from kam_cli.values.money import decimals

        unit = 10 ** decimals(found[0]["currency"])
        scores = [
            rules.graded(recency, bounds(c, "rfm.recency"), inverted=True),
            rules.graded(frequency, bounds(c, "rfm.frequency")),
            rules.graded(money, [one * unit for one in bounds(c, "rfm.monetary")]),
        ]
    for row, r, f, m in zip(found, *scores, strict=True):
        row |= {"r": r, "f": f, "m": m, "segment": rules.segment(r, f, m)}
    found.sort(key=lambda row: (-(row["r"] + row["f"] + row["m"]), -row["monetary_minor"], row["client_id"]))
    return [{name: row[name] for name in KEYS} for row in found]


def bounds(c: Context, key: str) -> list[int]:
    """Four ascending whole numbers of the config. Raises BadValue."""
    text = str(c.config.get(key))
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts):
        raise BadValue(
            f"{key}: {text[:40]!r} is not four whole numbers such as 30,90,180,365 (kam config set)"
        )
    found = [int(part) for part in parts]
    if found != sorted(found):
        raise BadValue(f"{key}: {text[:40]!r} does not rise (kam config set)")
    return found
