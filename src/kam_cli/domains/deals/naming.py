"""What the deal commands take: a deal, the person it is worked with, an amount in the deal's own currency."""

from __future__ import annotations

from kam_cli.domains.deals import store
from kam_cli.errors import Ambiguous
from kam_cli.kinds import money, ref
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref


def find(c: Context, text: str) -> Ref:
    """The one deal that ``text`` names: by number, uid or title as every record, or by its client.

    A client's name stands for its open deal where it has exactly one, and where no title matches. Raises
    NotFound, and Ambiguous also where a title matches but the client of that name has other deals.
    """
    from kam_cli import refs, registry

    noun = registry.noun("deal")
    titled = refs.candidates(c.book, noun, text)
    if _is_number(text) or (titled and refs.exact(c.book, noun, text) == titled):
        return refs.resolve(c, "deal", text)
    clients = refs.exact(c.book, registry.noun("client"), text) or store.clients_by_handle(c.book, text)
    held = store.open_of(c.book, clients)
    if titled:
        if held and not set(held) & set(titled):
            raise Ambiguous(
                f"{text!r} is in the title of one deal and the client of another; name one by its number:",
                refs.describe(c.book, noun, (titled + held)[: refs.MOST]),
            )
        return refs.resolve(c, "deal", text)
    clients = clients or refs.candidates(c.book, registry.noun("client"), text)
    return refs.of_client(c, "deal", text, clients, store.open_of, "kam deal list --status all")


def _is_number(text: str) -> bool:
    digits = text.strip().removeprefix("#")
    return digits.isascii() and digits.isdigit()


def _person(c: Context, text: str) -> Any:
    from kam_cli.refs import resolve

    of: Ref = c.values.get("client") or c.values["deal"]
    return resolve(c, "contact", text, of.client_id)


def _worth(c: Context, text: str) -> Any:
    from kam_cli.values.money import parse_money

    return parse_money(text, store.get(c.book, c.values["deal"].id)["currency"])


deal = Kind(find, "DEAL", ref("deal").complete)
person = Kind(_person, "PERSON")
worth = Kind(_worth, money.metavar)
