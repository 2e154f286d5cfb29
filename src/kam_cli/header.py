"""What a file says of itself before SQLite opens it: whether it is a book of kam, and of which version."""

from __future__ import annotations

import os
import stat

from kam_cli.errors import NoBook

APPLICATION_ID = 0x6B616D31  # "kam1", at offset 68 of the file


def read_header(path: str) -> int:
    """The schema version in the file's header, read before any connection is made.

    (Closing a plain descriptor on a file that SQLite has open in this process would drop its locks.)
    Raises NoBook where the file is missing, unreadable, empty or no book of kam.
    """
    try:
        # Asked before it is opened: a pipe would wait for a writer.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise NoBook(f"{path} is no file. Name the book with --db PATH")
        with open(path, "rb") as file:
            head = file.read(100)
    except FileNotFoundError:
        if os.path.islink(path):
            raise NoBook(
                f"{path} is a link to a file that is not there. Bring back the file, or mend the link"
            ) from None
        raise NoBook(
            f"there is no book at {path}. Start one: kam init (or name another: --db PATH)"
        ) from None
    except OSError as error:
        raise NoBook(f"cannot read the book {path}: {error.strerror}. Check its owner and mode") from None
    if not head:
        raise NoBook(
            f"{path} is an empty file, not a book. Remove it and run: kam init, or kam restore a backup"
        )
    if head[:16] != b"SQLite format 3\0" or len(head) < 100:
        raise NoBook(f"{path} is not a book of kam (no SQLite file). Name the right file with --db PATH")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise NoBook(
            f"{path} belongs to another program. Name your book with --db PATH, or start one: kam init"
        )
    return int.from_bytes(head[60:64], "big")


def put_leftovers_aside(path: str) -> None:
    """Rename what a lost book left at ``path``: SQLite would play its journal into the book that comes there next."""
    for end in ("-journal", "-wal", "-shm"):
        if os.path.lexists(path + end):
            os.replace(path + end, f"{path}{end}.lost")
