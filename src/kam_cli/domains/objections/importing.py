"""How a table becomes objections."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.objections import store
from kam_cli.imports import vocabulary
from kam_cli.imports.fields import LONGEST_TEXT, Reference, Text, Words
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

_RESULTS = {
    "yes": "worked",
    "true": "worked",
    "1": "worked",
    "no": "failed",
    "false": "failed",
    "0": "failed",
}


class Objections(Importing):
    """A row is an objection of a client, with the answer given; said today where no day is."""

    name = "objections"
    noun = "objection"
    word = "objection"
    table = "objections"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=vocabulary.COMPANY_ID),
        "contact": Reference("contact", within="client", ids=vocabulary.PERSON_ID), "product": Reference("product", ids=("product id",)),
        "deal": Reference("deal", within="client", ids=("deal id",)), "text": Text(kinds.LONGEST_TITLE), "answer": Text(kinds.LONGEST_TITLE),
        "result": Words(*store.RESULTS, aliases=_RESULTS), "said_on": Day(), "note": Text(LONGEST_TEXT, lines=True),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("objection id", *vocabulary.OWN_ID), "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID),
        "contact": (*vocabulary.PERSON, *vocabulary.PERSON_ID), "product": ("product", "product name", "product id"),
        "deal": ("deal", "deal name", "deal title", "deal id"), "text": ("objection",), "answer": ("response", "rebuttal"),
        "result": ("worked", "outcome"), "said_on": ("said", "date"), "note": vocabulary.NOTE,
    }  # fmt: skip
    many = ("note",)
    required = ("client", "text")
    telling = ("answer",)
    columns = (
        "client_id", "contact_id", "product_id", "deal_id", "text", "text_key", "answer", "answer_key", "result", "said_on", "note",
    )  # fmt: skip
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        for name in ("client", "contact", "product", "deal"):
            batch.values[f"{name}_id"] = batch.get(name)
        for index, (result, answer) in enumerate(zip(batch.get("result"), batch.get("answer"), strict=True)):
            if result and not answer and batch.ids[index] is None:
                batch.refuse(index, f"what is it that {result}? There is no answer", "result")
        for index, day in enumerate(batch.get("said_on")):
            if day and day > run.today:
                batch.refuse(index, f"{day} is in the future; it was said today or before", "said_on")

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.fill("said_on", run.today)
        batch.values["text_key"] = fold_all(batch.get("text"))
        given = iter(fold_all([one for one in batch.get("answer") if one]))
        batch.values["answer_key"] = [one and next(given) for one in batch.get("answer")]
        return super().insert(run, batch)

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        return bool(store.edit(run.book, row_id, {name: row[name] for name in self.columns if name in row}))


IMPORTS = (Objections(),)
