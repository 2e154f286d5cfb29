"""Clients in the book."""

from __future__ import annotations

from kam_cli.domains.clients import cards, details, phones
from kam_cli.listing import Listing
from kam_cli.text import fold, handle_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

STAGES = ("prospect", "new", "regular", "key", "lost")
# Fields of the card that are plain columns.
FIELDS = (
    "name", "handle", "kind", "stage", "segment", "source", "country", "region", "city", "postcode",
    "address", "website", "document_no", "birthday", "cadence_days", "since_on", "verified_on", "note",
)  # fmt: skip
# Those that may be empty, by the option that fills them.
CLEARABLE = {
    "segment": "segment", "source": "source", "country": "country", "region": "region", "city": "city",
    "postcode": "postcode", "address": "address", "website": "website", "document": "document_no",
    "birthday": "birthday", "every": "cadence_days", "since": "since_on", "note": "note",
}  # fmt: skip
NEVER_CONTACTED_DAYS = 30  # after which a client without an agreed rhythm counts as never contacted

# How a command names client ``c``: by a handle that cannot be the beginning of another's name, else by number.
IN_COMMAND = "CASE WHEN c.handle LIKE '%-%' THEN c.handle ELSE c.id END"
LISTING = Listing(
    {
        "id": "c.id", "uid": "c.uid", "handle": "c.handle", "name": "c.name", "kind": "c.kind",
        "stage": "c.stage", "segment": "c.segment", "source": "c.source", "country": "c.country",
        "region": "c.region", "city": "c.city", "postcode": "c.postcode", "address": "c.address",
        "website": "c.website", "phones": cards.joined("phone", "client_id = c.id"),
        "emails": cards.joined("email", "client_id = c.id"), "tags": cards.joined("tag", "client_id = c.id"),
        "document_no": "c.document_no", "birthday": "c.birthday", "cadence_days": "c.cadence_days",
        "last_contact_at": "c.last_contact_at", "next_due_on": "c.next_due_on", "nps_score": "c.nps_score",
        "nps_group": "c.nps_group", "since_on": "c.since_on", "verified_on": "c.verified_on",
        "note": "c.note", "archived_at": "c.archived_at", "created_at": "c.created_at",
        "updated_at": "c.updated_at",
    },
    "clients c",
    base="c.deleted_at IS NULL",
    order="c.name_key, c.id",
    show="id name stage city country next_due_on nps_score nps_group segment last_contact_at tags",
    wide="segment last_contact_at tags",
    empty="no clients yet. Add one: kam client add \"Acme GmbH\" --city Berlin --every 3w",
)  # fmt: skip


def add(book: Book, card: Row, extras: list[details.Detail]) -> int:
    """A new client from the fields of `FIELDS` and its details; the handle is made where none is given."""
    row = keyed({name: value for name, value in card.items() if value is not None})
    row.setdefault("handle", fresh_handle(book, row["name"]))
    client_id = book.insert("clients", row)
    details.add(book, "client_id", client_id, extras)
    return client_id


def edit(book: Book, client_id: int, card: Row) -> Row:
    """Change fields; an earlier name stays as an alias. Gives what changed."""
    old = get(book, client_id)
    changed = book.update("clients", client_id, keyed(card))
    if "name_key" in changed:
        cards.rename(book, "client_id", client_id, old, changed["name_key"])
    if "country" in changed:
        phones.refresh(book, "AND (c.id = ? OR w.id = ?)", (client_id, client_id))
    return changed


def keyed(card: Row) -> Row:
    """The fields with the search keys that go with them."""
    keys = {
        f"{name}_key": fold(card[name]) if card[name] else None for name in ("name", "city") if name in card
    }
    return {**card, **keys}


def fresh_handle(book: Book, name: str) -> str:
    """A short handle that no other client has."""

    class Taken:
        def __contains__(self, handle: object) -> bool:
            return bool(book.value("SELECT 1 FROM clients WHERE handle = ?", (handle,)))

    return handle_for(name, Taken())


