"""What orders put on the agenda: those whose promised day has passed, or comes soon, and the parts of departments."""

from kam_cli.agenda import Hit, Part
from kam_cli.domains.orders.store import IS_OPEN, LIVE

_ORDERS = "orders o INDEXED BY orders_due JOIN clients c ON c.id = o.client_id"
_PARTS = "order_parts x INDEXED BY order_parts_due JOIN orders o ON o.id = x.order_id JOIN clients c ON c.id = o.client_id"


def _order(section: str, where: str) -> Part:
    return Part(
        section,
        "order",
        source=_ORDERS,
        where=f"{LIVE} AND {IS_OPEN} AND {where}",
        columns="o.id, 'Order ' || o.number || ', ' || o.status AS text, o.due_on, NULL AS due_time",
        order="o.due_on, o.id",
        command="kam order deliver {id}",
        now="1" if section == "order" else None,
    )


def _part(section: str, where: str) -> Part:
    return Part(
        section,
        "part",
        source=_PARTS,
        where=f"x.done_on IS NULL AND {where} AND {LIVE} AND o.status <> 'cancelled' AND o.status <> 'returned'",
        columns="o.id, x.id AS part, x.department || ': ' || x.text || ' (order ' || o.number || ')' AS text, "
        "x.due_on, NULL AS due_time",
        order="x.due_on, x.id",
        command="kam order done {part}",
        now="1" if section == "order" else None,
    )


PARTS = (
    _order("order", "o.due_on < :today"),
    _part("order", "x.due_on < :today"),
    _order("next", "o.due_on >= :today AND o.due_on <= :until"),
    _part("next", "x.due_on >= :today AND x.due_on <= :until"),
)

HIT = Hit(
    "'Order ' || t.number",
    "t.status",
    "kam order show {id}",
    day="t.ordered_on",
    due_on="CASE WHEN t.status IN ('taken', 'in-work', 'part-delivered') THEN t.due_on END",
)
