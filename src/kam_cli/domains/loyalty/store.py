"""Loyalty programmes in the book, and how their members stand on a day."""

from __future__ import annotations

from kam_cli.domains.loyalty import rules
from kam_cli.domains.orders.store import COUNTED
from kam_cli.errors import NotFound
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

LISTING = Listing(
    {
        "id": "p.id", "uid": "p.uid", "name": "p.name", "basis": "p.basis", "window_months": "p.window_months",
        "earn_points": "p.earn_points", "per_minor": "p.earn_minor", "currency": "p.currency",
        "expire_months": "p.expire_months", "is_repeat_only": "p.is_repeat_only", "starts_on": "p.starts_on",
        "tiers": "(SELECT group_concat(name, ', ') FROM (SELECT name FROM loyalty_tiers WHERE programme_id = p.id ORDER BY from_value))",
        "members": "(SELECT count(DISTINCT m.client_id) FROM loyalty_members m JOIN clients c ON c.id = m.client_id "
        "WHERE m.programme_id = p.id AND c.deleted_at IS NULL)",
        "note": "p.note", "created_at": "p.created_at", "updated_at": "p.updated_at",
    },
    "loyalty_programmes p",
    base="p.deleted_at IS NULL",
    order="p.name_key, p.id",
    show="id name basis window_months earn_points per_minor expire_months tiers members",
    empty="no loyalty programme. Begin one: kam loyalty add Club --points 1/10EUR --expire 24m",
)  # fmt: skip
LIVE = "p.deleted_at IS NULL"


# --- changing -----------------------------------------------------------------------------------------------


def add(book: Book, programme: Row) -> int:
    row = {name: value for name, value in programme.items() if value is not None}
    return book.insert("loyalty_programmes", {**row, "name_key": fold(row["name"])})


def edit(book: Book, programme_id: int, fields: Row) -> Row:
    """Change a programme; gives what changed."""
    key = {"name_key": fold(fields["name"])} if "name" in fields else {}
    return book.update("loyalty_programmes", programme_id, {**fields, **key})


def set_tier(book: Book, programme_id: int, name: str, fields: Row) -> bool:
    """A new tier, or the one of that name changed; whether anything differs. ``fields``: ``from_value discount_bp``."""
    old = tier_named(book, programme_id, name)
    if old:
        return bool(book.update("loyalty_tiers", old["id"], {"name": name, **fields}))
    row = {"discount_bp": 0, **fields, "programme_id": programme_id, "name": name, "name_key": fold(name)}
    book.insert("loyalty_tiers", row)
    return True


def drop_tier(book: Book, programme_id: int, name: str) -> None:
    """Raises NotFound."""
    old = tier_named(book, programme_id, name)
    if old is None:
        names = ", ".join(tier["name"] for tier in tiers(book, programme_id)) or "none"
        raise NotFound(f"no tier {name!r}; there are: {names}")
    book.conn.execute("DELETE FROM loyalty_tiers WHERE id = ?", (old["id"],))


def enrol(book: Book, programme_id: int, client_ids: Iterable[int], day: str) -> int:
    """Clients who take part from a local day on; gives how many did not before."""
    there = {row["client_id"] for row in members(book, programme_id)}
    new = [one for one in dict.fromkeys(client_ids) if one not in there]
    from kam_cli.book import utc_now

    now = utc_now()
    names = ("programme_id", "client_id", "joined_on", "created_at")
    book.insert_many("loyalty_members", names, [(programme_id, one, day, now) for one in new])
    return len(new)


def leave(book: Book, programme_id: int, client_id: int) -> bool:
    """Whether the client took part."""
    sql = "DELETE FROM loyalty_members WHERE programme_id = ? AND client_id = ?"
    return book.conn.execute(sql, (programme_id, client_id)).rowcount > 0


def spend(book: Book, programme_id: int, client_id: int, points: int, day: str, note: str | None) -> int:
    row = {
        "programme_id": programme_id,
        "client_id": client_id,
        "points": points,
        "spent_on": day,
        "note": note,
    }
    return book.insert("loyalty_spendings", row)


# --- reading ------------------------------------------------------------------------------------------------


def get(book: Book, programme_id: int) -> Row:
    row = book.row("SELECT * FROM loyalty_programmes WHERE id = ?", (programme_id,))
    assert row is not None
    return row


