"""How a table becomes contact persons."""

from __future__ import annotations

from kam_cli.domains.clients import holding
from kam_cli.domains.clients.importing import NAME
from kam_cli.domains.contacts import naming, store
from kam_cli.imports import vocabulary
from kam_cli.imports.fields import LONGEST_TEXT, Bad, Reference, Text, Words
from kam_cli.imports.moments import Birthday, Day
from kam_cli.imports.noun import Importing
from kam_cli.text import fold_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]


# The fields that hold details.
DETAILS = ("phone", "email", "tags", "address", "website", *holding.MORE, "more_details")
_SEXES = {
    "female": "f", "woman": "f", "w": "f", "k": "f", "kobieta": "f", "weiblich": "f", "male": "m", "man": "m",
    "mężczyzna": "m", "männlich": "m", "ж": "f", "м": "m", "ч": "m",
}  # fmt: skip


class Contacts(Importing):
    """A row is a person, at a client or, where the table names none, at no client yet."""

    name = "contacts"
    noun = "contact"
    word = "contact"
    table = "contacts"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=vocabulary.COMPANY_ID), "name": NAME, "first_name": NAME, "last_name": NAME,
        "middle_name": Text(), "name_suffix": Text(), "honorific": Text(),
        "title": Text(), "role": Words(*store.ROLES, aliases={"decider": "decision-maker", "coach": "sponsor", "champion": "sponsor"}),
        "phone": holding.PHONE, "email": holding.EMAIL, "birthday": Birthday(split=True), "birth_month": Text(), "birth_year": Text(),
        "sex": Words("f", "m", aliases=_SEXES), "tags": holding.TAGS, "address": holding.ADDRESS, "website": holding.WEBSITE, "alias": holding.ALIAS, **holding.MORE,
        "more_details": holding.ANY, "note": Text(LONGEST_TEXT, lines=True), "verified_on": Day(),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID),
        "external_id": ("contact id", "person id", "person - id", "user id", *vocabulary.OWN_ID, "customer id"),
        "name": ("full name", "contact name", "display name", "person - name", "lead name"),
        "first_name": vocabulary.FIRST_NAME, "last_name": vocabulary.LAST_NAME, "title": vocabulary.JOB,
        "middle_name": vocabulary.MIDDLE_NAME, "name_suffix": vocabulary.NAME_SUFFIX,
        "honorific": ("honorific prefix", "name prefix", "salutation", "form of address", "personal title", "title", "anrede"),
        "role": ("buying role", "decision role"), "phone": vocabulary.PHONE, "email": vocabulary.EMAIL,
        # Where year and month have columns of their own, "birth day" is the day of the month.
        "birth_year": (), "birth_month": (), "birthday": ("birthdate", "date of birth", "birth date"),
        "sex": ("gender",), "tags": vocabulary.TAGS, "note": vocabulary.NOTE, "hobby": ("hobbies", "interests"),
        "alias": ("nickname", "nick name", "also known as"), "website": ("website * - value", "web page", "homepage"),
        "address": ("full address", "mailing address", "home address", "business address", "other address", "address * - formatted"),
    }  # fmt: skip
    many = ("phone", "email", "tags", "note", "alias", "website", "address")
    required = ("name|first_name|last_name",)
    columns = (
        "client_id",
        "name",
        "name_key",
        "first_name",
        "last_name",
        "title",
        "role",
        "sex",
        "birthday",
        "verified_on",
        "note",
    )
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values["client_id"] = batch.get("client")
        naming.complete(run, batch)
        if "birthday" in batch.values:
            _join_birthdays(run, batch)

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.values["name_key"] = fold_all(batch.get("name"))
        ids = super().insert(run, batch)
        holding.insert_details(run, "contact_id", ids, batch, DETAILS)
        holding.insert_aliases(run, "contact_id", ids, batch)
        return ids

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        moved = "client_id" in row and row["client_id"] != store.get(run.book, row_id)["client_id"]
        if moved:
            store.move(run.book, row_id, row["client_id"], run.c.today.isoformat(), {})
        changed = store.edit(run.book, row_id, {name: row[name] for name in store.FIELDS if name in row})
        details_changed = holding.update_details(run.book, "contact_id", row_id, row, DETAILS)
        named = holding.update_aliases(run, "contact_id", row_id, row)
        return bool(changed or details_changed or named or moved)

    def lookalikes(self, run: Run) -> list[str]:
        from kam_cli.imports.lookalikes import found

        return found(run, self, "contact_id")


def _join_birthdays(run: Run, batch: Batch) -> None:
    """Where the month stands in a column of its own, the birthday is the day of it."""
    days, months, years = batch.get("birthday"), batch.get("birth_month"), batch.get("birth_year")
    parse = Birthday().reader(run.c).one
    for index, (day, month, year) in enumerate(zip(days, months, years, strict=True)):
        if day is not None and len(day) < 3:
            whole = parse(
                f"{day} {month} {year or ''}" if month and month.isalpha() else f"{year or '-'}-{month}-{day}"
            )
            if month is None or whole.__class__ is Bad:
                batch.refuse(index, whole.message if month else "a day without its month", "birthday")
            else:
                days[index] = whole


IMPORTS = (Contacts(),)
