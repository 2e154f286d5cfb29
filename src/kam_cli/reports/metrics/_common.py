"""What the reports share: the groups they can be broken down by, periods, and totals a currency."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.kinds import past_day
from kam_cli.params import Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

# What deals (`d`, of clients `c`) can be grouped by: word → (SQL of the group, SQL of what it is called).
OF_DEALS = {
    "product": ("d.product", "d.product"),
    "client": ("d.client_id", "c.name"),
    "segment": ("c.segment", "c.segment"),
    "source": ("c.source", "c.source"),
    "country": ("c.country", "c.country"),
}
ON_SCREEN = 40  # groups of a table on a terminal; pipes and machine formats get all

PERIOD = [
    Param(past_day, "from this day on", ("--since",)).named("since"),
    Param(past_day, "to this day, the last that counts", ("--until",)).named("until"),
]


def within(column: str, since: datetime.date | None, until: datetime.date | None) -> tuple[str, list[str]]:
    """SQL that holds for local dates of a period, both ends included; it begins with AND. Raises BadValue."""
    check_period(since, until)
    sql, args = "", []
    for operator, day in ((">=", since), ("<=", until)):
        if day:
            sql += f" AND {column} {operator} ?"
            args.append(day.isoformat())
    return sql, args


def check_period(since: datetime.date | None, until: datetime.date | None) -> None:
    """Raises BadValue for a period that ends before it begins."""
    if since and until and since > until:
        raise BadValue(f"--since {since} is after --until {until}; nothing lies between")


def said(since: datetime.date | None, until: datetime.date | None) -> str:
    """`` from 2026-01-01 to 2026-03-31`` for the heading of a table, as far as a period was given."""
    return "".join(f" {word} {day}" for word, day in (("from", since), ("to", until)) if day)


def by_currency(rows: list[Row], home: str, add: Callable[[list[Row]], Row]) -> list[Row]:
    """A total a currency, the book's own first: ``add`` makes it of the currency's rows."""
    currencies = sorted({row["currency"] for row in rows}, key=lambda one: (one != home, one))
    return [add([row for row in rows if row["currency"] == one]) | {"currency": one} for one in currencies]


def on_screen(c: Context, rows: list[Row]) -> list[Row]:
    """The first of many groups where a person reads them on a terminal, and a remark on the others."""
    if c.format != "table" or not c.terminal or len(rows) <= ON_SCREEN:
        return rows
    c.note(f"the first {ON_SCREEN} of {len(rows)} rows; --csv or a pipe has all")
    return rows[:ON_SCREEN]


def plain(value: float | None) -> float | None:
    """A number without a decimal point where it is whole."""
    return int(value) if value is not None and value == int(value) else value


def share(part: float, whole: float) -> float | None:
    """A percentage, unrounded; None of nothing."""
    return 100 * part / whole if whole else None


def exact(value: Any) -> Any:
    """An exact fraction as a number: whole, else a Decimal of 28 digits; None stays."""
    from decimal import Decimal

    if value is None:
        return None
    if value.denominator == 1:
        return int(value)
    return Decimal(value.numerator) / Decimal(value.denominator)


def mean(amounts: list[int]) -> Any:
    """The exact mean; None of nothing."""
    from fractions import Fraction

    return exact(Fraction(sum(amounts), len(amounts))) if amounts else None
