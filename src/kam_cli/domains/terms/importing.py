"""How a table becomes terms of payment."""

from __future__ import annotations

from kam_cli.domains.payments.importing import CURRENCY, MINOR
from kam_cli.domains.terms import store
from kam_cli.domains.terms.kinds import language, pay
from kam_cli.imports import vocabulary
from kam_cli.imports.amounts import Amount
from kam_cli.imports.fields import LONGEST_TEXT, Field, Reference, Text
from kam_cli.imports.noun import Importing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]


class Terms(Importing):
    """A row is what was agreed with a client; one who has terms keeps one row of them."""

    name = "terms"
    noun = "terms"
    word = "agreement"
    table = "terms"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=vocabulary.COMPANY_ID), "pay_days": Field(pay), "limit": Amount(),
        "limit_minor": MINOR, "currency": CURRENCY, "language": Field(language), "note": Text(LONGEST_TEXT, lines=True),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("terms id", "external id"), "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID),
        "pay_days": ("days to pay", "payment terms", "payment days", "terms"),
        "limit": ("credit limit", "max credit"), "currency": vocabulary.CURRENCY, "note": vocabulary.NOTE,
    }  # fmt: skip
    required = ("client", "pay_days|limit|language|note")
    telling = ("pay_days",)
    columns = ("client_id", "pay_days", "limit_minor", "currency", "language", "note")
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values["client_id"] = batch.get("client")
        run.amounts(batch, "limit")
        pairs = zip(batch.get("currency"), batch.get("limit_minor"), strict=True)
        batch.values["currency"] = [
            None if minor is None else currency or run.c.currency for currency, minor in pairs
        ]

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        for client in set(batch.get("client_id")):
            if known := store.row_of(run.book, client):
                # Two rows a client would contradict each other: the newer one counts.
                run.book.remove("terms", known["id"])
        return super().insert(run, batch)


IMPORTS = (Terms(),)
