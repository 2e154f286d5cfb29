"""`kam order`: what was ordered, what was promised, what was delivered."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.orders import items, store
from kam_cli.domains.orders.echo import saved
from kam_cli.domains.orders.naming import currency, deal, order, person, portion, price, tag
from kam_cli.domains.orders.rules import STATUSES
from kam_cli.errors import BadValue
from kam_cli.kinds import choice, future_day, line, past_day, ref, text
from kam_cli.output import Rows, Saved
from kam_cli.params import Edit, Param, arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]

CARD = [
    Param(past_day, "the day it was ordered; today", ("--on",)).named("ordered"),
    Param(future_day, "the day that was promised", ("--due",)).named("due"),
    Param(line, "its number; the next of the year", ("--number",)).named("number"),
    Param(person, "the person who ordered", ("--with",)).named("person"),
    Param(deal, "the deal that it comes from", ("--deal",)).named("deal"),
    Param(line, "a word by which orders are grouped", ("--tag",), many=True).named("tags"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]


@verb(writes=True, extra=[*items.ITEMS, *CARD, Edit("note")])
def add(
    c: Context,
    client: Ref = arg(ref("client"), "who ordered"),
    *,
    currency: str | None = opt(currency, "of its amounts; that of the prices, else the book's"),
    total: Money | None = opt(price, "what it comes to, where its lines are not kept"),
    **card: Any,
) -> Saved:
    """Add an order, with a line for each --item.

    A product costs its list price of the day unless --price says another. Goods that the price list does not have
    need a --price.

    $ kam order add acme --item "Oak panel×40" --price 12.50 --discount 5% --due +2w --tag web
    $ kam order add acme --total 1200 --on yesterday --number PO-4711
    """
    day = (card["ordered"] or c.today).isoformat()
    if bool(card["items"]) == bool(total):
        raise BadValue("--item or --total: say what was ordered, or what it comes to")
    lines, code = items.lines(c, card, day, total.currency if total else currency)
    if total and currency and total.currency != currency:
        raise BadValue(f"--total is in {total.currency}, but --currency is {currency}")
    fields = {"ordered_on": day, **fields_of(c, card, day), "client_id": client.id, "currency": code}
    order_id = store.add(c.book, fields | {"given_minor": total.minor if total else 0}, lines, card["tags"])
    return saved(c, order_id, "added")


def fields_of(c: Context, card: Row, day: str) -> Row:
    """The options of a card that were given, as columns. Raises BadValue for days that do not go together."""
    ordered, due = card["ordered"], card["due"]
    if ordered and ordered > c.today:
        raise BadValue(f"--on: {ordered} is in the future; an order is taken today or before")
    if due and due.isoformat() < day:
        raise BadValue(f"--due: {due} is before the day of the order, {day}")
    fields = {"ordered_on": ordered and ordered.isoformat(), "due_on": due and due.isoformat()}
    fields |= {
        "contact_id": card["person"] and card["person"].id,
        "deal_id": card["deal"] and card["deal"].id,
    }
    fields |= {name: card[name] for name in ("number", "note")}
    return {name: value for name, value in fields.items() if value is not None}


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    client: Ref | None = opt(ref("client"), "of this client"),
    status: str | None = opt(choice(*STATUSES, "open", "all"), "taken, in-work … or open; all (default)"),
    tag: str | None = opt(tag, "with this tag"),
    since: datetime.date | None = opt(past_day, "ordered on this day or later"),
    until: datetime.date | None = opt(past_day, "ordered on this day or before"),
    late: bool = flag("open ones whose promised day has passed, the oldest promise first"),
) -> Rows:
    """List orders, the last one first.

    $ kam order list --late
    $ kam order list --client acme --since 2026-01-01 --json
    """
    filters = store.filters(c, client.id if client else None, status, tag, since, until, late)
    if late and not page.sort:
        page.sort = ["due_on"]
    return store.LISTING.fetch(c, page, filters)


@verb()
def show(c: Context, order: Ref = arg(order, "which order")) -> Any:
    """Show an order's page: lines, what is delivered, what departments have of it.

    $ kam order show acme
    """
    from kam_cli.domains.orders import page

    return page.build(c, order.id)


def _note(c: Context, given: Row) -> str | None:
    note: str | None = store.get(c.book, given["order"].id)["note"]
    return note


@verb(writes=True, extra=[*items.ITEMS, *CARD, Edit("note", _note)])
def edit(
    c: Context,
    order: Ref = arg(order, "which order"),
    *,
    quantities: list[tuple[str, int | None]] = opt(
        portion, "another quantity of a line", "--quantity", many=True
    ),
    drop: list[str] = opt(line, "take this line out", many=True),
    total: Money | None = opt(price, "what it comes to, where its lines are not kept"),
    untag: list[str] = opt(tag, "take this tag off", many=True),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change an order, its lines too.

    --item adds a line, --quantity 2×30 changes the second one. A line that is delivered, even in part, cannot be dropped, and none goes below what was delivered of it.

    $ kam order edit acme --due fri --quantity 1×30 --tag urgent
    $ kam order edit 12 --item "Oak panel×5" --price 12.50 --clear note
    """
    from kam_cli.domains.orders import changing

    old = store.get(c.book, order.id)
    fields = fields_of(
        c, card, (card["ordered"] or old["ordered_on"]) and str(card["ordered"] or old["ordered_on"])
    )
    fields |= {store.CLEARABLE[name]: None for name in clear}
    changed = changing.lines(c, old, card, quantities, drop, total)
    changed |= bool(store.edit(c.book, order.id, fields))
    changed |= store.add_tags(c.book, order.id, card["tags"]) + store.remove_tags(c.book, order.id, untag) > 0
    return saved(c, order.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def retag(
    c: Context,
    old: str = arg(tag, "the tag as it is"),
    new: str = arg(line, "what it is to be called"),
) -> Saved:
    """Give a tag another name on all orders.

    As where a table had a number for a seller.

    $ kam order retag 4 Peacock
    """
    count = store.retag(c.book, old, new)
    return Saved(
        f"{count} order{'' if count == 1 else 's'}: {old} → {new}", {"old": old, "new": new, "orders": count}
    )


@verb(writes=True)
def remove(c: Context, order: Ref = arg(order, "which order")) -> Saved:
    """Remove an order entered by mistake.

    One that the client does not want any more is cancelled instead: kam order cancel.

    $ kam order remove 12
    """
    told = saved(c, order.id, "removed")
    c.book.remove("orders", order.id)
    return told


# Below its own verbs, so that the help page lists them in this order.
from kam_cli.domains.orders.delivering import start, deliver, cancel, return_, move  # noqa: E402, F401, I001
from kam_cli.domains.orders.departments import hand, done, parts  # noqa: E402, F401
