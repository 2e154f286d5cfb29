"""Who buys what, and who needs it: the queries behind suggestions and a product's page."""

from __future__ import annotations

from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]
    Group = tuple[dict[int, int], int]  # product → clients that buy it; clients that buy at all

_BOUGHT = (
    "o.deleted_at IS NULL AND o.status <> 'cancelled' AND o.status <> 'returned' AND l.product_id IS NOT NULL"
)
_SOLD = "p.deleted_at IS NULL AND p.archived_at IS NULL"
_LINES = (
    f"orders o JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id AND {_SOLD}"
)
# Of these the price list is asked only for the few that are shown.
_PAIRS = f"SELECT DISTINCT l.product_id, o.client_id FROM {{}} JOIN order_lines l ON l.order_id = o.id WHERE {_BOUGHT}"
_PEERS = f"""
WITH mine AS (SELECT DISTINCT l.product_id AS id FROM orders o JOIN order_lines l ON l.order_id = o.id
    WHERE o.client_id = :client AND {_BOUGHT}),
  peers AS MATERIALIZED (SELECT DISTINCT o.client_id AS id FROM mine JOIN order_lines l ON l.product_id = mine.id
    JOIN orders o ON o.id = l.order_id JOIN clients c ON c.id = o.client_id
    WHERE o.client_id <> :client AND c.deleted_at IS NULL AND {_BOUGHT})"""


def bought(book: Book, client_id: int) -> dict[int, int]:
    """What a client ordered that is still sold, the last first: product → number of orders."""
    rows = book.conn.execute(
        f"SELECT l.product_id, count(DISTINCT o.id) FROM {_LINES} WHERE o.client_id = ? AND {_BOUGHT} "
        "GROUP BY l.product_id ORDER BY max(o.ordered_on) DESC, l.product_id",
        (client_id,),
    )
    return dict(rows.fetchall())


def segment_of(book: Book, client_id: int) -> str | None:
    found: str | None = book.value("SELECT segment FROM clients WHERE id = ?", (client_id,))
    return found


def in_segment(book: Book, segment: str, but: int) -> Group:
    """What the other clients of a segment order."""
    pairs = _PAIRS.format("clients c JOIN orders o ON o.client_id = c.id")
    return _group(
        book,
        f"{pairs} AND c.segment = :segment AND c.id <> :but AND c.deleted_at IS NULL",
        segment=segment,
        but=but,
    )


def by_peers(book: Book, client_id: int) -> Group:
    """What those order who have ordered one of the things that this client has."""
    pairs = _PAIRS.format("peers JOIN orders o ON o.client_id = peers.id")
    return _group(book, f"{_PEERS} {pairs}", client=client_id)


def _group(book: Book, pairs: str, **args: Any) -> Group:
    """Of pairs of a product and a client: how many clients each product has, and how many there are."""
    rows = book.conn.execute(pairs, args).fetchall()
    counts: dict[int, int] = {}
    for product, _ in rows:
        counts[product] = counts.get(product, 0) + 1
    return counts, len({client for _, client in rows})


def needed(book: Book, client_id: int) -> list[Row]:
    """His open needs that name a product which is sold: ``product_id product text strength noted_on``."""
    return book.rows(
        "SELECT n.product_id, p.name AS product, n.text, n.strength, n.noted_on FROM needs n "
        f"JOIN products p ON p.id = n.product_id AND {_SOLD} WHERE n.client_id = ? AND n.status = 'open' "
        "AND n.deleted_at IS NULL ORDER BY n.strength DESC, n.noted_on DESC, n.id DESC",
        (client_id,),
    )


def buyers(book: Book, product_id: int, limit: int) -> list[Row]:
    """Who ordered a product most often: ``client_id client orders last_on``."""
    return book.rows(
        "SELECT c.id AS client_id, c.name AS client, count(DISTINCT o.id) AS orders, max(o.ordered_on) AS last_on "
        "FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN clients c ON c.id = o.client_id "
        f"WHERE l.product_id = ? AND c.deleted_at IS NULL AND {_BOUGHT} "
        "GROUP BY c.id ORDER BY orders DESC, last_on DESC, c.id LIMIT ?",
        (product_id, limit),
    )


def options_for(book: Book, use: str) -> list[Row]:
    """Options whose use holds all these words, begun, what is in stock first: ``product_id label text``."""
    rows = book.rows(
        "SELECT f.product_id, f.label, f.label_key, f.text FROM product_facts f "
        f"JOIN products p ON p.id = f.product_id AND {_SOLD} WHERE f.kind = 'option' "
        "ORDER BY p.is_in_stock DESC, p.name_key, f.id"
    )
    asked = fold(use).split()
    return [
        row for row in rows if all(any(w.startswith(one) for w in row["label_key"].split()) for one in asked)
    ]


def speaking_of(book: Book, use: str) -> list[int]:
    """Products with all these words, begun, anywhere on their page."""
    from kam_cli.derived import CODES
    from kam_cli.domains.products.noun import NOUN

    query = " AND ".join(f'"{word}" *' for word in fold(use).replace('"', '""').split())
    if not query:
        return []
    return book.column(
        f"SELECT p.id FROM search s JOIN products p ON p.id = s.rowid / {CODES} AND {_SOLD} "
        f"WHERE s.search MATCH ? AND s.rowid % {CODES} = {NOUN.code} ORDER BY p.is_in_stock DESC, p.name_key, p.id",
        (query,),
    )


def held(book: Book, product_id: int) -> dict[str, int]:
    """What of the book speaks of a product: word → number, without those that are none."""
    found = {}
    for word, source in (
        ("orders", "order_lines"), ("offers", "offer_lines"), ("discounts", "discounts"), ("needs", "needs"), ("objections", "objections"),
    ):  # fmt: skip
        owner = {"order_lines": "order_id", "offer_lines": "offer_id"}.get(source, "id")
        alive = "" if owner != "id" else " AND deleted_at IS NULL"
        sql = f"SELECT count(DISTINCT {owner}) FROM {source} WHERE product_id = ?{alive}"
        if count := book.value(sql, (product_id,)):
            found[word] = count
    return found
