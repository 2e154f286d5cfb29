"""Prices a basket by rules of discount, and says of every step what was left; no clock, no book.

How rules go together: of the volume tiers that are reached the best one, then the better one of promotions and the
client's own terms, then all that are marked to be given on top, then what was agreed for this offer, and the terms of
payment last. Each takes its share of what the one before it left, and the net of a line is rounded once, so the order
of the rules changes nothing. No line falls below its floor price, unless that is overridden.
"""

from __future__ import annotations

from kam_cli.values.money import format_money
from kam_cli.values.quantities import MILLI, WHOLE_BP
from kam_cli.values.rounding import halves_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Row = dict[str, Any]

VOLUME, PAYMENT, PROMOTION, CLIENT, BONUS = KINDS = ("volume", "payment", "promotion", "client", "bonus")


def price(
    lines: Sequence[Row],
    rules: Iterable[Row],
    *,
    client_id: int,
    pay_days: int,
    day: str,
    currency: str,
    agreed_bp: int = 0,
    is_free: bool = False,
) -> list[Row]:
    """What each line of a basket costs, and how that came about.

    ``lines``: ``quantity_milli``, ``list_minor`` and ``floor_minor`` (None: no floor) of one unit, ``product_id``,
    ``category_key``. ``rules``: rows of the table discounts. ``day`` is an ISO date, ``agreed_bp`` hundredths of a
    percent agreed for this basket, ``is_free`` lets prices fall below the floor.

    Gives for each line ``list_total_minor``, ``net_minor`` (both rounded), ``is_at_floor``, and ``steps``: rows
    ``kind rule name why discount_bp left_minor``, the first one of the list price, the last one's rest is the net.
    """
    known = [rule for rule in rules if _holds(rule, client_id, day, currency)]
    bought = [[rule for rule in known if _covers(rule, line) and _is_reached(rule, lines)] for line in lines]
    return [
        _priced(line, _chosen(mine, pay_days), pay_days, currency, agreed_bp, is_free)
        for line, mine in zip(lines, bought, strict=True)
    ]


def _holds(rule: Row, client_id: int, day: str, currency: str) -> bool:
    """Whether a rule may be used for this client, on this day, in this currency."""
    return (
        rule["kind"] != BONUS
        and rule["client_id"] in (None, client_id)
        and (rule["valid_from"] or "") <= day <= (rule["valid_until"] or "9999-12-31")
        and rule["currency"] in (None, currency)
    )


def _covers(rule: Row, line: Row) -> bool:
    return rule["product_id"] in (None, line["product_id"]) and rule["category_key"] in (
        None,
        line["category_key"],
    )


def _is_reached(rule: Row, lines: Sequence[Row]) -> bool:
    """Whether what a rule covers in the basket is as much as it asks for, at list prices."""
    return (
        _bought(rule, lines) >= (rule["quantity_milli"] or 0)
        and _worth(rule, lines) >= (rule["amount_minor"] or 0) * MILLI
    )


def _bought(rule: Row, lines: Sequence[Row]) -> int:
    """Thousandths of units that a rule covers."""
    return sum(line["quantity_milli"] for line in lines if _covers(rule, line))


def _worth(rule: Row, lines: Sequence[Row]) -> int:
    """What they cost by the list, in thousandths of a minor unit."""
    return sum(line["quantity_milli"] * line["list_minor"] for line in lines if _covers(rule, line))


def _chosen(rules: Sequence[Row], pay_days: int) -> list[Row]:
    """The rules that are used, in the order in which they are explained."""
    own = [rule for rule in rules if rule["kind"] in (PROMOTION, CLIENT)]
    alone = [rule for rule in own if not rule["is_on_top"]]
    on_top = sorted((rule for rule in own if rule["is_on_top"]), key=lambda rule: (rule["kind"], rule["id"]))
    return [
        *_best([rule for rule in rules if rule["kind"] == VOLUME]),
        *_best(alone),
        *on_top,
        *_of_payment([rule for rule in rules if rule["kind"] == PAYMENT], pay_days),
    ]


