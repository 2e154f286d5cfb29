"""Orders in the book: their lines, tags, deliveries, and the parts that departments have of them."""

from __future__ import annotations

from kam_cli.domains.orders import rules
from kam_cli.errors import NotFound
from kam_cli.listing import Listing
from kam_cli.text import fold
from kam_cli.values.rounding import halves_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

# What an edit may empty: public name → column.
CLEARABLE = {"due": "due_on", "with": "contact_id", "deal": "deal_id", "note": "note", "reason": "reason"}
LIVE = "o.deleted_at IS NULL"
IS_OPEN = "(o.status = 'taken' OR o.status = 'in-work' OR o.status = 'part-delivered')"
# As the partial indexes of orders say it.
COUNTED = f"{LIVE} AND o.status <> 'cancelled' AND o.status <> 'returned'"
_DAYS = "CAST(julianday({}) - julianday(o.due_on) AS INTEGER)"
_LATE = f"""CASE WHEN o.due_on IS NULL OR o.status = 'cancelled' THEN NULL
  WHEN o.shipped_on IS NOT NULL AND o.status <> 'part-delivered' THEN max(0, {_DAYS.format("o.shipped_on")})
  WHEN {IS_OPEN} AND o.due_on < kam_today() THEN {_DAYS.format("kam_today()")} END"""


class OrderListing(Listing):
    """The list of orders; how late one is depends on the day."""

    __slots__ = ()

    def prepare(self, c: Context) -> None:
        """Give SQL the owner's day as ``kam_today()``."""
        day = c.today.isoformat()
        c.book.conn.create_function("kam_today", 0, lambda: day, deterministic=True)


LISTING = OrderListing(
    {
        "id": "o.id", "uid": "o.uid", "number": "o.number", "client_id": "o.client_id", "client": "c.name",
        "status": "o.status", "ordered_on": "o.ordered_on", "due_on": "o.due_on", "shipped_on": "o.shipped_on",
        "total_minor": "o.total_minor", "currency": "o.currency", "days_late": _LATE,
        "tags": "(SELECT group_concat(tag, ', ') FROM (SELECT tag FROM order_tags WHERE order_id = o.id ORDER BY id))",
        "contact_id": "o.contact_id", "contact": "p.name", "deal_id": "o.deal_id", "offer_id": "o.offer_id",
        "reason": "o.reason", "note": "o.note", "created_at": "o.created_at", "updated_at": "o.updated_at",
    },
    "orders o LEFT JOIN clients c ON c.id = o.client_id LEFT JOIN contacts p ON p.id = o.contact_id",
    base=LIVE,
    order="o.ordered_on DESC, o.id DESC",
    show="id number client status ordered_on due_on shipped_on total_minor days_late tags",
    wide="shipped_on tags",
    empty="no such orders. Add one: kam order add acme --item \"Oak panel×40\" --price 12.50 --due +2w",
)  # fmt: skip


# --- changing -----------------------------------------------------------------------------------------------


def add(book: Book, order: Row, lines: list[Row], tags: Sequence[str] = ()) -> int:
    """A new order; gives its number in the book.

    ``order`` has ``client_id ordered_on currency`` and what else is known of its columns; without a ``number`` it
    gets the next of the year. Each line has ``title quantity_milli unit_price_minor``, perhaps ``product_id discount_bp
    net_minor``. Raises BadValue for a line that is too large.
    """
    row = {name: value for name, value in order.items() if value is not None}
    row["number"] = row.get("number") or next_number(book, row["ordered_on"][:4])
    row["number_key"] = fold(row["number"])
    row.setdefault("given_minor", 0)
    row["total_minor"] = row["given_minor"]
    order_id = book.insert("orders", row)
    add_lines(book, order_id, lines)
    add_tags(book, order_id, tags)
    return order_id


def next_number(book: Book, year: str) -> str:
    """``2026-0013``: the one after the highest number of this form."""
    last = book.value(
        "SELECT max(CAST(substr(number_key, 6) AS INTEGER)) FROM orders WHERE number_key >= ? AND number_key < ? "
        "AND length(number_key) BETWEEN 9 AND 15 AND substr(number_key, 6) NOT GLOB '*[^0-9]*'",
        (f"{year} ", f"{year}!"),
    )
    return f"{year}-{(last or 0) + 1:04}"


