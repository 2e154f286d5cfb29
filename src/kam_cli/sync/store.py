"""What was in a folder after it was last brought up to date."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kam_cli.book import Book

# ``shown`` and ``file`` are digests: of what the book said, of the bytes that lay there.
State = namedtuple("State", "name shown file")


def states(book: Book, folder: str) -> dict[str, State]:
    """File → its state, of one folder."""
    rows = book.conn.execute(
        "SELECT name, shown, file FROM sync_items WHERE folder = ?", (folder,)
    ).fetchall()
    return {row[0]: State(*row) for row in rows}


def keep(book: Book, folder: str, changed: Iterable[State], gone: Iterable[str]) -> None:
    """Remember states and forget others, inside a write."""
    from kam_cli.book import utc_now

    now = utc_now()
    book.conn.executemany(
        "INSERT INTO sync_items (folder, name, shown, file, synced_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (folder, name) DO UPDATE SET shown = excluded.shown, file = excluded.file, synced_at = excluded.synced_at",
        [(folder, *state, now) for state in changed],
    )
    book.conn.executemany(
        "DELETE FROM sync_items WHERE folder = ? AND name = ?", [(folder, name) for name in gone]
    )


def people(book: Book, noun: str) -> list[int]:
    """The numbers of the cards of one noun that belong on a telephone: of clients that are not put aside."""
    if noun == "client":
        return book.column(
            "SELECT id FROM clients WHERE deleted_at IS NULL AND archived_at IS NULL ORDER BY id"
        )
    return book.column(
        "SELECT p.id FROM contacts p LEFT JOIN clients c ON c.id = p.client_id "
        "WHERE p.deleted_at IS NULL AND c.archived_at IS NULL ORDER BY p.id"
    )
