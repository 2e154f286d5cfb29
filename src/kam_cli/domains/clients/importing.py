"""How a table becomes clients: the fields of a row, its details, its contact person."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.clients import cards, holding, store
from kam_cli.domains.clients.rules import check_handle, check_name
from kam_cli.imports import vocabulary
from kam_cli.imports.batch import Batch
from kam_cli.imports.fields import LONGEST_TEXT, Field, Text, Words
from kam_cli.imports.moments import Birthday, Day, Moment
from kam_cli.imports.noun import Importing, of_noun
from kam_cli.params import Kind
from kam_cli.text import fold, fold_all, handle_stem, numbered_handle
from kam_cli.values.names import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.imports.run import Run

    Row = dict[str, Any]


NAME = Text(check=lambda text: check_name(visible(text)))
# The fields that hold details.
DETAILS = ("phone", "fax", "email", "tags", "more_address", "more_website", *holding.MORE, "more_details")
HANDLE = Kind(lambda c, text: check_handle(text), "HANDLE")


NAME_PARTS = ("first_name", "middle_name", "last_name", "name_suffix")


def whole_name(*parts: str | None) -> str | None:
    """The name that its parts make, in this order."""
    return " ".join(filter(None, parts)) or None


def with_suffix(name: str | None, suffix: str | None) -> str | None:
    """A name with the Jr. or III that a column of its own gives."""
    if not (name and suffix) or f" {fold(name)}".endswith(f" {fold(suffix)}"):
        return name
    return f"{name} {suffix}"


class Handles:
    """Handles for many new clients, looked up in the book once for all of them."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.last: dict[str, int] = {}  # stem → the last number given to it

    def of(self, keys: list[str], wanted: list[str | None]) -> list[str]:
        """A free handle for each search key of a name: the one that is wanted, where nobody else has it."""
        stems = [own or handle_stem(key) for own, key in zip(wanted, keys, strict=True)]
        marks = ", ".join("?" * len(stems))
        taken = set(self.book.column(f"SELECT handle FROM clients WHERE handle IN ({marks})", stems))
        found = []
        for stem in stems:
            handle = stem if stem not in taken else self._numbered(stem, taken)
            taken.add(handle)
            found.append(handle)
        return found

    def _numbered(self, stem: str, taken: set[str]) -> str:
        while True:
            number = self.last[stem] = self.last.get(stem, 1) + 1
            handle = numbered_handle(stem, number)
            if handle not in taken and not store.is_taken(self.book, handle, None):
                return handle


