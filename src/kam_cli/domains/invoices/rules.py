"""How old a debt is, and how long sales wait for their money."""

from __future__ import annotations

import datetime
from bisect import bisect_right

from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction


def bounds(text: str) -> list[int]:
    """``30,60,90`` as the last day of each bucket of overdue amounts. Raises BadValue unless they rise, from 1 on."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts) or len(parts) > 9:
        raise BadValue(f"money.buckets is {text[:40]!r}: write days like 30,60,90")
    days = [int(part) for part in parts]
    if days != sorted(set(days)) or days[0] < 1:
        raise BadValue(f"money.buckets is {text[:40]!r}: the days rise, from 1 on, like 30,60,90")
    return days


def buckets(days: list[int]) -> list[str]:
    """What the buckets are called: ``not_due d1_30 d31_60 d61_90 d90_plus`` of ``[30, 60, 90]``."""
    starts = [1, *(day + 1 for day in days)]
    return ["not_due", *(f"d{a}_{b}" for a, b in zip(starts, days, strict=False)), f"d{days[-1]}_plus"]


def due_from(day: datetime.date, days: list[int]) -> list[str]:
    """The first due day of each bucket but the last, newest bucket first: an amount is in the first whose day is not after its own.

    Days past due are counted from the due date to ``day``; what is due on that day is not due yet.
    """
    return [(day - datetime.timedelta(days=back)).isoformat() for back in (0, *days)]


def bucket_of(due_on: str, firsts: list[str]) -> int:
    """The index of the bucket of a due date (see `due_from`)."""
    return next((index for index, first in enumerate(firsts) if due_on >= first), len(firsts))


def dso(receivables: int, sales: int, days: int) -> Fraction | None:
    """Days sales outstanding: receivables ÷ credit sales of a period × its days, exactly; None without sales.

    Source: the count-back-free form taught in credit management; 50,000 ÷ 200,000 × 365 = 91.25.
    """
    from fractions import Fraction

    return Fraction(receivables, sales) * days if sales else None


def period_of(day: datetime.date, by: str, week_start: int = 0) -> tuple[datetime.date, datetime.date]:
    """First and last day of the week, month or quarter of a day; ``week_start`` 0 is a Monday, 6 a Sunday."""
    if by == "week":
        first = day - datetime.timedelta(days=(day.weekday() - week_start) % 7)
        return first, first + datetime.timedelta(days=6)
    months = 3 if by == "quarter" else 1
    month = (day.month - 1) // months * months + 1
    first = day.replace(month=month, day=1)
    end = month + months
    after = first.replace(year=first.year + (end > 12), month=(end - 1) % 12 + 1)
    return first, after - datetime.timedelta(days=1)


def periods(
    first: datetime.date, last: datetime.date, by: str | None, week_start: int = 0
) -> list[tuple[datetime.date, datetime.date]]:
    """First and last day of every period from one day to another, cut to them; all of it without ``by``."""
    found, day = [], first
    while day <= last:
        end = min(period_of(day, by, week_start)[1], last) if by else last
        found.append((day, end))
        day = end + datetime.timedelta(days=1)
    return found


class Account:
    """The balance of an account in minor units, day by day: ``steps`` are (day from which it holds, change), in order."""

    def __init__(self, steps: list[tuple[datetime.date, int]]) -> None:
        self.starts, self.balances = [datetime.date.min], [0]
        for day, change in steps:
            if day > self.starts[-1]:
                self.starts.append(day)
                self.balances.append(self.balances[-1])
            self.balances[-1] += change

    def over(self, first: datetime.date, last: datetime.date) -> list[tuple[int, int]]:
        """(days, balance) for each stretch of the days from one to another, both included."""
        found, day, after = [], first, last + datetime.timedelta(days=1)
        at = bisect_right(self.starts, first) - 1
        while day < after:
            end = min(after, self.starts[at + 1]) if at + 1 < len(self.starts) else after
            found.append(((end - day).days, self.balances[at]))
            day, at = end, at + 1
        return found


def account_figures(stretches: list[tuple[int, int]], limit: int | None) -> dict[str, object]:
    """``days``, exact mean ``balance`` (a Fraction), ``below_zero`` and ``beyond_limit`` (days; None without a limit)."""
    from fractions import Fraction

    days = sum(one for one, _ in stretches)
    return {
        "days": days,
        "balance": Fraction(sum(one * balance for one, balance in stretches), days) if days else None,
        "below_zero": sum(one for one, balance in stretches if balance < 0),
        "beyond_limit": None if limit is None else sum(one for one, balance in stretches if balance < -limit),
    }
