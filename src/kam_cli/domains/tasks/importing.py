"""How a table becomes tasks, done ones too."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.tasks import store
from kam_cli.errors import BadValue
from kam_cli.imports import vocabulary
from kam_cli.imports.fields import LONGEST_TEXT, Field, Reference, Text, Words
from kam_cli.imports.moments import Moment
from kam_cli.imports.noun import Importing
from kam_cli.params import Kind
from kam_cli.text import fold_all
from kam_cli.values.clock import to_local

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]

_STATUSES = {
    "completed": "done", "complete": "done", "closed": "done", "yes": "done", "true": "done", "x": "done", "1": "done",
    "not started": "open", "in progress": "open", "deferred": "open", "waiting for input": "open",
    "waiting on someone else": "open", "no": "open", "false": "open", "0": "open",
}  # fmt: skip


def _time(c: Context, text: str) -> str:
    from kam_cli.values.times import split_time
    from kam_cli.values.tokens import tokens

    rest, time = split_time(tokens(text), text)
    if rest or time is None:
        raise BadValue(f"{text[:40]!r} is no time of day: write it like 15:00")
    return time.strftime("%H:%M")


def _clock(run: Run, instant: str) -> str:
    return to_local(instant, run.c.tz).strftime("%H:%M")


class Tasks(Importing):
    """A row is a task, for a client or for nobody; a time beside its day is the time of the day."""

    name = "tasks"
    noun = "task"
    word = "task"
    table = "tasks"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=vocabulary.COMPANY_ID),
        "contact": Reference("contact", within="client", ids=vocabulary.PERSON_ID), "title": Text(kinds.LONGEST_TITLE),
        "due_on": Moment(), "due_time": Field(Kind(_time, "TIME")), "repeat": Field(kinds.repeat), "repeat_from": Words("due", "done"), "status": Words("open", "done", aliases=_STATUSES),
        "done_at": Moment(), "note": Text(LONGEST_TEXT, lines=True),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("task id", "activity id", *vocabulary.OWN_ID),
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID),
        "contact": (*vocabulary.PERSON, *vocabulary.PERSON_ID),
        "title": ("task", "task name", "task title", "to do", "todo", "subject", "content", "summary"),
        "due_on": ("due", "due date", "deadline", "date due", "due on"),
        "due_time": ("time", "due at"), "repeat": ("repeat rule", "every", "repeats", "recurrence"),
        "status": ("task status", "done", "completed", "is done"),
        "done_at": ("completed on", "completed at", "completion date", "date completed", "closed time", "done on"),
        "note": vocabulary.NOTE,
    }  # fmt: skip
    many = ("note",)
    required = ("title",)
    telling = ("due_on",)
    columns = (
        "title",
        "title_key",
        "client_id",
        "contact_id",
        "due_on",
        "due_time",
        "repeat_rule",
        "repeat_from",
        "anchor_on",
        "done_at",
        "note",
    )
    defaults = {"repeat_from": "due"}  # noqa: RUF012
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values["client_id"], batch.values["contact_id"] = batch.get("client"), batch.get("contact")
        batch.values["repeat_rule"] = batch.get("repeat")
        if "due_on" in batch.values:
            due = batch.values["due_on"]
            batch.values["due_on"] = [moment and moment[1] for moment in due]
            times = zip(batch.get("due_time"), due, strict=True)
            batch.values["due_time"] = [
                time or (_clock(run, moment[0]) if moment and moment[2] else None) for time, moment in times
            ]
        batch.values["done_at"] = _done(run, batch)
        for index, (rule, day) in enumerate(zip(batch.get("repeat"), batch.get("due_on"), strict=True)):
            if rule and not day and batch.ids[index] is None:
                batch.refuse(index, "a task that comes again needs the day it is due on", "repeat")

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.values["title_key"] = fold_all(batch.get("title"))
        pairs = zip(batch.get("repeat"), batch.get("due_on"), strict=True)
        batch.values["anchor_on"] = [day if rule else None for rule, day in pairs]
        return super().insert(run, batch)

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        if row.get("status") == "done" and "done_at" in row and store.get(run.book, row_id)["done_at"]:
            del row["done_at"]  # of a status without a time, it is the time of the import
        fields = {name: row[name] for name in self.columns if name in row}
        if row.get("status") == "open":
            fields["done_at"] = None
        return bool(store.edit(run.book, row_id, fields))


def _done(run: Run, batch: Batch) -> list[str | None]:
    """When each task was done: as the table says, else now where it says that it is."""
    found: list[str | None] = []
    for index, (moment, status) in enumerate(zip(batch.get("done_at"), batch.get("status"), strict=True)):
        if moment and moment[1] > run.today:
            batch.refuse(index, f"{moment[1]} is in the future; a task is done today or before", "done_at")
        if moment and status == "open":
            batch.refuse(index, "it has a day on which it was done, but its status is open", "status")
        found.append(moment[0] if moment else run.c.now if status == "done" else None)
    return found


IMPORTS = (Tasks(),)
