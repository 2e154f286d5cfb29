"""Makes an offer, or makes it anew: what is typed becomes fields and priced lines."""

from __future__ import annotations

from kam_cli.domains.offers import basket, store
from kam_cli.domains.terms import store as terms
from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]


# What the page of an offer that is not stored yet shows of the rest.
EMPTY = dict.fromkeys(("contact", "deal", "decided_on", "reason", "language", "note")) | {
    "number": "no number yet"
}


def new(c: Context, client: Ref, goods: Row, card: Row) -> tuple[Row, list[Row]]:
    """Fields and priced lines of a new offer. ``goods``: ``items extras currency``; ``card``: the other options.

    Raises BadValue, KamError, NotFound and Ambiguous for what cannot be offered.
    """
    import datetime

    agreed = terms.of(c.book, client.id)
    valid = card["valid"] or c.today + datetime.timedelta(days=c.config.get("offer.valid_days"))
    default = agreed["pay_days"] if agreed["pay_days"] is not None else c.config.get("money.pay_days")
    offer = {
        "client_id": client.id, "status": "draft", "issued_on": c.today.isoformat(),
        "valid_until": valid.isoformat(), "pay_days": default, "discount_bp": 0, "override": None,
        "currency": goods["currency"] or c.currency, **fields_of(c, card),
    }  # fmt: skip
    if offer["valid_until"] < offer["issued_on"]:
        raise BadValue(f"--valid: {offer['valid_until']} is past; an offer holds for today at least")
    lines = basket.of_items(c, goods["items"], goods["extras"], offer["currency"], offer["issued_on"])
    return offer, basket.price(c, lines, offer)


def fields_of(c: Context, card: Row) -> Row:
    """The options of an offer that were given, as columns. Raises BadValue for a language without a template."""
    fields = {
        "pay_days": card["terms"], "valid_until": card["valid"] and card["valid"].isoformat(),
        "discount_bp": card["discount"], "override": card["override"], "language": card["language"],
        "contact_id": card["person"] and card["person"].id, "deal_id": card["deal"] and card["deal"].id,
        "note": card["note"],
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


PRICED = ("pay_days", "discount_bp", "override")  # what a price hangs on


def changed(c: Context, offer: Row, goods: Row, fields: Row) -> tuple[bool, list[Row]]:
    """Change an offer, and price it anew where that may change its prices; whether anything differs, and its lines.

    Raises KamError for one that was answered already.
    """
    if offer["status"] not in store.OPEN:
        raise KamError(
            f"offer {offer['number']} is {offer['status']} since {offer['decided_on']}; make a new one: kam offer create"
        )
    if fields.get("valid_until", offer["valid_until"]) < offer["issued_on"]:
        raise BadValue(
            f"--valid: {fields['valid_until']} is before the day of the offer, {offer['issued_on']}"
        )
    merged = {**offer, **fields}
    is_new = bool(goods["items"] or goods["extras"])
    if not is_new and all(merged[name] == offer[name] for name in PRICED):
        return store.edit(c.book, offer["id"], fields), []
    if is_new:
        lines = basket.of_items(c, goods["items"], goods["extras"], offer["currency"], offer["issued_on"])
    else:
        lines = basket.again(c, offer)
    priced = basket.price(c, lines, merged)
    return store.edit(c.book, offer["id"], fields, priced), priced
