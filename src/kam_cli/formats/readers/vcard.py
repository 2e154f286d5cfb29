"""Reads vCards: one file of many cards, or a folder of files, of any version and of any program."""

from __future__ import annotations

import os
import re

from kam_cli.errors import BadValue, KamError
from kam_cli.formats.people import FIELDS, row_of
from kam_cli.formats.table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from kam_cli.formats.readers import Ask
    from kam_cli.formats.vcard import Card

ENDINGS = (".vcf", ".vcard")
_BEGIN = re.compile(r"\s*([A-Za-z0-9-]+\.)?BEGIN\s*:\s*VCARD", re.IGNORECASE)
_GROUP = re.compile(rb"KIND[^\r\n]{0,20}:\s*group", re.IGNORECASE)


def knows(head: bytes, path: str) -> bool:
    """A file that begins as a card or is named as one, and a folder in which such a file lies."""
    from kam_cli.formats.encoding import sniff_encoding

    if head:
        encoding = sniff_encoding(head, complete=False)[0]
        return bool(_BEGIN.match(head.decode(encoding, "replace").lstrip("\ufeff"))) or path.lower().endswith(
            ENDINGS
        )
    return bool(_files_in(path)) if os.path.isdir(path) else path.lower().endswith(ENDINGS)


def open_table(source: str | BinaryIO, ask: Ask) -> Table:
    """The cards as rows under the fields of contacts, or of clients where it is told to suit them.

    Raises BadValue for what a card has not, KamError for a file that is missing or holds no card.
    """
    for name in ("delimiter", "sheet"):
        if getattr(ask, name):
            raise BadValue(f"--{name}: cards have none; leave it out")
    return CardTable(source, ask)


class CardTable(Table):
    """Cards, read one after the other; a group of them is a tag on its members."""

    is_exact = True

    def __init__(self, source: str | BinaryIO, ask: Ask) -> None:
        is_folder = isinstance(source, str) and os.path.isdir(source)
        super().__init__(
            list(FIELDS["contacts"]), noun="contacts", unit="card", place="file" if is_folder else "line"
        )
        self.files = _files_in(source) if is_folder and isinstance(source, str) else [source]
        self.is_folder = is_folder
        self.ask = ask
        self.strays: list[int] = []
        self.guessed = ""
        self._before = self._size = 0
        self.tags: dict[str, list[str]] = {}
        groups = [
            card
            for one in self.files
            if _mentions_group(one)
            for _, card in self._cards(one)
            if _is_group(card)
        ]
        for card in groups:
            self._note_members(card)
        if groups:
            self.notes.append(
                f"{len(groups)} {'group is a tag' if len(groups) == 1 else 'groups are tags'} on the members"
            )
        self.strays.clear()
        self._before = 0

    @property
    def bytes_read(self) -> int:  # type: ignore[override]
        return self._before + self._size

    def suit(self, noun: str) -> None:
        """As of every table."""
        if noun not in FIELDS:
            raise BadValue(f"--as {noun}: cards hold people and companies; say contacts or clients")
        self.noun, self.header = noun, list(FIELDS[noun])

    def rows(self) -> Iterator[tuple[int, list[str], str | None]]:
        """As of every table; the number is the line on which a card begins, or the file's in a folder."""
        from kam_cli.formats.cardreading import bare_id, person_of

        empty = 0
        for number, source in enumerate(self.files, 1):
            found = 0
            for label, card in self._cards(source):
                found += 1
                if _is_group(card):
                    continue
                person = person_of(card)
                for tag in self.tags.get(bare_id(person.external_id), ()):
                    person.add("tag", tag)
                if not person.problem and not person.name:
                    empty += 1
                    continue
                problem = (
                    f"{label}: {person.problem}" if person.problem and self.is_folder else person.problem
                )
                yield number if self.is_folder else card.line, row_of(person, self.noun), problem or None
            if not found:
                raise KamError(f"{_label(source)} holds no vCard: there is no BEGIN:VCARD")
        self._tell(empty)

    def _tell(self, empty: int) -> None:
        if empty:
            self.notes.append(f"{empty} {'card says' if empty == 1 else 'cards say'} nothing: left out")
        if self.guessed:
            self.notes.append(f"{self.guessed} is a guess: give --encoding if letters look wrong")
        if self.strays and not self.is_folder:
            where = ", ".join(map(str, self.strays[:5])) + (" …" if len(self.strays) > 5 else "")
            self.notes.append(f"taken as more of the text before: line {where}")

    def _note_members(self, card: Card) -> None:
        from kam_cli.formats.cardreading import members

        for uid in members(card):
            self.tags.setdefault(uid, []).append(card.text("FN", "N"))

    def _cards(self, one: str | BinaryIO) -> Iterator[tuple[str, Card]]:
        """(name of the file, card) of each card in a file."""
        from kam_cli.formats.contentlines import physical_lines
        from kam_cli.formats.encoding import guess_code_page, sniff_encoding
        from kam_cli.formats.lines import BLOCK, Source
        from kam_cli.formats.vcard import parse_cards

        if not isinstance(one, str):
            one.seek(0)
        source = Source(one)
        try:
            first = source.read()
            encoding, _ = sniff_encoding(first, len(first) < BLOCK)
            decoder = Decoder(self.ask.encoding, lambda: guess_code_page(first))
            lines = physical_lines(source, first, _recoder(encoding))
            for card in parse_cards(lines, decoder, self.strays):
                self._size = source.taken
                yield os.path.basename(source.label.strip("'")), card
            self.guessed = decoder.guessed or self.guessed
        finally:
            self._before, self._size = self._before + source.taken, 0
            source.close()


