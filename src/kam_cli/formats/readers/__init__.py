"""Readers of files, one module each: what stands in `READERS` first and knows a file reads it.

A reader has two functions: ``knows(head, path)`` tells by the first bytes of a file (none of a folder), and by its name
where they are not enough, whether the file is of its kind; ``open_table(source, ask)`` opens it, a path or a binary
stream at its start, as a `kam_cli.formats.table.Table`. Both import what is heavy when they need it.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from kam_cli.formats.table import Table

# Text comes last: it takes what nothing else knows.
READERS = ("workbook", "database", "objects", "vcard", "ldif", "ical", "mail", "drawn", "text")
HEAD = 4096

# What the command line says of the input: the encoding of its text, what parts its cells, a sheet or an inner table,
# whether a long text is wanted whole, the owner's day, and that the first row is no header.
Ask = namedtuple(
    "Ask", "encoding delimiter sheet whole today no_header", defaults=(None, None, None, False, None, False)
)


def open_any(source: str | BinaryIO, ask: Ask = Ask()) -> Table:
    """Open a file, a folder or a stream with the reader that knows it.

    Raises BadValue for what ``ask`` names and is not there, KamError for a file that cannot be read.
    """
    from kam_cli.registry import load

    head, path = _beginning(source)
    for name in READERS:
        reader = load(f"formats.readers.{name}")
        if reader.knows(head, path):  # type: ignore[attr-defined]
            break
    table: Table = reader.open_table(source, ask)  # type: ignore[attr-defined]
    return table


def _beginning(source: str | BinaryIO) -> tuple[bytes, str]:
    """The first bytes of a file or stream, and the path; nothing of what cannot be opened, which its reader tells."""
    import os

    if not isinstance(source, str):
        head = source.read(HEAD)
        source.seek(0)
        return head, ""
    if os.path.isdir(source):
        return b"", source
    try:
        with open(source, "rb") as file:
            return file.read(HEAD), source
    except (OSError, ValueError):
        return b"", source
