"""The arithmetic of orders: what a line and an order come to, the states an order goes through, what is left to deliver."""

from __future__ import annotations

from kam_cli.errors import BadValue, KamError
from kam_cli.values.rounding import halves_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

SCALE = 10**7  # thousandths × hundredths of a percent: a minor unit in the unit of an exact net
WHOLE_BP = 10_000
LARGEST_MINOR = 10**15  # of a line: a report adds up thousands of them, and SQLite stops at 2^63

# From each state those that may follow it.
MOVES = {
    "taken": ("in-work", "part-delivered", "delivered", "cancelled"),
    "in-work": ("taken", "part-delivered", "delivered", "cancelled"),
    "part-delivered": ("delivered", "returned"),
    "delivered": ("returned",),
    "returned": (),
    "cancelled": ("taken",),
}
STATUSES = tuple(MOVES)
OPEN = ("taken", "in-work", "part-delivered")  # something is still to be delivered
COUNTED = ("taken", "in-work", "part-delivered", "delivered")  # is turnover


def exact_net(
    quantity_milli: int, unit_price_minor: int, discount_bp: int, net_minor: int | None = None
) -> int:
    """What a line comes to, in 10^-7 of a minor unit: what was agreed, else quantity × price less the discount."""
    if net_minor is not None:
        return net_minor * SCALE
    return quantity_milli * unit_price_minor * (WHOLE_BP - discount_bp)


def rounded(exact: int) -> tuple[int, int]:
    """An amount in 10^-7 of a minor unit as minor units, halves up, and what that left, in 10^-7."""
    minor = halves_up(exact, SCALE)
    return minor, exact - minor * SCALE


def amount(
    quantity_milli: int, unit_price_minor: int, discount_bp: int, net_minor: int | None
) -> tuple[int, int]:
    """What a line comes to, as `rounded`. Raises BadValue for more than 10^15 minor units."""
    exact = exact_net(quantity_milli, unit_price_minor, discount_bp, net_minor)
    if exact > LARGEST_MINOR * SCALE:
        raise BadValue(f"the line comes to more than {LARGEST_MINOR} minor units")
    return rounded(exact)


def total(amounts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The exact sum of lines, each minor units and 10^-7, rounded once as `rounded`."""
    return rounded(sum(minor * SCALE + rest for minor, rest in amounts))


# --- states -------------------------------------------------------------------------------------------------


def check_move(old: str, new: str) -> None:
    """Raises KamError, with the states that are allowed, where an order may not go from ``old`` to ``new``."""
    if new in MOVES[old]:
        return
    allowed = ", ".join(MOVES[old]) or "nothing: that is the end of it"
    already = f"is {old} already" if new == old else f"is {old}, so it cannot be {new}"
    raise KamError(f"the order {already}. From {old} it may become: {allowed}")


def status_after(lines: Mapping[int, int], shipped: Mapping[int, int]) -> str:
    """What deliveries make of an order: line → thousandths ordered, and delivered."""
    return (
        "delivered"
        if all(shipped.get(line, 0) >= milli for line, milli in lines.items())
        else "part-delivered"
    )


def check_delivery(name: str, left_milli: int, milli: int) -> None:
    """Raises KamError for more of a line than is left to deliver (thousandths)."""
    if milli > left_milli:
        left = plain(left_milli)
        raise KamError(
            f"{plain(milli)} of {name!r} is more than the {left} still to be delivered; nothing was changed"
        )


def plain(milli: int) -> str:
    """Thousandths as a number: 40, 2.5."""
    whole, rest = divmod(milli, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)


# --- on time and in full ------------------------------------------------------------------------------------


def days_late(due_on: date | None, shipped_on: date | None, today: date) -> int | None:
    """Days after the promised day on which all was delivered, or so far; 0 in time. None without a promise, or
    where it is still to come."""
    if due_on is None:
        return None
    if shipped_on is None:
        return (today - due_on).days if today > due_on else None
    return max(0, (shipped_on - due_on).days)


def is_otif(due_on: date | None, shipped_on: date | None, today: date) -> bool | None:
    """On time in full: all was delivered not later than promised. None as of `days_late`: nothing is known yet.

    OTIF, the common measure of a supplier's service; an order that is overdue counts as failed before it is delivered.
    """
    late = days_late(due_on, shipped_on, today)
    return None if late is None else late == 0


def shared_out(prices: Sequence[int | None], count: int, what: str) -> list[int | None]:
    """An option that is given for each of ``count`` items in their order, or for none. Raises BadValue."""
    if len(prices) not in (0, count):
        raise BadValue(
            f"{what} is given {len(prices)} times for {count} items: give it for each, in their order"
        )
    return list(prices) or [None] * count
