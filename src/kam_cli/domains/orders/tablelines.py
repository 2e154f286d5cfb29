"""From the rows of a table to lines of orders: what each comes to, and which lines of the book they speak of."""

from __future__ import annotations

from kam_cli import bulk
from kam_cli.domains.orders import cells, rules
from kam_cli.errors import BadValue
from kam_cli.imports import identity
from kam_cli.imports.amounts import Amount
from kam_cli.imports.fields import Reference
from kam_cli.imports.references import AT_ONCE
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]
    Line = tuple[int | None, str, int, int, int, int | None, int, int]  # as COLUMNS

COLUMNS = (
    "product_id",
    "title",
    "quantity_milli",
    "unit_price_minor",
    "discount_bp",
    "net_minor",
    "amount_minor",
    "amount_rest",
)
UNNAMED = "goods"  # what a line is called of which no product is told
FIELDS = {
    "product": Reference("product", ids=("product id",)), "quantity": cells.QUANTITY, "unit_price": Amount(), "unit_price_minor": cells.MINOR,
    "discount_pct": cells.PERCENTAGE, "discount": cells.FRACTION,
}  # fmt: skip
SYNONYMS = {
    "product": ("product", "product name", "item", "item name", "sku", "product id"),
    "quantity": ("quantity", "qty", "units"),
    "unit_price": ("unit price", "price", "price per unit", "list price"),
    "discount_pct": ("discount %", "discount percent", "discount percentage", "% discount"),
    "discount": ("discount", "discount rate"),
}


def work_out(run: Run, batch: Batch, days: Sequence[str | None]) -> None:
    """Put the `Line` of each row into ``line``, None where it tells of none; rows that cannot be one are refused.

    Prices are read in the ``currency`` of the row. A product without a price has its list price of the row's day. A
    total beside a quantity without a price is what all of it costs.
    """
    if {"unit_price", "unit_price_minor"} & batch.values.keys():
        run.amounts(batch, "unit_price")
    for index, (bp, pct) in enumerate(zip(batch.get("discount"), batch.get("discount_pct"), strict=True)):
        if bp is not None and pct is not None:
            batch.refuse(index, "discount and discount_pct are both given: give one of them", "discount")
    names = ("product", "quantity", "unit_price_minor", "discount", "discount_pct", "total_minor", "currency")
    title_of = run.memo(Titles(run.book).of)
    found: list[Line | None] = []
    for index, row in enumerate(zip(*map(batch.get, names), days, strict=True)):
        product, quantity, price, bp, pct, total, currency, day = row
        line = None
        if (product, quantity, price) != (None, None, None) and index not in batch.bad:
            net = total if price is None and quantity is not None else None
            try:
                if price is None:
                    price = _list_price(run, product, currency, day) if net is None else 0
                title = title_of[product] if product else UNNAMED
                line = made(product, title, quantity or 1000, price, bp or pct or 0, net)
            except BadValue as error:
                batch.refuse(index, str(error), "unit_price")
        found.append(line)
    batch.values["line"] = found


def made(product: int | None, title: str, milli: int, price: int, bp: int, net: int | None) -> Line:
    """A line with what it comes to. Raises BadValue for one that is too large."""
    return (product, title, milli, price, bp, net, *rules.amount(milli, price, bp, net))


def _list_price(run: Run, product: int | None, currency: str | None, day: str | None) -> int:
    from kam_cli.domains.products import store as products

    currency = currency or run.c.currency
    row = products.price_on(run.book, product, currency, day or run.today) if product else None
    if row is None:
        raise BadValue(
            "unit_price is missing"
            + (f", and there is no list price in {currency} of that day" if product else "")
        )
    return int(row["price_minor"])


class Titles:
    """What products are called."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def of(self, product_id: int) -> str:
        return str(self.book.value("SELECT name FROM products WHERE id = ?", (product_id,)))


def add(run: Run, order_ids: Sequence[int], lines: Sequence[Line | None]) -> range:
    """Store the lines of orders, None where there is none; gives the numbers of the new ones."""
    pairs = [(order_id, *line) for order_id, line in zip(order_ids, lines, strict=True) if line]
    if not pairs:
        return range(0)
    return bulk.insert(
        run.book, "order_lines", dict(zip(("order_id", *COLUMNS), zip(*pairs, strict=True), strict=True))
    )


def by_uids(book: Book, noun: str, uids: Iterable[str | None]) -> dict[str, int]:
    """uid → number, of those that the book has."""
    wanted = [uid for uid in dict.fromkeys(uids) if uid]
    known: dict[str, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        known |= identity.by_uid(book, noun, wanted[start : start + AT_ONCE])
    return known


def facts(book: Book, order_ids: Iterable[int]) -> dict[int, Row]:
    """``id client_id currency status ordered_on shipped_on given_minor`` of orders, by their numbers."""
    wanted = list(dict.fromkeys(order_ids))
    found: dict[int, Row] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        rows = book.rows(
            "SELECT id, client_id, currency, status, ordered_on, shipped_on, given_minor FROM orders "
            f"WHERE id IN ({', '.join('?' * len(part))})",
            part,
        )
        found |= {row["id"]: row for row in rows}
    return found


class Known:
    """The lines that orders had before this import: the nth row of a product is the nth line of it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.first_new = (book.value("SELECT max(id) FROM order_lines") or 0) + 1
        self.lines: dict[tuple[int, Any], list[int]] = {}  # order and product → its lines that no row met yet
        self.read: set[int] = set()

    def learn(self, order_ids: Iterable[int]) -> None:
        """Look up the lines of orders that were not asked for yet."""
        wanted = [one for one in dict.fromkeys(order_ids) if one not in self.read]
        self.read.update(wanted)
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            rows = self.book.conn.execute(
                "SELECT id, order_id, product_id, title FROM order_lines "
                f"WHERE order_id IN ({', '.join('?' * len(part))}) AND id < ? ORDER BY id DESC",
                (*part, self.first_new),
            )
            for line_id, order_id, product, title in rows.fetchall():
                self.lines.setdefault((order_id, product or fold(title)), []).append(line_id)

    def next(self, order_id: int, line: Line) -> int | None:
        """The number of the line that a row speaks of; None of a new one."""
        left = self.lines.get((order_id, line[0] or fold(line[1])))
        return left.pop() if left else None


def change(book: Book, line_id: int, line: Line) -> bool:
    """Bring a line to what a table says of it; whether anything differed. Raises BadValue below what was delivered."""
    old = book.row("SELECT * FROM order_lines WHERE id = ?", (line_id,))
    assert old is not None
    new = dict(zip(COLUMNS, line, strict=True))
    if all(old[name] == value for name, value in new.items()):
        return False
    sent = book.value("SELECT sum(quantity_milli) FROM shipments WHERE order_line_id = ?", (line_id,)) or 0
    if line[2] < sent:
        raise BadValue(
            f"{rules.plain(sent)} of {old['title']!r} are delivered; the order cannot go below that"
        )
    sets = ", ".join(f"{name} = ?" for name in COLUMNS)
    book.conn.execute(f"UPDATE order_lines SET {sets} WHERE id = ?", (*line, line_id))
    return True
