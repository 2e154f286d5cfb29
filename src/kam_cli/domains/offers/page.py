"""The page of one offer: its terms, its lines, and how every price came about."""

from __future__ import annotations

from kam_cli.domains.offers import rules, store
from kam_cli.output import Block, Page, Saved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def build(c: Context, offer_id: int) -> Page:
    """The page; its data: the row of the list and ``lines``, each with its ``steps``."""
    return of(c, store.LISTING.one(c, offer_id), store.with_steps(c.book, offer_id))


def of(c: Context, offer: Row, lines: list[Row]) -> Page:
    """The page of an offer that need not be stored yet."""
    named = (
        "product_id",
        "title",
        "unit",
        "quantity_milli",
        "list_minor",
        "list_total_minor",
        "net_minor",
        "steps",
    )
    money = {"currency": offer["currency"]}
    data = {**offer, "lines": []}
    for line in lines:
        steps = [{**money, **step} for step in line["steps"]]
        data["lines"].append({**money, **{name: line[name] for name in named}, "steps": steps})
    title = f"{offer['number']} · {offer['client']} · {offer['status']}"
    title += f" · #{offer['id']}" if offer.get("id") else ""
    return Page(data, [Block(title, pairs=head(c, offer)), listed(data["lines"]), explained(data["lines"])])


def head(c: Context, offer: Row) -> list[tuple[str, Any]]:
    """The facts, the decisive ones first."""
    return [
        ("total", worth(offer)),
        ("valid until", valid(c, offer)),
        ("to pay", f"within {count(offer['pay_days'])}" if offer["pay_days"] else "in advance"),
        ("answer", offer["decided_on"] and f"{offer['status']} {day(offer['decided_on'])}"),
        ("reason", offer["reason"]),
        ("to", offer["contact"]),
        ("deal", offer["deal"]),
        ("issued", day(offer["issued_on"])),
        ("language", offer["language"]),
        ("below the floor", offer["override"]),
        ("note", offer["note"]),
    ]


def worth(offer: Row) -> str:
    """``912.00 EUR, 5.0 % below the list (960.00 EUR)``."""
    from kam_cli.values.money import format_money

    total, listed = (format_money(offer[name], offer["currency"]) for name in ("total_minor", "list_minor"))
    gap = offer["list_minor"] - offer["total_minor"]
    if not gap or not offer["list_minor"]:
        return total
    share = f"{abs(gap) * 100 / offer['list_minor']:.1f} % {'below' if gap > 0 else 'above'} the list"
    return f"{total}, {share} ({listed})"


def valid(c: Context, offer: Row) -> str:
    """The last day, and how far it is where the offer is open."""
    import datetime

    if offer["status"] not in (*store.OPEN, "expired"):
        return day(offer["valid_until"])
    left = (datetime.date.fromisoformat(offer["valid_until"]) - c.today).days
    far = "today" if left == 0 else f"{count(left)} left" if left > 0 else f"expired {count(-left)} ago"
    return f"{day(offer['valid_until'])}, {far}"


def listed(lines: list[Row]) -> Block:
    """The lines as a table."""
    rows = [
        {
            **line,
            "item": line["title"],
            "quantity": f"{rules.format_quantity(line['quantity_milli'])} {line['unit'] or ''}".strip(),
            "list_each_minor": line["list_minor"],
            "each": each(line),
        }
        for line in lines
    ]
    return Block("Items", rows=rows, show=("item", "quantity", "list_each_minor", "each", "net_minor"))


def each(line: Row) -> str:
    """How far one is from its list price: ``-5.0 %``; nothing where it is not."""
    gap = line["net_minor"] - line["list_total_minor"]
    return f"{gap * 100 / line['list_total_minor']:+.1f} %" if gap and line["list_total_minor"] else ""


def explained(lines: list[Row]) -> Block:
    """Every step of every line that has more than its list price."""
    rows = []
    for line in lines:
        for place, step in enumerate(line["steps"]):
            bp = step["discount_bp"]
            off = f"{'+' if bp < 0 else '-'}{rules.format_percent(abs(bp))}" if bp else ""
            rows.append({**step, "item": "" if place else line["title"], "step": step["name"], "off": off})
    return Block("How the prices came about", rows=rows, show=("item", "step", "why", "off", "left_minor"))


def day(iso: str) -> str:
    """A local date with its weekday."""
    import datetime

    from kam_cli.values.dates import echo_day

    return echo_day(datetime.date.fromisoformat(iso))


def count(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def one_line(offer: Row, done: str) -> str:
    """What a change is answered with."""
    parts = [f"offer {offer['number']}", offer["client"], worth(offer)]
    if offer["status"] in store.OPEN:
        parts.append(f"valid until {day(offer['valid_until'])}")
    else:
        parts.append(f"{offer['status']} {day(offer['decided_on'] or offer['valid_until'])}")
    parts.append(offer["reason"])
    return " · ".join(part for part in parts if part) + f" – {done}"


def saved(c: Context, offer_id: int, done: str, hints: Sequence[str] = (), **more: Any) -> Saved:
    """The one line a change is answered with, and the record with ``more`` in it."""
    row = store.LISTING.one(c, offer_id)
    return Saved(one_line(row, done), {**row, **more}, hints)
