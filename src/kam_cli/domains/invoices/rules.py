"""How old a debt is, and how long sales wait for their money."""

from __future__ import annotations

import datetime

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
