"""What the card of a contract takes: the options of `contract add` and `contract edit`, as columns."""

from __future__ import annotations

from kam_cli.kinds import every, future_day, line, money, text
from kam_cli.params import Kind, Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]


def _days(c: Context, text: str) -> int:
    return 0 if text.strip() in ("0", "0d") else int(every.parse(c, text))


def _within(noun: str) -> Kind:
    """A record of the contract's client: of the one that is named, else of the contract's own."""

    def parse(c: Context, text: str) -> Ref:
        from kam_cli.refs import resolve

        of: Ref = c.values.get("client") or c.values["contract"]
        return resolve(c, noun, text, of.client_id)

    return Kind(parse, noun.upper())


span = Kind(_days, "SPAN")
CARD = [
    Param(line, "its number on the paper", ("--number",)).named("number"),
    Param(money, "what it is worth, e.g. 12k or 1200.50 USD", ("--value",)).named("value"),
    Param(future_day, "first day on which it holds", ("--starts",)).named("starts"),
    Param(future_day, "last day on which it holds", ("--ends",)).named("ends"),
    Param(span, "so long before its end the renewal comes up; 30d", ("--notice",)).named("notice"),
    Param(_within("deal"), "the deal it came from", ("--deal",)).named("deal"),
    Param(_within("contact"), "who signs or negotiates it", ("--with",)).named("person"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]


def fields_of(c: Context, card: Row) -> Row:
    """The options of a card that were given, as columns."""
    value, deal, person = card["value"], card["deal"], card["person"]
    fields = {"number": card["number"], "notice_days": card["notice"], "note": card["note"]}
    fields |= {"value_minor": value and value.minor, "currency": value and value.currency}
    fields |= {f"{name}_on": card[name] and card[name].isoformat() for name in ("starts", "ends")}
    fields |= {"deal_id": deal and deal.id, "contact_id": person and person.id}
    return {name: value for name, value in fields.items() if value is not None}
