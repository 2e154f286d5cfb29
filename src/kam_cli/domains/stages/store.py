"""The stages in the book."""

from __future__ import annotations

from kam_cli.errors import KamError
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
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
LIST = "SELECT * FROM stages WHERE deleted_at IS NULL ORDER BY position, id"


def seed(book: Book) -> None:
    """The ten default stages."""
    for position, (name, probability, days) in enumerate(DEFAULTS, 1):
        add(book, name, position, probability, days, name in AFTER_WIN)


def add(book: Book, name: str, position: int, probability: int, days: int, after_win: bool) -> int:
    """A new stage; the position is taken as it is (see `place`)."""
    row = {"name": name, "name_key": fold(name), "position": position, "probability_pct": probability}
    return book.insert("stages", {**row, "expected_days": days, "is_after_win": int(after_win)})


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
