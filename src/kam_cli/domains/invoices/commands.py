"""`kam invoice`: what clients have to pay, until when, and what of it is open."""

from __future__ import annotations

import datetime

from kam_cli.command import verb
from kam_cli.domains.invoices import store
from kam_cli.domains.invoices.page import build, saved
from kam_cli.domains.orders.naming import order
from kam_cli.domains.payments import store as payments
from kam_cli.errors import Ambiguous, BadValue, KamError
from kam_cli.kinds import choice, future_day, line, money, past_day, phrase, ref, text
from kam_cli.output import Page, Rows, Saved
from kam_cli.params import Edit, Kind, Param, arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli import listing
    from kam_cli.command import Context
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]


def _worth(c: Context, given: str) -> Any:
    from kam_cli.values.money import parse_money

    return parse_money(given, store.get(c.book, c.values["invoice"].id)["currency"])


worth = Kind(_worth, money.metavar)
CARD = [
    Param(past_day, "day of issue; today", ("--on",)).named("on"),
    Param(future_day, "last day to pay; by the client's terms", ("--due",)).named("due"),
    Param(line, "its number, as on the paper", ("--number",)).named("number"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    client: Ref | None = arg(ref("client"), "who has to pay", optional=True),
    amount: Money | None = arg(money, "how much, e.g. 1200.50 or '300 USD'", optional=True),
    *,
    order: Ref | None = opt(order, "for this order: its client, and what of it is not invoiced yet"),
    force: bool = flag("although an invoice has this number"),
    **card: Any,
) -> Saved:
    """Add an invoice, of an amount or for an order; credit pays it at once.

    $ kam invoice add acme 1200.50 --number FV/2026/17 --due +30d
    $ kam invoice add --order 12
    """
    client_id, minor, currency = _what(c, client, amount, order)
    payments.check_amount(minor, 0)
    on = card["on"] or c.today
    due = card["due"] or store.due_after(c, client_id, on)
    _check_days(on, due)
    if card["number"] and not force:
        _refuse_number(c, card["number"])
    row = {
        "client_id": client_id,
        "amount_minor": minor,
        "currency": currency,
        "order_id": order and order.id,
    }
    row |= {"issued_on": on.isoformat(), "due_on": due.isoformat()}
    invoice_id = store.add(c.book, row | {"number": card["number"], "note": card["note"]})
    return saved(c, invoice_id, "added")


def _what(c: Context, client: Ref | None, amount: Money | None, order: Ref | None) -> tuple[int, int, str]:
    """Whose invoice it is, minor units, currency. Raises BadValue, and KamError for an order that is invoiced already."""
    from kam_cli.domains.interactions.belonging import check_own

    if order is None:
        if client is None or amount is None:
            raise BadValue(f"{'AMOUNT' if client else 'CLIENT'} is missing; or say for which order: --order")
        return client.id, amount.minor, amount.currency
    if client:
        check_own(c, "order", order, client.id)
    total, invoiced, currency = store.of_order(c.book, order.id)
    if amount and amount.currency != currency:
        raise BadValue(f"AMOUNT: order {order.name} is in {currency}, not in {amount.currency}")
    if not amount and invoiced >= total:
        raise KamError(
            f"all of order {order.name} is invoiced. See: kam invoice list --status all --where order_id={order.id}"
        )
    assert order.client_id is not None
    return order.client_id, amount.minor if amount else total - invoiced, currency


def _check_days(on: datetime.date, due: datetime.date) -> None:
    if due < on:
        raise BadValue(f"--due: {due} is before the day of issue, {on}")


def _refuse_number(c: Context, number: str) -> None:
    if same := store.same_number(c.book, number):
        raise Ambiguous(
            f"--number: invoice #{same['id']} of {same['client']} has {number!r} already; add --force for another"
        )


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: listing.Page,
    status: str | None = opt(choice(*store.STATUSES, "all"), "open (default), overdue, paid or all"),
    client: Ref | None = opt(ref("client"), "of this client"),
    since: datetime.date | None = opt(past_day, "issued on this day or later"),
    until: datetime.date | None = opt(past_day, "issued on this day or before"),
) -> Rows:
    """List open invoices, the first to be due first.

    $ kam invoice list --client acme
    $ kam invoice list --status overdue --json
    $ kam invoice list --status all --since 2026-01-01
    """
    filters = store.of_status(status or "open", c.today.isoformat())
    filters += [("i.client_id = ?", [client.id])] if client else []
    filters += [("i.issued_on >= ?", [since.isoformat()])] if since else []
    filters += [("i.issued_on <= ?", [until.isoformat()])] if until else []
    return store.LISTING.fetch(c, page, filters)


@verb()
def show(c: Context, invoice: Ref = arg(ref("invoice"), "which invoice")) -> Page:
    """Show an invoice, and what paid it.

    $ kam invoice show FV/2026/17
    """
    return build(c, invoice.id)


@verb(
    writes=True, extra=[*CARD, Edit("note", lambda c, given: store.get(c.book, given["invoice"].id)["note"])]
)
def edit(
    c: Context,
    invoice: Ref = arg(ref("invoice"), "which invoice"),
    *,
    amount: Money | None = opt(worth, "how much, in its currency unless another is named"),
    client: Ref | None = opt(ref("client"), "who has to pay"),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change an invoice; what pays it is worked out again.

    $ kam invoice edit FV/2026/17 --amount 1100 --due eom
    """
    old = store.get(c.book, invoice.id)
    fields: Row = {"number": card["number"], "note": card["note"], "client_id": client and client.id}
    fields |= {
        "issued_on": card["on"] and card["on"].isoformat(),
        "due_on": card["due"] and card["due"].isoformat(),
    }
    fields = {name: value for name, value in fields.items() if value is not None}
    if amount:
        payments.check_amount(amount.minor, 0)
        fields |= {"amount_minor": amount.minor, "currency": amount.currency}
    fields |= dict.fromkeys(clear)
    new = {**old, **fields}
    _check_days(*(datetime.date.fromisoformat(new[name]) for name in ("issued_on", "due_on")))
    changed = store.edit(c.book, invoice.id, fields)
    return saved(c, invoice.id, "changed" if changed else "nothing differs")


@verb("write-off", writes=True)
def write_off(
    c: Context,
    invoice: Ref = arg(ref("invoice"), "which invoice"),
    *,
    reason: str | None = opt(phrase, "why nobody will pay it; - reads it from stdin"),
    on: datetime.date | None = opt(past_day, "the day; today"),
) -> Saved:
    """Give up what is open of an invoice.

    It is kept as a payment of the kind write-off; to take it back later: kam payment remove.

    $ kam invoice write-off FV/2026/17 --reason "insolvent"
    """
    row = store.get(c.book, invoice.id)
    if row["open_minor"] <= 0:
        raise KamError(
            f"nothing of invoice #{invoice.id} {invoice.name} is open. See: kam invoice show {invoice.id}"
        )
    off = {"client_id": row["client_id"], "kind": "write-off", "amount_minor": row["open_minor"]}
    off |= {"currency": row["currency"], "paid_on": (on or c.today).isoformat(), "note": reason}
    payments.add(c.book, off, [invoice.id])
    return saved(c, invoice.id, "written off")


@verb(writes=True)
def remove(c: Context, invoice: Ref = arg(ref("invoice"), "which invoice")) -> Saved:
    """Remove an invoice entered by mistake; what paid it pays others, or is credit.

    $ kam invoice remove 12
    """
    done = saved(c, invoice.id, "removed")
    store.remove(c.book, invoice.id)
    return done
