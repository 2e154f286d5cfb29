"""What an export gives of an order: its lines, deliveries and parts in a cell each, so that they come back exactly."""

from __future__ import annotations

import re

from kam_cli.domains.orders import rules
from kam_cli.domains.orders.cells import packed_line
from kam_cli.exporting import IDS, Exporting, gathered, living
from kam_cli.formats.packed import pack_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.book import Book
    from kam_cli.exporting import Among, Parts

_PARTED = re.compile(r"[,;|]|:::")  # in a tag that a cell of tags would part


def _parts(book: Book, among: Among) -> Parts:
    where = among.sql("order_id")
    lines = book.fetch(
        "SELECT l.order_id, l.id, o.currency, p.uid, l.quantity_milli, l.unit_price_minor, l.discount_bp, l.net_minor, l.title "
        "FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN products p ON p.id = l.product_id "
        f"AND p.deleted_at IS NULL WHERE l.{where} ORDER BY l.order_id, l.id"
    )[1]
    owners = [row[0] for row in lines]
    found: Parts = {"lines": gathered(owners, [packed_line(row[4:], row[2]) for row in lines])}
    found["lines_uid"] = gathered(owners, [row[3] or "-" for row in lines])
    places: dict[int, int] = {}
    for order_id, line_id, *_ in lines:
        places[line_id] = places[-order_id] = places.get(-order_id, 0) + 1
    sent = book.fetch(
        f"SELECT order_id, shipped_on, order_line_id, quantity_milli FROM shipments WHERE {where} ORDER BY id"
    )[1]
    said = [f"{day} {places[line]}×{rules.plain(milli)}" for _, day, line, milli in sent]
    found["deliveries"] = gathered([row[0] for row in sent], said)
    handed = book.fetch(
        "SELECT order_id, department, handed_on || '/' || coalesce(due_on, '-') || '/' || coalesce(done_on, '-') || ' ' || text "
        f"FROM order_parts WHERE {where} ORDER BY id"
    )[1]
    found["parts"] = gathered([row[0] for row in handed], [pack_pair(name, text) for _, name, text in handed])
    tags = book.fetch(f"SELECT order_id, tag FROM order_tags WHERE {where} ORDER BY id")[1]
    for header, is_odd in (("tags", False), ("more_tags", True)):
        some = [row for row in tags if bool(_PARTED.search(row[1])) == is_odd]
        found[header] = gathered([row[0] for row in some], [row[1] for row in some])
    return found


EXPORT = Exporting(
    {
        "number": "o.number", "client": "c.name", "status": "o.status", "ordered_on": "o.ordered_on", "due_on": "o.due_on",
        "shipped_on": "o.shipped_on", "lines": None, "total_minor": "o.total_minor", "currency": "o.currency", "tags": None,
        "reason": "o.reason", "note": "o.note", "more_tags": None,
        "deliveries": None, "parts": None, IDS: None, "external_id": "o.uid",
        "client_uid": "c.uid", "contact_uid": "q.uid", "deal_uid": "d.uid", "offer_uid": "f.uid", "lines_uid": None,
    },
    _parts,
    joins=living("o", q="contact", d="deal", f="offer"),
)  # fmt: skip
