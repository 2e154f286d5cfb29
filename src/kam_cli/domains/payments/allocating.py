"""Allocations: what of which payment pays which invoice, kept so that neither is ever exceeded.

What was allocated once stays so, whatever is entered later; only where a payment or an invoice shrinks, changes hands or
goes is it given back. What is free then, or was paid too much, pays the client's next invoice.
"""

from __future__ import annotations

from itertools import groupby

from kam_cli import bulk
from kam_cli.domains.payments import rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.domains.payments.rules import Allocation

    Row = dict[str, Any]

BULK = 20  # allocations from which on they are journalled as a range
# A payment for an order waits for the first invoice of that order.
_IS_BOUND = """p.order_id IS NOT NULL AND EXISTS (SELECT 1 FROM orders o WHERE o.id = p.order_id
    AND o.deleted_at IS NULL AND o.status <> 'cancelled')
  AND NOT EXISTS (SELECT 1 FROM invoices i WHERE i.order_id = p.order_id AND i.deleted_at IS NULL)"""
FREE = f"""
SELECT p.client_id, p.currency, p.id, p.paid_on, p.free_minor, p.order_id, {_IS_BOUND}
FROM payments p WHERE p.free_minor > 0 AND p.deleted_at IS NULL AND p.client_id IN (SELECT value FROM json_each(?))
ORDER BY p.client_id, p.currency, p.paid_on, p.id
"""
OPEN = """
SELECT client_id, currency, id, issued_on, open_minor, order_id
FROM invoices WHERE open_minor > 0 AND deleted_at IS NULL AND client_id IN (SELECT value FROM json_each(?))
ORDER BY client_id, currency, due_on, issued_on, id
"""
_SUM = "coalesce((SELECT sum(amount_minor) FROM allocations WHERE {}_id = {}s.id), 0)"
_LEFT = f"CASE WHEN deleted_at IS NULL THEN amount_minor - {_SUM} ELSE 0 END"
_FREE = f"CASE WHEN deleted_at IS NULL AND kind = 'payment' THEN amount_minor - {_SUM} ELSE 0 END"
# Columns that other columns give; rows that are as they must be are not written.
MAINTAIN = "UPDATE {0}s SET {1} = {2} WHERE id IN ({{ids}}) AND {1} IS NOT {2}"
OPEN_OF_INVOICES = MAINTAIN.format("invoice", "open_minor", _LEFT.format("invoice", "invoice"))
FREE_OF_PAYMENTS = MAINTAIN.format("payment", "free_minor", _FREE.format("payment", "payment"))


def settle(book: Book, client_ids: Iterable[int]) -> None:
    """Let what these clients have to their credit pay what they owe, the oldest first."""
    wanted = as_list(client_ids)
    free = _grouped(book, FREE, wanted)
    if not free:
        return
    owed = _grouped(book, OPEN, as_list({client for client, _ in free}))
    found: list[Allocation] = []
    for key, payments in free.items():
        if key in owed:
            invoices = [rules.Open(*row) for row in owed[key]]
            found += rules.match([rules.Free(*row) for row in payments], invoices)
    allocate(book, found)


def as_list(ids: Iterable[int]) -> str:
    """Numbers as the JSON that SQL reads them from."""
    return f"[{', '.join(map(str, ids))}]"


def _grouped(book: Book, sql: str, clients: str) -> dict[tuple[int, str], list[Sequence[Any]]]:
    rows = book.conn.execute(sql, (clients,))
    return {key: [row[2:] for row in part] for key, part in groupby(rows, lambda row: (row[0], row[1]))}


def name(book: Book, payment_id: int, invoice_ids: Iterable[int]) -> None:
    """Let a payment pay these invoices, one after the other, as far as it goes."""
    payment = get(book, "payments", payment_id)
    left, found = payment["amount_minor"] - allocated(book, "payment", payment_id), []
    for invoice_id in dict.fromkeys(invoice_ids):
        invoice = get(book, "invoices", invoice_id)
        minor = min(left, invoice["amount_minor"] - allocated(book, "invoice", invoice_id))
        if minor > 0:
            left -= minor
            days = payment["paid_on"], invoice["issued_on"]
            found.append(rules.allocation(payment_id, days[0], invoice_id, days[1], minor))
    allocate(book, found)


