"""`kam payment`: what came in, which invoices it pays, and what of it is credit."""

from __future__ import annotations

import datetime

from kam_cli.command import verb
from kam_cli.domains.interactions.belonging import own, resolve_own
from kam_cli.domains.invoices import store as invoices
from kam_cli.domains.payments import store
from kam_cli.domains.payments.page import build, check_named, saved
from kam_cli.errors import KamError
from kam_cli.kinds import choice, line, money, past_day, ref, text
from kam_cli.output import Page, Rows, Saved
from kam_cli.params import Edit, Kind, Param, arg, opt

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

    return parse_money(given, store.get(c.book, c.values["payment"].id)["currency"])


def _of_payment(c: Context, given: str) -> Ref:
    client = c.values.get("client")
    client_id = client.id if client else store.get(c.book, c.values["payment"].id)["client_id"]
    return resolve_own(c, "invoice", given, client_id)


worth = Kind(_worth, money.metavar)
its_invoice = Kind(_of_payment, "INVOICE", ref("invoice").complete)
CARD = [
    Param(past_day, "day on which it came in; today", ("--on",)).named("on"),
    Param(line, "how: transfer, card, cash …", ("--method",)).named("method"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    client: Ref = arg(ref("client"), "who paid"),
    amount: Money = arg(money, "how much, e.g. 1200.50 or 300 USD"),
    *,
    invoice: list[Ref] = opt(own("invoice"), "for this invoice; else the oldest open ones", many=True),
    order: Ref | None = opt(own("order"), "for this order; it waits for its invoice"),
    **card: Any,
) -> Saved:
    """Add a payment; it pays the named invoices, then the oldest open ones.

    What is left is the client's credit, and pays the next invoice.

    $ kam payment add acme 1200.50 --invoice FV/2026/17
    $ kam payment add acme 500 --on yesterday
    """
    store.check_amount(amount.minor)
    check_named(c, invoice, client.id, amount.currency)
    row = {"client_id": client.id, "amount_minor": amount.minor, "currency": amount.currency}
    row["order_id"] = order and order.id
    payment_id = store.add(c.book, row | fields_of(c, card), [one.id for one in invoice])
    return saved(c, payment_id, "added", [one.id for one in invoice])


def fields_of(c: Context, card: Row) -> Row:
    """The options of a card as columns of a new payment."""
    return {"paid_on": (card["on"] or c.today).isoformat(), "method": card["method"], "note": card["note"]}


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: listing.Page,
    client: Ref | None = opt(ref("client"), "of this client"),
    since: datetime.date | None = opt(past_day, "paid on this day or later"),
    until: datetime.date | None = opt(past_day, "paid on this day or before"),
) -> Rows:
    """List payments and write-offs, the last first.

    $ kam payment list --client acme
    $ kam payment list --where "free>0" --json
    """
    filters: list[tuple[str, list[Any]]] = [("p.client_id = ?", [client.id])] if client else []
    filters += [("p.paid_on >= ?", [since.isoformat()])] if since else []
    filters += [("p.paid_on <= ?", [until.isoformat()])] if until else []
    return store.LISTING.fetch(c, page, filters)


@verb()
def show(c: Context, payment: Ref = arg(ref("payment"), "which payment")) -> Page:
    """Show a payment, and what it pays.

    $ kam payment show 12
    """
    return build(c, payment.id)


@verb(
    writes=True, extra=[*CARD, Edit("note", lambda c, given: store.get(c.book, given["payment"].id)["note"])]
)
def edit(
    c: Context,
    payment: Ref = arg(ref("payment"), "which payment"),
    *,
    amount: Money | None = opt(worth, "how much, in its currency unless another is named"),
    client: Ref | None = opt(ref("client"), "who paid"),
    invoice: list[Ref] = opt(its_invoice, "it pays this invoice first", many=True),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change a payment; what it pays is worked out again.

    $ kam payment edit 12 --amount 1100 --invoice FV/2026/17
    """
    old = store.get(c.book, payment.id)
    fields: Row = {"method": card["method"], "note": card["note"], "client_id": client and client.id}
    fields["paid_on"] = card["on"] and card["on"].isoformat()
    fields = {name: value for name, value in fields.items() if value is not None}
    if amount:
        store.check_amount(amount.minor)
        fields |= {"amount_minor": amount.minor, "currency": amount.currency}
    fields |= dict.fromkeys(clear)
    new = {**old, **fields}
    if old["kind"] == "write-off" and (amount or client or invoice):
        raise KamError(
            f"#{payment.id} is a write-off: remove it and write the invoice off again (kam payment remove {payment.id})"
        )
    check_named(c, invoice, new["client_id"], new["currency"])
    changed = store.edit(c.book, payment.id, fields, [one.id for one in invoice])
    return saved(c, payment.id, "changed" if changed else "nothing differs", [one.id for one in invoice])


@verb(writes=True)
def remove(c: Context, payment: Ref = arg(ref("payment"), "which payment")) -> Saved:
    """Remove a payment or a write-off; what it paid is open again.

    $ kam payment remove 12
    """
    done = saved(c, payment.id, "removed")
    store.remove(c.book, payment.id)
    return done


@verb(writes=True, extra=[Param(text, "a note; - reads it from stdin", ("--note",)).named("note")])
def refund(
    c: Context,
    client: Ref = arg(ref("client"), "who gets it back"),
    amount: Money = arg(money, "how much of his credit"),
    *,
    on: datetime.date | None = opt(past_day, "the day; today"),
    note: str | None = None,
) -> Saved:
    """Pay credit back to a client.

    It is kept as an invoice of the kind refund, paid by the credit.

    $ kam payment refund globex 200 --note "paid twice"
    """
    from kam_cli.domains.invoices.page import saved as invoiced
    from kam_cli.values.money import format_money

    store.check_amount(amount.minor)
    credit = {row["currency"]: row["free_minor"] for row in store.credit_of(c.book, client.id)}
    has = credit.get(amount.currency, 0)
    if has < amount.minor:
        raise KamError(f"{client.name} has {format_money(has, amount.currency)} to his credit, no more")
    day = (on or c.today).isoformat()
    row = {
        "client_id": client.id,
        "kind": "refund",
        "amount_minor": amount.minor,
        "currency": amount.currency,
    }
    return invoiced(
        c, invoices.add(c.book, row | {"issued_on": day, "due_on": day, "note": note}), "paid back"
    )
