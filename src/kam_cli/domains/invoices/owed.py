"""What clients owed at the end of any day, by how long it was overdue, and what they had to their credit.

What was open on a day is what is open now plus what was allocated since; of a day long ago, it is what was invoiced by
then less what was allocated by then. Both are exact; the one with fewer rows to read is taken.
"""

from __future__ import annotations

import sqlite3
from operator import itemgetter

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
# What waited on that day for an invoice that came later.
_CREDIT_SINCE = """
SELECT p.client_id, p.currency, a.amount_minor AS minor FROM allocations a INDEXED BY allocations_credit
JOIN payments p ON p.id = a.payment_id
WHERE a.credit_from IS NOT NULL AND a.credit_from <= :day AND a.allocated_on > :day AND p.kind = 'payment'"""
_FEW = 2000  # allocations since a day that need no look at the alternative


def receivables(book: Book, day: datetime.date, days: list[int], by_client: bool) -> list[Row]:
    """What was owed at the end of a day, as `table` has it, a dict a row."""
    names, rows = table(book, day, days, by_client)
    return [dict(zip(names, row, strict=True)) for row in rows]


def table(book: Book, day: datetime.date, days: list[int], by_client: bool) -> tuple[list[str], list[Any]]:
    """What was owed at the end of a day: column names, and a row a client (or all together) and currency.

    Columns: ``client_id client`` (None of all together), ``currency total_minor``, one a bucket (see `rules.buckets`)
    with ``_minor``, ``credit_minor`` beside it. The book's own currency first, then the largest first; who has credit
    only comes last, and who owed nothing and had no credit has no row.
    """
    values = {"day": day.isoformat()}
    buckets = [f"{name}_minor" for name in rules.buckets(days)]
    found = _grouped(book, source_of(book, values), rules.due_from(day, days), values, by_client)
    arrange(book, found, total=3, currency=2)
    credits = credits_of(book, values, by_client)
    if credits:
        found = [(*row[:-1], credits.pop((row[0], row[2]), 0)) for row in found]
        for (client, currency), minor in by_size(credits):
            name = name_of(book, client) if by_client else None
            found.append((client, name, currency, *[0] * (1 + len(buckets)), minor))
    return ["client_id", "client", "currency", "total_minor", *buckets, "credit_minor"], found


def arrange(book: Book, rows: list[Any], total: int, currency: int) -> None:
    """Sort rows in place, which SQLite does more slowly: the book's own currency first, then the largest total first."""
    rows.sort(key=itemgetter(total), reverse=True)
    if len(set(map(itemgetter(currency), rows))) > 1:
        home = book.meta["currency"]
        rows.sort(key=lambda row: (row[currency] != home, row[currency]))


def source_of(book: Book, values: Row) -> str:
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


def sums(count: int) -> list[str]:
    """SQL of the amount in each bucket, where the first due days of ``count`` buckets are ``:d0 :d1 …``."""
    whens = ["due_on >= :d0", *(f"due_on < :d{at - 1} AND due_on >= :d{at}" for at in range(1, count))]
    return [f"sum(CASE WHEN {one} THEN minor ELSE 0 END)" for one in (*whens, f"due_on < :d{count - 1}")]


def _grouped(book: Book, source: str, firsts: list[str], values: Row, by_client: bool) -> list[Any]:
    """Client, its name, currency, total, an amount a bucket, newest first, and 0 for the credit."""
    named = {f"d{index}": first for index, first in enumerate(firsts)}
    key, group = ("client_id", "client_id, currency") if by_client else ("NULL", "currency")
    name = "(SELECT name FROM clients WHERE id = client_id)" if by_client else "NULL"
    sql = f"SELECT {key}, {name}, currency, sum(minor), {', '.join(sums(len(firsts)))}, 0 FROM ({source}) GROUP BY {group} HAVING sum(minor) <> 0"
    try:
        return book.conn.execute(sql, {**values, **named}).fetchall()
    except sqlite3.OperationalError as error:
        if "overflow" not in str(error):
            raise
    return _added(book, source, firsts, values, by_client)


def _added(book: Book, source: str, firsts: list[str], values: Row, by_client: bool) -> list[Any]:
    """As `_grouped`, of more than 2^63 minor units together: SQLite adds up no further, Python does."""
    totals: dict[tuple[Any, str], list[int]] = {}
    for client, currency, due_on, minor in book.conn.execute(source, values):
        sums = totals.setdefault((client if by_client else None, currency), [0] * (len(firsts) + 1))
        sums[rules.bucket_of(due_on, firsts)] += minor
    return [
        (client, name_of(book, client), currency, sum(sums), *sums, 0)
        for (client, currency), sums in sorted(totals.items(), key=lambda pair: pair[0][0] or 0)
        if any(sums)
    ]


def by_size(credits: dict[tuple[int | None, str], int]) -> list[tuple[tuple[int | None, str], int]]:
    """Credits by currency, the largest first."""
    return sorted(credits.items(), key=lambda pair: (pair[0][1], -pair[1], pair[0][0] or 0))


def name_of(book: Book, client_id: int | None) -> str | None:
    name: str | None = book.value("SELECT name FROM clients WHERE id = ?", (client_id,))
    return name


def credits_of(book: Book, values: Row, by_client: bool) -> dict[tuple[int | None, str], int]:
    """(Client, currency) → minor units that paid nothing yet."""
    client = "client_id" if by_client else "NULL"
    totals: dict[tuple[int | None, str], int] = {}
    for source in (_CREDIT, _CREDIT_SINCE):
        sql = f"SELECT {client}, currency, minor FROM ({source})"
        for key, currency, minor in book.conn.execute(sql, values):
            totals[key, currency] = totals.get((key, currency), 0) + minor
    return {key: minor for key, minor in totals.items() if minor}


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