def add_lines(book: Book, order_id: int, lines: Iterable[Row]) -> None:
    """Further lines of an order, which brings its total up to date. Raises BadValue for one that is too large."""
    for line in lines:
        minor, rest = rules.amount(
            line["quantity_milli"],
            line["unit_price_minor"],
            line.get("discount_bp") or 0,
            line.get("net_minor"),
        )
        row = {**line, "order_id": order_id, "amount_minor": minor, "amount_rest": rest}
        row["discount_bp"] = row.get("discount_bp") or 0
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        book.conn.execute(f"INSERT INTO order_lines ({names}) VALUES ({marks})", tuple(row.values()))
    add_up(book, order_id)


def set_quantity(book: Book, line: Row, milli: int) -> None:
    """Another quantity of a line, thousandths; what was agreed for all of it changes in proportion, rounded."""
    net = line["net_minor"]
    net = net if net is None else halves_up(net * milli, line["quantity_milli"])
    minor, rest = rules.amount(milli, line["unit_price_minor"], line["discount_bp"], net)
    book.conn.execute(
        "UPDATE order_lines SET quantity_milli = ?, net_minor = ?, amount_minor = ?, amount_rest = ? WHERE id = ?",
        (milli, net, minor, rest, line["id"]),
    )
    add_up(book, line["order_id"])


def drop_line(book: Book, line_id: int) -> None:
    order_id = book.value("SELECT order_id FROM order_lines WHERE id = ?", (line_id,))
    book.conn.execute("DELETE FROM order_lines WHERE id = ?", (line_id,))
    add_up(book, order_id)


def add_up(book: Book, order_id: int) -> None:
    """Bring an order's total up to date at once: what is still to come in this command may read it."""
    from kam_cli.domains.orders.noun import NOUN

    book.conn.execute(NOUN.maintain.format(ids=int(order_id)))


def add_tags(book: Book, order_id: int, tags: Iterable[str]) -> int:
    """Tags that the order does not have yet; gives how many those are."""
    there = set(book.column("SELECT tag_key FROM order_tags WHERE order_id = ?", (order_id,)))
    new = {fold(tag): tag for tag in tags if fold(tag) not in there}
    for key, tag in new.items():
        book.conn.execute(
            "INSERT INTO order_tags (order_id, tag, tag_key) VALUES (?, ?, ?)", (order_id, tag, key)
        )
    return len(new)


def remove_tags(book: Book, order_id: int, tags: Iterable[str]) -> int:
    """Gives how many there were. Raises NotFound for one that the order does not have."""
    keys = {fold(tag): tag for tag in tags}
    there = dict(
        book.conn.execute("SELECT tag_key, tag FROM order_tags WHERE order_id = ?", (order_id,)).fetchall()
    )
    for key, tag in keys.items():
        if key not in there:
            raise NotFound(f"the order has no tag {tag!r}; it has: {', '.join(there.values()) or 'none'}")
    marks = ", ".join("?" * len(keys))
    sql = f"DELETE FROM order_tags WHERE order_id = ? AND tag_key IN ({marks})"
    return book.conn.execute(sql, (order_id, *keys)).rowcount


def retag(book: Book, old: str, new: str) -> int:
    """Call a tag otherwise on all orders; gives on how many. Raises NotFound."""
    having = book.column("SELECT order_id FROM order_tags WHERE tag_key = ?", (fold(old),))
    if not having:
        known = all_tags(book)[:20]
        raise NotFound(f"no order has the tag {old!r}{'; there are: ' + ', '.join(known) if known else ''}")
    if fold(old) != fold(new):
        # An order that has both keeps one of them.
        book.conn.execute(
            "DELETE FROM order_tags WHERE tag_key = ? AND order_id IN (SELECT order_id FROM order_tags WHERE tag_key = ?)",
            (fold(old), fold(new)),
        )
    book.conn.execute(
        "UPDATE order_tags SET tag = ?, tag_key = ? WHERE tag_key = ?", (new, fold(new), fold(old))
    )
    return len(having)


