"""Deals in the book, and their way through the stages."""

from __future__ import annotations

from kam_cli.domains.deals import rules
from kam_cli.errors import KamError
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.output import Rows

    Row = dict[str, Any]

STATUSES = ("open", "won", "lost")
# What an edit may empty: public name → column.
CLEARABLE = {
    "close": "close_on", "probability": "probability_pct", "product": "product", "with": "contact_id",
    "competitor": "competitor", "reason": "reason", "note": "note",
}  # fmt: skip
_OWN = "coalesce(d.probability_pct, s.probability_pct)"
PROBABILITY = f"CASE d.status WHEN 'won' THEN 100 WHEN 'lost' THEN 0 ELSE {_OWN} END"
# Outer joins keep the deals in the outer loop, so that an index gives the next to close first.
SOURCE = "deals d LEFT JOIN clients c ON c.id = d.client_id LEFT JOIN stages s ON s.id = d.stage_id"


class DealListing(Listing):
    """The list of deals: what SQL cannot say exactly is worked out for the rows that are shown."""

    __slots__ = ()

    def fetch(self, c: Context, page: Page, filters: Sequence[tuple[str, Sequence[Any]]] = ()) -> Rows:
        """As of any list; ``weighted_minor`` is an exact Decimal."""
        found = super().fetch(c, page, filters)
        found.rows = [_exactly(row) for row in found.rows]
        return found

    def prepare(self, c: Context) -> None:
        """Give SQL ``kam_days(entered_at, closed_on)``: the days in a stage by the owner's calendar."""
        c.book.conn.create_function("kam_days", 2, days_counter(c), deterministic=True)

    def one(self, c: Context, row_id: int) -> Row:
        return _exactly(super().one(c, row_id))

    def part(
        self, c: Context, where: str, args: Sequence[Any], order: str = "", limit: int | None = None
    ) -> list[Row]:
        """Rows for a page that says itself how many it leaves out."""
        self.prepare(c)
        names = ", ".join(f"{sql} AS {name}" for name, sql in self.columns.items())
        wheres = f"{self.base} AND ({where}) ORDER BY {order or self.order} LIMIT ?"
        rows = c.book.rows(f"SELECT {names} FROM {self.source} WHERE {wheres}", [*args, limit or -1])
        return [_exactly(row) for row in rows]


def _exactly(row: Row) -> Row:
    row["weighted_minor"] = rules.weighted(row["value_minor"], row["probability_pct"])
    return row


LISTING = DealListing(
    {
        "id": "d.id", "uid": "d.uid", "client_id": "d.client_id", "client": "c.name", "title": "d.title",
        "stage": "s.name", "value_minor": "d.value_minor", "currency": "d.currency",
        "probability_pct": PROBABILITY, "weighted_minor": f"d.value_minor * ({PROBABILITY}) / 100.0",
        "close_on": "d.close_on", "entered_stage_at": "d.entered_stage_at",
        "days_in_stage": "kam_days(d.entered_stage_at, d.closed_on)", "status": "d.status",
        "product": "d.product", "contact_id": "d.contact_id", "contact": "p.name", "opened_on": "d.opened_on",
        "closed_on": "d.closed_on", "reason": "d.reason", "competitor": "d.competitor",
        "created_at": "d.created_at", "updated_at": "d.updated_at",
    },
    f"{SOURCE} LEFT JOIN contacts p ON p.id = d.contact_id",
    base="d.deleted_at IS NULL",
    order="d.close_on NULLS LAST, d.id",
    show="id client title stage value_minor probability_pct weighted_minor close_on days_in_stage product",
    wide="weighted product",
    empty="no such deals. Add one: kam deal add acme \"Oak panels\" --value 12k --close eom",
)  # fmt: skip


def days_counter(c: Context) -> Callable[[str, str | None], int]:
    """A function: whole local days from a UTC instant to a closing date, else to today; never below 0."""
    import datetime

    from kam_cli.values.clock import to_local

    today, tz, parse = c.today, c.tz, datetime.date.fromisoformat

    def count(entered_at: str, closed_on: str | None) -> int:
        entered_on = to_local(entered_at, tz).date()
        return max(0, rules.days_in_stage(entered_on, parse(closed_on) if closed_on else today))

    return count


# --- changing -----------------------------------------------------------------------------------------------


def add(book: Book, deal: Row, at: str) -> int:
    """A new deal in its ``stage_id`` since the UTC instant ``at``, with the first entry of its history."""
    row = {name: value for name, value in deal.items() if value is not None}
    row |= {"title_key": fold(row["title"]), "entered_stage_at": at}
    deal_id = book.insert("deals", row)
    note_move(book, deal_id, None, at)
    return deal_id


def edit(book: Book, deal_id: int, fields: Row) -> Row:
    """Change fields that are no part of the way through the stages; gives what changed."""
    key = {"title_key": fold(fields["title"])} if "title" in fields else {}
    return book.update("deals", deal_id, {**fields, **key})


def move(book: Book, deal_id: int, stage_id: int, at: str, fields: Row) -> None:
    """Bring a deal to a stage, or close or reopen it there, at the UTC instant ``at``.

    A move is never dated before the last one. ``fields`` change with it (status, closed_on, …).
    """
    old = get(book, deal_id)
    at = max(at, book.value("SELECT max(moved_at) FROM deal_moves WHERE deal_id = ?", (deal_id,)) or at)
    enters = stage_id != old["stage_id"] or (old["status"] != "open" and fields.get("status") == "open")
    book.update("deals", deal_id, fields | ({"stage_id": stage_id, "entered_stage_at": at} if enters else {}))
    note_move(book, deal_id, old["stage_id"], at)


