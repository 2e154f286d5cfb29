"""Products in the book, and what they cost on a day."""

from __future__ import annotations

from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

# What an edit may empty: public name → column.
CLEARABLE = {
    "sku": "sku", "category": "category", "unit": "unit", "packaging": "packaging", "conditions": "conditions",
    "description": "description", "stock-days": "stock_days", "order-days": "order_days", "note": "note",
}  # fmt: skip
# The price that holds on kam_price_day(): in kam_price_currency(), where one is asked for, else the book's own first.
_PRICE = """
LEFT JOIN prices x ON x.id = (
  SELECT y.id FROM prices y WHERE y.product_id = p.id AND y.deleted_at IS NULL AND y.valid_from <= kam_price_day()
    AND y.currency = coalesce(kam_price_currency(), y.currency)
  ORDER BY y.currency = (SELECT currency FROM meta) DESC, y.valid_from DESC, y.id DESC LIMIT 1)"""


class PriceList(Listing):
    """Products with the price that holds on the day ``on`` of the command, else today, in its ``currency``."""

    __slots__ = ()

    def prepare(self, c: Context) -> None:
        day, currency = (c.values.get("on") or c.today).isoformat(), c.values.get("currency")
        c.book.conn.create_function("kam_price_day", 0, lambda: day, deterministic=True)
        c.book.conn.create_function("kam_price_currency", 0, lambda: currency, deterministic=True)


LISTING = PriceList(
    {
        "id": "p.id", "uid": "p.uid", "name": "p.name", "sku": "p.sku", "category": "p.category",
        "price_minor": "x.price_minor", "currency": "x.currency", "floor_minor": "x.floor_minor",
        "valid_from": "x.valid_from", "unit": "p.unit", "is_in_stock": "p.is_in_stock",
        "delivery_days": "CASE WHEN p.is_in_stock THEN p.stock_days ELSE p.order_days END",
        "stock_days": "p.stock_days", "order_days": "p.order_days", "packaging": "p.packaging",
        "conditions": "p.conditions", "description": "p.description", "note": "p.note",
        "archived_at": "p.archived_at", "created_at": "p.created_at", "updated_at": "p.updated_at",
    },
    f"products p {_PRICE}",
    base="p.deleted_at IS NULL",
    order="p.category_key NULLS LAST, p.name_key, p.id",
    show="id sku name category price_minor unit is_in_stock delivery_days valid_from",
    wide="unit valid_from",
    empty="no products. Add one: kam product add \"Oak panel\" --price 24.50 --unit m2",
)  # fmt: skip


# --- reading ------------------------------------------------------------------------------------------------


def get(book: Book, product_id: int) -> Row:
    row = book.row("SELECT * FROM products WHERE id = ?", (product_id,))
    assert row is not None
    return row


def find_by_name(book: Book, name: str) -> list[int]:
    """The products with exactly this name, whatever its case and accents."""
    sql = "SELECT id FROM products WHERE name_key = ? AND deleted_at IS NULL ORDER BY id"
    return book.column(sql, (fold(name),))


def price_on(book: Book, product_id: int, currency: str, day: str) -> Row | None:
    """The list price in a currency that holds on a local day: ``id price_minor floor_minor valid_from``; None where
    there is none."""
    return book.row(
        "SELECT id, price_minor, floor_minor, valid_from FROM prices WHERE product_id = ? AND currency = ? "
        "AND valid_from <= ? AND deleted_at IS NULL ORDER BY valid_from DESC, id DESC LIMIT 1",
        (product_id, currency, day),
    )


def prices(book: Book, product_id: int) -> list[Row]:
    """All prices, those of a currency together, the newest first: ``id currency valid_from price_minor floor_minor``."""
    return book.rows(
        "SELECT id, currency, valid_from, price_minor, floor_minor FROM prices "
        "WHERE product_id = ? AND deleted_at IS NULL ORDER BY currency, valid_from DESC, id DESC",
        (product_id,),
    )


# --- changing -----------------------------------------------------------------------------------------------


def add(book: Book, product: Row) -> int:
    row = {name: value for name, value in product.items() if value is not None}
    return book.insert("products", row | keys(row))


def edit(book: Book, product_id: int, fields: Row) -> Row:
    """Change fields; gives what changed."""
    return book.update("products", product_id, fields | keys(fields))


def keys(fields: Row) -> Row:
    """The search keys of what is given."""
    return {
        f"{name}_key": fields[name] and fold(fields[name]) for name in ("name", "category") if name in fields
    }


def set_price(
    book: Book, product_id: int, currency: str, day: str, price_minor: int, floor_minor: int | None
) -> bool:
    """Let a price and a floor (minor units) hold from a local day on; whether that changed anything.

    A price that begins on the same day is corrected; one that says what holds already is not written again.
    """
    holds = price_on(book, product_id, currency, day)
    given = {"price_minor": price_minor, "floor_minor": floor_minor}
    if holds and holds["valid_from"] == day:
        return bool(book.update("prices", holds["id"], given))
    if holds and all(holds[name] == value for name, value in given.items()):
        return False
    book.insert("prices", {"product_id": product_id, "currency": currency, "valid_from": day, **given})
    return True
