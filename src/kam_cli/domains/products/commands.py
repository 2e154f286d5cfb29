"""`kam product`: what is sold, what it costs, and what is to be known of it."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.products import buying, cards, facts, pricing, quizzing, store, suggesting
from kam_cli.domains.products.cards import product
from kam_cli.errors import Ambiguous, BadValue, KamError
from kam_cli.kinds import choice, currency, future_day, line, money, title
from kam_cli.output import Saved
from kam_cli.params import Edit, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.output import Rows
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money


@verb(extra=[*cards.FIELDS, *cards.FACTS, Edit("note")])
def add(
    c: Context,
    name: str = words(title, "what it is called"),
    price: Money | None = opt(money, "list price of one, e.g. 24.50 or USD 30"),
    floor: Money | None = opt(pricing.floor, "below this it is not sold"),
    from_: datetime.date | None = opt(future_day, "the day from which the price holds; today", "--from"),
    force: bool = flag("add it though the book has one of this name"),
    **card: Any,
) -> Saved:
    """Add a product to the price list.

    $ kam product add Oak panel --price 24.50 --floor 21 --unit m2 --stock-days 3
    $ kam product add Pine board --feature "knots sealed" --strength "Panel World=dries in a day" --option "sauna=oiled"
    """
    if (floor or from_) and not price:
        raise BadValue(f"{'--floor' if floor else '--from'} goes with a --price; give both")
    found = [] if force else store.find_by_name(c.book, name)
    if found:
        from kam_cli import refs, registry

        lines = refs.describe(c.book, registry.noun("product"), found)
        raise Ambiguous(
            f"{name!r} is on the price list already; another of this name is added with --force:", lines
        )
    known = cards.known_of(card)
    with c.write():
        product_id = store.add(c.book, {"name": name, **cards.fields_of(card)})
        cards.note(c, product_id, known)
        if price:
            pricing.set_from(c, product_id, price, floor, from_ or c.today)
    return saved(c, product_id, "added")


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

    Price, delivery, features, strengths, options, what stands in for it, who needs and buys it, what is said against it.

    $ kam product show oak
    """
    from kam_cli.domains.products import page

    return page.build(c, product.id)


@verb(
    extra=[
        *cards.FIELDS,
        *cards.FACTS,
        cards.DROP,
        Edit("note", lambda c, given: store.get(c.book, given["product"].id)["note"]),
    ]
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
    known = cards.known_of(card)
    fields = cards.fields_of(card) | {store.CLEARABLE[one]: None for one in clear}
    fields |= {"name": name} if name else {}
    if not (fields or drop or any(known)):
        raise BadValue("say what to change. Try: kam product edit --help")
    with c.write():
        for one in drop or ():
            facts.drop(c.book, product.id, one)
        changed = bool(cards.note(c, product.id, known) or drop)
        changed = bool(store.edit(c.book, product.id, fields)) or changed
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
    held = buying.held(c.book, product.id)
    if held:
        what = ", ".join(f"{n} {word if n > 1 else word.removesuffix('s')}" for word, n in held.items())
        raise KamError(
            f"{product.name!r} is in {what}. Take it off the list instead: kam product archive {product.id}"
        )
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


price = pricing.price
suggest = suggesting.suggest
quiz = quizzing.quiz
