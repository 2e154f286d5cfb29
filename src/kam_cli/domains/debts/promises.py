"""Promises to pay, and whether they were kept: that follows from the payments.

A promise is kept where the client has paid enough by its day: since it was made, or since the first of those that ran
at the same time, whose amounts he has to pay too. One for an invoice counts what was paid of that invoice, any other
one all that the client paid in its currency. Write-offs are no payments.
"""

from __future__ import annotations

from kam_cli.listing import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

# Promises of the same kind that end no later than `m` and had not ended when it was made, and itself.
_CHAIN = """FROM promises j WHERE j.client_id = m.client_id AND j.currency = m.currency AND j.invoice_id IS m.invoice_id
  AND j.deleted_at IS NULL AND (j.due_on, j.id) <= (m.due_on, m.id) AND j.due_on >= m.promised_on"""
NEEDED = f"(SELECT sum(j.amount_minor) {_CHAIN})"
# A uid tells by its beginning when it was made: of two things of one day, which came first.
_SINCE = f"(SELECT min(j.promised_on || j.uid) {_CHAIN})"
_COUNTS = (
    f"p.kind = 'payment' AND p.deleted_at IS NULL AND p.paid_on <= m.due_on AND p.paid_on || p.uid > {_SINCE}"
)
PAID = f"""coalesce(CASE WHEN m.invoice_id IS NULL THEN (SELECT sum(p.amount_minor) FROM payments p
    WHERE p.client_id = m.client_id AND p.currency = m.currency AND {_COUNTS})
  ELSE (SELECT sum(a.amount_minor) FROM allocations a JOIN payments p ON p.id = a.payment_id
    WHERE a.invoice_id = m.invoice_id AND {_COUNTS}) END, 0)"""
IS_KEPT = f"{PAID} >= {NEEDED}"
STATES = ("open", "kept", "broken")
STATE = f"CASE WHEN {IS_KEPT} THEN 'kept' WHEN m.due_on < kam_today() THEN 'broken' ELSE 'open' END"
CLEARABLE = {"invoice": "invoice_id", "with": "contact_id", "note": "note"}


class PromiseListing(Listing):
    """The list of promises, which knows what day it is."""

    __slots__ = ()

    def prepare(self, c: Context) -> None:
        know_today(c.book, c.today.isoformat())


def know_today(book: Book, day: str) -> None:
    """Give SQL the owner's day as ``kam_today()``."""
    book.conn.create_function("kam_today", 0, lambda: day, deterministic=True)


LISTING = PromiseListing(
    {
        "id": "m.id", "uid": "m.uid", "client_id": "m.client_id",
        "client": "(SELECT name FROM clients WHERE id = m.client_id)", "amount_minor": "m.amount_minor",
        "paid_minor": f"max(0, min(m.amount_minor, {PAID} - {NEEDED} + m.amount_minor))", "currency": "m.currency",
        "promised_on": "m.promised_on", "due_on": "m.due_on", "status": STATE, "contact_id": "m.contact_id",
        "contact": "(SELECT name FROM contacts WHERE id = m.contact_id)", "invoice_id": "m.invoice_id",
        "invoice": "(SELECT number FROM invoices WHERE id = m.invoice_id)", "note": "m.note",
        "created_at": "m.created_at", "updated_at": "m.updated_at",
    },
    "promises m",
    base="m.deleted_at IS NULL",
    order="m.due_on, m.id",
    show="id client amount_minor paid_minor promised_on due_on status contact note",
    wide="contact note",
    empty="nobody promised anything. Note a promise: kam debt promise acme 500 --by fri",
)  # fmt: skip


def of_client(c: Context, client_id: int) -> list[Row]:
    """The promises of a client, the last to be due first."""
    LISTING.prepare(c)
    names = ", ".join(f'{sql} AS "{name}"' for name, sql in LISTING.columns.items())
    where = f"{LISTING.base} AND m.client_id = ? ORDER BY m.due_on DESC, m.id DESC"
    return c.book.rows(f"SELECT {names} FROM {LISTING.source} WHERE {where}", (client_id,))


def get(book: Book, promise_id: int) -> Row:
    row = book.row("SELECT * FROM promises WHERE id = ?", (promise_id,))
    assert row is not None
    return row
