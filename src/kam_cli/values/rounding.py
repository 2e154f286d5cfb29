"""The rule of rounding, stated once: halves up, away from zero, where an amount becomes something paid or printed.

A line of an offer, the total of an order and an invoice are rounded, once each. What is added up from them is exact;
turnover that rests on unrounded lines adds up exactly and is rounded when it is shown. Integers only: a float has no
halves to speak of, and a Decimal would round to the precision of its context.
"""

from __future__ import annotations

WHOLE_BP = 10_000  # hundredths of a percent


def halves_up(dividend: int, divisor: int = 1) -> int:
    """The whole number nearest to ``dividend / divisor``; a half goes away from zero: 5/2 → 3, -5/2 → -3.

    Raises ZeroDivisionError.
    """
    if divisor < 0:
        dividend, divisor = -dividend, -divisor
    half_up = (2 * abs(dividend) + divisor) // (2 * divisor)
    return half_up if dividend >= 0 else -half_up


def share(amount: int, bp: int) -> int:
    """So many hundredths of a percent of an amount, in its unit, rounded."""
    return halves_up(amount * bp, WHOLE_BP)
