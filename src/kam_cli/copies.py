"""Copies of a book, and other files that kam wrote, which still hold a person."""

from __future__ import annotations

import os
import re
import sqlite3

from kam_cli.atomic import sync
from kam_cli.reach import PERSONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kam_cli.book import Book
    from kam_cli.naming import Names

ENCRYPTED = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
BLOCK = 1 << 20
# What `kam import --skip-bad` and `kam export person` call their files.
TABLES = re.compile(r".*\.bad(-\d+)?\.csv|(client|contact)-\d+-.*\.(json|jsonl|md)")


class Copies:
    """``holding``: copies in which the person was found; ``closed``: those that cannot be looked into, or are away;
    ``files``: tables and texts that name the person."""

    __slots__ = ("closed", "files", "holding")

    def __init__(self) -> None:
        self.holding: list[str] = []
        self.files: list[str] = []
        self.closed: list[str] = []


def look(book: Book, uids: set[str], names: Names) -> Copies:
    """Look through the known backups, what lies beside the book, tables here, folders shared with a telephone, and what a killed editor left."""
    found = Copies()
    for path in sorted(_candidates(book.path)):
        try:
            holds = _holds(path, uids)
        except (OSError, sqlite3.Error):
            holds = None
        if holds is not False:
            (found.holding if holds else found.closed).append(path)
    texts = {*_drafts(), *_tables(book.path), *_shared(book)}
    found.files = [path for path in sorted(texts) if _is_about(path, names)]
    return found


def mirrored(book: Book, uids: set[str]) -> list[str]:
    """Files that show his records in folders that are kept as the book is (`kam sync-folder`)."""
    rows = book.rows("SELECT folder, name FROM sync_items ORDER BY id")
    paths = [
        os.path.join(row["folder"], row["name"])
        for row in rows
        if os.path.splitext(os.path.basename(row["name"]))[0] in uids
    ]
    return [path for path in paths if os.path.lexists(path) or not os.path.isdir(os.path.dirname(path))]


def remove(paths: list[str]) -> list[str]:
    """Remove files; gives those that could not be."""
    left = []
    for path in paths:
        try:
            os.unlink(path)
            sync(os.path.dirname(path))
        except OSError:
            left.append(path)
    return left


def _candidates(book_path: str) -> set[str]:
    """Every file that may be a copy: of the backups made elsewhere also those that are not there now."""
    from kam_cli import backup

    own = os.path.realpath(book_path)
    folder = backup.folder(book_path)
    found = {one.path for one in backup.made(book_path)}
    beside = os.path.dirname(own)
    for place, start in ((folder, ""), (beside, backup.stem(own)), (beside, f".{backup.stem(own)}")):
        if os.path.isdir(place):
            names = (name for name in os.listdir(place) if name.startswith(start))
            found |= {path for path in (os.path.join(place, name) for name in names) if os.path.isfile(path)}
    return {path for path in found if os.path.realpath(path) != own}


def _holds(path: str, uids: set[str]) -> bool | None:
    """Whether a file holds one of the cards; None where nobody can tell. Nothing is written to it."""
    with open(path, "rb") as file:
        head = file.read(64)
    if head.startswith(ENCRYPTED):
        return None
    if head.startswith(b"SQLite format 3\0"):
        try:
            return _is_in(path, uids)
        except sqlite3.Error:
            return _is_written(path, uids) or None
    return _is_written(path, uids)


def _is_in(path: str, uids: set[str]) -> bool:
    """Whether a database has one of the cards, or its journal one that was taken out."""
    from kam_cli.backup import still

    conn = still(path)
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


def _is_written(path: str, uids: set[str]) -> bool:
    """Whether one of the uids stands somewhere among the bytes, as in the journal of a write that was broken off."""
    wanted = [uid.encode() for uid in uids]
    with open(path, "rb") as file:
        end = b""
        while block := file.read(BLOCK):
            if any(uid in end + block for uid in wanted):
                return True
            end = block[-64:]
    return False


def _drafts() -> Iterator[str]:
    """What a killed kam left in a private folder: a draft, or a copy of a table; wherever temporary files may lie."""
    from kam_cli import editor

    places = [os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP")]
    for place in filter(None, [*editor.places(), *places, "/tmp", "/var/tmp", os.curdir]):
        for name in _names_in(place):
            folder = os.path.realpath(os.path.join(place, name))
            if name.startswith("kam-") and os.path.isdir(folder) and os.stat(folder).st_uid == os.getuid():
                yield from filter(os.path.isfile, (os.path.join(folder, one) for one in _names_in(folder)))


def _tables(book_path: str) -> Iterator[str]:
    """Tables of rows left out by an import, and exports of a person, in this folder and in the book's."""
    for place in (os.curdir, os.path.dirname(os.path.realpath(book_path))):
        for name in _names_in(place):
            path = os.path.realpath(os.path.join(place, name))
            if TABLES.fullmatch(name) and os.path.isfile(path):
                yield path


def _shared(book: Book) -> Iterator[str]:
    """Cards and events in the folders of `kam sync-folder`; the next time it takes those of the person away."""
    for folder, name in book.conn.execute("SELECT folder, name FROM sync_items").fetchall():
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            yield path


def _names_in(place: str) -> list[str]:
    try:
        return os.listdir(place)
    except OSError:
        return []


def _is_about(path: str, names: Names) -> bool:
    """Whether a text names the person; read by pieces that overlap."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            end = ""
            while block := file.read(BLOCK):
                if names.held([end + block])[0]:
                    return True
                end = block[-200:]
    except OSError:
        pass
    return False
