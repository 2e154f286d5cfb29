"""Invoices in the book, and what of them is open."""

from __future__ import annotations

import datetime

from kam_cli.domains.deals.store import exact_sum, joined
from kam_cli.domains.payments import allocating
from kam_cli.domains.terms import store as terms
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

STATUSES = ("open", "overdue", "paid")
CLEARABLE = ("number", "note")
PAID_ON = "(SELECT max(allocated_on) FROM allocations WHERE invoice_id = i.id)"
_DAYS = (
    f"max(0, julianday(CASE WHEN i.open_minor > 0 THEN kam_today() ELSE {PAID_ON} END) - julianday(i.due_on))"
)


class InvoiceListing(Listing):
    """The list of invoices, which knows what day it is."""

    __slots__ = ()

    def prepare(self, c: Context) -> None:
        c.book.conn.create_function("kam_today", 0, c.today.isoformat)


LISTING = InvoiceListing(
    {
        "id": "i.id", "uid": "i.uid", "number": "i.number", "client_id": "i.client_id",
        "client": "(SELECT name FROM clients WHERE id = i.client_id)", "kind": "i.kind",
        "issued_on": "i.issued_on", "due_on": "i.due_on", "amount_minor": "i.amount_minor",
        "open_minor": "i.open_minor", "currency": "i.currency",
        "status": "CASE WHEN i.open_minor <= 0 THEN 'paid' WHEN i.due_on < kam_today() THEN 'overdue' ELSE 'open' END",
        "days_late": f"CAST({_DAYS} AS INTEGER)", "order_id": "i.order_id",
        "order": "(SELECT number FROM orders WHERE id = i.order_id)", "note": "i.note",
        "created_at": "i.created_at", "updated_at": "i.updated_at",
    },
    "invoices i",
    base="i.deleted_at IS NULL",
    order="i.due_on, i.id",
    show="id number client issued_on due_on amount_minor open_minor status days_late",
    wide="issued_on amount",
    empty="no invoice is open. Add one: kam invoice add acme 1200 --number FV/1 (all of them: --status all)",
)  # fmt: skip


def of_status(status: str, today: str) -> list[tuple[str, list[Any]]]:
    """Filters of the list; refunds are listed with all others only."""
    if status == "all":
        return []
    if status == "paid":
        return [("i.open_minor <= 0 AND i.kind = 'invoice'", [])]
    return [("i.open_minor > 0", [])] + ([("i.due_on < ?", [today])] if status == "overdue" else [])


def add(book: Book, invoice: Row) -> int:
    """A new invoice, paid at once by what the client has to his credit."""
    row = {name: value for name, value in invoice.items() if value is not None}
    invoice_id = book.insert("invoices", {**_keyed(row), "open_minor": row["amount_minor"]})
    allocating.settle(book, [row["client_id"]])
    return invoice_id


def edit(book: Book, invoice_id: int, fields: Row) -> bool:
    """Change an invoice, and what pays it; whether anything differs."""
    old = get(book, invoice_id)
    changed = book.update("invoices", invoice_id, _keyed(fields))
    if changed.keys() & {"client_id", "currency"}:
        allocating.release(book, "invoice", invoice_id)
    if changed.keys() & {"client_id", "currency", "amount_minor", "issued_on", "order_id"}:
        allocating.fit(book, "invoice", invoice_id)
        allocating.settle(book, {old["client_id"], int(changed.get("client_id") or old["client_id"])})
    return bool(changed)


def remove(book: Book, invoice_id: int) -> None:
    """Take an invoice out; what paid it pays the client's others, or is his credit."""
    book.remove("invoices", invoice_id)
    allocating.release(book, "invoice", invoice_id)
    allocating.settle(book, [get(book, invoice_id)["client_id"]])


def _keyed(row: Row) -> Row:
    return {**row, "number_key": row["number"] and fold(row["number"])} if "number" in row else row


def get(book: Book, invoice_id: int) -> Row:
    row = book.row("SELECT * FROM invoices WHERE id = ?", (invoice_id,))
    assert row is not None
    return row


