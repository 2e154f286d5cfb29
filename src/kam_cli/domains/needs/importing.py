"""How a table becomes needs."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.needs import store
from kam_cli.imports import vocabulary
from kam_cli.imports.fields import LONGEST_TEXT, Field, Reference, Text, Words
from kam_cli.imports.moments import Day
from kam_cli.imports.noun import Importing
from kam_cli.text import fold_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]


class Needs(Importing):
    """A row is a need of a client, for a product or in words; noted today where no day is said."""

    name = "needs"
    noun = "need"
    word = "need"
    table = "needs"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=vocabulary.COMPANY_ID),
        "contact": Reference("contact", within="client", ids=vocabulary.PERSON_ID), "product": Reference("product", ids=("product id",)),
        "text": Text(kinds.LONGEST_TITLE), "strength": Field(kinds.integer(1, 5)), "noted_on": Day(), "status": Words(*store.STATUSES),
        "closed_on": Day(), "reason": Text(LONGEST_TEXT, lines=True), "note": Text(LONGEST_TEXT, lines=True),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("need id", *vocabulary.OWN_ID), "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID),
        "contact": (*vocabulary.PERSON, *vocabulary.PERSON_ID), "product": ("product", "product name", "product interest", "product id"),
        "text": ("need", "needs", "interest", "requirement", "wish"), "strength": ("interest level",),
        "noted_on": ("noted", "date"), "note": vocabulary.NOTE,
    }  # fmt: skip
    many = ("note",)
    required = ("client", "text|product")
    telling = ("strength",)
    columns = (
        "client_id", "contact_id", "product_id", "text", "text_key", "strength", "noted_on", "status", "closed_on", "reason", "note",
    )  # fmt: skip
    defaults = {"strength": 3, "status": "open"}  # noqa: RUF012
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        for name in ("client", "contact", "product"):
            batch.values[f"{name}_id"] = batch.get(name)
        rows = zip(*map(batch.get, ("status", "noted_on", "closed_on")), strict=True)
        for index, (status, noted, closed) in enumerate(rows):
            if noted and noted > run.today:
                batch.refuse(index, f"{noted} is in the future; it was said today or before", "noted_on")
            if closed and (closed > run.today or closed < (noted or closed)):
                batch.refuse(index, f"{closed} is before it was noted, or in the future", "closed_on")
            if closed and status in (None, "open") and batch.ids[index] is None:
                batch.refuse(
                    index, "an open need has no day of closing: give the status met or dropped", "closed_on"
                )

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.fill("noted_on", run.today)
        pairs = zip(batch.get("text"), batch.get("product_id"), strict=True)
        name = run.memo(lambda number: run.book.value("SELECT name FROM products WHERE id = ?", (number,)))
        batch.values["text"] = [text or name[number] for text, number in pairs]
        batch.values["text_key"] = fold_all(batch.get("text"))
        ended = zip(batch.get("status"), batch.get("closed_on"), strict=True)
        batch.values["closed_on"] = [
            None if status in (None, "open") else closed or run.today for status, closed in ended
        ]
        return super().insert(run, batch)

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        fields = {name: row[name] for name in self.columns if name in row}
        status = fields.get("status", store.get(run.book, row_id)["status"])
        if status == "open":
            fields["closed_on"] = None
        elif not store.get(run.book, row_id)["closed_on"]:
            fields.setdefault("closed_on", run.today)
        return bool(store.edit(run.book, row_id, fields))


IMPORTS = (Needs(),)
