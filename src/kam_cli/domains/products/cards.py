"""What commands take of a product: its fields, its facts, what stands in for it."""

from __future__ import annotations

from kam_cli.domains.products import facts
from kam_cli.kinds import choice, integer, line, phrase, ref, text
from kam_cli.params import Kind, Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]
    Known = tuple[list[facts.Fact], list[facts.Substitute]]

product = ref("product")
_days = integer(0, 3660, "DAYS")


def _fact(kind: str) -> Kind:
    metavar = f"{facts.LABELS[kind].upper()}=TEXT" if facts.LABELS[kind] else "TEXT"
    return Kind(lambda c, given: facts.parse(kind, str(phrase.parse(c, given))), metavar)


def _substitute(c: Context, given: str) -> facts.Substitute:
    from kam_cli.refs import resolve

    name, _, note = (part.strip() for part in str(line.parse(c, given)).partition("="))
    return resolve(c, "product", name).id, note or None


FIELDS = [
    Param(line, "article number", ("--sku",)).named("sku"),
    Param(line, "category", ("--category",)).named("category"),
    Param(line, "what one of it is, e.g. piece, m2, hour", ("--unit",)).named("unit"),
    Param(line, "how it is packed", ("--packaging",)).named("packaging"),
    Param(line, "conditions of use", ("--conditions",)).named("conditions"),
    Param(text, "what it is; - reads it from stdin", ("--description",)).named("description"),
    Param(choice("in", "out"), "in stock (default) or out of it", ("--stock",)).named("stock"),
    Param(_days, "days to deliver from stock", ("--stock-days",)).named("stock_days"),
    Param(_days, "days to deliver when it is out of stock", ("--order-days",)).named("order_days"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]
_STAND_IN = Kind(_substitute, "PRODUCT[=NOTE]", product.complete)
FACTS = [
    Param(_fact("feature"), "what is to be known of it", ("--feature",), many=True).named("feature"),
    Param(_fact("strength"), "where it beats a competitor", ("--strength",), many=True).named("strength"),
    Param(_fact("option"), "what of it serves a use", ("--option",), many=True).named("option"),
    Param(_STAND_IN, "what is sold in its place, the best first", ("--substitute",), many=True).named(
        "substitute"
    ),
]
_DROP = "take a fact off, e.g. feature=oiled, strength=RIVAL or substitute=PRODUCT"
DROP = Param(line, _DROP, ("--drop",), many=True).named("drop")


def fields_of(card: Row) -> Row:
    """The fields that were given, as columns."""
    stock = card["stock"] and int(card["stock"] == "in")
    fields = {name: value for name, value in card.items() if name != "stock"} | {"is_in_stock": stock}
    return {name: value for name, value in fields.items() if value is not None}


def known_of(card: Row) -> Known:
    """The facts and the substitutes that were given, taken out of the card."""
    return [fact for kind in facts.LABELS for fact in card.pop(kind) or ()], card.pop("substitute") or []


def note(c: Context, product_id: int, known: Known) -> int:
    """Put facts and substitutes on a product; how many it did not have."""
    return facts.add(c.book, product_id, known[0]) + facts.add_substitutes(c.book, product_id, known[1])
