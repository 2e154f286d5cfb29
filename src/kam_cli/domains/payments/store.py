"""Payments and write-offs in the book, and what of them is the client's credit."""

from __future__ import annotations

from kam_cli.domains.payments import allocating, rules
from kam_cli.errors import BadValue
from kam_cli.listing import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

CLEARABLE = ("method", "note")
LISTING = Listing(
    {
        "id": "p.id", "uid": "p.uid", "client_id": "p.client_id",
        "client": "(SELECT name FROM clients WHERE id = p.client_id)", "kind": "p.kind", "paid_on": "p.paid_on",
        "amount_minor": "p.amount_minor", "free_minor": "p.free_minor", "currency": "p.currency",
        "invoices": "(SELECT group_concat(coalesce(i.number, '#' || i.id), ', ') FROM invoices i WHERE i.id IN "
        "(SELECT invoice_id FROM allocations WHERE payment_id = p.id))",
        "order_id": "p.order_id", "order": "(SELECT number FROM orders WHERE id = p.order_id)", "method": "p.method", "note": "p.note", "created_at": "p.created_at",
        "updated_at": "p.updated_at",
    },
    "payments p",
    base="p.deleted_at IS NULL",
    order="p.paid_on DESC, p.id DESC",
    show="id paid_on client amount_minor free_minor kind invoices method",
    wide="method",
    empty="nothing was paid yet. Add a payment: kam payment add acme 1200",
)  # fmt: skip


def check_amount(minor: int, least: int = 1) -> None:
    """Raises BadValue for an amount that cannot be one."""
    try:
        rules.check_amount(minor, least)
    except BadValue as error:
        raise BadValue(f"AMOUNT: {error}") from None


def add(book: Book, payment: Row, invoice_ids: Iterable[int] = ()) -> int:
    """A new payment: it pays the invoices that are named, then the oldest open ones; what is left is credit."""
    row = {name: value for name, value in payment.items() if value is not None}
    is_credit = row.get("kind", "payment") == "payment"
    payment_id = book.insert("payments", {**row, "free_minor": row["amount_minor"] if is_credit else 0})
    allocating.name(book, payment_id, invoice_ids)
    allocating.settle(book, [row["client_id"]])
    return payment_id


def edit(book: Book, payment_id: int, fields: Row, invoice_ids: Iterable[int] = ()) -> bool:
    """Change a payment, and what it pays; with ``invoice_ids`` it pays these, before any others."""
    old, invoice_ids = get(book, payment_id), list(invoice_ids)
    before = paying(book, payment_id)
    changed = book.update("payments", payment_id, fields)
    if invoice_ids or changed.keys() & {"client_id", "currency"}:
        allocating.release(book, "payment", payment_id)
    if invoice_ids or changed.keys() & {"client_id", "currency", "amount_minor", "paid_on", "order_id"}:
        allocating.fit(book, "payment", payment_id)
        allocating.name(book, payment_id, invoice_ids)
        allocating.settle(book, {old["client_id"], int(changed.get("client_id") or old["client_id"])})
    return bool(changed) or paying(book, payment_id) != before


def remove(book: Book, payment_id: int) -> None:
    """Take a payment out; what it paid is open again, or is paid by what else the client has to his credit."""
    book.remove("payments", payment_id)
    allocating.release(book, "payment", payment_id)
    allocating.settle(book, [get(book, payment_id)["client_id"]])


def get(book: Book, payment_id: int) -> Row:
    row = book.row("SELECT * FROM payments WHERE id = ?", (payment_id,))
    assert row is not None
    return row


def paying(book: Book, payment_id: int) -> list[Row]:
    """What a payment pays, in the order of allocation: ``id number due_on amount_minor currency``, the amount by it alone."""
    return book.rows(
        "SELECT i.id, i.number, i.due_on, sum(a.amount_minor) AS amount_minor, i.currency FROM allocations a "
        "JOIN invoices i ON i.id = a.invoice_id WHERE a.payment_id = ? GROUP BY i.id ORDER BY min(a.id)",
        (payment_id,),
    )


def credit_of(book: Book, client_id: int) -> list[Row]:
    """What a client has to his credit: a row a currency, ``currency free_minor``."""
    return book.rows(
        "SELECT currency, sum(free_minor) AS free_minor FROM payments WHERE client_id = ? "
        "AND free_minor > 0 AND deleted_at IS NULL GROUP BY currency ORDER BY currency",
        (client_id,),
    )
