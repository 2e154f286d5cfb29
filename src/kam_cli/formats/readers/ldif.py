"""Reads LDIF: the address book of Thunderbird, the entries of a directory."""

from __future__ import annotations

import os
import re

from kam_cli.formats.readers.people_table import PeopleTable, files_in, refuse_marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from kam_cli.formats.ldif import Entry
    from kam_cli.formats.people import Person
    from kam_cli.formats.readers import Ask

ENDINGS = (".ldif", ".ldi")
_BEGIN = re.compile(r"(?:\s|#[^\n]*\n|version:[^\n]*\n)*+dn::?[ \t]", re.IGNORECASE)


def knows(head: bytes, path: str) -> bool:
    """A file that begins with an entry or is named as such, and a folder in which such a file lies."""
    from kam_cli.formats.encoding import sniff_encoding

    if not head:
        return bool(files_in(path, ENDINGS)) if os.path.isdir(path) else path.lower().endswith(ENDINGS)
    text = head.decode(sniff_encoding(head, complete=False)[0], "replace").lstrip("\ufeff")
    return bool(_BEGIN.match(text.replace("\r", "\n"))) or path.lower().endswith(ENDINGS)


def open_table(source: str | BinaryIO, ask: Ask) -> EntryTable:
    """The entries of persons as rows under the fields of contacts, or of clients where it is told to suit them.

    Raises BadValue for what an entry has not, KamError for a file that is missing or holds no entry.
    """
    refuse_marks(ask, "record")
    return EntryTable(source, ask)


class EntryTable(PeopleTable):
    """Entries, read one after the other; those of a directory's own parts name nobody."""

    endings = ENDINGS
    group = re.compile(rb"objectclass:\s*(groupof|posixgroup|group\b)", re.IGNORECASE)
    kind = "record"
    begins = "there is no line that begins with dn:"

    def said(self) -> str:
        return "LDIF"

    def entries(self, lines: Iterable[bytes], decode: Callable[[bytes, str], str]) -> Iterator[Entry]:
        from kam_cli.formats.ldif import parse_entries

        return parse_entries(lines, decode)

    def members(self, entry: Entry) -> tuple[str, list[str]] | None:
        from kam_cli.formats.ldif import group_of

        return group_of(entry)

    def person(self, entry: Entry) -> tuple[Person, str]:
        from kam_cli.formats.ldif import person_of

        return person_of(entry)
