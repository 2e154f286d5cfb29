"""Terms of payment in the book: one row a client."""

from __future__ import annotations

from kam_cli.listing import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

CLEARABLE = {"pay": "pay_days", "limit": "limit_minor", "language": "language", "note": "note"}

LISTING = Listing(
    {
        "id": "t.id", "uid": "t.uid", "client_id": "t.client_id",
        "client": "(SELECT name FROM clients WHERE id = t.client_id)", "pay_days": "t.pay_days",
        "limit_minor": "t.limit_minor", "currency": "t.currency", "language": "t.language", "note": "t.note",
        "created_at": "t.created_at", "updated_at": "t.updated_at",
    },
    "terms t",
    base="t.deleted_at IS NULL",
    order="t.id",
    show="client pay_days limit_minor language note",
    empty="no terms were agreed. Agree some: kam terms set acme --pay 30d --limit 10k",
)  # fmt: skip


def of(book: Book, client_id: int) -> Row:
    """What was agreed with a client: ``pay_days limit_minor currency language``, None where nothing was."""
    found = row_of(book, client_id) or {}
    return {name: found.get(name) for name in ("pay_days", "limit_minor", "currency", "language")}


def limits(book: Book) -> dict[tuple[int, str], int]:
    """(Client, currency) → credit limit in minor units, of all clients with whom one was agreed."""
    sql = (
        "SELECT client_id, currency, limit_minor FROM terms WHERE limit_minor IS NOT NULL AND deleted_at IS NULL "
        "ORDER BY updated_at, id"
    )
    return {(client, currency): minor for client, currency, minor in book.conn.execute(sql)}


def row_of(book: Book, client_id: int) -> Row | None:
    """The whole record; the newest, where a merge has left two."""
    sql = "SELECT * FROM terms WHERE client_id = ? AND deleted_at IS NULL ORDER BY updated_at DESC, id DESC"
    return book.row(sql, (client_id,))


def set(book: Book, client_id: int, fields: Row) -> tuple[int, bool]:
    """Agree or change terms; gives their number, and whether anything differs."""
    old = row_of(book, client_id)
    if old:
        return old["id"], bool(book.update("terms", old["id"], fields))
    return book.insert("terms", {"client_id": client_id, **fields}), True


def keep_newest(book: Book, client_id: int) -> None:
    """Of two agreements, as a merge of clients leaves them, the one changed last counts; the other goes."""
    newest = row_of(book, client_id)
    sql = "SELECT id FROM terms WHERE client_id = ? AND deleted_at IS NULL AND id <> ?"
    for terms_id in book.column(sql, (client_id, newest["id"])) if newest else ():
        book.remove("terms", terms_id)
