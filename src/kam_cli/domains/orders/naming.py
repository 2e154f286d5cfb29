"""What the order commands take: an order, the person who ordered, a line of it, a product."""

from __future__ import annotations

from kam_cli.domains.orders import store
from kam_cli.errors import Ambiguous, BadValue, NotFound
from kam_cli.kinds import line, ref
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]


def find(c: Context, text: str) -> Ref:
    """The one order that ``text`` names: by number, uid or its own number as every record, or by its client.

    A client's name stands for its open order where it has exactly one, and where no order is called so.
    Raises NotFound and Ambiguous.
    """
    from kam_cli import refs, registry

    noun = registry.noun("order")
    if refs.candidates(c.book, noun, text):
        return refs.resolve(c, "order", text)
    clients = refs.candidates(c.book, registry.noun("client"), text)
    return refs.of_client(c, "order", text, clients, store.open_of, "kam order list")


def _person(c: Context, text: str) -> Any:
    from kam_cli.refs import resolve

    of: Ref = c.values.get("client") or c.values["order"]
    return resolve(c, "contact", text, of.client_id)


def _deal(c: Context, text: str) -> Any:
    from kam_cli.refs import resolve

    of: Ref = c.values.get("client") or c.values["order"]
    return resolve(c, "deal", text, of.client_id)


def _currency(c: Context, text: str) -> str:
    from kam_cli.values.currencies import parse_currency

    return parse_currency(text, c.currency)


def _price(c: Context, text: str) -> Any:
    """An amount in the currency of the order that is changed, of --currency, else the book's."""
    from kam_cli.values.money import parse_money

    known: Ref | None = c.values.get("order")
    currency = store.get(c.book, known.id)["currency"] if known else c.values.get("currency")
    return parse_money(text, currency or c.currency)


def _portion(c: Context, text: str) -> tuple[str, int | None]:
    """A line as it was typed, and thousandths of it; None where none are said."""
    from kam_cli.values.quantities import parse_item

    text = str(line.parse(c, text))
    name, milli = parse_item(text)
    return name, None if name == text.strip() else milli


def _tags(c: Context, prefix: str) -> list[str]:
    return store.all_tags(c.book)


order = Kind(find, "ORDER", ref("order").complete)
person = Kind(_person, "PERSON")
deal = Kind(_deal, "DEAL")
currency = Kind(_currency, "CODE")
price = Kind(_price, "MONEY")
tag = Kind(line.parse, "TAG", _tags)
portion = Kind(_portion, "LINE[×N]")


def line_of(lines: list[Row], text: str) -> Row:
    """The line of an order that ``text`` names: by its place (2, #2), or by letters of what it is.

    Raises NotFound, and Ambiguous where several lines match.
    """
    from kam_cli.text import fold

    said = [f"{one['line']}) {one['title']}" for one in lines]
    digits = text.strip().removeprefix("#")
    if digits.isascii() and digits.isdigit():
        found = [one for one in lines if one["line"] == int(digits)]
    else:
        key = fold(text)
        if not key:
            raise BadValue("the line is empty: name it by its place or its product")
        found = [one for one in lines if fold(one["title"]) == key]
        found = found or [one for one in lines if key in fold(one["title"])]
    if not found:
        raise NotFound(f"the order has no line {text[:40]!r}; there are:", said)
    if len(found) > 1:
        lines_said = [f"{one['line']}) {one['title']}" for one in found]
        raise Ambiguous(f"{text[:40]!r} matches {len(found)} lines; name one by its place:", lines_said)
    return found[0]