def programmes(book: Book) -> list[Row]:
    """Those that are running, the first first."""
    return book.rows(f"SELECT p.* FROM loyalty_programmes p WHERE {LIVE} ORDER BY p.id")


def tiers(book: Book, programme_id: int) -> list[Row]:
    """``id name from_value discount_bp`` of a programme, the lowest first."""
    return book.rows(
        "SELECT id, name, from_value, discount_bp FROM loyalty_tiers WHERE programme_id = ? ORDER BY from_value, id",
        (programme_id,),
    )


def tier_named(book: Book, programme_id: int, name: str) -> Row | None:
    sql = "SELECT * FROM loyalty_tiers WHERE programme_id = ? AND name_key = ?"
    return book.row(sql, (programme_id, fold(name)))


def members(book: Book, programme_id: int, client_id: int | None = None) -> list[Row]:
    """``client_id client joined_on`` of those who take part, by name; of cards made one the earlier day."""
    return book.rows(
        "SELECT m.client_id, c.name AS client, min(m.joined_on) AS joined_on FROM loyalty_members m "
        "JOIN clients c ON c.id = m.client_id WHERE m.programme_id = ? AND c.deleted_at IS NULL"
        f"{'' if client_id is None else f' AND m.client_id = {int(client_id)}'} GROUP BY 1 ORDER BY c.name_key, 1",
        (programme_id,),
    )


def living_clients(book: Book) -> list[int]:
    return book.column("SELECT id FROM clients WHERE deleted_at IS NULL AND archived_at IS NULL ORDER BY id")


def values(
    book: Book, programme: Row, since: str, until: str, client_id: int | None = None
) -> dict[int, int]:
    """Client → turnover in minor units, or number of purchases, of a period of local days, both ends included."""
    what = "sum(o.total_minor)" if programme["basis"] == "turnover" else "count(*)"
    own = "" if client_id is None else f" AND o.client_id = {int(client_id)}"
    rows = book.conn.execute(
        f"SELECT o.client_id, {what} FROM orders o INDEXED BY orders_revenue WHERE {COUNTED} AND o.currency = ? "
        f"AND o.ordered_on >= ? AND o.ordered_on <= ?{own} GROUP BY 1",
        (programme["currency"], since, until),
    )
    return dict(rows.fetchall())


def orders(book: Book, programme: Row, client_id: int | None = None) -> dict[int, list[Row]]:
    """Client → his orders that count, the first first: ``id number ordered_on total_minor``."""
    own = "" if client_id is None else f" AND o.client_id = {int(client_id)}"
    rows = book.rows(
        "SELECT o.client_id, o.id, o.number, o.ordered_on, o.total_minor FROM orders o "
        f"WHERE {COUNTED} AND o.currency = ?{own} ORDER BY o.client_id, o.ordered_on, o.id",
        (programme["currency"],),
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.pop("client_id"), []).append(row)
    return found


def spendings(book: Book, programme_id: int, client_id: int | None = None) -> dict[int, list[Row]]:
    """Client → what he spent, in the order of the days: ``id spent_on points note``."""
    own = "" if client_id is None else f" AND client_id = {int(client_id)}"
    rows = book.rows(
        f"SELECT client_id, id, spent_on, points, note FROM loyalty_spendings WHERE programme_id = ?{own} ORDER BY spent_on, id",
        (programme_id,),
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.pop("client_id"), []).append(row)
    return found


def tier_of(book: Book, client_id: int, day: str) -> Row | None:
    """The tier whose discount a client has on a local day: ``programme tier discount_bp``, the best of all programmes;
    None where he takes part in none, or has reached no tier."""
    best: Row | None = None
    for programme in programmes(book):
        joined = members(book, programme["id"], client_id)
        if not joined or joined[0]["joined_on"] > day:
            continue
        since = rules.window(day, programme["window_months"])
        value = values(book, programme, since, day, client_id).get(client_id, 0)
        tier = rules.tier_at(tiers(book, programme["id"]), value)
        if tier and (best is None or tier["discount_bp"] > best["discount_bp"]):
            best = {"programme": programme["name"], "tier": tier["name"], "discount_bp": tier["discount_bp"]}
    return best
