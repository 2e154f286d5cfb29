"""The page of a client's reliability, and the answer to "may he pay later?"."""

from __future__ import annotations

from kam_cli.domains.risk import behaviour, rules, store
from kam_cli.domains.risk.assessing import why_none
from kam_cli.domains.terms import store as terms
from kam_cli.output import Block, Page
from kam_cli.values.money import format_money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]


def build(c: Context, client: Ref) -> Page:
    """The page; its data: ``client_id client score known_pct assessed_on is_stale note reasons unknown``, and the nested
    ``limit`` (the one that holds, or None) and ``suggested`` (amounts with their currency)."""
    today = c.today.isoformat()
    standing = store.of_client(c.book, client.id, today)
    last = standing["assessment"] and store.LISTING.one(c, standing["assessment"]["id"])
    limit, suggested = store.limit_of(c.book, client.id, today), store.suggested(c.book, client.id, today)
    owed = limit and behaviour.exposure(c.book, client.id, limit["currency"])
    data = {
        "client_id": client.id,
        "client": client.name,
        "score": standing["score"],
        "known_pct": standing["known_pct"],
        "assessed_on": last and last["assessed_on"],
        "is_stale": bool(last and last["is_stale"]),
        "note": last and last["note"],
        "reasons": standing["reasons"],
        "unknown": [row["sign"] for row in standing["unknown"]],
        "limit": limit and {**limit, "owed_minor": owed},
        "suggested": None if suggested is None else {"limit_minor": suggested, "currency": c.currency},
    }
    return Page(data, [head(c, data, last), reasons(standing), missing(standing, last)])


def head(c: Context, data: Row, last: Row | None) -> Block:
    """The score, on how much it rests, and the limit."""
    from kam_cli.values.dates import echo_day

    known = f"of 100, on {data['known_pct']} % of the weights"
    score = "none: nothing is known" if data["score"] is None else f"{data['score']} {known}"
    assessed = "never: kam risk assess" if last is None else day_said(last["assessed_on"], echo_day)
    if last and last["is_stale"]:
        assessed += f", {last['days']} days ago: time to look again"
    limit, suggested = data["limit"], data["suggested"]
    is_agreed = bool(limit and limit["is_agreed"])
    return Block(
        f"{data['client']} · reliability",
        pairs=[
            ("score", score),
            ("assessed", assessed),
            ("limit", f"{format_money(limit['limit_minor'], limit['currency'])}, agreed" if is_agreed else "none agreed"),
            ("suggested", format_money(suggested["limit_minor"], suggested["currency"]) if suggested else f"none: {why_none(c, data['client_id'])}"),
            ("owes", limit and format_money(limit["owed_minor"], limit["currency"])),
            ("note", data["note"]),
        ],
    )  # fmt: skip


def day_said(day: str, echo: Any) -> str:
    import datetime

    return str(echo(datetime.date.fromisoformat(day)))


def reasons(standing: Row) -> Block:
    """What takes points away, the heaviest first, then what was looked for and is well."""
    pairs: list[tuple[str, Any]] = [
        (f"−{row['points']:.1f}", f"{row['sign']} (weight {row['weight']}): {row['evidence'] or row['text']}")
        for row in standing["reasons"]
        if row["points"] > 0
    ]
    well = [row["sign"] for row in standing["reasons"] if not row["points"]]
    return Block("Reasons", pairs=[*pairs, ("well", ", ".join(well))])


def missing(standing: Row, last: Row | None) -> Block:
    """The signs of which nothing is known, and what each would be."""
    unknown = [row for row in standing["unknown"] if not row["measure"]]
    if not last and not standing["reasons"]:
        return Block("")
    return Block("Unknown", pairs=[(row["sign"], row["text"]) for row in unknown])


def answer(c: Context, client: Ref, money: Money, days: int | None) -> tuple[Row, str]:
    """Whether a payment after ``days`` keeps to the limit: the record, and the line that says it.

    ``is_kept is_agreed limit_minor owed_minor new_minor over_minor currency pay_days agreed_days``.
    """
    today, agreed = c.today.isoformat(), terms.of(c.book, client.id)["pay_days"]
    usual = c.config.get("money.pay_days") if agreed is None else agreed
    days = usual if days is None else days
    limit = store.limit_of(c.book, client.id, today)
    row: Row = {
        "client_id": client.id,
        "client": client.name,
        "is_kept": days == 0,
        "is_agreed": None,
        "limit_minor": None,
    }
    row |= {
        "owed_minor": behaviour.exposure(c.book, client.id, money.currency),
        "new_minor": money.minor,
        "over_minor": None,
    }
    row |= {"currency": money.currency, "pay_days": days, "agreed_days": agreed}
    asked = format_money(money.minor, money.currency)
    if days == 0:
        return row, f"{client.name}: {asked} paid at once needs no limit"
    if limit is None:
        return row, f"{client.name} has no credit limit, and none can be suggested: {why_none(c, client.id)}"
    if limit["currency"] != money.currency:
        return row, f"{client.name} has a limit in {limit['currency']}, {asked} cannot be compared with it"
    over = rules.passed_by(limit["limit_minor"], row["owed_minor"], money.minor)
    row |= {
        "is_agreed": limit["is_agreed"],
        "limit_minor": limit["limit_minor"],
        "over_minor": over,
        "is_kept": not over,
    }
    said = (
        f"{client.name} owes {format_money(row['owed_minor'], money.currency)}; with {asked} in {days} days "
    )
    said += f"the {'agreed' if limit['is_agreed'] else 'suggested'} limit of {format_money(limit['limit_minor'], money.currency)} "
    said += f"is passed by {format_money(over, money.currency)}" if over else "is kept"
    longer = agreed is not None and days > agreed
    return row, said + (f"; his terms are {agreed} days" if longer else "")
