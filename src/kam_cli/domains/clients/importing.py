"""How a table becomes clients: the fields of a row, its details, its contact person."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.clients import details, store
from kam_cli.domains.clients.rules import check_name
from kam_cli.imports import vocabulary
from kam_cli.imports.batch import Batch
from kam_cli.imports.fields import LONGEST_TEXT, Each, Field, Text, Words
from kam_cli.imports.moments import Day
from kam_cli.imports.noun import Importing, of_noun
from kam_cli.text import check_text, fold, fold_all, handle_stem, numbered_handle, phone_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.imports.run import Run

    Row = dict[str, Any]
    Keyed = tuple[str, str | None, str, str]  # kind, label, value, search key of a detail


def _detail(kind: str, label: str | None = None) -> Callable[[Context, str], Keyed]:
    def parse(c: Context, text: str) -> Keyed:
        value = check_text(" ".join(text.split()), f"the {kind}")
        details.check(c, kind, label, value)
        return kind, label, value, details.key_of(kind, value)

    return parse


def _tag(c: Context, text: str) -> Keyed:
    # Google marks the group that comes first with an asterisk.
    return _detail("tag")(c, text.removeprefix("* "))


NAME = Text(check=check_name)
_DIALLED = r"\+?[0-9](?:[ ()./-]?[0-9])+"
PHONE = Each(_detail("phone"), plain=_DIALLED, plainly=lambda cell: ("phone", None, cell, phone_key(cell)))
FAX = Each(
    _detail("phone", "fax"), plain=_DIALLED, plainly=lambda cell: ("phone", "fax", cell, phone_key(cell))
)
_MAILED = (
    r"[!-+\--:<-?A-~]{1,200}@[!-+\--:<-?A-~]{1,200}"  # printable ASCII but for comma, semicolon and another @
)
EMAIL = Each(_detail("email"), ",; ", plain=_MAILED, plainly=lambda cell: ("email", None, cell, cell.lower()))
TAGS = Each(_tag, parts=",;|")
DETAILS = ("phone", "fax", "email", "tags")  # the fields that hold details


def insert_details(run: Run, owner: str, ids: Sequence[int], batch: Batch) -> None:
    """Put the details of the rows on the cards ``ids``; ``owner`` is ``client_id`` or ``contact_id``."""
    rows = {
        (row_id, detail[0], detail[3]): (row_id, *detail)
        for field in DETAILS
        for row_id, given in zip(ids, batch.values.get(field, ()), strict=False)
        if given is not None
        for detail in given
    }
    run.insert("details", (owner, "kind", "label", "value", "value_key"), list(rows.values()))


def update_details(book: Book, owner: str, row_id: int, row: Row) -> int:
    """Add the details that a card lacks; how many rows changed."""
    given = [detail[:3] for field in DETAILS for detail in row.get(field) or ()]
    return details.add(book, owner, row_id, given)


def whole_name(first: str | None, last: str | None) -> str | None:
    """The name that its two parts make."""
    return " ".join(part for part in (first, last) if part) or None


class Handles:
    """Handles for many new clients, looked up in the book once for all of them."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.last: dict[str, int] = {}  # stem → the last number given to it

    def of(self, keys: list[str]) -> list[str]:
        """A free handle for each search key of a name."""
        stems = [handle_stem(key) for key in keys]
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
        "stage": Words(*store.STAGES, aliases={"vip": "key"}), "segment": Text(), "source": Text(), "phone": PHONE,
        "fax": FAX, "email": EMAIL, "website": Text(), "country": Field(kinds.country), "region": Text(),
        "city": Text(), "postcode": Text(), "address": Text(), "tags": TAGS, "since": Day(),
        "note": Text(LONGEST_TEXT, lines=True), "contact": NAME, "contact_title": Text(), "first_name": NAME,
        "last_name": NAME,
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
        "tags": ("tags", "tag", "labels", "label", "categories", "groups", "group membership", "person - label*", "organization - label*"),
        "since": ("customer since", "client since", "subscription date"), "note": vocabulary.NOTE,
        "contact": (*vocabulary.PERSON, "primary contact", "main contact", "full name", "display name", "name"),
        "contact_title": vocabulary.JOB, "first_name": vocabulary.FIRST_NAME, "last_name": vocabulary.LAST_NAME,
    }  # fmt: skip
    many = ("phone", "email", "tags", "note")
    required = ("name|first_name|last_name",)
    columns = (
        "handle", "name", "name_key", "kind", "stage", "segment", "source", "country", "region", "city", "city_key",
        "postcode", "address", "website", "since_on", "note",
    )  # fmt: skip
    defaults = {"kind": "company", "stage": "prospect"}  # noqa: RUF012
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        if "first_name" in batch.values or "last_name" in batch.values:
            _name_persons(batch)
        batch.values["since_on"] = batch.get("since")
        if "city" in batch.values:
            key = run.memo(_fold)
            batch.values["city_key"] = [key[city] for city in batch.values["city"]]

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.values["name_key"] = fold_all(batch.get("name"))
        batch.values["handle"] = run.once(Handles).of(batch.values["name_key"])
        ids = super().insert(run, batch)
        insert_details(run, "client_id", ids, batch)
        self._insert_persons(run, ids, batch)
        return ids

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        changed = store.edit(run.book, row_id, {name: row[name] for name in store.FIELDS if name in row})
        details_changed = update_details(run.book, "client_id", row_id, row)
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
    """First and last name are the contact person's where a company stands beside them, else the client's own."""
    people = [whole_name(*pair) for pair in zip(batch.get("first_name"), batch.get("last_name"), strict=True)]
    names, contacts, kinds_ = list(batch.get("name")), list(batch.get("contact")), list(batch.get("kind"))
    for index, person in enumerate(people):
        if person is None:
            continue
        if names[index] is not None:
            contacts[index] = contacts[index] or person
        elif batch.ids[index] is None:
            names[index], kinds_[index] = person, kinds_[index] or "person"
    batch.values |= {"name": names, "contact": contacts, "kind": kinds_}


def _fold(text: str | None) -> str | None:
    return fold(text) if text else None


IMPORTS = (Clients(),)
