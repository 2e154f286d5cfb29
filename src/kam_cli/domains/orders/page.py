"""The page of one order: what was ordered and promised, what is delivered, what departments have of it."""

from __future__ import annotations

import datetime

from kam_cli.domains.orders import rules, shipping, store
from kam_cli.output import Block, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

_LINE = ("line", "product_id", "title", "quantity_milli", "unit_price_minor", "discount_bp", "net_minor", "shipped_milli",
         "left_milli")  # fmt: skip


def record(c: Context, order_id: int) -> Row:
    """The row of the list, with a list of ``tags`` and with ``lines``: ``line product_id title quantity_milli unit_price_minor discount_bp net_minor
    shipped_milli left_milli currency``; their net is rounded for itself."""
    row = store.LISTING.one(c, order_id)
    row["tags"] = store.tags(c.book, order_id)
    row["lines"] = [
        {name: line[name] for name in _LINE}
        | {"net_minor": line["amount_minor"], "currency": row["currency"]}
        for line in store.lines(c.book, order_id)
    ]
    return row


def build(c: Context, order_id: int) -> Page:
    """The page; its data: `record` with ``is_otif parts deliveries``."""
    data = record(c, order_id)
    data["is_otif"] = otif(c, data)
    data["parts"] = shipping.parts(c.book, order_id)
    data["deliveries"] = shipping.deliveries(c.book, order_id)
    title = f"Order {data['number']} · {data['client']} · #{order_id}"
    blocks = [Block(title, pairs=card(c, data)), goods(data), handed(c, data), sent(data)]
    return Page(data, blocks)


def otif(c: Context, order: Row) -> bool | None:
    """Whether it came on time and in full; None as of `rules.is_otif`, or where it was cancelled."""
    if order["status"] == "cancelled" or (order["status"] == "delivered" and not order["shipped_on"]):
        return None
    shipped = order["shipped_on"] if order["status"] in ("delivered", "returned") else None
    return rules.is_otif(date(order["due_on"]), date(shipped), c.today)


def date(iso: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def card(c: Context, order: Row) -> list[tuple[str, Any]]:
    """The facts, the decisive ones first."""
    from kam_cli.values.money import format_money

    shipped = order["shipped_on"] and day(order["shipped_on"])
    return [
        ("status", " ".join(filter(None, [order["status"], shipped])) + said(order["reason"])),
        ("promised", promised(c, order)),
        ("total", format_money(order["total_minor"], order["currency"])),
        ("ordered", " by ".join(filter(None, [day(order["ordered_on"]), order["contact"]]))),
        ("tags", ", ".join(order["tags"])),
        ("deal", order["deal_id"] and f"#{order['deal_id']}"),
        ("offer", order["offer_id"] and f"#{order['offer_id']}"),
        ("note", order["note"]),
    ]


def said(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def promised(c: Context, order: Row) -> str | None:
    """The promised day, and what became of the promise."""
    if not order["due_on"]:
        return None
    due, kept, late = date(order["due_on"]), otif(c, order), order["days_late"]
    assert due is not None
    if kept:
        what = "delivered in full and on time"
    elif late:
        what = f"{days(late)} late"
    elif order["status"] in rules.OPEN:
        left = (due - c.today).days
        what = "today" if left == 0 else f"in {days(left)}"
    else:
        what = ""
    return ", ".join(filter(None, [day(order["due_on"]), what]))


def day(iso: str) -> str:
    """A local date with its weekday."""
    from kam_cli.values.dates import echo_day

    return echo_day(datetime.date.fromisoformat(iso))


def days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def goods(order: Row) -> Block:
    """The lines: how much of what, at which price, what is left to deliver."""
    rows = []
    for line in order["lines"]:
        row = {name: line[name] for name in ("line", "title", "net_minor", "currency")}
        row["price_minor"] = line["unit_price_minor"]
        row["quantity"] = rules.plain(line["quantity_milli"])
        row["discount"] = f"{rules.plain(line['discount_bp'] * 10)} %" if line["discount_bp"] else None
        row["delivered"] = rules.plain(line["shipped_milli"]) if line["shipped_milli"] else None
        rows.append(row)
    names = ("line", "title", "quantity", "price_minor", "discount", "net_minor", "delivered")
    show = [name for name in names if any(row[name] is not None for row in rows)]
    for row in rows:
        row["line"] = f"{row['line']})"
    return Block("Lines", rows=rows, show=show)


def handed(c: Context, order: Row) -> Block:
    """What departments have to do, and by when."""
    rows = []
    for part in order["parts"]:
        late = part["done_on"] is None and part["due_on"] and part["due_on"] < c.today.isoformat()
        state = f"done {part['done_on']}" if part["done_on"] else "late" if late else "open"
        rows.append({**part, "id": f"#{part['id']}", "state": state})
    return Block("With departments", rows=rows, show=("id", "department", "text", "due_on", "state"))


def sent(order: Row) -> Block:
    rows = [{**one, "quantity": rules.plain(one["quantity_milli"])} for one in order["deliveries"]]
    return Block("Deliveries", rows=rows, show=("shipped_on", "quantity", "title"))
