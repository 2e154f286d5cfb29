"""Reads vCards: one file of many cards, or a folder of files, of any version and of any program."""

from __future__ import annotations

import os
import re

from kam_cli.formats.readers.people_table import PeopleTable, files_in, refuse_marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from kam_cli.formats.people import Person
    from kam_cli.formats.readers import Ask
    from kam_cli.formats.vcard import Card

ENDINGS = (".vcf", ".vcard")
_BEGIN = re.compile(r"\s*([A-Za-z0-9-]+\.)?BEGIN\s*:\s*VCARD", re.IGNORECASE)


def knows(head: bytes, path: str) -> bool:
    """A file that begins as a card or is named as one, and a folder in which such a file lies."""
    from kam_cli.formats.encoding import sniff_encoding

    if not head:
        return bool(files_in(path, ENDINGS)) if os.path.isdir(path) else path.lower().endswith(ENDINGS)
    text = head.decode(sniff_encoding(head, complete=False)[0], "replace").lstrip("\ufeff")
    return bool(_BEGIN.match(text)) or path.lower().endswith(ENDINGS)


def open_table(source: str | BinaryIO, ask: Ask) -> CardTable:
    """The cards as rows under the fields of contacts, or of clients where it is told to suit them.

    Raises BadValue for what a card has not, KamError for a file that is missing or holds no card.
    """
    refuse_marks(ask, "card")
    return CardTable(source, ask)


class CardTable(PeopleTable):
    """Cards, read one after the other."""

    endings = ENDINGS
    group = re.compile(rb"KIND[^\r\n]{0,20}:\s*group", re.IGNORECASE)
    kind = "card"
    begins = "there is no BEGIN:VCARD"

    def __init__(self, source: str | BinaryIO, ask: Ask) -> None:
        self.versions: set[str] = set()
        super().__init__(source, ask)

    def said(self) -> str:
        return " ".join(["vCard", ", ".join(sorted(self.versions))]).strip()

    def entries(self, lines: Iterable[bytes], decode: Callable[[bytes, str], str]) -> Iterator[Card]:
        from kam_cli.formats.vcard import parse_cards

        return parse_cards(lines, decode, self.strays)

    def members(self, entry: Card) -> tuple[str, list[str]] | None:
        from kam_cli.formats.cardreading import is_group, members

        return (entry.text("FN", "N"), members(entry)) if is_group(entry) else None

    def person(self, entry: Card) -> tuple[Person, str]:
        from kam_cli.formats.cardreading import bare_id, person_of

        self.versions.update(filter(None, [entry.text("VERSION")[:5]]))
        person = person_of(entry)
        return person, bare_id(person.external_id)
