"""Offers in the book, and their lines."""

from __future__ import annotations

from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

OPEN = ("draft", "sent")
STATUSES = ("draft", "sent", "expired", "accepted", "rejected")
# What an edit may empty: public name → column.
CLEARABLE = {
    "with": "contact_id",
    "deal": "deal_id",
    "note": "note",
    "override": "override",
    "language": "language",
}
IS_OPEN = "(o.status = 'draft' OR o.status = 'sent')"
_STATUS = f"CASE WHEN {IS_OPEN} AND o.valid_until < kam_today() THEN 'expired' ELSE o.status END"


class OfferListing(Listing):
    """The list of offers; whether one has expired depends on the day."""

    __slots__ = ()

    def prepare(self, c: Context) -> None:
        """Give SQL the owner's day as ``kam_today()``."""
        day = c.today.isoformat()
        c.book.conn.create_function("kam_today", 0, lambda: day, deterministic=True)


LISTING = OfferListing(
    {
        "id": "o.id", "uid": "o.uid", "number": "o.number", "client_id": "o.client_id", "client": "c.name",
        "status": _STATUS, "issued_on": "o.issued_on", "valid_until": "o.valid_until",
        "list_minor": "o.list_minor", "total_minor": "o.total_minor",
        "given_minor": "o.list_minor - o.total_minor", "currency": "o.currency", "discount_bp": "o.discount_bp",
        "pay_days": "o.pay_days", "language": "o.language", "contact_id": "o.contact_id", "contact": "p.name",
        "deal_id": "o.deal_id", "deal": "d.title", "sent_at": "o.sent_at", "decided_on": "o.decided_on",
        "reason": "o.reason", "override": "o.override", "note": "o.note",
        "created_at": "o.created_at", "updated_at": "o.updated_at",
    },
    "offers o LEFT JOIN clients c ON c.id = o.client_id LEFT JOIN contacts p ON p.id = o.contact_id "
    "LEFT JOIN deals d ON d.id = o.deal_id",
    base="o.deleted_at IS NULL",
    order="o.issued_on DESC, o.id DESC",
    show="id number client status valid_until total_minor given_minor",
    empty="no such offers. Make one: kam offer create acme --item \"Oak panel×40\"",
)  # fmt: skip


# --- changing -----------------------------------------------------------------------------------------------


def add(book: Book, offer: Row, lines: Sequence[Row]) -> int:
    """A new offer with the next number of its year; called inside a write, so that nobody gets the same one."""
    number = next_number(book, offer["issued_on"][:4])
    sums = totals(lines)
    offer_id = book.insert("offers", {**offer, **sums, "number": number, "number_key": fold(number)})
    _add_lines(book, offer_id, lines)
    return offer_id


def next_number(book: Book, year: str) -> str:
    """``2026-0013``: the one after the highest of the year, those of removed offers among them."""
    last = book.value(
        "SELECT max(CAST(substr(number_key, 6) AS INTEGER)) FROM offers WHERE number_key >= ? AND number_key < ? "
        "AND substr(number_key, 6) NOT GLOB '*[^0-9]*' AND length(number_key) < 15",
        (f"{year} ", f"{year}!"),
    )
    return f"{year}-{(last or 0) + 1:04}"


def edit(book: Book, offer_id: int, fields: Row, lines: Sequence[Row] | None = None) -> bool:
    """Change fields, and the lines where they are given; whether anything differs."""
    changed = False
    if lines is not None:
        fields = {**fields, **totals(lines)}
        kept = [{name: row[name] for name in LINE} for row in lines_of(book, offer_id)]
        if kept != [{name: row[name] for name in LINE} for row in map(_stored, lines)]:
            book.conn.execute("DELETE FROM offer_lines WHERE offer_id = ?", (offer_id,))
            _add_lines(book, offer_id, lines)
            changed = True
    return bool(book.update("offers", offer_id, fields)) or changed


LINE = ("product_id", "title", "unit", "quantity_milli", "list_minor", "net_minor", "steps")


def _add_lines(book: Book, offer_id: int, lines: Sequence[Row]) -> None:
    for line in map(_stored, lines):
        names = ", ".join(("offer_id", *LINE))
        values = (offer_id, *(line[name] for name in LINE))
        book.conn.execute(
            f"INSERT INTO offer_lines ({names}) VALUES ({', '.join('?' * len(values))})", values
        )


