"""Who was erased, as digests of their uids: in the book, and beside it for the day on which an old backup is restored.

A digest names nobody who does not hold the uid: a uid has 74 random bits. The file ``<book>.erased`` (0600) has one
line a person: digest, instant, and ``texts`` where the names were taken out of others' texts, too.
"""

from __future__ import annotations

import os
from collections import namedtuple

from kam_cli.errors import KamError
from kam_cli.reach import PERSONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kam_cli.book import Book
    from kam_cli.reach import Reach

    Marks = dict[str, "Mark"]  # by digest

Mark = namedtuple("Mark", "digest erased_at is_texts")


def digest(uid: str) -> str:
    import hashlib

    return hashlib.sha256(uid.encode()).hexdigest()


def uids(book: Book, reach: Reach) -> set[str]:
    """The uids of the cards in a reach, also of those that only the journal remembers."""
    return {uid for table, row_id, uid in _cards(book) if reach.has(table, row_id)}


def _cards(book: Book) -> Iterator[tuple[str, int, str]]:
    """Table, number and uid of every card that the book or its journal holds."""
    from kam_cli.journal import parse_image

    for table in PERSONS:
        yield from ((table, *row) for row in book.conn.execute(f"SELECT id, uid FROM {table}").fetchall())
        images = book.conn.execute(
            f"SELECT row_id, before FROM journal WHERE tbl = ? AND before IS NOT NULL "
            f"AND row_id NOT IN (SELECT id FROM {table})",
            (table,),
        )
        for row_id, before in images.fetchall():
            yield table, row_id, parse_image(before).get("uid") or ""


# --- in the book --------------------------------------------------------------------------------------------


def record(book: Book, uids: set[str], texts: bool) -> None:
    """Note, inside a write, that these were erased now."""
    from kam_cli.stamps import utc_now

    now = utc_now()
    add(book, {mark.digest: mark for mark in (Mark(digest(uid), now, texts) for uid in sorted(uids))})


def add(book: Book, marks: Marks) -> None:
    """Take marks over, inside a write; one that is there already has to be settled once more."""
    book.conn.executemany(
        "INSERT INTO erasures (digest, erased_at, is_texts) VALUES (?, ?, ?) "
        "ON CONFLICT (digest) DO UPDATE SET settled_at = NULL, is_texts = max(is_texts, excluded.is_texts)",
        [(mark.digest, mark.erased_at, int(mark.is_texts)) for mark in marks.values()],
    )


def marks(book: Book) -> Marks:
    """Everyone who was erased, as the book and the file beside it know."""
    return {**_beside(book.path), **_inside(book)}


def _inside(book: Book) -> Marks:
    rows = book.rows("SELECT digest, erased_at, is_texts FROM erasures")
    return {row["digest"]: Mark(row["digest"], row["erased_at"], bool(row["is_texts"])) for row in rows}


def inside_of(path: str) -> Marks:
    """The same of a book that may be damaged or gone; nothing where it cannot be read."""
    import sqlite3

    if not os.path.isfile(path):
        return {}
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    conn = sqlite3.connect(f"file:{quoted}?mode=ro", uri=True)
    try:
        rows = conn.execute("SELECT digest, erased_at, is_texts FROM erasures").fetchall()
        return {row[0]: Mark(row[0], row[1], bool(row[2])) for row in rows}
    except sqlite3.Error:
        return {}
    finally:
        conn.close()


def missing(book: Book, marks: Marks) -> set[str]:
    """Digests of which the book does not know."""
    return set(marks) - set(_inside(book))


def found_again(book: Book, marks: Marks) -> dict[tuple[str, int], Mark]:
    """Cards in the book, or in its journal, of persons who were erased: (table, number) → mark."""
    if not marks:
        return {}
    found = {}
    for table, row_id, uid in _cards(book):
        if mark := marks.get(digest(uid)):
            found[table, row_id] = mark
    return found


# --- beside it ----------------------------------------------------------------------------------------------


def beside(book_path: str) -> str:
    """The path of the file beside a book; one that is reached through a link has one file all the same."""
    return os.path.realpath(book_path) + ".erased"


def _beside(book_path: str) -> Marks:
    try:
        with open(beside(book_path), encoding="ascii", errors="replace") as file:
            lines = [line.split() for line in file]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise KamError(
            f"cannot read who was erased, in {beside(book_path)}: {error.strerror}. Check its owner and mode"
        ) from None
    found = [Mark(words[0], words[1], words[2:] == ["texts"]) for words in lines if len(words) in (2, 3)]
    return {mark.digest: mark for mark in found}


def write_beside(book: Book) -> None:
    """Bring the file beside the book up to date with the book; nothing where it is, or where nobody was erased."""
    known, there = marks(book), _beside(book.path)
    if known == there:
        return
    from kam_cli.files import write_new

    lines = [
        f"{mark.digest} {mark.erased_at}{' texts' if mark.is_texts else ''}\n"
        for mark in sorted(known.values(), key=lambda mark: (mark.erased_at, mark.digest))
    ]
    write_new(beside(book.path), "".join(lines).encode(), force=True)


# --- the rest of an erasure ---------------------------------------------------------------------------------


def settle(book: Book) -> None:
    """What can only follow the commit: the file beside the book, and the book written anew without free pages.

    Nothing to do costs one query. Raises KamError where it could not be done; the next erasure does it then.
    """
    import sqlite3

    from kam_cli.lock import Lock
    from kam_cli.stamps import utc_now

    if not book.value("SELECT count(*) FROM erasures WHERE settled_at IS NULL"):
        return
    lock = Lock(book.path, 30)
    lock.acquire()
    try:
        write_beside(book)
        book.conn.execute("VACUUM")
        book.conn.execute("UPDATE erasures SET settled_at = ? WHERE settled_at IS NULL", (utc_now(),))
    except (OSError, sqlite3.Error) as error:
        raise KamError(
            f"what was erased may still stand in free pages of {book.path} ({error}). Try again: kam client forget"
        ) from None
    finally:
        lock.release()


def unfinished(book: Book) -> Iterator[str]:
    """What is still to be done of earlier erasures, a line each, as `kam check` tells it."""
    if book.value("SELECT count(*) FROM erasures WHERE settled_at IS NULL"):
        yield "an erasure was cut short, free pages may still hold data of the person; finish it: kam client forget"
    known = marks(book)
    for table, row_id in found_again(book, known):
        yield f"{table.removesuffix('s')} #{row_id} was erased before and is here again; finish it: kam client forget"
