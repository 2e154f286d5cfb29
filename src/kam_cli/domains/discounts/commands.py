"""`kam discount`: by which rules prices are lowered, and what a client was given by them."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.discounts import given as given_
from kam_cli.domains.discounts import store
from kam_cli.domains.offers.naming import days
from kam_cli.domains.offers.rules import KINDS, PAYMENT, PROMOTION
from kam_cli.errors import BadValue
from kam_cli.kinds import choice, discount, future_day, line, money, past_day, phrase, quantity, ref, text
from kam_cli.output import Block, Page, Rows, Saved
from kam_cli.params import Edit, Param, arg, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli import listing
    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]

CARD = [
    Param(ref("client"), "for this client only", ("--client",)).named("client"),
    Param(ref("product"), "on this product only", ("--product",)).named("product"),
    Param(line, "on this category of products only", ("--category",)).named("category"),
    Param(quantity, "from this quantity on, of all that it covers", ("--from",)).named("quantity"),
    Param(money, "from this amount on, at list prices", ("--from-amount",)).named("amount"),
    Param(days, "payment: where it is paid within, e.g. 7d", ("--within",)).named("within"),
    Param(days, "payment: a surcharge where it is paid after so long, e.g. 60d", ("--deferred",)).named(
        "deferred"
    ),
    Param(past_day, "the first day", ("--since",)).named("since"),
    Param(future_day, "the last day", ("--until",)).named("until"),
    Param(None, "given beside other promotions and terms", ("--on-top",), is_flag=True).named("on_top"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    kind: str = arg(choice(*KINDS), "volume, payment, promotion, client or bonus"),
    percent: int = arg(discount, "how much, e.g. 5%"),
    name: str = words(phrase, "what it is called; a client may read it"),
    **card: Any,
) -> Saved:
    """Add a rule by which prices are lowered.

    A volume tier counts all that it covers. Of promotions and a client's terms the better one is given, unless one is
    marked --on-top. Terms of payment come last; a bonus is due on the turnover of a year.

    $ kam discount add volume 5% By the pallet --from 40 --category panels
    $ kam discount add payment 2% Paid within a week --within 7d
    $ kam discount add payment 1.5% Sixty days --deferred 60d
    $ kam discount add promotion 10% Spring sale --until eom
    $ kam discount add client 8% Frame agreement --client acme
    $ kam discount add bonus 2% Yearly bonus --client acme --from-amount 50k
    """
    if kind == PROMOTION and not card["since"]:
        card["since"] = c.today
    empty: Row = dict.fromkeys(
        ("client_id", "product_id", "category", "quantity_milli", "amount_minor", "currency")
    )
    empty |= dict.fromkeys(("pay_days", "valid_from", "valid_until", "note")) | {"is_on_top": 0}
    rule = {**empty, "kind": kind, "name": name, "discount_bp": percent, **fields_of(card)}
    if card["deferred"] is not None:
        rule["discount_bp"] = -percent
    return saved(c, store.add(c.book, rule), "added")


def fields_of(card: Row) -> Row:
    """The options of a rule that were given, as columns. Raises BadValue for two that exclude each other."""
    if card["within"] is not None and card["deferred"] is not None:
        raise BadValue("--within and --deferred: a rule is for one of them; add another rule")
    amount, pay_days = card["amount"], card["within"] if card["deferred"] is None else card["deferred"]
    fields = {
        "client_id": card["client"] and card["client"].id, "product_id": card["product"] and card["product"].id,
        "category": card["category"], "quantity_milli": card["quantity"], "pay_days": pay_days,
        "amount_minor": amount and amount.minor, "currency": amount and amount.currency,
        "valid_from": card["since"] and card["since"].isoformat(), "note": card["note"],
        "valid_until": card["until"] and card["until"].isoformat(), "is_on_top": 1 if card["on_top"] else None,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: listing.Page,
    kind: str | None = opt(choice(*KINDS), "of this kind"),
    client: Ref | None = opt(ref("client"), "that this client may get, his own and everybody's"),
    product: Ref | None = opt(ref("product"), "on this product"),
    on: datetime.date | None = opt(future_day, "in force on this day"),
) -> Rows:
    """List the rules.

    $ kam discount list --client acme --on today
    """
    filters: list[tuple[str, list[Any]]] = [("d.kind = ?", [kind])] if kind else []
    filters += [("d.client_id IS NULL OR d.client_id = ?", [client.id])] if client else []
    filters += [("d.product_id = ?", [product.id])] if product else []
    if on:
        day = on.isoformat()
        filters.append(
            ("coalesce(d.valid_from, '') <= ? AND coalesce(d.valid_until, '9999') >= ?", [day, day])
        )
    return store.LISTING.fetch(c, page, filters)


@verb()
def show(c: Context, discount: Ref = arg(ref("discount"), "which rule")) -> Page:
    """Show a rule, and how often it was used.

    $ kam discount show pallet
    """
    row = store.LISTING.one(c, discount.id)
    data = {**row, "used": store.used(c.book, discount.id)}
    pairs = [
        ("discount", row["rule"]),
        ("on", row["product"] or (row["category"] and f"category {row['category']}") or "everything"),
        ("for", row["client"] or "everybody"),
        ("since", row["valid_from"]),
        ("until", row["valid_until"]),
        ("beside others", "yes" if row["is_on_top"] else None),
        ("used", f"in {data['used']['offers']} offers, {data['used']['lines']} lines"),
        ("note", row["note"]),
    ]
    return Page(data, [Block(f"{row['name']} · {row['kind']} · #{row['id']}", pairs=pairs)])


@verb(
    writes=True, extra=[*CARD, Edit("note", lambda c, given: store.get(c.book, given["discount"].id)["note"])]
)
def edit(
    c: Context,
    discount: Ref = arg(ref("discount"), "which rule"),
    *,
    percent: int | None = opt(discount, "how much"),
    name: str | None = opt(phrase, "what it is called"),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change a rule; offers that were made keep their prices.

    $ kam discount edit pallet --percent 6% --until eoy
    """
    old = store.get(c.book, discount.id)
    fields = fields_of(card)
    is_surcharge = (
        old["discount_bp"] < 0 if card["within"] is card["deferred"] else card["deferred"] is not None
    )
    size = abs(old["discount_bp"]) if percent is None else percent
    fields["discount_bp"] = -size if is_surcharge and old["kind"] == PAYMENT else size
    fields |= {"name": name} if name else {}
    fields |= {column: 0 if name == "on-top" else None for name in clear for column in store.CLEARABLE[name]}
    changed = store.edit(c.book, discount.id, fields)
    return saved(c, discount.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def remove(c: Context, discount: Ref = arg(ref("discount"), "which rule")) -> Saved:
    """Remove a rule; offers that were made keep their prices.

    $ kam discount remove 12
    """
    done = saved(c, discount.id, "removed")
    c.book.remove("discounts", discount.id)
    return done


@verb()
def given(
    c: Context,
    client: Ref = arg(ref("client"), "which client"),
    *,
    since: datetime.date | None = opt(past_day, "from this day on; 1 January"),
    until: datetime.date | None = opt(past_day, "up to this day; today"),
) -> Page:
    """Show how much a client was given: by rule, and the bonus that is due.

    What he accepted of offers and ordered without one: list price less net.

    $ kam discount given acme --since 2026-01-01
    """
    return given_.build(c, client, since, until)


def saved(c: Context, rule_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    row = store.LISTING.one(c, rule_id)
    what = row["product"] or row["category"]
    parts = [f"discount #{rule_id} {row['name']}", row["kind"], row["rule"], what and f"on {what}"]
    parts.append(row["client"] and f"for {row['client']}")
    return Saved(" · ".join(part for part in parts if part) + f" – {done}", row)
