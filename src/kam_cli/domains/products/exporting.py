"""What an export gives of a product: today's price, and all the others in a column of their own."""

from __future__ import annotations

from kam_cli.exporting import IDS, Exporting, gathered
from kam_cli.formats.packed import pack_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.book import Book
    from kam_cli.exporting import Among, Parts

_FACTS = {"feature": "features", "strength": "strengths", "option": "options"}


def _parts(book: Book, among: Among) -> Parts:
    where = among.sql("product_id")
    found: Parts = {}
    listed = f"SELECT product_id, kind, coalesce(label || '=', '') || text FROM product_facts WHERE {where} ORDER BY id"
    rows = book.fetch(listed)[1]
    for kind, header in _FACTS.items():
        some = [row for row in rows if row[1] == kind]
        found[header] = gathered([row[0] for row in some], [row[2] for row in some])
    rows = book.fetch(
        "SELECT product_id, currency || ' ' || valid_from || ' ' || price_minor || coalesce(' ' || floor_minor, '') "
        f"FROM prices WHERE deleted_at IS NULL AND {where} ORDER BY valid_from, id"
    )[1]
    found["prices"] = gathered([row[0] for row in rows], [row[1] for row in rows])
    rows = book.fetch(
        "SELECT s.product_id, s.note, p.name, p.uid FROM substitutes s JOIN products p ON p.id = s.other_id "
        f"WHERE p.deleted_at IS NULL AND s.{where} ORDER BY s.id"
    )[1]
    numbers = [row[0] for row in rows]
    found["substitutes"] = gathered(numbers, [pack_pair(note or "", name) for _, note, name, _ in rows])
    found["substitutes_uid"] = gathered(numbers, [row[3] for row in rows])
    return found


EXPORT = Exporting(
    {
        "name": "p.name", "sku": "p.sku", "category": "p.category", "price_minor": "x.price_minor", "currency": "x.currency",
        "floor_minor": "x.floor_minor", "unit": "p.unit", "is_in_stock": "p.is_in_stock", "stock_days": "p.stock_days",
        "order_days": "p.order_days", "packaging": "p.packaging", "conditions": "p.conditions", "description": "p.description",
        "features": None, "strengths": None, "options": None, "substitutes": None, "prices": None, "archived_at": "p.archived_at",
        "note": "p.note", IDS: None, "external_id": "p.uid", "substitutes_uid": None,
    },
    _parts,
)  # fmt: skip
