"""What a rule of discount must say, in which words it is shown, and the bonus on a turnover."""

from __future__ import annotations

from kam_cli.domains.offers.rules import BONUS, CLIENT, PAYMENT, PROMOTION, VOLUME, format_percent, why_of
from kam_cli.errors import BadValue
from kam_cli.values.rounding import share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Row = dict[str, Any]


def check(rule: Row) -> None:
    """Raises BadValue for a rule that says too little or contradicts itself."""
    kind = rule["kind"]
    is_tier = bool(rule["quantity_milli"] or rule["amount_minor"])
    if rule["product_id"] and rule["category"]:
        raise BadValue("--product and --category: a rule is for one of them; add another rule")
    if rule["quantity_milli"] and rule["amount_minor"]:
        raise BadValue("--from and --from-amount: a rule asks for one of them; add another rule")
    if kind == VOLUME and not is_tier:
        raise BadValue(
            "--from is missing: a volume discount begins at a quantity, or at an amount (--from-amount)"
        )
    if kind == PAYMENT and rule["pay_days"] is None:
        raise BadValue("--within is missing: the days within which is paid; or for a surcharge --deferred")
    if kind == PAYMENT and is_tier:
        raise BadValue(
            "--from and --from-amount are for goods; terms of payment know --within and --deferred"
        )
    if kind != PAYMENT and rule["pay_days"] is not None:
        raise BadValue("--within and --deferred are for terms of payment: kam discount add payment …")
    if kind == PROMOTION and not rule["valid_until"]:
        raise BadValue("--until is missing: a promotion has a last day")
    if kind in (CLIENT, BONUS) and not rule["client_id"]:
        raise BadValue("--client is missing: whose terms these are")
    if kind == BONUS and (rule["product_id"] or rule["category"] or rule["quantity_milli"]):
        raise BadValue(
            "a bonus is on the whole turnover of a year; leave out --product, --category and --from"
        )
    if rule["is_on_top"] and kind not in (PROMOTION, CLIENT):
        raise BadValue(
            "--on-top is for promotions and terms of a client: volume and payment are beside them anyway"
        )
    if not rule["discount_bp"] and kind != PAYMENT:
        raise BadValue("PERCENT: a discount of nothing changes nothing")
    if rule["valid_from"] and rule["valid_until"] and rule["valid_from"] > rule["valid_until"]:
        raise BadValue(f"--since {rule['valid_from']} is after --until {rule['valid_until']}")


def say(rule: Row) -> str:
    """``5 % · from 40``: the discount, its condition, and since when it holds."""
    bp = rule["discount_bp"]
    size = f"{format_percent(abs(bp))}{' surcharge' if bp < 0 else ''}"
    since = f", since {rule['valid_from']}" if rule["valid_from"] else ""
    return f"{size} · {why_of(rule, rule['currency'] or '')}{since}"


def bonus(turnover_minor: int, rules: Iterable[Row], currency: str, year: int) -> Row | None:
    """The yearly bonus due on a turnover in minor units: ``rule name discount_bp bonus_minor``; None where none is.

    The best one of those that are reached and hold on the last day of the year.
    """
    day = f"{year}-12-31"
    reached = [
        rule
        for rule in rules
        if rule["kind"] == BONUS
        and rule["currency"] in (None, currency)
        and turnover_minor >= (rule["amount_minor"] or 0)
        and (rule["valid_from"] or "") <= day <= (rule["valid_until"] or "9999")
    ]
    if not reached or turnover_minor <= 0:
        return None
    best = max(reached, key=lambda rule: (rule["discount_bp"], -rule["id"]))
    due = share(turnover_minor, best["discount_bp"])
    return {"rule": best["id"], "name": best["name"], "discount_bp": best["discount_bp"], "bonus_minor": due}
