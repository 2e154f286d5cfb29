"""What the book itself knows of how clients pay: late invoices, broken promises, what is overdue, what they buy."""

from __future__ import annotations

import datetime

from kam_cli.domains.invoices import store as invoices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

YEAR = 365  # days that are looked back
NOTHING: Row = {
    "invoices": 0, "late_invoices": 0, "days_late": 0, "oldest_days": None, "promises": 0, "broken_promises": 0,
}  # fmt: skip

_PAID_ON = "(SELECT max(a.allocated_on) FROM allocations a WHERE a.invoice_id = i.id)"
_LATE = f"""
SELECT client_id, count(*) AS invoices, sum(late > 0) AS late_invoices, avg(late) AS days_late,
  max(CASE WHEN open_minor > 0 THEN late END) AS oldest_days
FROM (SELECT i.client_id, i.open_minor, CAST(max(0, julianday(
    CASE WHEN i.open_minor > 0 THEN :today ELSE coalesce({_PAID_ON}, i.due_on) END) - julianday(i.due_on)) AS INTEGER) AS late
  FROM invoices i WHERE i.kind = 'invoice' AND i.deleted_at IS NULL AND i.issued_on <= :today AND i.due_on < :today
    AND (i.due_on >= :since OR i.open_minor > 0) {{whose}})
GROUP BY client_id"""
# Kept is a promise where so much came in from the day it was given to the day it named.
_BROKEN = """
SELECT client_id, count(*) AS promises, sum(paid < amount_minor) AS broken_promises
FROM (SELECT i.client_id, i.amount_minor, CASE WHEN i.invoice_id IS NULL
    THEN (SELECT coalesce(sum(p.amount_minor), 0) FROM payments p WHERE p.client_id = i.client_id AND p.kind = 'payment'
      AND p.currency = i.currency AND p.deleted_at IS NULL AND p.paid_on BETWEEN i.promised_on AND i.due_on)
    ELSE (SELECT coalesce(sum(a.amount_minor), 0) FROM allocations a WHERE a.invoice_id = i.invoice_id
      AND a.allocated_on BETWEEN i.promised_on AND i.due_on) END AS paid
  FROM promises i WHERE i.deleted_at IS NULL AND i.due_on < :today AND i.due_on >= :since {whose})
GROUP BY client_id"""


def of_clients(book: Book, today: str, client_id: int | None = None) -> dict[int, Row]:
    """Client → what `rules.measured` looks at, for those of whom the book knows anything (or for one)."""
    whose = "AND i.client_id = :client" if client_id is not None else ""
    args = {"today": today, "since": _since(today), "client": client_id}
    found: dict[int, Row] = {}
    for sql in (_LATE, _BROKEN):
        for row in book.rows(sql.format(whose=whose), args):
            found.setdefault(row.pop("client_id"), dict(NOTHING)).update(row)
    return found


def exposure(book: Book, client_id: int, currency: str) -> int:
    """What a client owes in a currency, in minor units: open invoices, and orders being worked on that have none yet.

    (An order that was delivered long ago without an invoice is of a time before the book had any.)
    """
    ordered = book.value(
        "SELECT coalesce(sum(o.total_minor), 0) FROM orders o WHERE o.client_id = ? AND o.currency = ? "
        "AND o.deleted_at IS NULL AND +o.status IN ('taken', 'in-work', 'part-delivered') AND NOT EXISTS "
        "(SELECT 1 FROM invoices i WHERE i.order_id = o.id AND i.deleted_at IS NULL)",
        (client_id, currency),
    )
    return int(ordered) + invoices.open_of(book, client_id, currency)


def bought(book: Book, client_id: int, currency: str, today: str) -> tuple[int, int]:
    """A year's turnover of a client, and an average invoice (his own, else of all), in minor units of a currency.

    Where he has no invoice in the year, his orders count.
    """
    args = {"today": today, "since": _since(today), "client": client_id, "currency": currency}
    for table, amount, day, more in (
        ("invoices", "amount_minor", "issued_on", "AND kind = 'invoice'"),
        ("orders", "total_minor", "ordered_on", "AND status NOT IN ('cancelled', 'returned')"),
    ):
        sums = (
            f"SELECT coalesce(sum({amount}), 0) AS total, count(*) AS count FROM {table} WHERE deleted_at IS NULL "
            f"AND currency = :currency AND {day} > :since AND {day} <= :today {more}"
        )
        own = book.row(f"{sums} AND client_id = :client", args)
        if own and own["count"]:
            return own["total"], own["total"] // own["count"]
    everybody = book.row(
        "SELECT coalesce(sum(amount_minor), 0) AS total, count(*) AS count FROM invoices WHERE deleted_at IS NULL "
        "AND kind = 'invoice' AND currency = :currency AND issued_on > :since AND issued_on <= :today",
        args,
    )
    assert everybody is not None
    return 0, everybody["total"] // everybody["count"] if everybody["count"] else 0


def _since(today: str) -> str:
    day = datetime.date.fromisoformat(today)
    return (day - datetime.timedelta(days=min(YEAR, day.toordinal() - 1))).isoformat()
