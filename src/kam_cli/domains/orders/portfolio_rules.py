"""Who brings how much, and who bought when, how often, for how much: Pareto classes, concentration, RFM."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal


def classes(shares: Sequence[Decimal | float], upto: Sequence[int] = (80, 95)) -> list[str]:
    """A, B or C of clients whose shares (percent) are given in descending order.

    A until the clients before reach 80 % of all, B until they reach 95 %, then C (ABC analysis after Pareto): the one
    who crosses a bound still belongs to the class below it.
    """
    found, before = [], 0
    for share in shares:
        found.append("ABC"[sum(before >= bound for bound in upto)])
        before += share  # type: ignore[assignment]
    return found


def concentration(shares: Sequence[Decimal | float]) -> float:
    """The Herfindahl-Hirschman index of shares in percent: Σ share², 10,000 where one client is all."""
    return float(sum(float(share) ** 2 for share in shares))


FEW = 25  # clients below whom quintiles say nothing


def quintiles(values: Sequence[float], *, inverted: bool = False) -> list[int]:
    """1 to 5 of each value, by how many fifths of all values lie below it, so that ties share a score.

    ``inverted`` gives 5 to the smallest, as for days since the last purchase (Hughes, Strategic Database Marketing).
    """
    from bisect import bisect_left

    signed = [-value for value in values] if inverted else list(values)
    ordered = sorted(signed)
    return [1 + 5 * bisect_left(ordered, value) // len(ordered) for value in signed]


def graded(values: Sequence[float], bounds: Sequence[float], *, inverted: bool = False) -> list[int]:
    """1 to 5 of each value by four ascending bounds: 1 below the first; ``inverted`` 5 up to and with the first."""
    if inverted:
        return [5 - sum(value > bound for bound in bounds) for value in values]
    return [1 + sum(value >= bound for bound in bounds) for value in values]


def segment(r: int, f: int, m: int) -> str:
    """A word for a client's scores, by recency and the mean of the two others."""
    weight = f + m
    if r >= 4:
        return "champion" if weight >= 8 else "loyal" if weight >= 6 else "new" if f == 1 else "promising"
    if r == 3:
        return "loyal" if weight >= 7 else "needs attention"
    if weight >= 8:
        return "cannot lose"
    return "at risk" if weight >= 5 else "hibernating"
