"""The arithmetic of loyalty: points of orders, which of them are spent or have expired, tiers and what is missing."""

from __future__ import annotations

import datetime

from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Row = dict[str, Any]

NEAR_PCT = 10  # of a threshold that may be missing to be about to rise
PERCENT = 10_000  # hundredths of a percent


def months(text: str) -> int:
    """1 to 120 of ``12m``, ``12 months``, ``2y``. Raises BadValue."""
    import re

    found = re.fullmatch(r"\s*([0-9]{1,3})\s*(m|mo|months?|y|years?)\s*", text.casefold(), re.ASCII)
    count = int(found[1]) * (12 if found[2][0] == "y" else 1) if found else 0
    if not 1 <= count <= 120:
        raise BadValue(f"{text[:40]!r} is no number of months from 1 to 120: write it like 12m or 2y")
    return count


def points_of(total_minor: int, earn_points: int, earn_minor: int) -> int:
    """The points of an order, in proportion and rounded down: 1 for 10 EUR gives 12 for 129.99 EUR."""
    return total_minor * earn_points // earn_minor


def lowest(points: int, minor: int) -> tuple[int, int]:
    """The same points for the same money in the smallest whole numbers: 500 for 1,000,000 is 1 for 2,000."""
    from math import gcd

    both = gcd(points, minor)
    return points // both, minor // both


def later(day: str, count: int) -> str:
    """The local date so many months after a day; the last of its month where it has no such day."""
    whole = datetime.date.fromisoformat(day)
    year, month = divmod(whole.year * 12 + whole.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        return "9999-12-31" if year > 9999 else "0001-01-01"
    return f"{year:04}-{month + 1:02}-{min(whole.day, _days(year, month + 1)):02}"


def _days(year: int, month: int) -> int:
    following = datetime.date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
    return (following - datetime.timedelta(1)).day if following else 31


def window(day: str, count: int) -> str:
    """The first local date of the window of so many months that ends with a day."""
    before = datetime.date.fromisoformat(later(day, -count))
    return (before + datetime.timedelta(1)).isoformat()


def lots(orders: Iterable[Row], programme: Row, joined_on: str) -> list[Row]:
    """What each order earned: ``order_id number earned_on points expires_on``, those that earned something.

    ``orders`` are all of a client's in the programme's currency that count, the first first: ``id number ordered_on
    total_minor``. They earn from the later of the programme's beginning and the day of joining on, with
    ``is_repeat_only`` from the second one on.
    """
    begin = max(programme["starts_on"], joined_on)
    found = []
    for place, order in enumerate(orders):
        points = points_of(order["total_minor"], programme["earn_points"], programme["earn_minor"])
        if order["ordered_on"] < begin or (programme["is_repeat_only"] and not place) or points <= 0:
            continue
        lasts = programme["expire_months"]
        found.append(
            {
                "order_id": order["id"], "number": order["number"], "earned_on": order["ordered_on"], "points": points,
                "expires_on": lasts and later(order["ordered_on"], lasts),
            }
        )  # fmt: skip
    return found


def settle(earned: Sequence[Row], spendings: Iterable[Row], day: str) -> tuple[list[Row], int]:
    """The lots of `lots` as they stand on a day, with ``spent expired left``, and the points that were spent without
    an order behind them (it was cancelled later).

    Each spending (``spent_on points``, in the order of their days) takes from the lots that were there and had not
    expired, those that expire first before the others. So no lot goes below 0: points = spent + expired + left.
    """
    found = [
        {**lot, "spent": 0, "expired": 0, "left": lot["points"]} for lot in earned if lot["earned_on"] <= day
    ]
    by_expiry = sorted(
        found, key=lambda lot: (lot["expires_on"] or "9999-99", lot["earned_on"], lot["order_id"])
    )
    uncovered = 0
    for spending in spendings:
        on, wanted = spending["spent_on"], spending["points"]
        if on > day:
            continue
        for lot in by_expiry:
            if lot["earned_on"] <= on and (lot["expires_on"] is None or on < lot["expires_on"]):
                taken = min(wanted, lot["left"])
                lot["left"] -= taken
                lot["spent"] += taken
                wanted -= taken
        uncovered += wanted
    for lot in found:
        if lot["expires_on"] is not None and lot["expires_on"] <= day:
            lot["expired"], lot["left"] = lot["left"], 0
    return found, uncovered


def balance(settled: Iterable[Row]) -> int:
    """The points that can be spent."""
    return sum(int(lot["left"]) for lot in settled)


def tier_at(tiers: Iterable[Row], value: float) -> Row | None:
    """The highest tier that a turnover in minor units, or a number of purchases, reaches."""
    reached = [tier for tier in tiers if tier["from_value"] <= value]
    return max(reached, key=lambda tier: (tier["from_value"], tier["id"])) if reached else None


def next_tier(tiers: Iterable[Row], value: float) -> Row | None:
    """The lowest tier that is not reached yet."""
    above = [tier for tier in tiers if tier["from_value"] > value]
    return min(above, key=lambda tier: (tier["from_value"], tier["id"])) if above else None


def move(tiers: Sequence[Row], basis: str, value: float, ahead: float) -> str | None:
    """``fall`` where without a further order the value ``ahead`` is below the tier of today; ``rise`` where at most 10 %
    of the next threshold, or one purchase, is missing; else None."""
    now, then, above = tier_at(tiers, value), tier_at(tiers, ahead), next_tier(tiers, value)
    if now and (then is None or then["from_value"] < now["from_value"]):
        return "fall"
    if above is None:
        return None
    missing = above["from_value"] - value
    is_near = missing <= 1 if basis == "purchases" else 100 * missing <= NEAR_PCT * above["from_value"]
    return "rise" if is_near else None
