"""Who owes how much, since when, and how he pays as a rule; the letters that went out."""

from __future__ import annotations

from bisect import bisect_right

from kam_cli.domains.debts import promises
from kam_cli.errors import BadValue
from kam_cli.listing import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

_OWED = """(SELECT client_id, currency, sum(open_minor) AS owed, count(*) AS invoices, min(due_on) AS oldest_on,
    sum(CASE WHEN due_on < kam_today() THEN open_minor ELSE 0 END) AS overdue
  FROM invoices INDEXED BY invoices_owed WHERE open_minor > 0 AND deleted_at IS NULL{} GROUP BY client_id, currency)"""
# Of the invoices that were paid, days from the last day to pay to the last payment; paid in time is 0, written off is not paid.
# Of the kinds of payment, write-off is the last by the alphabet.
AVERAGE_LATE = """(SELECT avg(days) FROM (SELECT max(0.0, julianday(max(a.allocated_on)) - julianday(i.due_on)) AS days
  FROM invoices i JOIN allocations a ON a.invoice_id = i.id JOIN payments p ON p.id = a.payment_id
  WHERE i.client_id = {} AND i.open_minor = 0 AND i.kind = 'invoice' AND i.deleted_at IS NULL
  GROUP BY i.id HAVING max(p.kind) = 'payment'))"""
_PROMISES = f"FROM promises m WHERE m.client_id = d.client_id AND m.currency = d.currency AND m.deleted_at IS NULL AND {promises.STATE}"
_LETTER = "(SELECT {} FROM debt_letters l WHERE l.client_id = d.client_id ORDER BY l.sent_on DESC, l.id DESC LIMIT 1)"


class DebtListing(Listing):
    """The list of debtors: a row a client and currency."""

    __slots__ = ()

    def prepare(self, c: Context) -> None:
        promises.LISTING.prepare(c)
        starts = levels(c)
        c.book.conn.create_function(
            "kam_debt_level", 1, lambda days: bisect_right(starts, days), deterministic=True
        )


DEBTORS = DebtListing(
    {
        "client_id": "d.client_id", "client": "c.name", "owed_minor": "d.owed", "overdue_minor": "d.overdue",
        "currency": "d.currency", "invoices": "d.invoices", "oldest_on": "d.oldest_on",
        "days_late": "CAST(max(0, julianday(kam_today()) - julianday(d.oldest_on)) AS INTEGER)",
        "average_days_late": AVERAGE_LATE.format("d.client_id"),
        "promised_minor": f"(SELECT coalesce(sum(m.amount_minor), 0) {_PROMISES} = 'open')",
        "promise_due_on": f"(SELECT min(m.due_on) {_PROMISES} = 'open')",
        "broken_promises": f"(SELECT count(*) {_PROMISES} = 'broken')",
        "level": "kam_debt_level(CAST(max(0, julianday(kam_today()) - julianday(d.oldest_on)) AS INTEGER))",
        "last_level": _LETTER.format("l.level"), "last_sent_on": _LETTER.format("l.sent_on"),
    },
    f"{_OWED.format('')} d JOIN clients c ON c.id = d.client_id",
    base="1",
    order="d.oldest_on, d.overdue DESC, d.client_id",
    show="client owed_minor overdue_minor oldest_on days_late average_days_late promised_minor promise_due_on "
    "broken_promises level last_sent_on",
    wide="oldest_on average_days_late promise_due_on broken_promises last_sent_on",
    empty="nobody owes anything. What was paid: kam payment list",
)  # fmt: skip


def levels(c: Context) -> list[int]:
    """From how many days late on each level of reminding begins (config debt.levels). Raises BadValue."""
    text = str(c.config.get("debt.levels"))
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts) or len(parts) > 9:
        raise BadValue(f"debt.levels is {text[:40]!r}: write the days of at most 9 levels, like 1,15,30")
    days = [int(part) for part in parts]
    if days != sorted(set(days)) or days[0] < 1:
        raise BadValue(f"debt.levels is {text[:40]!r}: the days rise, from 1 on, like 1,15,30")
    return days


def owed_by(c: Context, client_id: int) -> list[Row]:
    """What a client owes, a row a currency as in the list of debtors."""
    DEBTORS.prepare(c)
    names = ", ".join(f'{sql} AS "{name}"' for name, sql in DEBTORS.columns.items())
    source = f"{_OWED.format(' AND client_id = ?')} d JOIN clients c ON c.id = d.client_id"
    return c.book.rows(f"SELECT {names} FROM {source} ORDER BY d.currency", (client_id,))


def open_invoices(book: Book, client_id: int, until: str | None = None) -> list[Row]:
    """Open invoices of a client, the oldest first: ``id number issued_on due_on open_minor amount_minor currency``; with
    ``until`` those that were due before that day."""
    return book.rows(
        "SELECT id, number, issued_on, due_on, open_minor, amount_minor, currency FROM invoices "
        "WHERE client_id = ? AND open_minor > 0 AND deleted_at IS NULL AND due_on < ? ORDER BY due_on, id",
        (client_id, until or "9999-12-32"),
    )


def average_days_late(book: Book, client_id: int) -> float | None:
    """Days between the last day to pay and the last payment, on average of the paid invoices; None where none is paid."""
    found: float | None = book.value(f"SELECT {AVERAGE_LATE.format('?')}", (client_id,))
    return found


def letters(book: Book, client_id: int) -> list[Row]:
    """Reminders that went to a client, the last first: ``level language sent_on interaction_id``."""
    return book.rows(
        "SELECT level, language, sent_on, interaction_id FROM debt_letters WHERE client_id = ? "
        "ORDER BY sent_on DESC, id DESC",
        (client_id,),
    )


def address_of(book: Book, client_id: int) -> Row | None:
    """Where letters to a client go: ``email contact_id contact``; his own address, else that of the person entered first."""
    return book.row(
        "SELECT d.value AS email, p.id AS contact_id, p.name AS contact FROM details d "
        "LEFT JOIN contacts p ON p.id = d.contact_id WHERE d.kind = 'email' AND "
        "(d.client_id = :client OR (p.client_id = :client AND p.deleted_at IS NULL)) "
        "ORDER BY d.contact_id IS NOT NULL, d.id",
        {"client": client_id},
    )


def note_letter(book: Book, letter: Row) -> int:
    """Remember that a reminder went out."""
    from kam_cli.stamps import new_uid, utc_now

    row = {"uid": new_uid(), "created_at": utc_now(), **letter}
    marks = ", ".join("?" * len(row))
    cursor = book.conn.execute(
        f"INSERT INTO debt_letters ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
    )
    return int(cursor.lastrowid or 0)
