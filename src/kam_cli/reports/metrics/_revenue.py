"""Turnover from orders, exact: what was ordered and neither cancelled nor returned, by the day of the order."""

from __future__ import annotations

from kam_cli.domains.deals.store import exact_sum, joined
from kam_cli.domains.orders.rules import SCALE
from kam_cli.domains.orders.store import COUNTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

PERIODS = {
    "month": "substr(o.ordered_on, 1, 7)",
    "quarter": "substr(o.ordered_on, 1, 4) || '-Q' || ((substr(o.ordered_on, 6, 2) + 2) / 3)",
    "year": "substr(o.ordered_on, 1, 4)",
}
OF_CLIENT = {"segment": "c.segment", "country": "c.country", "source": "c.source"}
SUMS = f"{exact_sum('o.total_minor', 'revenue')}, sum(o.total_rest) AS rest"
_LINE_SUMS = f"{exact_sum('l.amount_minor', 'revenue')}, sum(l.amount_rest) AS rest"


def exactly(row: Row) -> Row:
    """A row of the sums above with ``revenue_minor``, exact, in their place."""
    whole = joined(row, "revenue") * SCALE + (row.pop("rest") or 0)
    return row | {"revenue_minor": minor(whole)}


def minor(exact: int) -> int | Decimal:
    """An amount in 10^-7 of a minor unit as minor units: a whole number where it is one."""
    whole, rest = divmod(exact, SCALE)
    if not rest:
        return whole
    from decimal import Decimal

    # Built from text: arithmetic would round to the precision of the context.
    return Decimal(f"{exact}e-7")


def totals(book: Book, period: str, args: Sequence[Any]) -> list[Row]:
    """``orders currency revenue_minor`` of all orders of a period (SQL that begins with AND), a row a currency."""
    sql = f"SELECT o.currency, count(*) AS orders, {SUMS} FROM orders o WHERE {COUNTED}{period} GROUP BY 1"
    return [exactly(row) for row in book.rows(sql, args)]


def by_client(book: Book, period: str, args: Sequence[Any], more: str = "") -> list[Row]:
    """``client_id currency orders revenue_minor`` of each client who ordered; ``more`` are further sums."""
    sql = (
        f"SELECT o.client_id, o.currency, count(*) AS orders, {SUMS}{more} FROM orders o INDEXED BY orders_revenue "
        f"WHERE {COUNTED}{period} GROUP BY o.client_id, o.currency"
    )
    return [exactly(row) for row in book.rows(sql, args)]


def names(book: Book) -> dict[int, str]:
    """What clients are called."""
    return dict(book.conn.execute("SELECT id, name FROM clients").fetchall())


def grouped(book: Book, by: str, period: str, args: Sequence[Any]) -> list[Row]:
    """``group currency orders revenue_minor``; a group of None is of what has no such word.

    By product and category it is of lines, by tag an order counts for each of its tags.
    """
    if by == "client":
        called = names(book)
        rows = by_client(book, period, args)
        return [{"group": called.get(row.pop("client_id")), **row} for row in rows]
    if by in ("product", "category"):
        return _by_line(book, by, period, args)
    key, joins = PERIODS.get(by) or OF_CLIENT.get(by) or "t.tag_key", ""
    name = key
    if by in OF_CLIENT:
        joins = "JOIN clients c ON c.id = o.client_id"
    if by == "tag":
        name, joins = "min(t.tag)", "LEFT JOIN order_tags t ON t.order_id = o.id"
    rows = book.rows(
        f'SELECT {key} AS key, {name} AS "group", o.currency, count(*) AS orders, {SUMS} FROM orders o {joins} '
        f"WHERE {COUNTED}{period} GROUP BY 1, o.currency",
        args,
    )
    for row in rows:
        del row["key"]
    return [exactly(row) for row in rows]


def _by_line(book: Book, by: str, period: str, args: Sequence[Any]) -> list[Row]:
    """By product or category; orders whose lines are not kept are in a group of their own, None."""
    key, name = ("coalesce(l.product_id, l.title)", "coalesce(p.name, l.title)")
    if by == "category":
        key, name = "p.category_key", "p.category"
    # Lines are summed up before products are looked at.
    rows = book.rows(
        f'SELECT {key} AS key, {name} AS "group", o.currency, count(DISTINCT o.id) AS orders, {_LINE_SUMS} '
        "FROM orders o JOIN order_lines l ON l.order_id = o.id LEFT JOIN products p ON p.id = l.product_id "
        f"WHERE {COUNTED}{period} GROUP BY 1, o.currency",
        args,
    )
    rows += book.rows(
        f'SELECT NULL AS key, NULL AS "group", o.currency, count(*) AS orders, {SUMS} FROM orders o WHERE {COUNTED}'
        f"{period} AND o.given_minor <> 0 AND NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id) GROUP BY 3",
        args,
    )
    found: dict[tuple[Any, str], Row] = {}
    for row in map(exactly, rows):
        place = row.pop("key"), row["currency"]
        if place in found:  # what has no category, and what has no lines
            found[place]["orders"] += row["orders"]
            found[place]["revenue_minor"] += row["revenue_minor"]
        else:
            found[place] = row
    return list(found.values())
