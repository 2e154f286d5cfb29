"""Needs in the book."""

from __future__ import annotations

from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

STATUSES = ("open", "met", "dropped")
# What an edit may empty: public name → column.
CLEARABLE = {"product": "product_id", "with": "contact_id", "reason": "reason", "note": "note"}

LISTING = Listing(
    {
        "id": "n.id", "uid": "n.uid", "client_id": "n.client_id", "client": "c.name", "text": "n.text",
        "product_id": "n.product_id", "product": "p.name", "strength": "n.strength", "noted_on": "n.noted_on",
        "status": "n.status", "closed_on": "n.closed_on", "reason": "n.reason", "contact_id": "n.contact_id",
        "contact": "q.name", "note": "n.note", "created_at": "n.created_at", "updated_at": "n.updated_at",
    },
    "needs n LEFT JOIN clients c ON c.id = n.client_id LEFT JOIN products p ON p.id = n.product_id "
    "AND p.deleted_at IS NULL LEFT JOIN contacts q ON q.id = n.contact_id AND q.deleted_at IS NULL",
    base="n.deleted_at IS NULL",
    order="n.strength DESC, n.noted_on DESC, n.id DESC",
    show="id client text product strength noted_on status contact",
    wide="contact",
    empty="no needs. Add one: kam need add acme a floor that stands water --product oak --strength 4",
)  # fmt: skip


def get(book: Book, need_id: int) -> Row:
    row = book.row("SELECT * FROM needs WHERE id = ?", (need_id,))
    assert row is not None
    return row


def add(book: Book, need: Row) -> int:
    row = {name: value for name, value in need.items() if value is not None}
    return book.insert("needs", row | {"text_key": fold(row["text"])})


def edit(book: Book, need_id: int, fields: Row) -> Row:
    """Change fields; gives what changed."""
    key = {"text_key": fold(fields["text"])} if "text" in fields else {}
    return book.update("needs", need_id, fields | key)


def open_of(book: Book, client_id: int) -> list[Row]:
    """The open needs of a client, the strongest first: ``id text strength noted_on product_id product is_in_stock contact``."""
    return book.rows(
        "SELECT n.id, n.text, n.strength, n.noted_on, n.product_id, p.name AS product, p.is_in_stock, q.name AS contact "
        "FROM needs n LEFT JOIN products p ON p.id = n.product_id AND p.deleted_at IS NULL "
        "LEFT JOIN contacts q ON q.id = n.contact_id AND q.deleted_at IS NULL "
        "WHERE n.client_id = ? AND n.status = 'open' AND n.deleted_at IS NULL ORDER BY n.strength DESC, n.noted_on DESC, n.id DESC",
        (client_id,),
    )


def of_product(book: Book, product_id: int, limit: int) -> list[Row]:
    """Who needs a product, the strongest first: ``id client_id client text strength noted_on``."""
    return book.rows(
        "SELECT n.id, n.client_id, c.name AS client, n.text, n.strength, n.noted_on FROM needs n "
        "JOIN clients c ON c.id = n.client_id WHERE n.product_id = ? AND n.status = 'open' AND n.deleted_at IS NULL "
        "AND c.deleted_at IS NULL ORDER BY n.strength DESC, n.noted_on DESC, n.id DESC LIMIT ?",
        (product_id, limit),
    )


def promotion(book: Book, client_id: int, product_id: int, day: str) -> Row | None:
    """The largest promotion that runs on a day for a product, its category or all, for this client or everybody."""
    return book.row(
        "SELECT d.name AS promotion, d.discount_bp, d.valid_until FROM discounts d JOIN products p ON p.id = :product "
        "WHERE d.kind = 'promotion' AND d.deleted_at IS NULL AND d.discount_bp > 0 "
        "AND coalesce(d.valid_from, :day) <= :day AND coalesce(d.valid_until, :day) >= :day "
        "AND coalesce(d.client_id, :client) = :client AND coalesce(d.product_id, p.id) = p.id "
        "AND (d.category_key IS NULL OR d.category_key = p.category_key) ORDER BY d.discount_bp DESC, d.id LIMIT 1",
        {"product": product_id, "client": client_id, "day": day},
    )
