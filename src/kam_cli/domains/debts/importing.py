"""How a table becomes promises to pay."""

from __future__ import annotations

from kam_cli.domains.payments.importing import MINOR, check_amounts
from kam_cli.imports import vocabulary
from kam_cli.imports.amounts import Amount
from kam_cli.imports.fields import LONGEST_TEXT, Field, Reference, Text
from kam_cli.imports.moments import Day
from kam_cli.imports.noun import Importing
from kam_cli.kinds import currency

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run


class Promises(Importing):
    """A row is a promise of a client; whether it was kept follows from his payments."""

    name = "promises"
    noun = "debt"
    word = "promise"
    table = "promises"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=vocabulary.COMPANY_ID), "contact": Reference("contact", within="client"),
        "invoice": Reference("invoice", within="client"), "amount": Amount(), "amount_minor": MINOR, "currency": Field(currency),
        "promised_on": Day(), "due_on": Day(), "note": Text(LONGEST_TEXT, lines=True),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("promise id", "external id"), "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID),
        "contact": vocabulary.PERSON, "invoice": vocabulary.INVOICE_ID, "amount": ("promised amount", "promised"),
        "currency": vocabulary.CURRENCY, "promised_on": ("promise date", "date of promise"),
        "due_on": ("promised for", "promise due", "due date"), "note": vocabulary.NOTE,
    }  # fmt: skip
    required = ("client", "amount|amount_minor", "due_on")
    telling = ("promised_on",)
    columns = (
        "client_id", "contact_id", "invoice_id", "amount_minor", "currency", "promised_on", "due_on", "note",
    )  # fmt: skip
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        for name in ("client", "contact", "invoice"):
            batch.values[f"{name}_id"] = batch.get(name)
        run.amounts(batch, "amount")
        check_amounts(batch, "amount", 1)

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.fill("currency", run.c.currency)
        days = zip(batch.get("promised_on"), batch.get("due_on"), strict=True)
        batch.values["promised_on"] = [day or min(due, run.today) for day, due in days]
        return super().insert(run, batch)


IMPORTS = (Promises(),)
