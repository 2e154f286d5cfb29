"""Which payment pays which invoice."""

from __future__ import annotations

from collections import namedtuple

from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import NamedTuple

    class Free(NamedTuple):
        """A payment with minor units that pay nothing yet. ``is_bound``: they wait for an invoice of its order."""

        id: int
        paid_on: str
        minor: int
        order: int | None
        is_bound: int

    class Open(NamedTuple):
        """An invoice with minor units that nobody has paid yet."""

        id: int
        issued_on: str
        minor: int
        order: int | None

    # Payment, invoice, minor units, local date from which it counts, that of the payment where it waited for the invoice.
    Allocation = tuple[int, int, int, str, str | None]
else:
    Free = namedtuple("Free", "id paid_on minor order is_bound")
    Open = namedtuple("Open", "id issued_on minor order")


LARGEST = 10**15  # minor units of one invoice or payment, so that thousands of them add up in SQLite


def check_amount(minor: int, least: int = 0) -> None:
    """Raises BadValue for an amount that is too large, or less than ``least``."""
    if minor < least:
        raise BadValue("an amount of 0 says nothing; write how much it is")
    if minor > LARGEST:
        raise BadValue(f"it is too large: at most {LARGEST:,} minor units")


def match(payments: Collection[Free], invoices: Collection[Open]) -> list[Allocation]:
    """Let the payments of one client in one currency pay his open invoices, both in the order in which they come.

    A payment for an order pays the invoices of that order first. No invoice and no payment gets or gives more than it has.
    """
    left = {one.id: one.minor for one in payments}
    owed = {one.id: one.minor for one in invoices}
    of_orders = ((p, i) for p in payments if p.order for i in invoices if i.order == p.order)
    return [*_pay(left, owed, of_orders), *_pay(left, owed, _in_turn(payments, invoices, left, owed))]


def allocation(payment_id: int, paid_on: str, invoice_id: int, issued_on: str, minor: int) -> Allocation:
    """So much of a payment for an invoice: it counts when both are there."""
    return payment_id, invoice_id, minor, max(paid_on, issued_on), paid_on if paid_on < issued_on else None


def _pay(
    left: dict[int, int], owed: dict[int, int], pairs: Iterable[tuple[Free, Open]]
) -> Iterator[Allocation]:
    for payment, invoice in pairs:
        minor = min(left[payment.id], owed[invoice.id])
        if minor > 0:
            left[payment.id] -= minor
            owed[invoice.id] -= minor
            yield allocation(payment.id, payment.paid_on, invoice.id, invoice.issued_on, minor)


def _in_turn(
    payments: Iterable[Free], invoices: Iterable[Open], left: dict[int, int], owed: dict[int, int]
) -> Iterator[tuple[Free, Open]]:
    """Each payment with the first invoice that is open still, and again with the next one, as long as it lasts."""
    waiting = iter(invoices)
    invoice = next(waiting, None)
    for payment in payments:
        if payment.is_bound:
            continue
        while invoice and left[payment.id] > 0:
            if owed[invoice.id] <= 0:
                invoice = next(waiting, None)
            else:
                yield payment, invoice


def beyond(parts: Iterable[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Which parts (number, minor units), the last ones first, must shrink so that all add up to ``most`` at the most.

    Gives (number, what is left of it); 0 of one that goes altogether.
    """
    parts = list(parts)
    excess = sum(minor for _, minor in parts) - most
    changed = []
    for number, minor in reversed(parts):
        if excess <= 0:
            break
        less = min(minor, excess)
        excess -= less
        changed.append((number, minor - less))
    return changed
