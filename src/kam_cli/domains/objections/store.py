"""Objections in the book."""

from __future__ import annotations

from kam_cli.domains.objections import rules
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

RESULTS = ("worked", "failed")
# What an edit may empty: public name → column.
CLEARABLE = {
    "answer": "answer", "result": "result", "product": "product_id", "deal": "deal_id", "with": "contact_id",
    "note": "note",
}  # fmt: skip
MOST = 2000  # objections in which one of the words occurs that are compared

LISTING = Listing(
    {
        "id": "o.id", "uid": "o.uid", "client_id": "o.client_id", "client": "c.name", "text": "o.text",
        "answer": "o.answer", "result": "o.result", "said_on": "o.said_on", "product_id": "o.product_id",
        "product": "p.name", "deal_id": "o.deal_id", "deal": "d.title", "contact_id": "o.contact_id",
        "contact": "q.name", "note": "o.note", "created_at": "o.created_at", "updated_at": "o.updated_at",
    },
    "objections o LEFT JOIN clients c ON c.id = o.client_id "
    "LEFT JOIN products p ON p.id = o.product_id AND p.deleted_at IS NULL "
    "LEFT JOIN deals d ON d.id = o.deal_id AND d.deleted_at IS NULL "
    "LEFT JOIN contacts q ON q.id = o.contact_id AND q.deleted_at IS NULL",
    base="o.deleted_at IS NULL",
    order="o.said_on DESC, o.id DESC",
    show="id said_on client text answer result product",
    wide="product",
    empty="no objections. Add one: kam objection add acme too expensive --answer \"it lasts twice as long\" --worked",
)  # fmt: skip


def get(book: Book, objection_id: int) -> Row:
    row = book.row("SELECT * FROM objections WHERE id = ?", (objection_id,))
    assert row is not None
    return row


def add(book: Book, objection: Row) -> int:
    return book.insert("objections", keyed({name: v for name, v in objection.items() if v is not None}))


def edit(book: Book, objection_id: int, fields: Row) -> Row:
    """Change fields; gives what changed."""
    return book.update("objections", objection_id, keyed(fields))


def keyed(fields: Row) -> Row:
    """The fields with the search keys that go with them."""
    keys = {
        f"{name}_key": fields[name] and fold(fields[name]) for name in ("text", "answer") if name in fields
    }
    return {**fields, **keys}


def of_client(book: Book, client_id: int, limit: int) -> list[Row]:
    """A client's last objections: ``id said_on text answer result product contact``."""
    return book.rows(
        "SELECT o.id, o.said_on, o.text, o.answer, o.result, p.name AS product, q.name AS contact FROM objections o "
        "LEFT JOIN products p ON p.id = o.product_id AND p.deleted_at IS NULL "
        "LEFT JOIN contacts q ON q.id = o.contact_id AND q.deleted_at IS NULL "
        "WHERE o.client_id = ? AND o.deleted_at IS NULL ORDER BY o.said_on DESC, o.id DESC LIMIT ?",
        (client_id, limit),
    )


def of_product(book: Book, product_id: int, limit: int) -> list[Row]:
    """The last objections against a product: ``id said_on client text answer result``."""
    return book.rows(
        "SELECT o.id, o.said_on, c.name AS client, o.text, o.answer, o.result FROM objections o "
        "JOIN clients c ON c.id = o.client_id WHERE o.product_id = ? AND o.deleted_at IS NULL "
        "ORDER BY o.said_on DESC, o.id DESC LIMIT ?",
        (product_id, limit),
    )


def like(book: Book, text: str) -> list[Row]:
    """The answered objections that share a word with a text, the last first: as `rules.answers` takes them."""
    from kam_cli.derived import CODES
    from kam_cli.domains.objections.noun import NOUN

    begun = (word[: rules.STEM].replace('"', '""') for word in rules.words(text))
    query = " OR ".join(f'"{word}" *' for word in begun)
    if not query:
        return []
    return book.rows(
        "SELECT o.id, c.name AS client, o.text, o.answer, o.answer_key, o.result, o.said_on "
        f"FROM search s JOIN objections o ON o.id = s.rowid / {CODES} JOIN clients c ON c.id = o.client_id "
        f"WHERE s.search MATCH ? AND s.rowid % {CODES} = {NOUN.code} AND o.answer IS NOT NULL AND o.deleted_at IS NULL "
        "ORDER BY s.rowid DESC LIMIT ?",
        (f"title : ({query})", MOST),
    )