def note_move(book: Book, deal_id: int, from_stage_id: int | None, at: str) -> None:
    """Write into a deal's history where it stands now, since ``at``."""
    book.conn.execute(
        "INSERT INTO deal_moves (deal_id, from_stage_id, to_stage_id, status, moved_at, close_on) "
        "SELECT id, ?, stage_id, status, ?, close_on FROM deals WHERE id = ?",
        (from_stage_id, at, deal_id),
    )


# --- reading ------------------------------------------------------------------------------------------------


def get(book: Book, deal_id: int) -> Row:
    row = book.row("SELECT * FROM deals WHERE id = ?", (deal_id,))
    assert row is not None
    return row


def clients_by_handle(book: Book, text: str) -> list[int]:
    """The number of the client whose handle this is."""
    sql = "SELECT id FROM clients WHERE handle = ? AND deleted_at IS NULL"
    return book.column(sql, (text.strip().casefold(),))


def open_of(book: Book, client_ids: Sequence[int]) -> list[int]:
    """The numbers of these clients' open deals."""
    marks = ", ".join("?" * len(client_ids))
    where = f"client_id IN ({marks}) AND +status = 'open' AND deleted_at IS NULL"
    return book.column(f"SELECT id FROM deals WHERE {where} ORDER BY id", list(client_ids))


def stage_before_closing(book: Book, deal: Row) -> int:
    """Where a closed deal stood, if that stage is still on the list; else the last one before the win."""
    found = book.value(
        "SELECT s.id FROM stages s LEFT JOIN (SELECT to_stage_id, max(id) AS last FROM deal_moves "
        "WHERE deal_id = ? AND status = 'open' GROUP BY to_stage_id) m ON m.to_stage_id = s.id "
        "WHERE s.deleted_at IS NULL AND NOT s.is_after_win "
        "ORDER BY s.id = ? DESC, m.last DESC, s.position DESC",
        (deal["id"], deal["stage_id"]),
    )
    if found is None:
        raise KamError("the pipeline has no stage before the win. Add one: kam stage add")
    return int(found)


def moves(book: Book, deal_id: int) -> list[Row]:
    """Every step of a deal, oldest first: ``moved_at stage status close_on left_at`` (None of the last)."""
    return book.rows(
        "SELECT m.moved_at, s.name AS stage, m.status, m.close_on, "
        "lead(m.moved_at) OVER (ORDER BY m.id) AS left_at "
        "FROM deal_moves m JOIN stages s ON s.id = m.to_stage_id WHERE m.deal_id = ? ORDER BY m.id",
        (deal_id,),
    )


def interactions(book: Book, deal_id: int) -> list[Row]:
    """Its contacts, newest first: ``id kind occurred_at is_timed outcome is_planned text contact``."""
    return book.rows(
        "SELECT i.id, i.kind, i.occurred_at, i.is_timed, i.outcome, i.is_planned, i.text, p.name AS contact "
        "FROM interactions i LEFT JOIN contacts p ON p.id = i.contact_id "
        "WHERE i.deal_id = ? AND i.deleted_at IS NULL ORDER BY i.occurred_at DESC, i.id DESC",
        (deal_id,),
    )


def tasks(book: Book, deal_id: int) -> list[Row]:
    """What is to be done for a deal, the most urgent first: ``id title due_on due_time``."""
    return book.rows(
        "SELECT id, title, due_on, due_time FROM tasks "
        "WHERE deal_id = ? AND done_at IS NULL AND deleted_at IS NULL "
        "ORDER BY due_on NULLS LAST, due_time NULLS LAST, id",
        (deal_id,),
    )


SUMS = """
SELECT d.stage_id, d.currency, count(*) AS deals, min(d.entered_stage_at) AS entered_at, {sums}
FROM deals d JOIN stages s ON s.id = d.stage_id
WHERE d.status = 'open' AND d.deleted_at IS NULL GROUP BY d.stage_id, d.currency
"""


def open_sums(book: Book) -> dict[int, list[Row]]:
    """The open deals of each stage that holds any: stage → a row a currency, the book's own first.

    Rows: ``currency deals value_minor weighted_minor`` (exact) and ``entered_at``, the oldest entry as UTC.
    """
    by_stage: dict[int, list[Row]] = {}
    found = book.rows(SUMS.format(sums=WEIGHED_SUMS))
    for row in sorted(found, key=lambda row: (row["currency"] != book.meta["currency"], row["currency"])):
        by_stage.setdefault(row.pop("stage_id"), []).append(weigh(row))
    return by_stage


def exact_sum(amount: str, name: str, times: str = "1") -> str:
    """SQL of the sum of an amount × a small factor, in two parts that `joined` puts together.

    SQLite refuses a sum of integers beyond 2^63, and rounds one of REALs.
    """
    return (
        f"sum({amount} / 1000000 * {times}) AS {name}_high, sum({amount} % 1000000 * {times}) AS {name}_low"
    )


def joined(row: Row, name: str) -> int:
    """The sum of which `exact_sum` gave two parts, which leave the row; 0 of nothing."""
    return int((row.pop(f"{name}_high") or 0) * 1_000_000 + (row.pop(f"{name}_low") or 0))


WEIGHED_SUMS = f"{exact_sum('d.value_minor', 'value')}, {exact_sum('d.value_minor', 'weighted', _OWN)}"


def weigh(row: Row) -> Row:
    """A row of `WEIGHED_SUMS` with ``value_minor`` and ``weighted_minor`` in their place."""
    value, hundredths = joined(row, "value"), joined(row, "weighted")
    return row | {"value_minor": value, "weighted_minor": rules.weighted(hundredths, 1)}