def allocate(book: Book, found: Collection[Allocation]) -> None:
    """Write allocations down, and what they leave of both sides."""
    names = ("payment_id", "invoice_id", "amount_minor", "allocated_on", "credit_from")
    if len(found) >= BULK:
        bulk.insert(book, "allocations", dict(zip(names, zip(*found, strict=True), strict=True)))
    else:
        sql = f"INSERT INTO allocations ({', '.join(names)}) VALUES (?, ?, ?, ?, ?)"
        book.conn.executemany(sql, found)
    refresh(book, {one[0] for one in found}, {one[1] for one in found})


def replace(book: Book, payment_id: int, wanted: Iterable[tuple[int, int]]) -> bool:
    """Let a payment pay exactly this, (invoice, minor units) each, as far as that is open; whether anything differs."""
    sql = "SELECT invoice_id, sum(amount_minor) FROM allocations WHERE payment_id = ? GROUP BY invoice_id"
    if dict(book.conn.execute(sql, (payment_id,)).fetchall()) == dict(wanted):
        return False
    release(book, "payment", payment_id)
    payment = get(book, "payments", payment_id)
    found: list[Allocation] = []
    for invoice_id, minor in wanted:
        invoice = get(book, "invoices", invoice_id)
        part = min(minor, invoice["open_minor"], payment["amount_minor"] - sum(one[2] for one in found))
        if part > 0:
            found.append(
                rules.allocation(payment_id, payment["paid_on"], invoice_id, invoice["issued_on"], part)
            )
    allocate(book, found)
    return True


def release(book: Book, noun: str, row_id: int) -> None:
    """Give back all that a payment pays, or all that pays an invoice."""
    others = _others(book, noun, row_id)
    book.conn.execute(f"DELETE FROM allocations WHERE {noun}_id = ?", (row_id,))
    _refresh_pair(book, noun, row_id, others)


def fit(book: Book, noun: str, row_id: int) -> None:
    """After a change of its amount or of its day: give back what is too much, the last first, and date the rest anew."""
    amount = get(book, f"{noun}s", row_id)["amount_minor"]
    sql = f"SELECT id, amount_minor FROM allocations WHERE {noun}_id = ? ORDER BY id"
    others = _others(book, noun, row_id)
    for number, minor in rules.beyond(book.conn.execute(sql, (row_id,)).fetchall(), amount):
        if minor:
            book.conn.execute("UPDATE allocations SET amount_minor = ? WHERE id = ?", (minor, number))
        else:
            book.conn.execute("DELETE FROM allocations WHERE id = ?", (number,))
    days = (
        "(SELECT max(p.paid_on, i.issued_on), CASE WHEN p.paid_on < i.issued_on THEN p.paid_on END "
        "FROM payments p, invoices i WHERE p.id = allocations.payment_id AND i.id = allocations.invoice_id)"
    )
    book.conn.execute(
        f"UPDATE allocations SET (allocated_on, credit_from) = {days} "
        f"WHERE {noun}_id = ? AND (allocated_on, credit_from) IS NOT {days}",
        (row_id,),
    )
    _refresh_pair(book, noun, row_id, others)


def _others(book: Book, noun: str, row_id: int) -> list[int]:
    other = "invoice" if noun == "payment" else "payment"
    return book.column(f"SELECT DISTINCT {other}_id FROM allocations WHERE {noun}_id = ?", (row_id,))


def _refresh_pair(book: Book, noun: str, row_id: int, others: Collection[int]) -> None:
    payments, invoices = ([row_id], others) if noun == "payment" else (others, [row_id])
    refresh(book, payments, invoices)


def refresh(book: Book, payments: Iterable[int], invoices: Iterable[int]) -> None:
    """Compute what is free of payments and open of invoices; a command that goes on reads it before its end."""
    for sql, ids in ((FREE_OF_PAYMENTS, payments), (OPEN_OF_INVOICES, invoices)):
        book.conn.execute(sql.format(ids="SELECT value FROM json_each(?)"), (as_list(ids),))


def allocated(book: Book, noun: str, row_id: int) -> int:
    """Minor units that a payment pays, or that are paid of an invoice."""
    sql = f"SELECT coalesce(sum(amount_minor), 0) FROM allocations WHERE {noun}_id = ?"
    return int(book.value(sql, (row_id,)))


def get(book: Book, table: str, row_id: int) -> Row:
    row = book.row(f"SELECT * FROM {table} WHERE id = ?", (row_id,))
    assert row is not None
    return row
