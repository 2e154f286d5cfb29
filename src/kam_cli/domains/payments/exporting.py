"""What an export gives of a payment: with what exactly it pays of which invoice."""

from __future__ import annotations

from kam_cli.exporting import IDS, Among, Exporting, gathered, living
from kam_cli.formats.packed import pack_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.book import Book
    from kam_cli.exporting import Parts

_ONLY = (
    "(SELECT CASE WHEN count(DISTINCT x.id) = 1 THEN min(x.{}) END FROM allocations a "
    "JOIN invoices x ON x.id = a.invoice_id WHERE a.payment_id = p.id)"
)


def _parts(book: Book, among: Among) -> Parts:
    rows = book.conn.execute(
        "SELECT a.payment_id, i.uid, sum(a.amount_minor) FROM allocations a JOIN invoices i ON i.id = a.invoice_id "
        f"WHERE {among.sql('a.payment_id')} GROUP BY a.payment_id, i.id ORDER BY a.payment_id, min(a.id)"
    ).fetchall()
    texts = [pack_pair(uid, str(minor)) for _, uid, minor in rows]
    return {"allocations": gathered([row[0] for row in rows], texts)}


EXPORT = Exporting(
    {
        "client": "c.name", "invoice": _ONLY.format("number"), "paid_on": "p.paid_on", "amount_minor": "p.amount_minor",
        "currency": "p.currency", "kind": "p.kind", "method": "p.method", "order": "o.number", "note": "p.note",
        "allocations": None, IDS: None, "external_id": "p.uid", "client_uid": "c.uid", "order_uid": "o.uid", "invoice_uid": _ONLY.format("uid"),
    },
    _parts,
    joins=living("p", c="client", o="order"),
)  # fmt: skip
