"""How members stand: tier, points, what is missing to the next tier, and who is about to rise or fall."""

from __future__ import annotations

import datetime

from kam_cli.domains.loyalty import rules, store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

AHEAD = 30  # days from now in which a tier may be lost


def of(
    book: Book, programme: Row, day: datetime.date, client_id: int | None = None, ahead: int = AHEAD
) -> list[Row]:
    """A row a member, by name: ``programme_id programme client_id client tier discount_bp value_minor purchases next
    missing_minor missing_purchases currency move points earned spent expired uncovered expiring expiring_on joined_on``,
    and ``lots spendings`` for programs.

    Amounts are None where tiers are reached by purchases, and the reverse.
    """
    today = day.isoformat()
    later = (day + datetime.timedelta(ahead)).isoformat()
    months = programme["window_months"]
    tiers = store.tiers(book, programme["id"])
    now = store.values(book, programme, rules.window(today, months), today, client_id)
    then = store.values(book, programme, rules.window(later, months), today, client_id)
    orders = store.orders(book, programme, client_id)
    spent = store.spendings(book, programme["id"], client_id)
    found = []
    for member in store.members(book, programme["id"], client_id):
        own = member["client_id"]
        earned = rules.lots(orders.get(own, ()), programme, member["joined_on"])
        lots, uncovered = rules.settle(earned, spent.get(own, ()), today)
        found.append(
            {
                "programme_id": programme["id"], "programme": programme["name"], "client_id": own, "client": member["client"],
                **_tier(programme, tiers, now.get(own, 0), then.get(own, 0)),
                "points": rules.balance(lots), "earned": sum(lot["points"] for lot in lots),
                "spent": sum(lot["spent"] for lot in lots), "expired": sum(lot["expired"] for lot in lots),
                "uncovered": uncovered, **_expiring(lots), "joined_on": member["joined_on"], "lots": lots,
                "spendings": spent.get(own, []),
            }
        )  # fmt: skip
    return found


def _tier(programme: Row, tiers: list[Row], value: int, ahead: int) -> Row:
    tier, above = rules.tier_at(tiers, value), rules.next_tier(tiers, value)
    missing = above and above["from_value"] - value
    is_money = programme["basis"] == "turnover"
    return {
        "tier": tier and tier["name"],
        "discount_bp": tier["discount_bp"] if tier else 0,
        "value_minor": value if is_money else None,
        "purchases": None if is_money else value,
        "next": above and above["name"],
        "missing_minor": missing if is_money else None,
        "missing_purchases": None if is_money else missing,
        "currency": programme["currency"],
        "move": rules.move(tiers, programme["basis"], value, ahead),
    }


def _expiring(lots: list[Row]) -> Row:
    """The next points that will expire, and when."""
    days = [lot["expires_on"] for lot in lots if lot["left"] and lot["expires_on"]]
    first = min(days, default=None)
    return {
        "expiring": sum(lot["left"] for lot in lots if first and lot["expires_on"] == first),
        "expiring_on": first,
    }
