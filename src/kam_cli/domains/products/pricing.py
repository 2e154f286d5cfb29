"""`kam product price`: what a product costs from a day on, in a currency, and the floor below which it is not sold."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.products import store
from kam_cli.domains.products.cards import product
from kam_cli.errors import BadValue, KamError, NotFound
from kam_cli.kinds import currency, future_day, money
from kam_cli.output import Rows, Saved
from kam_cli.params import Kind, arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money


def _floor(c: Context, given: str) -> Money:
    """An amount in the currency of the price, unless another is named."""
    from kam_cli.values.money import parse_money

    price = c.values.get("price")
    return parse_money(given, price.currency if price else c.currency)


floor = Kind(_floor, money.metavar)


def set_from(c: Context, product_id: int, price: Money, floor: Money | None, day: datetime.date) -> bool:
    """Let a price hold from a day on; a floor stays as it was unless another is given. Raises BadValue, KamError."""
    from kam_cli.values.money import format_money

    if floor and floor.currency != price.currency:
        raise BadValue(
            f"--floor: it is in {floor.currency}, but the price in {price.currency}; give both in one"
        )
    if floor and floor.minor > price.minor:
        raise BadValue(f"--floor: {format_money(*floor)} is above the price {format_money(*price)}")
    holds = store.price_on(c.book, product_id, price.currency, day.isoformat())
    lowest: int | None = floor.minor if floor else holds["floor_minor"] if holds else None
    if lowest is not None and lowest > price.minor:
        said = format_money(lowest, price.currency)
        raise KamError(
            f"the floor of the price before is {said}, above {format_money(*price)}; give --floor, too"
        )
    return store.set_price(c.book, product_id, price.currency, day.isoformat(), price.minor, lowest)


@verb()
def price(
    c: Context,
    product: Ref = arg(product, "which product"),
    price: Money | None = arg(money, "list price of one, e.g. 24.50 or USD 30", optional=True),
    from_: datetime.date | None = opt(future_day, "the first day on which it holds; today", "--from"),
    floor: Money | None = opt(floor, "below this it is not sold; as it was"),
    withdraw: bool = flag("take back the price that begins on --from"),
    currency: str | None = opt(currency, "of the price to be taken back; the book's"),
) -> Any:
    """Set a price from a day on; without one, show all prices.

    A price that begins on the same day is corrected. The floor stays unless another is given.

    $ kam product price oak 26 --from "1 jan" --floor 22.50
    $ kam product price oak
    $ kam product price oak --withdraw --from "1 jan"
    """
    day = from_ or c.today
    if withdraw:
        return _withdraw(c, product, currency or c.currency, day)
    if price is None:
        if floor or from_ or currency:
            raise BadValue("MONEY: say the price, too")
        return _all(c, product)
    if currency:
        raise BadValue("--currency goes with --withdraw; write the price like 'USD 30'")
    with c.write():
        changed = set_from(c, product.id, price, floor, day)
    return _saved(c, product, price.currency, day, "" if changed else "nothing differs")


def _saved(c: Context, product: Ref, currency: str, day: datetime.date, done: str) -> Saved:
    from kam_cli.values.dates import echo_day
    from kam_cli.values.money import format_money

    row = store.price_on(c.book, product.id, currency, day.isoformat())
    assert row is not None
    lowest = row["floor_minor"]
    parts = [f"product #{product.id} {product.name}", format_money(row["price_minor"], currency)]
    parts += [f"not below {format_money(lowest, currency)}"] if lowest is not None else []
    line = " · ".join([*parts, f"from {echo_day(day)}"]) + (f" – {done}" if done else "")
    return Saved(line, {"product_id": product.id, "product": product.name, **row, "currency": currency})


def _withdraw(c: Context, product: Ref, currency: str, day: datetime.date) -> Saved:
    from kam_cli.values.dates import echo_day
    from kam_cli.values.money import format_money

    row = store.price_on(c.book, product.id, currency, day.isoformat())
    if row is None or row["valid_from"] != day.isoformat():
        raise NotFound(
            f"no price in {currency} begins on {echo_day(day)}. See: kam product price {product.id}"
        )
    with c.write():
        c.book.remove("prices", row["id"])
    said = format_money(row["price_minor"], currency)
    line = f"product #{product.id} {product.name} · {said} from {echo_day(day)} – withdrawn"
    return Saved(line, {"product_id": product.id, "product": product.name, **row, "currency": currency})


def _all(c: Context, product: Ref) -> Rows:
    rows = store.prices(c.book, product.id)
    empty = f"no price yet. Set one: kam product price {product.id} 24.50"
    return Rows(
        rows, show=("currency", "valid_from", "price_minor", "floor_minor"), title=product.name, empty=empty
    )