class Decoder:
    """Text of bytes: in the character set that is named, else UTF-8, else the code page that the file looks like."""

    def __init__(self, given: str | None, guess: Callable[[], str]) -> None:
        from kam_cli.formats.encoding import known_encoding

        self.given = known_encoding(given) if given else ""
        self.guess = guess
        self.guessed = ""
        self.known: dict[str, str] = {}

    def __call__(self, raw: bytes, charset: str) -> str:
        for name in filter(None, (self._codec(charset), self.given, "utf-8")):
            try:
                return raw.decode(name)
            except (UnicodeError, ValueError):
                continue
        self.guessed = self.guessed or self.guess()
        return raw.decode(self.guessed, "replace")

    def _codec(self, charset: str) -> str:
        """The codec of a character set; Microsoft's superset of Shift JIS, which is what telephones write."""
        if charset not in self.known:
            from kam_cli.formats.encoding import known_encoding

            try:
                found = known_encoding(charset) if charset else ""
            except BadValue:
                found = ""
            self.known[charset] = "cp932" if found == "shift_jis" else found
        return self.known[charset]


def _recoder(encoding: str) -> Callable[[bytes, bool], bytes]:
    """What turns blocks of UTF-16 and UTF-32 into UTF-8, and leaves all others but for a byte order mark."""
    import codecs

    if not encoding.startswith(("utf-16", "utf-32")):
        seen = False

        def unmarked(block: bytes, last: bool) -> bytes:
            nonlocal seen
            block, seen = (block if seen else block.removeprefix(b"\xef\xbb\xbf")), True
            return block

        return unmarked
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return lambda block, last: decoder.decode(block, last).replace("\ufeff", "").encode("utf-8", "replace")


def _files_in(folder: str) -> list[str]:
    """The card files of a folder, by name; hidden ones are another program's drafts."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    found = (name for name in names if name.lower().endswith(ENDINGS) and not name.startswith("."))
    return [path for name in found if os.path.isfile(path := os.path.join(folder, name))]


def _mentions_group(one: str | BinaryIO) -> bool:
    """Whether a list of other cards may be in the file; looked up without reading cards."""
    from kam_cli.formats.lines import Source

    source = Source(one)
    try:
        tail = b""
        while block := source.read():
            if _GROUP.search((tail + block).replace(b"\0", b"")):
                return True
            tail = block[-100:]
        return False
    finally:
        source.close()
        if not isinstance(one, str):
            one.seek(0)


def _is_group(card: Card) -> bool:
    from kam_cli.formats.cardreading import is_group

    return is_group(card)


def _label(source: str | BinaryIO) -> str:
    return repr(source) if isinstance(source, str) else "standard input"