def same_number(book: Book, number: str) -> Row | None:
    """An invoice that bears this number: ``id client``."""
    return book.row(
        "SELECT i.id, c.name AS client FROM invoices i JOIN clients c ON c.id = i.client_id "
        "WHERE i.number_key = ? AND i.deleted_at IS NULL",
        (fold(number),),
    )


def of_order(book: Book, order_id: int) -> tuple[int, int, str]:
    """Minor units of an order, what of them is invoiced, and the currency."""
    row = book.row("SELECT total_minor, currency FROM orders WHERE id = ?", (order_id,))
    assert row is not None
    sql = "SELECT coalesce(sum(amount_minor), 0) FROM invoices WHERE order_id = ? AND deleted_at IS NULL"
    return row["total_minor"], book.value(sql, (order_id,)), row["currency"]


def due_after(c: Context, client_id: int, issued_on: datetime.date) -> datetime.date:
    """When an invoice is due for which no day was said: by the client's terms, else by the setting."""
    days = terms.of(c.book, client_id)["pay_days"]
    days = c.config.get("money.pay_days") if days is None else days
    return issued_on + datetime.timedelta(days=days)


def paid_by(book: Book, invoice_id: int) -> list[Row]:
    """What pays an invoice, in time: ``id kind paid_on amount_minor currency``, the amount of this invoice alone."""
    return book.rows(
        "SELECT p.id, p.kind, p.paid_on, sum(a.amount_minor) AS amount_minor, p.currency FROM allocations a "
        "JOIN payments p ON p.id = a.payment_id WHERE a.invoice_id = ? GROUP BY p.id ORDER BY p.paid_on, p.id",
        (invoice_id,),
    )


def open_of(book: Book, client_id: int, currency: str) -> int:
    """What a client owes now, in minor units of a currency; his credit is not taken off."""
    sql = (
        "SELECT coalesce(sum(open_minor), 0) FROM invoices "
        "WHERE client_id = ? AND currency = ? AND open_minor > 0 AND deleted_at IS NULL"
    )
    return int(book.value(sql, (client_id, currency)))


def invoiced(book: Book, first: str, last: str, by_client: bool) -> dict[tuple[int | None, str], int]:
    """Minor units invoiced from one local date to another, both included, by (client or None, currency)."""
    client = "client_id" if by_client else "NULL"
    rows = book.rows(
        f"SELECT {client} AS client, currency, {exact_sum('amount_minor', 'sales')} FROM invoices "
        f"WHERE issued_on BETWEEN ? AND ? AND kind = 'invoice' AND deleted_at IS NULL GROUP BY 1, 2",
        (first, last),
    )
    return {(row["client"], row["currency"]): joined(row, "sales") for row in rows}


def client_names(book: Book) -> dict[int | None, str]:
    return dict(book.conn.execute("SELECT id, name FROM clients").fetchall())


def behaviour(book: Book, client_id: int, today: str) -> Row:
    """How a client pays, as of a local day: ``average_days_late`` (None where he has paid nothing yet), ``promises`` and
    ``broken_promises`` (counts), ``overdue`` (minor units by currency), ``oldest_days`` (0 where nothing is overdue)."""
    from kam_cli.domains.debts import promises
    from kam_cli.domains.debts import store as debts

    promises.know_today(book, today)
    counts = book.row(
        f"SELECT count(*) AS promises, coalesce(sum({promises.STATE} = 'broken'), 0) AS broken_promises "
        "FROM promises m WHERE m.client_id = ? AND m.deleted_at IS NULL",
        (client_id,),
    )
    overdue: dict[str, int] = {}
    late = debts.open_invoices(book, client_id, today)
    for row in late:
        overdue[row["currency"]] = overdue.get(row["currency"], 0) + row["open_minor"]
    first = datetime.date.fromisoformat(late[0]["due_on"]) if late else None
    days = (datetime.date.fromisoformat(today) - first).days if first else 0
    average = debts.average_days_late(book, client_id)
    return {"average_days_late": average, **(counts or {}), "overdue": overdue, "oldest_days": days}
