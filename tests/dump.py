"""All that a book holds, as text, to compare two states of it."""

from __future__ import annotations

BOOKKEEPING = (
    "commands",
    "journal",
    "journal_state",
    "sqlite_sequence",
    "_sqlite_migrations",
    "deliveries",
    "column_maps",
    "sync_items",
)


def dump(book) -> str:
    """Every row of every domain table and every search document; without the journal and numbers given out."""
    lines = []
    names = book.column(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search\\_%' ESCAPE '\\' ORDER BY name"
    )
    for name in names:
        if name not in BOOKKEEPING:
            order = "rowid" if name == "search" else "id"
            lines += [f"{name} {row}" for row in book.rows(f"SELECT {order}, * FROM {name} ORDER BY {order}")]
    return "\n".join(lines)
