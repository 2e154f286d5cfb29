"""`kam product`: what is sold, what it costs, and what is to be known of it."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.products import facts, store
from kam_cli.errors import Ambiguous, BadValue, KamError
from kam_cli.kinds import choice, currency, future_day, integer, line, money, phrase, ref, text, title
from kam_cli.output import Saved
from kam_cli.params import Edit, Kind, Param, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.output import Rows
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]

product = ref("product")
days = integer(0, 3660, "DAYS")


def _floor(c: Context, given: str) -> Money:
    from kam_cli.values.money import parse_money

    price = c.values.get("price")
    return parse_money(given, price.currency if price else c.currency)


def _fact(kind: str) -> Kind:
    metavar = f"{facts.LABELS[kind].upper()}=TEXT" if facts.LABELS[kind] else "TEXT"
    return Kind(lambda c, given: facts.parse(kind, str(phrase.parse(c, given))), metavar)


def _substitute(c: Context, given: str) -> facts.Substitute:
    from kam_cli.refs import resolve

    name, _, note = (part.strip() for part in str(line.parse(c, given)).partition("="))
    return resolve(c, "product", name).id, note or None


floor = Kind(_floor, money.metavar)
CARD = [
    Param(line, "article number", ("--sku",)).named("sku"),
    Param(line, "category", ("--category",)).named("category"),
    Param(line, "what one of it is, e.g. piece, m2, hour", ("--unit",)).named("unit"),
    Param(line, "how it is packed", ("--packaging",)).named("packaging"),
    Param(line, "conditions of use", ("--conditions",)).named("conditions"),
    Param(text, "what it is; - reads it from stdin", ("--description",)).named("description"),
    Param(choice("in", "out"), "in stock (default) or out of it", ("--stock",)).named("stock"),
    Param(days, "days to deliver from stock", ("--stock-days",)).named("stock_days"),
    Param(days, "days to deliver when it is out of stock", ("--order-days",)).named("order_days"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]
FACTS = [
    Param(_fact("feature"), "what is to be known of it", ("--feature",), many=True).named("feature"),
    Param(_fact("strength"), "where it beats a competitor", ("--strength",), many=True).named("strength"),
    Param(_fact("option"), "what of it serves a use", ("--option",), many=True).named("option"),
    Param(
        Kind(_substitute, "PRODUCT[=NOTE]", product.complete), "what is sold in its place, the best first", ("--substitute",),
        many=True,
    ).named("substitute"),
]  # fmt: skip
DROP = Param(
    line, "take a fact off, e.g. feature=oiled, strength=RIVAL or substitute=PRODUCT", ("--drop",), many=True
).named("drop")


@verb(extra=[*CARD, *FACTS, Edit("note")])
def add(
    c: Context,
    name: str = words(title, "what it is called"),
    price: Money | None = opt(money, "list price of one, e.g. 24.50 or USD 30"),
    floor: Money | None = opt(floor, "below this it is not sold"),
    from_: datetime.date | None = opt(future_day, "the day from which the price holds; today", "--from"),
    force: bool = flag("add it though the book has one of this name"),
    **card: Any,
) -> Saved:
    """Add a product to the price list.

    $ kam product add Oak panel --price 24.50 --floor 21 --unit m2 --stock-days 3
    $ kam product add Pine board --feature "knots sealed" --strength "Panel World=dries in a day" --option "sauna=oiled"
    """
    if floor and not price:
        raise BadValue("--floor: a floor goes with a --price; give both")
    found = [] if force else store.find_by_name(c.book, name)
    if found:
        from kam_cli import refs, registry

        lines = refs.describe(c.book, registry.noun("product"), found)
        raise Ambiguous(
            f"{name!r} is on the price list already; another of this name is added with --force:", lines
        )
    known = known_of(card)
    with c.write():
        product_id = store.add(c.book, {"name": name, **fields_of(card)})
        _note(c, product_id, known)
        if price:
            _set(c, product_id, price, floor, from_ or c.today)
    return saved(c, product_id, "added")


def known_of(card: Row) -> tuple[list[facts.Fact], list[facts.Substitute]]:
    """The facts and the substitutes that were given, taken out of the card."""
    return [fact for kind in facts.LABELS for fact in card.pop(kind) or ()], card.pop("substitute") or []


def _note(c: Context, product_id: int, known: tuple[list[facts.Fact], list[facts.Substitute]]) -> int:
    return facts.add(c.book, product_id, known[0]) + facts.add_substitutes(c.book, product_id, known[1])


def fields_of(card: Row) -> Row:
    """The options of a card that were given, as columns."""
    stock = card["stock"] and int(card["stock"] == "in")
    fields = {name: value for name, value in card.items() if name != "stock"} | {"is_in_stock": stock}
    return {name: value for name, value in fields.items() if value is not None}


def _set(c: Context, product_id: int, price: Money, floor: Money | None, day: datetime.date) -> bool:
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


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    category: str | None = opt(line, "of this category"),
    in_stock: bool = flag("only what is in stock"),
    on: datetime.date | None = opt(future_day, "with the prices of this day; today"),
    currency: str | None = opt(currency, "with the prices in this currency; the book's first"),
    archived: bool = flag("those that are no longer sold"),
) -> Rows:
    """List products with their prices: the price list.

    $ kam product list --in-stock
    $ kam product list --category floor --on "1 jan" --currency USD
    """
    from kam_cli.text import fold

    filters: list[tuple[str, list[Any]]] = [(f"p.archived_at IS {'NOT ' * archived}NULL", [])]
    filters += [("p.category_key = ?", [fold(category)])] if category else []
    filters += [("p.is_in_stock = 1", [])] if in_stock else []
    rows = store.LISTING.fetch(c, page, filters)
    if category or in_stock or archived or page.where:
        rows.empty = "no product matches"
    return rows


@verb()
def show(c: Context, product: Ref = arg(product, "which product")) -> Any:
    """Show a product's page.

    $ kam product show oak
    """
    return store.LISTING.one(c, product.id)


@verb(
    extra=[*CARD, *FACTS, DROP, Edit("note", lambda c, given: store.get(c.book, given["product"].id)["note"])]
)
def edit(
    c: Context,
    product: Ref = arg(product, "which product"),
    name: str | None = opt(title, "the new name"),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    drop: list[str] | None = None,
    **card: Any,
) -> Saved:
    """Change a product; its price changes with price.

    Facts and substitutes are added, and taken off with --drop.

    $ kam product edit oak --stock out --order-days 14 --substitute "pine=softer"
    $ kam product edit oak --strength "Panel World=dries in a day" --drop feature=oiled
    """
    known = known_of(card)
    fields = fields_of(card) | {store.CLEARABLE[one]: None for one in clear}
    fields |= {"name": name} if name else {}
    if not (fields or drop or any(known)):
        raise BadValue("say what to change. Try: kam product edit --help")
    with c.write():
        for one in drop or ():
            facts.drop(c.book, product.id, one)
        changed = bool(_note(c, product.id, known) or drop)
        changed = bool(store.edit(c.book, product.id, fields)) or changed
    return saved(c, product.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def price(
    c: Context,
    product: Ref = arg(product, "which product"),
    price: Money = arg(money, "list price of one, e.g. 24.50 or USD 30"),
    from_: datetime.date | None = opt(future_day, "the first day on which it holds; today", "--from"),
    floor: Money | None = opt(floor, "below this it is not sold; as it was"),
) -> Saved:
    """Set a price from a day on.

    $ kam product price oak 26 --from "1 jan" --floor 22.50
    """
    changed = _set(c, product.id, price, floor, from_ or c.today)
    return saved(c, product.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def archive(
    c: Context, product: Ref = arg(product, "which product"), back: bool = flag("it is sold again")
) -> Saved:
    """Take a product off the price list that is no longer sold.

    $ kam product archive oak
    """
    from kam_cli.book import utc_now

    is_there = store.get(c.book, product.id)["archived_at"] is not None
    if is_there == (not back):
        return saved(c, product.id, "archived already" if is_there else "not archived")
    c.book.update("products", product.id, {"archived_at": None if back else utc_now()})
    return saved(c, product.id, "back again" if back else "archived")


@verb(writes=True)
def remove(c: Context, product: Ref = arg(product, "which product")) -> Saved:
    """Remove a product entered by mistake.

    One that is no longer sold is archived instead.

    $ kam product remove 12
    """
    done = saved(c, product.id, "removed")
    c.book.remove("products", product.id)
    return done


def saved(c: Context, product_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    from kam_cli.values.money import format_money

    row = store.LISTING.one(c, product_id)
    price = format_money(row["price_minor"], row["currency"]) if row["currency"] else "no price yet"
    parts = [
        f"product #{product_id} {row['name']}",
        row["sku"],
        price + (f" / {row['unit']}" if row["unit"] and row["currency"] else ""),
        None if row["is_in_stock"] else "out of stock",
    ]
    return Saved(" · ".join(str(part) for part in parts if part) + f" – {done}", row)