def get(book: Book, client_id: int) -> Row:
    row = book.row("SELECT * FROM clients WHERE id = ?", (client_id,))
    assert row is not None
    return row


def is_taken(book: Book, handle: str, by_other_than: int | None) -> bool:
    """Whether another client has, or had, this handle."""
    return bool(book.value("SELECT 1 FROM clients WHERE handle = ? AND id IS NOT ?", (handle, by_other_than)))


RECORDS = {
    "contacts": "contacts",
    "interactions": "interactions",
    "deals": "deals",
    "tasks": "tasks",
    "answers": "nps_answers",
}


def records(book: Book, client_id: int) -> dict[str, int]:
    """How many records hang on a client: noun → count, without zeros."""
    sql = "SELECT count(*) FROM {} WHERE client_id = ? AND deleted_at IS NULL"
    counts = {name: book.value(sql.format(table), (client_id,)) for name, table in RECORDS.items()}
    return {name: count for name, count in counts.items() if count}


def unfinished(book: Book, client_id: int) -> dict[str, int]:
    """What is still open of a client: ``open deals``, ``open tasks`` → count, without zeros."""
    counts = {
        "open deals": book.value(
            "SELECT count(*) FROM deals WHERE client_id = ? AND +status = 'open' AND deleted_at IS NULL",
            (client_id,),
        ),
        "open tasks": book.value(
            "SELECT count(*) FROM tasks WHERE client_id = ? AND done_at IS NULL AND deleted_at IS NULL",
            (client_id,),
        ),
    }
    return {name: count for name, count in counts.items() if count}


_REACHABLE = "kind IN ('phone', 'email')"
_PERSON = "FROM contacts p WHERE p.client_id = c.id AND p.deleted_at IS NULL"
STALE = f"""
SELECT c.id, c.name, trim(
    CASE WHEN c.country IS NULL THEN 'country, ' ELSE '' END ||
    CASE WHEN c.city IS NULL THEN 'city, ' ELSE '' END ||
    CASE WHEN c.cadence_days IS NULL AND c.stage <> 'lost' THEN 'rhythm, ' ELSE '' END ||
    CASE WHEN NOT EXISTS (SELECT 1 FROM details WHERE client_id = c.id AND {_REACHABLE})
      AND NOT EXISTS (SELECT 1 {_PERSON}
        AND EXISTS (SELECT 1 FROM details WHERE contact_id = p.id AND {_REACHABLE}))
      THEN 'phone or e-mail, ' ELSE '' END ||
    CASE WHEN c.kind = 'company' AND NOT EXISTS (SELECT 1 {_PERSON}) THEN 'contact person, ' ELSE '' END,
    ', ') AS missing,
  coalesce(c.verified_on, substr(c.created_at, 1, 10)) AS verified_on, c.last_contact_at,
  c.last_contact_at IS NULL AND
    coalesce(c.next_due_on, date(c.created_at, '+{NEVER_CONTACTED_DAYS} days')) <= :today AS never
FROM clients c WHERE c.deleted_at IS NULL AND c.archived_at IS NULL ORDER BY c.name_key, c.id
"""


def stale(book: Book, before: str, today: str) -> list[Row]:
    """Cards that are incomplete, were last verified before the day ``before``, or whose client was never
    contacted though the agreed rhythm (30 days where there is none) has passed since the card was made.

    Rows: ``id name missing verified_on last_contact_at why command``.
    """
    found = []
    for row in book.rows(STALE, {"today": today}):
        why = [f"no {row['missing']}"] if row["missing"] else []
        why += [f"not verified since {row['verified_on']}"] if row["verified_on"] < before else []
        why += ["never contacted"] if row.pop("never") else []
        if why:
            command = f"kam client edit {row['id']} {'…' if row['missing'] else '--verified'}"
            if why == ["never contacted"]:
                command = f"kam log call {row['id']} …"
            row |= {"why": "; ".join(why), "command": command}
            found.append(row)
    return found