def _stored(line: Row) -> Row:
    """A line with its steps as text."""
    if isinstance(line["steps"], str):
        return line
    import json

    return {**line, "steps": json.dumps(line["steps"], ensure_ascii=False)}


def totals(lines: Sequence[Row]) -> Row:
    """``list_minor`` and ``total_minor``: the sums of the rounded lines."""
    return {
        "list_minor": sum(line["list_total_minor"] for line in lines),
        "total_minor": sum(line["net_minor"] for line in lines),
    }


# --- reading ------------------------------------------------------------------------------------------------


def get(book: Book, offer_id: int) -> Row:
    row = book.row("SELECT * FROM offers WHERE id = ?", (offer_id,))
    assert row is not None
    return row


def lines_of(book: Book, offer_id: int) -> list[Row]:
    """Its lines as stored, in order."""
    return book.rows("SELECT * FROM offer_lines WHERE offer_id = ? ORDER BY id", (offer_id,))


def with_steps(book: Book, offer_id: int) -> list[Row]:
    """Its lines with their ``steps`` as rows, ``list_total_minor`` and ``given_minor``."""
    import json

    found = []
    for line in lines_of(book, offer_id):
        steps = json.loads(line["steps"])
        listed = steps[0]["left_minor"] if steps else line["net_minor"]
        found.append(
            {**line, "steps": steps, "list_total_minor": listed, "given_minor": listed - line["net_minor"]}
        )
    return found


def open_of(book: Book, client_ids: Sequence[int]) -> list[int]:
    """The numbers of these clients' offers without an answer."""
    marks = ", ".join("?" * len(client_ids))
    where = f"o.client_id IN ({marks}) AND {IS_OPEN} AND o.deleted_at IS NULL"
    return book.column(f"SELECT o.id FROM offers o WHERE {where} ORDER BY o.id", list(client_ids))


def of_client(c: Context, client_id: int, most: int) -> list[Row]:
    """A client's offers, those without an answer first, then the newest; as the list has them."""
    LISTING.prepare(c)
    names = ", ".join(f"{sql} AS {name}" for name, sql in LISTING.columns.items())
    return c.book.rows(
        f"SELECT {names} FROM {LISTING.source} WHERE {LISTING.base} AND o.client_id = ? "
        f"ORDER BY {IS_OPEN} AND o.valid_until >= kam_today() DESC, o.issued_on DESC, o.id DESC LIMIT ?",
        (client_id, most),
    )


def count_of(book: Book, client_id: int) -> int:
    """How many offers a client has got."""
    return int(
        book.value("SELECT count(*) FROM offers WHERE client_id = ? AND deleted_at IS NULL", (client_id,))
    )


def product_of(book: Book, product_id: int) -> Row:
    """What an offer takes of a product: ``id name unit category_key archived_at``."""
    row = book.row(
        "SELECT id, name, unit, category_key, archived_at FROM products WHERE id = ?", (product_id,)
    )
    assert row is not None
    return row


def client_of(book: Book, client_id: int) -> Row:
    """Whom a document is addressed to: ``name address postcode city country``."""
    row = book.row("SELECT name, address, postcode, city, country FROM clients WHERE id = ?", (client_id,))
    assert row is not None
    return row


def email_of(book: Book, client_id: int, contact_id: int | None) -> str | None:
    """The first e-mail address of a person, else of the client."""
    sql = "SELECT value FROM details WHERE {} = ? AND kind = 'email' ORDER BY id LIMIT 1"
    owners = [("contact_id", contact_id), ("client_id", client_id)]
    found = (book.value(sql.format(column), (one,)) for column, one in owners if one)
    return next(filter(None, found), None)


def order_of(book: Book, offer_id: int) -> int | None:
    """The number of the order that was made of an offer."""
    found: int | None = book.value(
        "SELECT id FROM orders WHERE offer_id = ? AND deleted_at IS NULL", (offer_id,)
    )
    return found


def decided(book: Book, group: str) -> list[Row]:
    """Offers that were answered or have expired by ``kam_today()``, counted and summed by an SQL expression over
    ``o`` and ``c``: ``grp currency status offers total_minor``."""
    return book.rows(
        f"SELECT {group} AS grp, o.currency, {_STATUS} AS status, count(*) AS offers, sum(o.total_minor) AS total_minor "
        "FROM offers o JOIN clients c ON c.id = o.client_id WHERE o.deleted_at IS NULL "
        f"GROUP BY 1, 2, 3 HAVING {_STATUS} IN ('accepted', 'rejected', 'expired') ORDER BY 1"
    )
