"""Other lines for an order: more of them, fewer, other quantities; never below what was delivered."""

from __future__ import annotations

from kam_cli.domains.orders import items, rules, shipping, store
from kam_cli.domains.orders.naming import line_of
from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.values.money import Money

    Row = dict[str, Any]


def lines(
    c: Context,
    order: Row,
    card: Row,
    quantities: list[tuple[str, int | None]],
    drop: list[str],
    total: Money | None,
) -> bool:
    """Carry out what an edit says of the lines; whether anything was changed.

    Raises KamError where the order is closed, or a line was delivered; BadValue for what does not go together.
    """
    new, code = items.lines(c, card, order["ordered_on"], order["currency"])
    if total:
        return _set_total(c, order, total, bool(new))
    if not (new or quantities or drop):
        return False
    if order["status"] not in rules.OPEN:
        raise KamError(f"order {order['number']!r} is {order['status']}; its lines stay as they are")
    if code != order["currency"]:
        raise BadValue(f"--price: the order is in {order['currency']}, not in {code}")
    there = store.lines(c.book, order["id"])
    if order["given_minor"] and not there:
        raise BadValue("--item: the order has a total and no lines; first: --total 0")
    for text, milli in quantities:
        _set_quantity(c, line_of(there, text), milli)
    for text in drop:
        _drop(c, line_of(there, text))
    store.add_lines(c.book, order["id"], new)
    left = store.lines(c.book, order["id"])
    if order["status"] == "part-delivered" and left and not any(one["left_milli"] for one in left):
        shipping.settle(c.book, order["id"], "delivered", c.today.isoformat())
    return True


def _set_total(c: Context, order: Row, total: Money, has_new: bool) -> bool:
    if total.currency != order["currency"]:
        raise BadValue(f"--total: the order is in {order['currency']}, not in {total.currency}")
    if has_new or store.lines(c.book, order["id"]):
        raise BadValue("--total: an order with lines comes to their sum")
    return bool(store.edit(c.book, order["id"], {"given_minor": total.minor}))


def _set_quantity(c: Context, line: Row, milli: int | None) -> None:
    if milli is None:
        raise BadValue(f"--quantity: say how much, as in {line['line']}×30")
    if milli < line["shipped_milli"]:
        sent = rules.plain(line["shipped_milli"])
        raise KamError(f"{sent} of {line['title']!r} are delivered; the order cannot go below that")
    store.set_quantity(c.book, line, milli)


def _drop(c: Context, line: Row) -> None:
    if line["shipped_milli"]:
        raise KamError(
            f"{line['title']!r} is delivered in part; it stays. Less of it: --quantity {line['line']}×N"
        )
    store.drop_line(c.book, line["id"])
