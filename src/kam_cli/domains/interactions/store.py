"""Interactions in the book, with the people who took part and the wishes and decisions that came of them."""

from __future__ import annotations

from kam_cli.listing import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

_POINTS = (
    "(SELECT group_concat(x.text, '; ') FROM interaction_points x "
    "WHERE x.interaction_id = i.id AND x.kind = '{}')"
)

LISTING = Listing(
    {
        "id": "i.id", "uid": "i.uid", "client_id": "i.client_id",
        "client": "(SELECT name FROM clients WHERE id = i.client_id)",
        "kind": "i.kind", "occurred_at": "i.occurred_at", "is_timed": "i.is_timed",
        "direction": "i.direction", "outcome": "i.outcome", "minutes": "i.minutes", "text": "i.text",
        "contact_id": "i.contact_id",
        "contact": "(SELECT name FROM contacts WHERE id = i.contact_id)",
        "others": "(SELECT group_concat(p.name, ', ') FROM interaction_people x "
        "JOIN contacts p ON p.id = x.contact_id WHERE x.interaction_id = i.id)",
        "deal_id": "i.deal_id", "deal": "(SELECT title FROM deals WHERE id = i.deal_id)",
        "wishes": _POINTS.format("wish"), "decisions": _POINTS.format("decision"),
        "is_planned": "i.is_planned", "is_reached": "i.is_reached",
        # What a person reads in one column: the outcome, or that it is yet to come.
        "result": "CASE i.is_planned WHEN 1 THEN coalesce('planned, ' || i.outcome, 'planned') "
        "ELSE i.outcome END",
        "created_at": "i.created_at", "updated_at": "i.updated_at",
    },
    # Names by subquery, not by join: an index then gives the newest first, and counting touches one table.
    "interactions i",
    base="i.deleted_at IS NULL",
    order="i.occurred_at DESC, i.id DESC",
    show="id occurred_at kind client contact result minutes text",
    wide="contact minutes",
    empty="nothing logged. Log a call: kam log call acme wants the new price list",
)  # fmt: skip


def add(book: Book, row: Row, people: Sequence[int], points: Sequence[tuple[str, str]]) -> int:
    """A new interaction; the first of ``people`` is its contact, ``points`` are pairs of kind and text."""
    interaction_id = book.insert("interactions", {**row, "contact_id": people[0] if people else None})
    _add_people(book, interaction_id, people[1:])
    add_points(book, interaction_id, points)
    return interaction_id


def edit(book: Book, interaction_id: int, fields: Row, people: Sequence[int] | None = None) -> bool:
    """Change fields, and who took part where ``people`` is given; whether anything differs."""
    changed = False
    if people is not None:
        fields = {**fields, "contact_id": people[0] if people else None}
        if people_of(book, interaction_id)[1:] != list(people[1:]):
            book.conn.execute("DELETE FROM interaction_people WHERE interaction_id = ?", (interaction_id,))
            _add_people(book, interaction_id, people[1:])
            changed = True
    return bool(book.update("interactions", interaction_id, fields)) or changed


def add_points(book: Book, interaction_id: int, points: Sequence[tuple[str, str]]) -> None:
    """Put wishes and decisions to an interaction."""
    book.conn.executemany(
        "INSERT INTO interaction_points (interaction_id, kind, text) VALUES (?, ?, ?)",
        [(interaction_id, kind, text) for kind, text in points],
    )


def _add_people(book: Book, interaction_id: int, people: Sequence[int]) -> None:
    book.conn.executemany(
        "INSERT INTO interaction_people (interaction_id, contact_id) VALUES (?, ?)",
        [(interaction_id, contact_id) for contact_id in people],
    )


def drop_repeated(book: Book, contact_id: int) -> None:
    """Let the contact of an interaction not be one of its further people, too."""
    book.conn.execute(
        "DELETE FROM interaction_people WHERE contact_id = ? "
        "AND interaction_id IN (SELECT id FROM interactions WHERE contact_id = ?)",
        (contact_id, contact_id),
    )


def took_part(contact_id: int) -> tuple[str, list[int]]:
    """A filter of the list: those in which a person took part."""
    others = "SELECT interaction_id FROM interaction_people WHERE contact_id = ?"
    return f"i.contact_id = ? OR i.id IN ({others})", [contact_id, contact_id]


def get(book: Book, interaction_id: int) -> Row:
    row = book.row("SELECT * FROM interactions WHERE id = ?", (interaction_id,))
    assert row is not None
    return row


def people_of(book: Book, interaction_id: int) -> list[int]:
    """The numbers of those who took part, the contact first."""
    return book.column(
        "SELECT contact_id FROM interactions WHERE id = :id AND contact_id IS NOT NULL UNION ALL "
        "SELECT * FROM (SELECT contact_id FROM interaction_people WHERE interaction_id = :id ORDER BY id)",
        {"id": interaction_id},
    )


def people(book: Book, interaction_id: int) -> list[Row]:
    """Who took part, the contact first: ``id name title role``."""
    rows = [
        book.row("SELECT id, name, title, role FROM contacts WHERE id = ?", (contact_id,))
        for contact_id in people_of(book, interaction_id)
    ]
    return [row for row in rows if row]


def points(book: Book, interaction_id: int, kind: str) -> list[str]:
    """Its wishes or its decisions, in the order of entry."""
    return book.column(
        "SELECT text FROM interaction_points WHERE interaction_id = ? AND kind = ? ORDER BY id",
        (interaction_id, kind),
    )
