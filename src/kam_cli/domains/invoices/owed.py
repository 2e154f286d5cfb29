"""What clients owed at the end of any day, by how long it was overdue, and what they had to their credit.

What was open on a day is what is open now plus what was allocated since; of a day long ago, it is what was invoiced by
then less what was allocated by then. Both are exact; the one with fewer rows to read is taken.
"""

from __future__ import annotations

import sqlite3

from kam_cli.domains.invoices import rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

_NOW = """
SELECT client_id, currency, due_on, open_minor AS minor FROM invoices INDEXED BY invoices_owed
WHERE open_minor > 0 AND deleted_at IS NULL AND issued_on <= :day"""
_SINCE = """
SELECT i.client_id, i.currency, i.due_on, a.amount_minor AS minor FROM allocations a INDEXED BY allocations_day
JOIN invoices i ON i.id = a.invoice_id WHERE a.allocated_on > :day AND i.issued_on <= :day"""
_THEN = """
SELECT i.client_id, i.currency, i.due_on, i.amount_minor - coalesce((SELECT sum(a.amount_minor) FROM allocations a
  WHERE a.invoice_id = i.id AND a.allocated_on <= :day), 0) AS minor
FROM invoices i WHERE i.issued_on <= :day AND i.deleted_at IS NULL"""
_CREDIT = """
SELECT client_id, currency, free_minor AS minor FROM payments INDEXED BY payments_free
WHERE free_minor > 0 AND deleted_at IS NULL AND paid_on <= :day"""
_CREDIT_SINCE = """
SELECT p.client_id, p.currency, a.amount_minor AS minor FROM allocations a INDEXED BY allocations_day
JOIN payments p ON p.id = a.payment_id WHERE a.allocated_on > :day AND p.paid_on <= :day AND p.kind = 'payment'"""
_FEW = 2000  # allocations since a day that need no look at the alternative


def receivables(book: Book, day: datetime.date, days: list[int], by_client: bool) -> list[Row]:
    """What was owed at the end of a day: a row a client (or all together) and currency, the largest first.

    Rows: ``client_id client`` (None of all together), ``currency total_minor``, a column a bucket (see `rules.buckets`)
    with ``_minor``, ``credit_minor`` beside it. Who owed nothing and had no credit has none.
    """
    values = {"day": day.isoformat()}
    names = [f"{name}_minor" for name in rules.buckets(days)]
    firsts = rules.due_from(day, days)
    source = _source(book, values)
    found: dict[tuple[int | None, str], Row] = {}
    for client, currency, *sums in _grouped(book, source, firsts, values, by_client):
        found[client, currency] = _row(client, currency, dict(zip(names, sums, strict=True)))
    nothing = dict.fromkeys(names, 0)
    for client, currency, minor in _credits(book, values, by_client):
        row = found.setdefault((client, currency), _row(client, currency, nothing))
        row["credit_minor"] = minor
    rows = [row for row in found.values() if row["total_minor"] or row["credit_minor"]]
    rows.sort(
        key=lambda row: (-row["total_minor"], -row["credit_minor"], row["client_id"] or 0, row["currency"])
    )
    return _named(book, rows) if by_client else rows


def _row(client: int | None, currency: str, sums: Row) -> Row:
    total = {"client_id": client, "client": None, "currency": currency, "total_minor": sum(sums.values())}
    return {**total, **sums, "credit_minor": 0}


def _source(book: Book, values: Row) -> str:
    """The query of open amounts at the end of the day that reads the fewest rows."""
    since = "SELECT count(*) FROM (SELECT 1 FROM allocations WHERE allocated_on > :day LIMIT {})"
    count = book.value(since.format(_FEW), values)
    if not count:
        return _NOW
    if count == _FEW:
        issued = book.value(
            "SELECT count(*) FROM invoices WHERE issued_on <= :day AND deleted_at IS NULL", values
        )
        if book.value(since.format(issued + 1), values) > issued:
            return _THEN
    return f"{_NOW} UNION ALL {_SINCE}"


def _grouped(book: Book, source: str, firsts: list[str], values: Row, by_client: bool) -> list[Any]:
    """Client, currency, and an amount a bucket, newest first."""
    named = {f"d{index}": first for index, first in enumerate(firsts)}
    whens = " ".join(f"WHEN due_on >= :d{index} THEN {index}" for index in range(len(firsts)))
    sums = [
        "due_on >= :d0",
        *(f"due_on < :d{at - 1} AND due_on >= :d{at}" for at in range(1, len(firsts))),
    ]
    sums.append(f"due_on < :d{len(firsts) - 1}")
    columns = ", ".join(f"coalesce(sum(CASE WHEN {one} THEN minor END), 0)" for one in sums)
    client = "client_id" if by_client else "NULL"
    group = "client_id, currency" if by_client else "currency"
    try:
        sql = f"SELECT {client}, currency, {columns} FROM ({source}) GROUP BY {group}"
        return book.conn.execute(sql, {**values, **named}).fetchall()
    except sqlite3.OperationalError as error:
        if "overflow" not in str(error):
            raise
    # More than 2^63 minor units: SQLite adds up no further, Python does.
    totals: dict[tuple[Any, str], list[int]] = {}
    sql = f"SELECT {client}, currency, CASE {whens} ELSE {len(firsts)} END, minor FROM ({source})"
    for key, currency, bucket, minor in book.conn.execute(sql, {**values, **named}):
        totals.setdefault((key, currency), [0] * len(sums))[bucket] += minor
    return [(*key, *amounts) for key, amounts in totals.items()]


def _credits(book: Book, values: Row, by_client: bool) -> list[Any]:
    """Client, currency, amount."""
    client = "client_id" if by_client else "NULL"
    totals: dict[tuple[Any, str], int] = {}
    for source in (_CREDIT, _CREDIT_SINCE):
        sql = f"SELECT {client}, currency, minor FROM ({source})"
        for key, currency, minor in book.conn.execute(sql, values):
            totals[key, currency] = totals.get((key, currency), 0) + minor
    return [(*key, minor) for key, minor in totals.items()]


def _named(book: Book, rows: list[Row]) -> list[Row]:
    names = dict(book.conn.execute("SELECT id, name FROM clients").fetchall()) if rows else {}
    for row in rows:
        row["client"] = names.get(row["client_id"])
    return rows


_ENTRIES = """
SELECT client_id, currency, paid_on AS day, amount_minor AS minor, paid_on AS entered, 'payment' AS kind
FROM payments WHERE deleted_at IS NULL{where}
UNION ALL SELECT client_id, currency, CASE kind WHEN 'invoice' THEN date(issued_on, '+1 day') ELSE issued_on END,
  -amount_minor, issued_on, kind FROM invoices WHERE deleted_at IS NULL{where}
ORDER BY 1, 2, 3"""


def entries(book: Book, client_id: int | None) -> list[Any]:
    """The entries of clients' accounts: (client, currency, day from which it counts, change, own day, kind), in order.

    Payments and write-offs count from their day on, refunds too, invoices from the day after.
    """
    where = f" AND client_id = {int(client_id)}" if client_id is not None else ""
    return book.conn.execute(_ENTRIES.format(where=where)).fetchall()
