"""What the book itself knows of how clients pay: late invoices, broken promises, what is overdue, what they buy."""

from __future__ import annotations

import datetime

from kam_cli.domains.debts import promises
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
# Of the paid ones how late they were; what is still open tells another sign.
_LATE = f"""
SELECT client_id, sum(open_minor <= 0) AS invoices, sum(open_minor <= 0 AND late > 0) AS late_invoices,
  coalesce(avg(CASE WHEN open_minor <= 0 THEN late END), 0) AS days_late,
  max(CASE WHEN open_minor > 0 THEN late END) AS oldest_days
FROM (SELECT i.client_id, i.open_minor, CAST(max(0, julianday(
    CASE WHEN i.open_minor > 0 THEN :today ELSE coalesce({_PAID_ON}, i.due_on) END) - julianday(i.due_on)) AS INTEGER) AS late
  FROM invoices i WHERE i.kind = 'invoice' AND i.deleted_at IS NULL AND i.issued_on <= :today AND i.due_on < :today
    AND (i.due_on >= :since OR i.open_minor > 0) {{whose}})
GROUP BY client_id"""
_BROKEN = f"""
SELECT client_id, count(*) AS promises, sum(state = 'broken') AS broken_promises
FROM (SELECT m.client_id, {promises.STATE} AS state FROM promises m
  WHERE m.deleted_at IS NULL AND m.due_on >= :since {{whose}}) WHERE state <> 'open' GROUP BY client_id"""


def of_clients(book: Book, today: str, client_id: int | None = None) -> dict[int, Row]:
    """Client → what `rules.measured` looks at, for those of whom the book knows anything (or for one)."""
    args = {"today": today, "since": _since(today), "client": client_id}
    promises.know_today(book, today)
    found: dict[int, Row] = {}
    for sql, owner in ((_LATE, "i.client_id"), (_BROKEN, "m.client_id")):
        whose = f"AND {owner} = :client" if client_id is not None else ""
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