def edit(book: Book, order_id: int, fields: Row) -> Row:
    """Change columns of an order; gives what changed."""
    key = {"number_key": fold(fields["number"])} if "number" in fields else {}
    changed = book.update("orders", order_id, {**fields, **key})
    if "given_minor" in changed:
        add_up(book, order_id)
    return changed


# --- reading ------------------------------------------------------------------------------------------------


def get(book: Book, order_id: int) -> Row:
    row = book.row("SELECT * FROM orders WHERE id = ?", (order_id,))
    assert row is not None
    return row


def lines(book: Book, order_id: int) -> list[Row]:
    """The lines in their order, with ``line`` 1, 2 …, ``shipped_milli`` and ``left_milli`` of each."""
    found = book.rows(
        "SELECT l.*, (SELECT coalesce(sum(s.quantity_milli), 0) FROM shipments s WHERE s.order_line_id = l.id) AS sent, "
        "o.status FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.order_id = ? ORDER BY l.id",
        (order_id,),
    )
    for place, line in enumerate(found, 1):
        # Of an order that came in as delivered nobody said what was delivered when.
        is_all = line.pop("status") in ("delivered", "returned") and not line["sent"]
        sent = line["quantity_milli"] if is_all else line["sent"]
        del line["sent"]
        line |= {"line": place, "shipped_milli": sent, "left_milli": line["quantity_milli"] - sent}
    return found


def tags(book: Book, order_id: int) -> list[str]:
    return book.column("SELECT tag FROM order_tags WHERE order_id = ? ORDER BY id", (order_id,))


def all_tags(book: Book) -> list[str]:
    """Every tag of an order, by name; a hundred at most."""
    sql = "SELECT min(tag) FROM order_tags GROUP BY tag_key ORDER BY tag_key LIMIT 100"
    return book.column(sql)


def open_of(book: Book, client_ids: Sequence[int]) -> list[int]:
    """The numbers of these clients' orders that are not wholly delivered."""
    marks = ", ".join("?" * len(client_ids))
    where = f"o.client_id IN ({marks}) AND {IS_OPEN} AND {LIVE}"
    return book.column(f"SELECT o.id FROM orders o WHERE {where} ORDER BY o.id", list(client_ids))


def of_client(book: Book, client_id: int, last: int) -> list[Row]:
    """A client's orders: those that are not wholly delivered, then the last ones; ``last`` at most.

    Rows: ``id number status ordered_on due_on shipped_on total_minor currency``.
    """
    return book.rows(
        "SELECT id, number, status, ordered_on, due_on, shipped_on, total_minor, currency FROM orders o "
        f"WHERE o.client_id = ? AND +{LIVE} ORDER BY {IS_OPEN} DESC, o.ordered_on DESC, o.id DESC LIMIT ?",
        (client_id, last),
    )


def count_of(book: Book, client_id: int) -> int:
    return int(book.value(f"SELECT count(*) FROM orders o WHERE o.client_id = ? AND {LIVE}", (client_id,)))


def filters(
    c: Context, client_id: int | None, status: str | None, tag: str | None, since: Any, until: Any, late: bool
) -> list[tuple[str, list[Any]]]:
    """The conditions of the options of a list."""
    found: list[tuple[str, list[Any]]] = []
    if client_id is not None:
        found.append(("o.client_id = ?", [client_id]))
    if status not in (None, "all"):
        found.append((IS_OPEN, []) if status == "open" else ("o.status = ?", [status]))
    if tag:
        found.append(("o.id IN (SELECT order_id FROM order_tags WHERE tag_key = ?)", [fold(tag)]))
    if since:
        found.append(("o.ordered_on >= ?", [since.isoformat()]))
    if until:
        found.append(("o.ordered_on <= ?", [until.isoformat()]))
    if late:
        found.append((f"{IS_OPEN} AND o.due_on < ?", [c.today.isoformat()]))
    return found
