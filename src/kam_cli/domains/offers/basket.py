"""From what is typed of an offer to its lines: products, list prices of the day, the rules that hold, and remarks."""

from __future__ import annotations

from kam_cli.domains.discounts import store as discounts
from kam_cli.domains.offers import rules, store
from kam_cli.domains.products import store as products
from kam_cli.errors import BadValue, KamError, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.values.money import Money

    Row = dict[str, Any]

LARGEST = 2**63 - 1


def of_items(
    c: Context, items: Sequence[tuple[str, int]], extras: Sequence[tuple[str, Money]], currency: str, day: str
) -> list[Row]:
    """The lines of ``--item`` and ``--extra``, not yet priced.

    Raises BadValue for an amount in another currency, KamError for a product without a price, NotFound and Ambiguous.
    """
    lines = [of_product(c, text, milli, currency, day) for text, milli in items]
    for title, amount in extras:
        if amount.currency != currency:
            raise BadValue(f"--extra: {title!r} is in {amount.currency}, the offer in {currency}")
        lines.append(_free(title, amount.minor))
    if not lines:
        raise BadValue('--item is missing: write it like --item "Oak panel×40"')
    return lines


def of_product(c: Context, text: str, milli: int, currency: str, day: str) -> Row:
    """A line of a product that a text names, at the list price of a day."""
    from kam_cli.refs import resolve

    try:
        found = resolve(c, "product", text)
    except BadValue as error:
        raise named("--item", error) from None
    return _of_id(c, found.id, milli, currency, day)


def _of_id(c: Context, product_id: int, milli: int, currency: str, day: str) -> Row:
    product = store.product_of(c.book, product_id)
    listed = products.price_on(c.book, product_id, currency, day)
    if product["archived_at"]:
        raise KamError(
            f"product #{product_id} {product['name']!r} is no longer sold. See: kam product show {product_id}"
        )
    if listed is None:
        raise KamError(
            f"product #{product_id} {product['name']!r} has no price in {currency} on {day}. See: kam product price --help"
        )
    return {
        "product_id": product_id,
        "title": product["name"],
        "unit": product["unit"],
        "category_key": product["category_key"],
        "quantity_milli": milli,
        "list_minor": listed["price_minor"],
        "floor_minor": listed["floor_minor"],
    }


def _free(title: str, minor: int) -> Row:
    """A line of something that is no product: no rule and no floor is for it."""
    return {
        "product_id": None, "title": title, "unit": None, "category_key": None, "quantity_milli": 1000,
        "list_minor": minor, "floor_minor": None,
    }  # fmt: skip


def again(c: Context, offer: Row) -> list[Row]:
    """The lines of an offer that is there, at the list prices of its day, not yet priced."""
    day, currency = offer["issued_on"], offer["currency"]
    return [
        _of_id(c, line["product_id"], line["quantity_milli"], currency, day)
        if line["product_id"]
        else _free(line["title"], line["list_minor"])
        for line in store.lines_of(c.book, offer["id"])
    ]


def price(c: Context, lines: list[Row], offer: Row) -> list[Row]:
    """The lines with ``net_minor list_total_minor steps``, priced for an offer's client, day, terms and discount.

    Raises KamError for a total that is too large.
    """
    goods = [line for line in lines if line["product_id"]]
    how = {name: offer[name] for name in ("client_id", "pay_days", "currency")}
    how |= {
        "day": offer["issued_on"],
        "agreed_bp": offer["discount_bp"],
        "is_free": bool(offer["override"]),
    }
    known = [*discounts.all_for(c.book, offer["client_id"]), *of_loyalty(c, offer)]
    priced = rules.price(goods, known, **how)
    fixed = rules.price([line for line in lines if not line["product_id"]], (), **{**how, "agreed_bp": 0})
    by_kind = {True: iter(priced), False: iter(fixed)}
    full = [{**line, **next(by_kind[bool(line["product_id"])])} for line in lines]
    sums = store.totals(full)
    if max(sums.values()) > LARGEST:
        raise KamError("the offer is too large: at most 2^63 - 1 minor units fit. Offer less of it")
    return full


def of_loyalty(c: Context, offer: Row) -> list[Row]:
    """What the client's tier gives him, as terms of his own: beside other ones the best counts."""
    from kam_cli.domains.loyalty.store import tier_of

    tier = tier_of(c.book, offer["client_id"], offer["issued_on"])
    if not tier or not tier["discount_bp"]:
        return []
    anything = ("client_id", "product_id", "category", "category_key", "quantity_milli", "amount_minor", "currency", "pay_days",
                "valid_from", "valid_until")  # fmt: skip
    name = f"{tier['programme']} {tier['tier']}"
    return [
        {
            **dict.fromkeys(anything),
            "id": 0,
            "kind": rules.CLIENT,
            "name": name,
            "discount_bp": tier["discount_bp"],
            "is_on_top": 0,
        }
    ]


def remarks(c: Context, offer: Row, lines: Sequence[Row]) -> list[str]:
    """What should be known of an offer: prices stopped at their floor, a credit limit that is passed."""
    from kam_cli.values.money import format_money

    found = []
    for line in lines:
        if line["is_at_floor"]:
            floor = format_money(line["floor_minor"], offer["currency"])
            found.append(
                f"{line['title']} stays at its floor price, {floor} each; to go below: --override REASON"
            )
    if over := beyond_limit(c, offer, store.totals(lines)["total_minor"]):
        found.append(over)
    return found


def beyond_limit(c: Context, offer: Row, total_minor: int) -> str:
    """A warning where deferred payment would take a client beyond his credit limit, else nothing."""
    from kam_cli.domains.risk.store import limit_passed
    from kam_cli.values.money import format_money

    currency = offer["currency"]
    passed = offer["pay_days"] and limit_passed(
        c.book, offer["client_id"], total_minor, currency, c.today.isoformat()
    )
    if not passed:
        return ""
    owed, most = passed["owed_minor"], passed["limit_minor"]
    owed_said, total, most = (format_money(minor, currency) for minor in (owed, owed + total_minor, most))
    limit = "limit" if passed["is_agreed"] else "suggested limit"
    return f"beyond the credit limit: {owed_said} is open, {total} with this offer, the {limit} is {most}"
