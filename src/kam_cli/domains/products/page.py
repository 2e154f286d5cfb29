"""The page of a product: price, delivery, facts, what stands in for it, who needs and buys it, what is said against it."""

from __future__ import annotations

from kam_cli.domains.needs import store as needs
from kam_cli.domains.objections import store as objections
from kam_cli.domains.products import buying, facts, store
from kam_cli.output import Block, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

LAST = 5  # prices, needs, objections and buyers shown


def build(c: Context, product_id: int) -> Page:
    """The page. Its data is one record: the columns of `store.LISTING`, and lists: ``prices`` ``features`` ``strengths``
    ``options`` ``substitutes`` ``needs`` ``objections`` ``buyers``."""
    known = facts.of(c.book, product_id)
    of_kind = {kind: [row for row in known if row["kind"] == kind] for kind in facts.LABELS}
    data: Row = {
        **store.LISTING.one(c, product_id),
        "prices": store.prices(c.book, product_id),
        "features": [row["text"] for row in of_kind["feature"]],
        "strengths": [{"competitor": row["label"], "text": row["text"]} for row in of_kind["strength"]],
        "options": [{"use": row["label"], "text": row["text"]} for row in of_kind["option"]],
        "substitutes": facts.substitutes(c.book, product_id),
        "needs": needs.of_product(c.book, product_id, LAST),
        "objections": objections.of_product(c.book, product_id, LAST),
        "buyers": buying.buyers(c.book, product_id, LAST),
    }
    return Page(data, [head(data), prices(c, data), *facts_of(data), stand_ins(data), *voices(data)])


def head(data: Row) -> Block:
    """What it is, what it costs, when it comes."""
    from kam_cli.values.money import format_money

    aside = "no longer sold" if data["archived_at"] else None
    title = " · ".join(filter(None, [data["name"], f"#{data['id']}", data["sku"], data["category"], aside]))
    price = None
    if data["currency"]:
        unit = f" / {data['unit']}" if data["unit"] else ""
        floor = data["floor_minor"]
        lowest = f", not below {format_money(floor, data['currency'])}" if floor is not None else ""
        price = f"{format_money(data['price_minor'], data['currency'])}{unit}{lowest}"
    pairs = [
        ("price", price or "none yet"), ("stock", stock(data)), ("packaging", data["packaging"]),
        ("conditions", data["conditions"]), ("description", data["description"]), ("note", data["note"]),
    ]  # fmt: skip
    return Block(title, pairs=pairs)


def stock(data: Row) -> str:
    """``in stock, delivered in 3 days; else in 14 days``."""
    from_stock, else_in = (
        None if n is None else f"in {n} day{'' if n == 1 else 's'}"
        for n in (data["stock_days"], data["order_days"])
    )
    if data["is_in_stock"]:
        return (
            "in stock"
            + (f", delivered {from_stock}" if from_stock else "")
            + (f"; else {else_in}" if else_in else "")
        )
    return "out of stock" + (f", delivered {else_in}" if else_in else "")


def prices(c: Context, data: Row) -> Block:
    """All prices but the one that stands above; what is to come is said."""
    shown = []
    for row in data["prices"]:
        if (row["currency"], row["valid_from"]) != (data["currency"], data["valid_from"]):
            when = "to come" if row["valid_from"] > c.today.isoformat() else ""
            shown.append({**row, "floor_minor": row["floor_minor"], "when": when})
    more = f"{len(shown) - LAST} more: kam product price {data['id']}" if len(shown) > LAST else ""
    columns = [
        n
        for n in ("valid_from", "price_minor", "floor_minor", "when")
        if any(row[n] not in (None, "") for row in shown)
    ]
    return Block("Other prices", rows=shown[:LAST], show=columns, folded=more)


def facts_of(data: Row) -> list[Block]:
    """Features, strengths by competitor, options by use."""
    return [
        Block("Features", lines=data["features"]),
        Block("Against competitors", pairs=_gathered(data["strengths"], "competitor")),
        Block("Options for uses", pairs=_gathered(data["options"], "use")),
    ]


def _gathered(rows: list[Row], label: str) -> list[tuple[str, Any]]:
    """The texts of each label."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row[label], []).append(row["text"])
    return list(found.items())


def stand_ins(data: Row) -> Block:
    """What is sold in its place."""
    lines = []
    for row in data["substitutes"]:
        out = None if row["is_in_stock"] else "out of stock, too"
        lines.append(" · ".join(filter(None, [row["name"], row["note"], out])))
    return Block("In its place", lines=lines)


def voices(data: Row) -> list[Block]:
    """Who needs it, who buys it, what is said against it."""
    said = [
        (row["said_on"], " · ".join(filter(None, [row["client"], row["text"], f"{row['result'] or 'answered'}: {row['answer']}" if row["answer"] else None])))
        for row in data["objections"]
    ]  # fmt: skip
    wanted = [{**row, "strength": f"{row['strength']} of 5"} for row in data["needs"]]
    return [
        Block("Needed by", rows=wanted, show=("noted_on", "strength", "client", "text")),
        Block("Ordered most by", pairs=[(row["client"], _times(row)) for row in data["buyers"]]),
        Block("Said against it", pairs=said),
    ]


def _times(row: Row) -> str:
    return f"{row['orders']} order{'' if row['orders'] == 1 else 's'}, last on {row['last_on']}"
