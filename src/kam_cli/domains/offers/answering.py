"""What became of an offer: accepted into an order or a deal, rejected, open again; and how many are won."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.deals import store as deals
from kam_cli.domains.offers import store
from kam_cli.domains.offers.naming import deal, offer
from kam_cli.domains.offers.page import saved
from kam_cli.domains.orders import store as orders
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import choice, future_day, past_day, phrase
from kam_cli.output import Rows, Saved
from kam_cli.params import Edit, arg, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]

# Status → what may be done with an offer.
MOVES = {
    "draft": ("send", "accept", "reject"), "sent": ("send", "accept", "reject"), "expired": ("reject",),
    "accepted": ("reopen",), "rejected": ("reopen",),
}  # fmt: skip
GROUPS = {
    "month": "substr(o.issued_on, 1, 7)", "year": "substr(o.issued_on, 1, 4)", "client": "c.name",
    "country": "coalesce(c.country, '–')", "segment": "coalesce(c.segment, '–')",
}  # fmt: skip


def refuse(row: Row, move: str) -> None:
    """Raises KamError where an offer may not go that way, with those in which it may."""
    if move in MOVES[row["status"]]:
        return
    number, status = row["number"], row["status"]
    if status == "expired":
        raise KamError(
            f"offer {number} expired on {row['valid_until']}. To prolong it: kam offer edit {number} --valid 14d"
        )
    ways = ", ".join(f"kam offer {one} {number}" for one in MOVES[status])
    raise KamError(f"offer {number} is {status} since {row['decided_on']}; what is left: {ways}")


def _answered(c: Context, offer_id: int, move: str, on: datetime.date | None) -> tuple[Row, str]:
    """The offer and the day of its answer. Raises KamError and BadValue."""
    row = store.LISTING.one(c, offer_id)
    day = (on or c.today).isoformat()
    if day > c.today.isoformat():
        raise BadValue(f"--on: {day} is in the future; an answer came today or before")
    if day < row["issued_on"]:
        raise BadValue(f"--on: {day} is before the day of the offer, {row['issued_on']}")
    if not (on and row["status"] == "expired" and day <= row["valid_until"]):
        refuse(row, move)
    return row, day


@verb(writes=True)
def accept(
    c: Context,
    offer: Ref = arg(offer, "which offer"),
    *,
    on: datetime.date | None = opt(past_day, "the day of the answer; today"),
    deal: Ref | None = opt(deal, "make it the value of this deal, and no order"),
    due: datetime.date | None = opt(future_day, "the day on which it is promised"),
) -> Saved:
    """Accept: the offer becomes an order, or a deal's value.

    With --deal it is the value of that deal, and no order is made.

    $ kam offer accept 2026-0001 --due +2w
    $ kam offer accept acme --deal hall
    """
    row, day = _answered(c, offer.id, "accept", on)
    answer = {"status": "accepted", "decided_on": day}
    if deal:
        _set_value(c, deal.id, row)
        store.edit(c.book, offer.id, answer | {"deal_id": deal.id})
        hint = [f"the deal may be won now: kam deal win {deal.id}"]
        return saved(c, offer.id, f"accepted → deal #{deal.id} {deal.name}", hint, order_id=None)
    store.edit(c.book, offer.id, answer)
    order = {name: row[name] for name in ("client_id", "contact_id", "deal_id", "currency", "note")}
    order |= {"offer_id": offer.id, "ordered_on": day, "due_on": due and due.isoformat()}
    order_id = orders.add(c.book, order, [_order_line(line) for line in store.with_steps(c.book, offer.id)])
    hints = [f"it was for deal #{row['deal_id']}: kam deal win {row['deal_id']}"] if row["deal_id"] else []
    return saved(c, offer.id, f"accepted → order #{order_id}", hints, order_id=order_id)


def _set_value(c: Context, deal_id: int, row: Row) -> None:
    old = deals.get(c.book, deal_id)
    if old["status"] == "lost":
        raise KamError(f"deal #{deal_id} {old['title']!r} is lost. First: kam deal reopen {deal_id}")
    deals.edit(c.book, deal_id, {"value_minor": row["total_minor"], "currency": row["currency"]})


def _order_line(line: Row) -> Row:
    """A line of an order: what was agreed is its net; the percentage is what that comes to."""
    from kam_cli.values.quantities import WHOLE_BP
    from kam_cli.values.rounding import halves_up

    listed = line["list_total_minor"]
    bp = halves_up(line["given_minor"] * WHOLE_BP, listed) if listed else 0
    named = ("product_id", "title", "quantity_milli", "net_minor")
    return {
        **{name: line[name] for name in named},
        "unit_price_minor": line["list_minor"],
        "discount_bp": min(max(bp, 0), WHOLE_BP),
    }


@verb(writes=True, extra=[Edit("reason")])
def reject(
    c: Context,
    offer: Ref = arg(offer, "which offer"),
    *,
    reason: str = opt(phrase, "why; - reads it from stdin", required=True),
    on: datetime.date | None = opt(past_day, "the day of the answer; today"),
) -> Saved:
    """Reject: say why nothing came of it.

    $ kam offer reject 2026-0001 --reason "too expensive"
    """
    _, day = _answered(c, offer.id, "reject", on)
    store.edit(c.book, offer.id, {"status": "rejected", "decided_on": day, "reason": reason})
    return saved(c, offer.id, "rejected")


@verb(writes=True)
def reopen(c: Context, offer: Ref = arg(offer, "which offer")) -> Saved:
    """Take back the answer to an offer.

    $ kam offer reopen 2026-0001
    """
    row = store.LISTING.one(c, offer.id)
    if "reopen" not in MOVES[row["status"]]:
        raise KamError(f"offer {row['number']} is {row['status']}: there is no answer to take back")
    order_id = store.order_of(c.book, offer.id)
    if order_id:
        raise KamError(
            f"order #{order_id} was made of offer {row['number']}. First: kam order remove {order_id}"
        )
    status = "sent" if row["sent_at"] else "draft"
    store.edit(c.book, offer.id, {"status": status, "decided_on": None, "reason": None})
    return saved(c, offer.id, "open again")


@verb()
def winrate(
    c: Context,
    by: str | None = opt(choice(*GROUPS), "month or year of issue, client, country or segment"),
) -> Rows:
    """Show the share of offers that are accepted.

    Of those that were answered or have expired, by number and by value.

    $ kam offer winrate --by month
    """
    store.LISTING.prepare(c)
    groups: dict[tuple[str, str], Row] = {}
    for row in store.decided(c.book, GROUPS[by] if by else "'all'"):
        empty = {"group": row["grp"], "accepted": 0, "rejected": 0, "expired": 0, "winrate_pct": None}
        one = groups.setdefault(
            (row["grp"], row["currency"]),
            {**empty, "won_value_minor": 0, "offered_value_minor": 0, "currency": row["currency"]},
        )
        one[row["status"]] += row["offers"]
        one["offered_value_minor"] += row["total_minor"]
        one["won_value_minor"] += row["total_minor"] if row["status"] == "accepted" else 0
    for one in groups.values():
        one["winrate_pct"] = one["accepted"] * 100 / (one["accepted"] + one["rejected"] + one["expired"])
        one["winrate_value_pct"] = (
            one["won_value_minor"] * 100 / one["offered_value_minor"] if one["offered_value_minor"] else None
        )
    show = ("group", "accepted", "rejected", "expired", "winrate_pct", "won_value_minor", "winrate_value_pct")
    return Rows(list(groups.values()), show=show, empty="no offer was answered yet")
