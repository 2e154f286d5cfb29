"""Tasks in the book."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.kinds import LONGEST_TITLE
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

# What the next of a recurring task takes over from the one that was done.
_KEPT = (
    "title", "title_key", "client_id", "contact_id", "deal_id", "interaction_id", "due_time", "repeat_rule",
    "repeat_from", "anchor_on", "note",
)  # fmt: skip

LISTING = Listing(
    {
        "id": "t.id", "uid": "t.uid", "title": "t.title", "client_id": "t.client_id",
        "client": "(SELECT name FROM clients WHERE id = t.client_id)",
        "due_on": "t.due_on", "due_time": "t.due_time", "repeat_rule": "t.repeat_rule",
        "repeat_from": "CASE WHEN t.repeat_rule IS NOT NULL THEN t.repeat_from END", "done_at": "t.done_at",
        "contact_id": "t.contact_id", "contact": "(SELECT name FROM contacts WHERE id = t.contact_id)",
        "deal_id": "t.deal_id", "deal": "(SELECT title FROM deals WHERE id = t.deal_id)",
        "interaction_id": "t.interaction_id", "note": "t.note", "created_at": "t.created_at",
        "updated_at": "t.updated_at",
    },
    "tasks t",
    base="t.deleted_at IS NULL",
    order="t.due_on NULLS LAST, t.due_time NULLS LAST, t.id",
    show="id due_on due_time title client contact repeat_rule done_at",
    wide="contact",
    empty="nothing to do. Add a task: kam task add send the price list --client acme --due fri",
)  # fmt: skip


def add(book: Book, row: Row) -> int:
    """A new task; a recurring one keeps its first due day as the anchor of the series. Raises BadValue."""
    anchor_on = row["due_on"] if row.get("repeat_rule") else None
    return book.insert("tasks", {**keyed(row), "anchor_on": anchor_on})


def edit(book: Book, task_id: int, fields: Row) -> Row:
    """Change fields; gives what changed. Raises BadValue for a title that is too long."""
    return book.update("tasks", task_id, keyed(fields))


def keyed(row: Row) -> Row:
    """The fields with the search key of the title."""
    if "title" not in row:
        return row
    if len(row["title"]) > LONGEST_TITLE:
        length = len(row["title"])
        raise BadValue(f"a title of {length} characters; at most {LONGEST_TITLE}, the rest is a --note")
    return {**row, "title_key": fold(row["title"])}


def complete(book: Book, task_id: int, done_at: str, next_due_on: str | None) -> int | None:
    """Mark a task as done; gives the number of the next one where ``next_due_on`` says when it is due."""
    task = get(book, task_id)
    book.update("tasks", task_id, {"done_at": done_at})
    if next_due_on is None:
        return None
    return book.insert("tasks", {name: task[name] for name in _KEPT} | {"due_on": next_due_on})


def tick(book: Book, task_id: int, done_at: str, today: datetime.date) -> tuple[int | None, str | None]:
    """Mark a task as done; of a recurring one the number of the next, and the day on which it is due."""
    task, again = get(book, task_id), None
    if task["repeat_rule"]:
        from datetime import date

        from kam_cli.domains.tasks.rules import next_due

        due, anchor = (day and date.fromisoformat(day) for day in (task["due_on"], task["anchor_on"]))
        again = next_due(task["repeat_rule"], task["repeat_from"], due, anchor, today).isoformat()
    return complete(book, task_id, done_at, again), again


def get(book: Book, task_id: int) -> Row:
    row = book.row("SELECT * FROM tasks WHERE id = ?", (task_id,))
    assert row is not None
    return row


def still_open(book: Book, ids: list[int]) -> list[int]:
    """Those of the tasks that are not done."""
    return [i for i in ids if book.value("SELECT done_at IS NULL FROM tasks WHERE id = ?", (i,))]


def of_interaction(book: Book, interaction_id: int) -> list[Row]:
    """The tasks that an interaction left behind: ``id title due_on due_time done_at``."""
    return book.rows(
        "SELECT id, title, due_on, due_time, done_at FROM tasks "
        "WHERE interaction_id = ? AND deleted_at IS NULL ORDER BY id",
        (interaction_id,),
    )
