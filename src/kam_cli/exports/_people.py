"""People and companies of the book as `Person`, for the formats that address books read."""

from __future__ import annotations

from kam_cli.domains.clients.store import LISTING as CLIENTS
from kam_cli.domains.contacts.store import LISTING as CONTACTS
from kam_cli.formats.people import PLACE, Person
from kam_cli.values.names import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]
    Filter = tuple[str, list[Any]]

AT_ONCE = 500  # cards that are held


def ids(book: Book, noun: str, filters: Sequence[Filter]) -> list[int]:
    """The numbers of the contacts (``p``, with their client ``c``) or clients (``c``) that meet all the filters."""
    listing = CONTACTS if noun == "contact" else CLIENTS
    wheres = [listing.base, *(f"({sql})" for sql, _ in filters)]
    sql = f"SELECT {listing.columns['id']} FROM {listing.source} WHERE {' AND '.join(wheres)} ORDER BY {listing.order}"
    return book.column(sql, [value for _, values in filters for value in values])


def people(book: Book, noun: str, numbers: Sequence[int]) -> Iterator[Person]:
    """The cards of these contacts or clients, in their order."""
    read = _contact if noun == "contact" else _client
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        rows = {row["id"]: row for row in book.rows(_SQL[noun].format(", ".join(map(str, some))))}
        held = _held(book, f"{noun}_id", some)
        for number in some:
            person = read(rows[number])
            person.external_id = f"urn:uuid:{rows[number]['uid']}"
            person.revised = rows[number]["updated_at"]
            person.note = rows[number]["note"] or ""
            person.birthday = rows[number]["birthday"] or ""
            person.aliases, person.details = held[number]
            yield person


_SQL = {
    "contact": "SELECT p.*, c.name AS client FROM contacts p LEFT JOIN clients c ON c.id = p.client_id WHERE p.id IN ({})",
    "client": "SELECT c.* FROM clients c WHERE c.id IN ({})",
}


def _held(book: Book, owner: str, numbers: Sequence[int]) -> dict[int, tuple[list[str], list[Any]]]:
    """Further names, and details (kind, label or "", value), of each card."""
    these = f"{owner} IN ({', '.join(map(str, numbers))}) ORDER BY id"
    held: dict[int, tuple[list[str], list[Any]]] = {number: ([], []) for number in numbers}
    for row in book.rows(f"SELECT {owner} AS owner, name FROM aliases WHERE {these}"):
        held[row["owner"]][0].append(row["name"])
    for row in book.rows(f"SELECT {owner} AS owner, kind, label, value FROM details WHERE {these}"):
        held[row["owner"]][1].append((row["kind"], row["label"] or "", row["value"]))
    return held


def _contact(row: Row) -> Person:
    person = Person()
    for name in ("name", "first_name", "last_name", "sex", "client", "title", "role"):
        setattr(person, name, row[name] or "")
    person.suffix = split(person.name)[2]
    return person


def _client(row: Row) -> Person:
    from kam_cli.values.countries import country_name

    person = Person()
    person.name, person.is_company = row["name"], row["kind"] == "company"
    if not person.is_company:
        first, person.last_name, person.suffix = split(row["name"], row["country"])
        person.first_name = first or ""
    person.website = row["website"] or ""
    person.place = {name: row[name] or "" for name in PLACE}
    person.place["country"] = country_name(row["country"]) if row["country"] else ""
    return person
