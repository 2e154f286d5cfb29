"""The stages in the book."""

from __future__ import annotations

from kam_cli.errors import KamError
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

# The work cycle of an account manager; the last two follow the win.
# name, probability in percent, expected days
DEFAULTS = (
    ("base", 5, 14),
    ("appointment", 10, 21),
    ("preparation", 15, 7),
    ("contact", 20, 14),
    ("needs", 35, 21),
    ("presentation", 50, 14),
    ("objections", 65, 14),
    ("closing", 80, 21),
    ("support", 100, 30),
    ("recommendation", 100, 30),
)
AFTER_WIN = ("support", "recommendation")
MOST = 60  # stages ever made: the funnel keeps a deal's way in the bits of one integer
LIST = "SELECT * FROM stages WHERE deleted_at IS NULL ORDER BY position, id"

LISTING = Listing(
    {
        "id": "s.id", "uid": "s.uid", "name": "s.name", "position": "s.position",
        "probability_pct": "s.probability_pct", "expected_days": "s.expected_days",
        "is_after_win": "s.is_after_win",
        "open_deals": "(SELECT count(*) FROM deals d "
        "WHERE d.status = 'open' AND d.stage_id = s.id AND d.deleted_at IS NULL)",
    },
    "stages s",
    base="s.deleted_at IS NULL",
    order="s.position, s.id",
    show="id position name probability_pct expected_days open_deals is_after_win",
    empty="no stages. Add one: kam stage add needs --probability 35 --days 21",
)  # fmt: skip


def seed(book: Book) -> None:
    """The ten default stages."""
    for position, (name, probability, days) in enumerate(DEFAULTS, 1):
        add(book, name, position, probability, days, name in AFTER_WIN)


def add(book: Book, name: str, position: int, probability: int, days: int, after_win: bool) -> int:
    """A new stage; the position is taken as it is (see `place`). Raises KamError where there are too many."""
    if book.value("SELECT count(*) FROM stages") >= MOST:
        raise KamError(
            f"a pipeline holds at most {MOST} stages, removed ones too; rename one: kam stage edit"
        )
    row = {"name": name, "name_key": fold(name), "position": position, "probability_pct": probability}
    return book.insert("stages", {**row, "expected_days": days, "is_after_win": int(after_win)})


def place(book: Book, stage_id: int, position: int) -> None:
    """Put a stage to the ``position``-th place of the list; the others close up."""
    living = [row["id"] for row in all_stages(book) if row["id"] != stage_id]
    before = living[position - 1] if position <= len(living) else None
    order = [i for i in ever(book) if i != stage_id]
    order.insert(order.index(before) if before is not None else len(order), stage_id)
    renumber(book, order)


def remove(book: Book, stage_id: int) -> None:
    """Take a stage off the list; deals that were in it keep it in their history."""
    book.remove("stages", stage_id)
    renumber(book, ever(book))


def ever(book: Book) -> list[int]:
    """The numbers of all stages there ever were, in order, removed ones at their old place."""
    return book.column("SELECT id FROM stages ORDER BY is_after_win, position, deleted_at IS NULL, id")


def renumber(book: Book, order: Sequence[int]) -> None:
    """Positions 1, 2, 3 … in this order; a removed stage shares the position of the one behind it."""
    living = {row["id"] for row in all_stages(book)}
    position = 1
    for stage_id in order:
        book.update("stages", stage_id, {"position": position})
        position += stage_id in living


def all_stages(book: Book) -> list[Row]:
    """In the order of the pipeline."""
    return book.rows(LIST)


def get(book: Book, stage_id: int) -> Row:
    row = book.row("SELECT * FROM stages WHERE id = ?", (stage_id,))
    assert row is not None
    return row


def first(book: Book) -> Row:
    """Where a new deal begins. Raises KamError where the pipeline has no stage before the win."""
    for row in all_stages(book):
        if not row["is_after_win"]:
            return row
    raise KamError("the pipeline has no stage. Add one: kam stage add NAME --probability 10 --days 14")


def first_after_win(book: Book) -> Row | None:
    """Where a deal goes when it is won; None where nothing follows the win."""
    return next((row for row in all_stages(book) if row["is_after_win"]), None)


def open_deals(book: Book, stage_id: int) -> int:
    """How many open deals stand in it."""
    sql = "SELECT count(*) FROM deals WHERE status = 'open' AND stage_id = ? AND deleted_at IS NULL"
    return int(book.value(sql, (stage_id,)))
