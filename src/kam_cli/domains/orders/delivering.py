"""The verbs by which an order goes on its way: move, start, deliver, cancel, return."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.orders import rules, shipping, store
from kam_cli.domains.orders.echo import saved
from kam_cli.domains.orders.naming import line_of, order, portion
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import choice, past_day, phrase
from kam_cli.output import Saved
from kam_cli.params import Edit, arg, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]


@verb(writes=True)
def move(
    c: Context,
    order: Ref = arg(order, "which order"),
    status: str = arg(choice(*rules.STATUSES), "the state to go to"),
    *,
    on: datetime.date | None = opt(past_day, "the day of the delivery; today"),
) -> Saved:
    """Move an order to another state.

    taken → in-work → part-delivered → delivered; returned, cancelled.

    $ kam order move acme in-work
    """
    old = store.get(c.book, order.id)
    rules.check_move(old["status"], status)
    if status == "part-delivered":
        raise KamError(f"say what was delivered: kam order deliver {order.id} 1×20")
    if status == "delivered":
        return _deliver(c, old, [], on)
    if on:
        raise BadValue("--on is the day of a delivery")
    store.edit(
        c.book, order.id, {"status": status, "reason": None} if status == "taken" else {"status": status}
    )
    return saved(c, order.id, f"was {old['status']}")


@verb(writes=True)
def start(c: Context, order: Ref = arg(order, "which order")) -> Saved:
    """Begin the work on an order: it is in-work.

    $ kam order start acme
    """
    old = store.get(c.book, order.id)
    rules.check_move(old["status"], "in-work")
    store.edit(c.book, order.id, {"status": "in-work"})
    return saved(c, order.id, f"was {old['status']}")


@verb(writes=True)
def deliver(
    c: Context,
    order: Ref = arg(order, "which order"),
    portions: list[tuple[str, int | None]] = arg(
        portion, "what was delivered; all that is left", optional=True, many=True
    ),
    *,
    on: datetime.date | None = opt(past_day, "the day of the delivery; today"),
) -> Saved:
    """Note a delivery, of all that is left or of some lines.

    A line is named by its place or by letters of it, with or without ×N.

    $ kam order deliver acme
    $ kam order deliver 12 1×20 "oak panel×5" --on yesterday
    """
    return _deliver(c, store.get(c.book, order.id), portions, on)


def _deliver(c: Context, old: Row, portions: list[tuple[str, int | None]], on: datetime.date | None) -> Saved:
    """Raises KamError for an order that takes no delivery, and for more than is left of a line."""
    day = (on or c.today).isoformat()
    if on and on > c.today:
        raise BadValue(f"--on: {on} is in the future; a delivery is noted when it was made")
    if day < old["ordered_on"]:
        raise BadValue(f"--on: {day} is before the day of the order, {old['ordered_on']}")
    rules.check_move(old["status"], "delivered")
    lines = store.lines(c.book, old["id"])
    chosen = [(line_of(lines, text), milli) for text, milli in portions]
    if not portions:
        chosen = [(line, None) for line in lines if line["left_milli"]]
    made = [(line, line["left_milli"] if milli is None else milli) for line, milli in chosen]
    for line, milli in made:
        if not milli:
            raise KamError(f"all of {line['title']!r} is delivered already; nothing was changed")
    shipping.deliver(c.book, old["id"], made, day)
    return saved(c, old["id"], "delivery noted")


@verb(writes=True, extra=[Edit("reason")])
def cancel(
    c: Context,
    order: Ref = arg(order, "which order"),
    *,
    reason: str | None = opt(phrase, "why; - reads it from stdin"),
) -> Saved:
    """Cancel an order of which nothing was delivered.

    It is no turnover any more.

    $ kam order cancel acme --reason "budget cut"
    """
    return _end(c, order, "cancelled", reason)


@verb(writes=True, extra=[Edit("reason")])
def return_(
    c: Context,
    order: Ref = arg(order, "which order"),
    *,
    reason: str | None = opt(phrase, "why; - reads it from stdin"),
) -> Saved:
    """Note that the client sent the goods back.

    The order is no turnover any more.

    $ kam order return 2026-0002 --reason "wrong colour"
    """
    return _end(c, order, "returned", reason)


def _end(c: Context, order: Ref, status: str, reason: str | None) -> Saved:
    old = store.get(c.book, order.id)
    rules.check_move(old["status"], status)
    store.edit(c.book, order.id, {"status": status, "reason": reason})
    return saved(c, order.id, f"was {old['status']}")
