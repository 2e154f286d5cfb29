"""From ``--item "Oak panel×40" --price 12.50 --discount 5%`` to the lines of an order."""

from __future__ import annotations

from kam_cli.domains.orders import rules
from kam_cli.domains.orders.naming import price
from kam_cli.errors import BadValue, NotFound
from kam_cli.kinds import discount, item
from kam_cli.params import Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]

ITEMS = [
    Param(item, "what, and how much of it", ("--item",), many=True).named("items"),
    Param(price, "of one; for each item in its order, else the list price", ("--price",), many=True).named(
        "prices"
    ),
    Param(discount, "off the price: for all items, or for each", ("--discount",), many=True).named(
        "discounts"
    ),
]


def lines(c: Context, given: Row, day: str, currency: str | None) -> tuple[list[Row], str]:
    """The lines as `store.add` takes them, and their currency.

    ``given`` has the ``items prices discounts`` of ITEMS; ``currency`` None takes that of the prices, else the
    book's. A product that the book has costs its list price of the ``day`` where no price is given; what the
    book does not have needs a price, and is kept by the name that was typed. Raises BadValue, NotFound, Ambiguous.
    """
    items: list[tuple[str, int]] = given["items"]
    money: list[Money] = given["prices"]
    if (given["discounts"] or money) and not items:
        raise BadValue("--item is missing: a price and a discount are of an item")
    named = {one.currency for one in money} | ({currency} if currency else set())
    if len(named) > 1:
        raise BadValue(f"--price: an order is in one currency, not in {' and '.join(sorted(named))}")
    currency = named.pop() if named else c.currency
    prices = rules.shared_out([one.minor for one in money], len(items), "--price")
    rebates = given["discounts"] * len(items) if len(given["discounts"]) == 1 else given["discounts"]
    rebates = rules.shared_out(rebates, len(items), "--discount")
    found = []
    for (name, milli), own, rebate in zip(items, prices, rebates, strict=True):
        product = _product(c, name, is_priced=own is not None)
        minor = own if own is not None else _list_price(c, product, currency, day)
        found.append(
            {
                "product_id": product and product.id, "title": product.name if product else name,
                "quantity_milli": milli, "unit_price_minor": minor, "discount_bp": rebate or 0,
            }
        )  # fmt: skip
    return found, currency


def _product(c: Context, name: str, is_priced: bool) -> Ref | None:
    """The product of that name; None for goods that the price list has not, where they have a price of their own."""
    from kam_cli import refs, registry

    noun = registry.noun("product")
    if refs.candidates(c.book, noun, name):
        return refs.resolve(c, "product", name)
    near = refs.near_misses(c.book, noun, name)
    if near or not is_priced:
        hint = "; did you mean:" if near else ": add --price, or first: kam product add"
        raise NotFound(f"no product {name!r}{hint}", refs.describe(c.book, noun, near))
    c.note(f"no product {name!r} in the price list; the line keeps that name")
    return None


def _list_price(c: Context, product: Ref | None, currency: str, day: str) -> int:
    from kam_cli.domains.products import store as products

    assert product is not None
    row = products.price_on(c.book, product.id, currency, day)
    if row is None:
        raise BadValue(
            f"{product.name!r} has no list price in {currency} on {day}: add --price, or --currency"
        )
    return int(row["price_minor"])