class Clients(Importing):
    """A row is a company with, perhaps, its contact person; without a company's name it is a private person."""

    name = "clients"
    noun = "client"
    word = "client"
    table = "clients"
    fields = {  # noqa: RUF012
        "external_id": Text(), "name": NAME, "kind": Words("company", "person", aliases={"organization": "company"}),
        "stage": Words(*store.STAGES, aliases={"vip": "key"}), "segment": Text(), "source": Text(), "phone": holding.PHONE,
        "fax": holding.FAX, "email": holding.EMAIL, "website": Text(), "country": Field(kinds.country), "region": Text(),
        "city": Text(), "postcode": Text(), "address": Text(), "tags": holding.TAGS, "since": Day(),
        "note": Text(LONGEST_TEXT, lines=True), "contact": NAME, "contact_title": Text(), "first_name": NAME,
        "last_name": NAME, "middle_name": Text(), "name_suffix": Text(), "birthday": Birthday(), "alias": holding.ALIAS, "more_address": holding.ADDRESS,
        "more_website": holding.WEBSITE, **holding.MORE, "more_details": holding.ANY, "document_no": Text(),
        "cadence_days": Field(kinds.every), "handle": Field(HANDLE), "verified_on": Day(), "archived_at": Moment(),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("external id", "customer id", *vocabulary.COMPANY_ID, "organization - id", *vocabulary.OWN_ID, "user id",
                        "person id", "person - id", "contact id"),
        "name": (*vocabulary.COMPANY, "legal name", "display name", "full name", "name", "person - name"),
        "stage": ("client stage",), "segment": ("segment", "market segment", "customer segment", "industry", "sector"),
        "source": ("source", "lead source", "original source"), "phone": vocabulary.PHONE, "fax": ("fax", "fax number", "business fax"),
        "email": vocabulary.EMAIL,
        "website": ("website", "website url", "web page", "web page 1", "homepage", "company domain name", "domain", "website 1 - value",
                    "organization - website", "nombre de dominio de la empresa"),
        "country": (*vocabulary.place("country", "country/region"), "país/región", "país"),
        "region": vocabulary.place("region", "state", "state/region", "state/province", "province", "county"),
        "city": (*vocabulary.place("city", "town"), "ciudad"),
        "postcode": vocabulary.place("postcode", "postal code", "zip", "zip code", "zip/postal code"),
        "address": (*vocabulary.place("street", "address", "street address"), "address 1", "organization - address"),
        "tags": vocabulary.TAGS,
        "since": ("customer since", "client since", "subscription date"), "note": vocabulary.NOTE,
        "contact": (*vocabulary.PERSON, "primary contact", "main contact", "full name", "display name", "name"),
        "contact_title": vocabulary.JOB, "first_name": vocabulary.FIRST_NAME, "last_name": vocabulary.LAST_NAME,
        "middle_name": vocabulary.MIDDLE_NAME, "name_suffix": vocabulary.NAME_SUFFIX,
    }  # fmt: skip
    many = ("phone", "email", "tags", "note")
    required = ("name|first_name|last_name",)
    columns = (
        "handle", "name", "name_key", "kind", "stage", "segment", "source", "country", "region", "city", "city_key",
        "postcode", "address", "website", "since_on", "birthday", "note", "document_no", "cadence_days", "verified_on",
        "archived_at",
    )  # fmt: skip
    defaults = {"kind": "company", "stage": "prospect"}  # noqa: RUF012
    note = "note"
    late = (
        "clients_name", "clients_city", "clients_due", "clients_nps", "clients_critics", "clients_birthday", "clients_merged",
        "details_contact", "details_e164",
    )  # fmt: skip

    def complete(self, run: Run, batch: Batch) -> None:
        if {"first_name", "last_name", "contact"} & batch.values.keys():
            _name_persons(batch)
        if "person" in batch.get("kind") and not run.reading.table.is_verbatim:
            _take_forms_off(run, batch)
        home = run.book.meta["country"]
        holding.add_scripts(run, batch, [country or home for country in batch.get("country")])
        batch.values["since_on"] = batch.get("since")
        if "archived_at" in batch.values:
            batch.values["archived_at"] = [moment and moment[0] for moment in batch.values["archived_at"]]
        if "city" in batch.values:
            key = run.memo(_fold)
            batch.values["city_key"] = [key[city] for city in batch.values["city"]]

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.values["name_key"] = fold_all(batch.get("name"))
        batch.values["handle"] = run.once(Handles).of(batch.values["name_key"], batch.get("handle"))
        ids = super().insert(run, batch)
        holding.insert_details(run, "client_id", ids, batch, DETAILS)
        holding.insert_aliases(run, "client_id", ids, batch)
        self._insert_persons(run, ids, batch)
        return ids

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        if "handle" in row and store.is_taken(run.book, row["handle"], row_id):
            del row["handle"]
        fields = (*store.FIELDS, "archived_at")
        changed = store.edit(run.book, row_id, {name: row[name] for name in fields if name in row})
        details_changed = holding.update_details(run.book, "client_id", row_id, row, DETAILS)
        details_changed += holding.update_aliases(run, "client_id", row_id, row)
        person = row.get("contact")
        if not person:
            return bool(changed or details_changed)
        known = run.book.row(
            "SELECT id, title FROM contacts WHERE client_id = ? AND name_key = ? AND deleted_at IS NULL",
            (row_id, fold(person)),
        )
        title = row.get("contact_title")
        if known is None:
            self._insert_persons(
                run, [row_id], Batch([0], [[]], {"contact": [person], "contact_title": [title]})
            )
        elif title:
            details_changed += len(run.book.update("contacts", known["id"], {"title": title}))
        return bool(changed or details_changed or known is None)

    def _insert_persons(self, run: Run, ids: Sequence[int], batch: Batch) -> None:
        """The contact persons of the rows that name one."""
        if "contact" not in batch.values:
            return
        persons = Batch(
            batch.lines,
            batch.rows,
            {"client": list(ids), "name": batch.get("contact"), "title": batch.get("contact_title")},
        ).part(batch.get("contact"))
        if len(persons):
            contacts = of_noun("contact")
            contacts.complete(run, persons)
            run.count_also(contacts.name, len(contacts.insert(run, persons)))

    def lookalikes(self, run: Run) -> list[str]:
        from kam_cli.imports.lookalikes import found

        return found(run, self, "client_id")


def _name_persons(batch: Batch) -> None:
    """The person of a row is the contact person where a company stands beside him, else the client himself."""
    parts = zip(*map(batch.get, NAME_PARTS), strict=True)
    people = [whole_name(*some) if some[0] or some[2] else None for some in parts]
    names, contacts, kinds_ = list(batch.get("name")), list(batch.get("contact")), list(batch.get("kind"))
    suffixes = batch.get("name_suffix")
    for index, person in enumerate(people):
        person = with_suffix(contacts[index], suffixes[index]) or person
        if person is None:
            continue
        if names[index] is not None:
            contacts[index] = person
        elif batch.ids[index] is None:
            names[index], kinds_[index], contacts[index] = person, kinds_[index] or "person", None
    batch.values |= {"name": names, "contact": contacts, "kind": kinds_}


def _take_forms_off(run: Run, batch: Batch) -> None:
    """The names of private persons without forms of address, which are kept as a fact."""
    more, home = cards.forms(run.c), run.book.meta["country"]
    names = list(batch.get("name"))
    forms: list[str | None] = [None] * len(batch)
    for index, (name, kind, country) in enumerate(
        zip(names, batch.get("kind"), batch.get("country"), strict=True)
    ):
        if name and kind == "person":
            found = cards.person(name, country or home, more)
            names[index], forms[index] = found.whole, found.forms
    batch.values["name"] = names
    holding.keep_facts(batch, "honorific", forms)


def _fold(text: str | None) -> str | None:
    return fold(text) if text else None


IMPORTS = (Clients(),)
