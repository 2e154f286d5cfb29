"""Copies of a book, and drafts, that still hold a person."""

from __future__ import annotations

import os
import sqlite3

from kam_cli.reach import PERSONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.book import Book
    from kam_cli.mentions import Names

ENCRYPTED = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")


class Copies:
    """``holding``: files in which the person was found; ``closed``: those that cannot be looked into."""

    __slots__ = ("closed", "holding")

    def __init__(self) -> None:
        self.holding: list[str] = []
        self.closed: list[str] = []


def look(book: Book, uids: set[str], names: Names) -> Copies:
    """Look through the known backups, what lies beside the book, and what a killed editor left."""
    found = Copies()
    for path in sorted(_candidates(book.path)):
        try:
            with open(path, "rb") as file:
                head = file.read(64)
            if head.startswith(ENCRYPTED):
                found.closed.append(path)
            elif head.startswith(b"SQLite format 3\0") and _holds(path, uids):
                found.holding.append(path)
        except (OSError, sqlite3.Error):
            found.closed.append(path)
    found.holding += [path for path in _drafts() if _is_about(path, names)]
    return found


def _candidates(book_path: str) -> set[str]:
    from kam_cli import backup

    own = os.path.realpath(book_path)
    found = {one.path for one in backup.made(book_path)}
    folder = backup.folder(book_path)
    for place, start in ((folder, ""), (os.path.dirname(own), backup.stem(own))):
        if os.path.isdir(place):
            found |= {os.path.join(place, name) for name in os.listdir(place) if name.startswith(start)}
    return {path for path in found if os.path.isfile(path) and os.path.realpath(path) != own}


def _holds(path: str, uids: set[str]) -> bool:
    """Whether a database has one of the cards, or its journal one that was taken out. Nothing is written to it."""
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    conn = sqlite3.connect(f"file:{quoted}?mode=ro&immutable=1", uri=True)
    try:
        tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in tables.intersection(PERSONS):
            if any(uid in uids for (uid,) in conn.execute(f"SELECT uid FROM {table}")):
                return True
        if "journal" not in tables:
            return False
        images = conn.execute(
            "SELECT before FROM journal WHERE tbl IN (?, ?) AND before IS NOT NULL", PERSONS
        )
        return any(uid in image for (image,) in images for uid in uids)
    finally:
        conn.close()


def _drafts() -> list[str]:
    """Texts in the private folders of editors (see `kam_cli.editor`)."""
    import tempfile

    place = tempfile.gettempdir()
    paths = (os.path.join(place, name, "text.txt") for name in os.listdir(place) if name.startswith("kam-"))
    return [path for path in paths if os.path.isfile(path) and os.stat(path).st_uid == os.getuid()]


def _is_about(path: str, names: Names) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return names.held([file.read()])[0]
    except OSError:
        return False
