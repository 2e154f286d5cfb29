"""Clients in the book."""

from __future__ import annotations

from kam_cli.domains.clients import details
from kam_cli.listing import Listing
from kam_cli.text import fold, handle_for, near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

STAGES = ("prospect", "new", "regular", "key", "lost")
# Fields of the card that are plain columns.
FIELDS = (
    "name", "kind", "stage", "segment", "source", "country", "region", "city", "postcode", "address", "website",
    "document_no", "birthday", "cadence_days", "since_on", "verified_on", "note", "handle",
)  # fmt: skip

LISTING = Listing(
    {
        "id": "c.id", "uid": "c.uid", "handle": "c.handle", "name": "c.name", "kind": "c.kind", "stage": "c.stage",
        "segment": "c.segment", "source": "c.source", "country": "c.country", "city": "c.city",
        "cadence_days": "c.cadence_days", "last_contact_at": "c.last_contact_at", "next_due_on": "c.next_due_on",
        "nps_score": "c.nps_score", "nps_group": "c.nps_group",
        "tags": "(SELECT group_concat(value, ', ') FROM details WHERE client_id = c.id AND kind = 'tag')",
        "since_on": "c.since_on", "verified_on": "c.verified_on", "created_at": "c.created_at",
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
        from kam_cli.book import utc_now

        book.conn.execute(
            "INSERT INTO aliases (client_id, name, name_key, created_at) VALUES (?, ?, ?, ?)",
            (client_id, old["name"], old["name_key"], utc_now()),
        )
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


def lookalikes(book: Book, name: str, city: str | None, extras: list[details.Detail]) -> list[int]:
    """Clients that may be the same: same phone or e-mail, same name or alias, or a near name in the same city."""
    key, city_key = fold(name), fold(city) if city else None
    found = set(details.owners(book, "client_id", extras))
    found.update(book.column("SELECT id FROM clients WHERE name_key = ?", (key,)))
    found.update(
        book.column("SELECT client_id FROM aliases WHERE name_key = ? AND client_id IS NOT NULL", (key,))
    )
    if city_key:
        rows = book.rows("SELECT id, name_key FROM clients WHERE city_key = ?", (city_key,))
        found.update(row["id"] for row in rows if near(key, row["name_key"]))
    alive = "SELECT id FROM clients WHERE deleted_at IS NULL AND id = ?"
    return sorted(i for i in found if book.value(alive, (i,)))


def records(book: Book, client_id: int) -> dict[str, int]:
    """How many records hang on a client: noun → count, without zeros."""
    tables = {
        "contacts": "contacts",
        "interactions": "interactions",
        "deals": "deals",
        "tasks": "tasks",
        "answers": "nps_answers",
    }
    sql = "SELECT count(*) FROM {} WHERE client_id = ? AND deleted_at IS NULL"
    counts = {name: book.value(sql.format(table), (client_id,)) for name, table in tables.items()}
    return {name: count for name, count in counts.items() if count}


STALE = """
SELECT c.id, c.name, c.handle AS client, trim(
    CASE WHEN c.country IS NULL THEN 'country ' ELSE '' END ||
    CASE WHEN c.city IS NULL THEN 'city ' ELSE '' END ||
    CASE WHEN c.cadence_days IS NULL AND c.stage <> 'lost' THEN 'cadence ' ELSE '' END ||
    CASE WHEN NOT EXISTS (SELECT 1 FROM details d WHERE d.client_id = c.id AND d.kind IN ('phone', 'email'))
      AND NOT EXISTS (SELECT 1 FROM details d JOIN contacts p ON p.id = d.contact_id
        WHERE p.client_id = c.id AND p.deleted_at IS NULL AND d.kind IN ('phone', 'email')) THEN 'phone-or-email ' ELSE '' END ||
    CASE WHEN c.kind = 'company' AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.client_id = c.id
      AND p.deleted_at IS NULL) THEN 'contact-person ' ELSE '' END) AS missing,
  coalesce(c.verified_on, substr(c.created_at, 1, 10)) AS verified_on, c.last_contact_at
FROM clients c WHERE c.deleted_at IS NULL AND c.archived_at IS NULL
"""


def stale(book: Book, before: str) -> list[Row]:
    """Cards that are incomplete, were not verified since the day ``before``, or whose client was never contacted.

    Rows: ``id name missing verified_on last_contact_at why command``.
    """
    rows = []
    for row in book.rows(STALE + " ORDER BY c.name_key"):
        why = [f"no {', '.join(row['missing'].split()).replace('-', ' ')}"] if row["missing"] else []
        why += ["not verified for long"] if row["verified_on"] < before else []
        why += ["never contacted"] if row["last_contact_at"] is None else []
        if why:
            command = (
                f"kam client edit {row['id']} --verified"
                if not row["missing"]
                else f"kam client edit {row['id']} …"
            )
            rows.append(
                {
                    **{k: row[k] for k in ("id", "name", "verified_on", "last_contact_at")},
                    "why": "; ".join(why),
                    "command": command,
                }
            )
    return rows
