"""Deliveries of orders, and the parts that departments have of them, in the book."""

from __future__ import annotations

from kam_cli.domains.orders import rules, store
from kam_cli.errors import KamError
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]


def deliver(book: Book, order_id: int, portions: Iterable[tuple[Row, int]], day: str) -> None:
    """Note that so many thousandths of lines were delivered on a local day, and what that makes of the order.

    Lines are as `store.lines` gives them. Raises KamError for more than is left of one.
    """
    from kam_cli.book import utc_now

    lines = store.lines(book, order_id)
    shipped = {line["id"]: line["shipped_milli"] for line in lines}
    for line, milli in portions:
        rules.check_delivery(line["title"], line["quantity_milli"] - shipped[line["id"]], milli)
        shipped[line["id"]] += milli
        book.conn.execute(
            "INSERT INTO shipments (order_id, order_line_id, shipped_on, quantity_milli, created_at) VALUES (?, ?, ?, ?, ?)",
            (order_id, line["id"], day, milli, utc_now()),
        )
    status = rules.status_after({line["id"]: line["quantity_milli"] for line in lines}, shipped)
    settle(book, order_id, status, day)


def settle(book: Book, order_id: int, status: str, day: str) -> None:
    """Bring an order to the state after a delivery; with all of it delivered the last one's day is its own."""
    last = book.value("SELECT max(shipped_on) FROM shipments WHERE order_id = ?", (order_id,)) or day
    store.edit(book, order_id, {"status": status, "shipped_on": last if status == "delivered" else None})


def deliveries(book: Book, order_id: int) -> list[Row]:
    """What was delivered when, the first first: ``shipped_on title quantity_milli``."""
    return book.rows(
        "SELECT s.shipped_on, l.title, s.quantity_milli FROM shipments s JOIN order_lines l ON l.id = s.order_line_id "
        "WHERE s.order_id = ? ORDER BY s.shipped_on, s.id",
        (order_id,),
    )


# --- departments --------------------------------------------------------------------------------------------


def parts(book: Book, order_id: int) -> list[Row]:
    """What departments have of an order, the first promise first: ``id department text handed_on due_on done_on``."""
    return book.rows(
        "SELECT id, department, text, handed_on, due_on, done_on FROM order_parts WHERE order_id = ? "
        "ORDER BY done_on IS NOT NULL, due_on NULLS LAST, id",
        (order_id,),
    )


def hand(book: Book, order_id: int, department: str, text: str, day: str, due_on: str | None) -> int:
    """A part of an order for a department, which keeps the spelling it has in the book."""
    known = book.value(
        "SELECT department FROM order_parts WHERE department_key = ? LIMIT 1", (fold(department),)
    )
    row = {"order_id": order_id, "department": known or department, "department_key": fold(department)}
    return book.insert("order_parts", {**row, "text": text, "handed_on": day, "due_on": due_on})


def part(book: Book, part_id: int) -> Row:
    """One part, with the ``number client status`` of its order. Raises KamError where it is gone."""
    row = book.row(
        "SELECT x.*, o.number, o.status, c.name AS client FROM order_parts x JOIN orders o ON o.id = x.order_id "
        "JOIN clients c ON c.id = o.client_id WHERE x.id = ?",
        (part_id,),
    )
    if row is None:
        raise KamError(f"part #{part_id} is gone")
    return row


def find_parts(book: Book, number: int | None, department: str) -> list[Row]:
    """Parts of orders by number, else the open ones of a department: ``id department text due_on done_on order``."""
    where, args = (
        ("x.id = ?", [number])
        if number is not None
        else ("x.department_key = ? AND x.done_on IS NULL", [fold(department)])
    )
    return book.rows(
        'SELECT x.id, x.department, x.text, x.due_on, x.done_on, o.number AS "order" FROM order_parts x '
        f"JOIN orders o ON o.id = x.order_id WHERE {where} AND o.deleted_at IS NULL ORDER BY x.due_on NULLS LAST, x.id",
        args,
    )


def list_parts(book: Book, department: str | None, late_on: str | None, with_done: bool) -> list[Row]:
    """Parts of living orders, the first promise first; ``late_on`` keeps open ones whose day has passed then."""
    where, args = "o.deleted_at IS NULL AND o.status <> 'cancelled'", []
    if department:
        where, args = f"{where} AND x.department_key = ?", [fold(department)]
    if late_on:
        where, args = f"{where} AND x.due_on < ?", [*args, late_on]
    if late_on or not with_done:
        where += " AND x.done_on IS NULL"
    return book.rows(
        "SELECT x.id, x.order_id, o.number, c.id AS client_id, c.name AS client, x.department, x.text, x.due_on, x.done_on "
        f"FROM order_parts x JOIN orders o ON o.id = x.order_id JOIN clients c ON c.id = o.client_id WHERE {where} "
        "ORDER BY x.done_on IS NOT NULL, x.due_on NULLS LAST, x.id",
        args,
    )
