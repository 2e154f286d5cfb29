"""Contact persons in the book."""

from __future__ import annotations

from kam_cli.domains.clients import cards, details, phones
from kam_cli.domains.clients.rules import LONGEST_DETAIL
from kam_cli.listing import Listing
from kam_cli.text import fold
from kam_cli.values.names import split_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

ROLES = (
    "decision-maker", "influencer", "user", "gatekeeper", "sponsor", "blocker", "buyer", "initiator",
)  # fmt: skip
# Fields of the card that are plain columns.
FIELDS = ("name", "first_name", "last_name", "title", "role", "sex", "birthday", "verified_on", "note")
# Those that may be empty, by the option that fills them.
CLEARABLE = {
    "first-name": "first_name", "last-name": "last_name", "title": "title", "role": "role", "sex": "sex",
    "birthday": "birthday", "note": "note",
}  # fmt: skip

LISTING = Listing(
    {
        "id": "p.id", "uid": "p.uid", "client_id": "p.client_id", "client": "c.name", "name": "p.name",
        "first_name": "p.first_name", "last_name": "p.last_name", "title": "p.title", "role": "p.role",
        "sex": "p.sex", "birthday": "p.birthday", "phones": cards.joined("phone", "contact_id = p.id"),
        "emails": cards.joined("email", "contact_id = p.id"),
        "tags": cards.joined("tag", "contact_id = p.id"), "verified_on": "p.verified_on", "note": "p.note",
        "created_at": "p.created_at", "updated_at": "p.updated_at",
    },
    # An outer join keeps persons without a client, and the order of the index on names.
    "contacts p LEFT JOIN clients c ON c.id = p.client_id",
    base="p.deleted_at IS NULL",
    order="p.name_key, p.id",
    show="id name client role phones title emails",
    wide="title emails",
    empty="no contacts yet. Add one: kam contact add acme Jana Nováková --role decision-maker",
)  # fmt: skip


def add(book: Book, card: Row, extras: list[details.Detail]) -> int:
    """A new contact from ``client_id``, the fields of `FIELDS` and its details."""
    given = {name: value for name, value in card.items() if value is not None}
    contact_id = book.insert("contacts", keyed(given, home(book, given.get("client_id"))))
    details.add(book, "contact_id", contact_id, extras)
    return contact_id


def edit(book: Book, contact_id: int, card: Row) -> Row:
    """Change fields; an earlier name stays as an alias. Gives what changed."""
    old = get(book, contact_id)
    changed = book.update("contacts", contact_id, keyed(card, home(book, old["client_id"])))
    if "name_key" in changed:
        cards.rename(book, "contact_id", contact_id, old, changed["name_key"])
    return changed


def home(book: Book, client_id: int | None) -> str | None:
    """The country of the client, else of the book, which hints at how names are built."""
    country: str | None = book.value("SELECT country FROM clients WHERE id = ?", (client_id,))
    return country or book.meta["country"]


def keyed(card: Row, country: str | None) -> Row:
    """The fields with those that follow from the name."""
    if "name" not in card:
        return card
    first, last = split_name(card["name"], country)
    return {"first_name": first, "last_name": last, **card, "name_key": fold(card["name"])}


def get(book: Book, contact_id: int) -> Row:
    row = book.row("SELECT * FROM contacts WHERE id = ?", (contact_id,))
    assert row is not None
    return row


def of_client(book: Book, client_id: int) -> list[Row]:
    """The persons at a client as `LISTING` has them, those who decide first."""
    names = ", ".join(f"{sql} AS {name}" for name, sql in LISTING.columns.items())
    rank = " ".join(f"WHEN '{role}' THEN {place}" for place, role in enumerate(ROLES))
    return book.rows(
        f"SELECT {names} FROM {LISTING.source} WHERE p.client_id = ? AND {LISTING.base} "
        f"ORDER BY CASE p.role {rank} ELSE {len(ROLES)} END, {LISTING.order}",
        (client_id,),
    )


def move(book: Book, contact_id: int, client_id: int, day: str, fields: Row) -> None:
    """Put a person at another client; ``day`` is a local date, ``fields`` what changes with the place.

    The former client, with the position held there, stays on the card as a fact; what was logged, sold and
    answered keeps the client it was with.
    """
    was = book.row(
        "SELECT c.name AS client, p.title FROM contacts p JOIN clients c ON c.id = p.client_id "
        "WHERE p.id = ?",
        (contact_id,),
    )
    if was:
        place = f"{was['title']}, {was['client']}" if was["title"] else was["client"]
        details.add(book, "contact_id", contact_id, [("fact", f"until {day}", place[:LONGEST_DETAIL])])
    book.update("contacts", contact_id, {**fields, "client_id": client_id})
    phones.refresh(book, "AND p.id = ?", (contact_id,))


def held_by(book: Book, contact_id: int, client_id: int) -> dict[str, int]:
    """What names a person at a client and is open: ``open deals``, ``open tasks`` → count, without zeros."""
    sql = "SELECT count(*) FROM {} WHERE contact_id = ? AND client_id = ? AND deleted_at IS NULL AND {}"
    wanted = {"open deals": ("deals", "+status = 'open'"), "open tasks": ("tasks", "done_at IS NULL")}
    counts = {
        what: book.value(sql.format(table, is_open), (contact_id, client_id))
        for what, (table, is_open) in wanted.items()
    }
    return {what: count for what, count in counts.items() if count}