def _best(rules: Iterable[Row]) -> list[Row]:
    """The rule that takes most off; of several the one entered first."""
    best = max(rules, key=lambda rule: (rule["discount_bp"], -rule["id"]), default=None)
    return [best] if best and best["discount_bp"] > 0 else []


def _of_payment(rules: Iterable[Row], pay_days: int) -> list[Row]:
    """The rule for the days in which is paid: the best discount for early payment, else the surcharge of the longest
    deferral that is reached, the client's own before everybody's.
    """
    early = [rule for rule in rules if rule["discount_bp"] >= 0 and pay_days <= rule["pay_days"]]
    own = [rule for rule in early if rule["client_id"] is not None]
    if best := _best(early):
        return best
    late = [rule for rule in rules if rule["discount_bp"] < 0 and pay_days >= rule["pay_days"]]
    if own or not late:  # terms of his own at no charge
        return []
    return [max(late, key=lambda r: (r["client_id"] is not None, r["pay_days"], r["discount_bp"], -r["id"]))]


def _priced(
    line: Row, rules: Sequence[Row], pay_days: int, currency: str, agreed_bp: int, is_free: bool
) -> Row:
    left, parts = line["quantity_milli"] * line["list_minor"], MILLI
    list_total = halves_up(left, parts)
    steps = [_step("list", None, "list price", _each(line["list_minor"], currency), 0, list_total)]
    agreed = [{"kind": "agreed", "id": None, "name": "for this offer", "discount_bp": agreed_bp}]
    first = [rule for rule in rules if rule["kind"] != PAYMENT]
    for rule in [*first, *(agreed if agreed_bp else []), *rules[len(first) :]]:
        left, parts = left * (WHOLE_BP - rule["discount_bp"]), parts * WHOLE_BP
        why = why_of(rule, currency)
        steps.append(
            _step(rule["kind"], rule["id"], rule["name"], why, rule["discount_bp"], halves_up(left, parts))
        )
    net = halves_up(left, parts)
    floor = -(-line["quantity_milli"] * (line["floor_minor"] or 0) // MILLI)
    if net < floor:
        each = _each(line["floor_minor"], currency)
        kind, name = ("override", "below the floor price") if is_free else ("floor", "floor price")
        net = net if is_free else floor
        steps.append(_step(kind, None, name, each, 0, net))
    return {
        "list_total_minor": list_total,
        "net_minor": net,
        "is_at_floor": steps[-1]["kind"] == "floor",
        "steps": steps,
    }


def _step(kind: str, rule: int | None, name: str, why: str, discount_bp: int, left_minor: int) -> Row:
    row = {"kind": kind, "rule": rule, "name": name, "why": why}
    return {**row, "discount_bp": discount_bp, "left_minor": left_minor}


def _each(minor: int, currency: str) -> str:
    return f"{format_money(minor, currency)} each"


def why_of(rule: Row, currency: str) -> str:
    """The condition of a rule in a few words."""
    parts = []
    if rule.get("quantity_milli"):
        parts.append(f"from {format_quantity(rule['quantity_milli'])}")
    if rule.get("amount_minor"):
        parts.append(f"from {format_money(rule['amount_minor'], rule['currency'] or currency)}")
    if rule["kind"] == PAYMENT:
        days = rule["pay_days"]
        parts.append(f"paid after {days} days" if rule["discount_bp"] < 0 else f"paid within {days} days")
    if rule.get("valid_until"):
        parts.append(f"until {rule['valid_until']}")
    if rule["kind"] == "agreed":
        parts.append("agreed")
    return ", ".join(parts) or ("terms of the client" if rule.get("client_id") else "for everybody")


def format_quantity(milli: int) -> str:
    """``2.5`` of 2500: thousands apart by a space, no more decimals than there are."""
    whole, rest = divmod(milli, MILLI)
    tail = f".{rest:03}".rstrip("0") if rest else ""
    return f"{whole:,}{tail}".replace(",", " ")


def format_percent(bp: int) -> str:
    """``5 %`` of 500, ``12.5 %`` of 1250."""
    whole, rest = divmod(abs(bp), 100)
    tail = f".{rest:02}".rstrip("0") if rest else ""
    return f"{'-' if bp < 0 else ''}{whole}{tail} %"
