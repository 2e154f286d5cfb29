"""What the readers of address books share: files of people, one entry after the other, as rows to import."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod

from kam_cli.errors import BadValue, KamError
from kam_cli.formats.people import FIELDS, OTHER, row_of
from kam_cli.formats.table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, BinaryIO

    from kam_cli.formats.people import Person
    from kam_cli.formats.readers import Ask


class PeopleTable(Table, ABC):
    """Entries of an address book, contacts unless it is to suit clients; a list of others is a tag on its members.

    ``endings`` of the files of a folder; ``group`` is what tells that a list of others may be in a file; ``kind`` and
    ``begins`` say to a person what was looked for and what is not there.
    """

    is_exact = True
    is_marked = False
    endings: tuple[str, ...]
    group: re.Pattern[bytes]
    kind: str
    begins: str

    def __init__(self, source: str | BinaryIO, ask: Ask) -> None:
        is_folder = isinstance(source, str) and os.path.isdir(source)
        place = "file" if is_folder else "line"
        super().__init__(list(FIELDS["contacts"]), noun="contacts", unit=self.kind, place=place)
        self.files = files_in(source, self.endings) if is_folder and isinstance(source, str) else [source]
        self.is_folder = is_folder
        self.ask = ask
        self.strays: list[int] = []
        self.guessed = ""
        self.unknown: set[str] = set()
        self._before = self._size = 0
        self.tags: dict[str, list[str]] = {}
        groups = 0
        for one in self.files:
            for _, entry in self._entries(one) if _mentions(one, self.group) else ():
                groups += self._note_members(entry)
        if groups:
            self.notes.append(
                f"{groups} {'group is a tag' if groups == 1 else 'groups are tags'} on the members"
            )
        self.strays.clear()
        self._before = 0

    @abstractmethod
    def entries(self, lines: Iterable[bytes], decode: Callable[[bytes, str], str]) -> Iterator[Any]:
        """The entries of a file, of its lines."""

    @abstractmethod
    def members(self, entry: Any) -> tuple[str, list[str]] | None:
        """The name of a list of others and the ids of its members; None for any other entry."""

    @abstractmethod
    def said(self) -> str:
        """What kind of file it is, once it was read."""

    @abstractmethod
    def person(self, entry: Any) -> tuple[Person, str]:
        """Whom an entry is of, and the id by which a list names it."""

    @property
    def bytes_read(self) -> int:  # type: ignore[override]
        return self._before + self._size

    def unread(self, columns: list[str]) -> list[str]:
        """As of every table: what was met in the entries that stands for nothing."""
        return sorted(self.unknown) if OTHER in columns else columns

    def suit(self, noun: str) -> None:
        """As of every table."""
        if noun not in FIELDS:
            raise BadValue(f"--as {noun}: {self.kind}s hold people and companies; say contacts or clients")
        self.noun, self.header = noun, list(FIELDS[noun])

    def rows(self) -> Iterator[tuple[int, list[str], str | None]]:
        """As of every table; the number is the line on which an entry begins, or the file's in a folder."""
        empty = 0
        for number, source in enumerate(self.files, 1):
            found = False
            for label, entry in self._entries(source):
                found = True
                if self.members(entry) is not None:
                    continue
                person, own_id = self.person(entry)
                self.unknown.update(line.partition(":")[0] for line in person.other)
                for tag in self.tags.get(own_id, ()):
                    person.add("tag", tag)
                if not person.problem and not person.name:
                    empty += 1
                    continue
                problem = (
                    f"{label}: {person.problem}" if person.problem and self.is_folder else person.problem
                )
                yield number if self.is_folder else person.line, row_of(person, self.noun), problem or None
            if not found:
                name = repr(source) if isinstance(source, str) else "standard input"
                raise KamError(f"{name} holds no {self.kind}: {self.begins}")
        self._tell(empty)

    def _tell(self, empty: int) -> None:
        self.notes[:0] = [self.said()]
        if empty:
            what = f"{self.kind} names" if empty == 1 else f"{self.kind}s name"
            self.notes.append(f"{empty} {what} nobody: left out")
        if self.guessed:
            self.notes.append(f"{self.guessed} is a guess: give --encoding if letters look wrong")
        if self.strays and not self.is_folder:
            where = ", ".join(map(str, self.strays[:5])) + (" …" if len(self.strays) > 5 else "")
            self.notes.append(f"taken as more of the text before: line {where}")

    def _note_members(self, entry: Any) -> bool:
        found = self.members(entry)
        for one in found[1] if found else ():
            self.tags.setdefault(one, []).append(found[0] if found else "")
        return found is not None

    def _entries(self, one: str | BinaryIO) -> Iterator[tuple[str, Any]]:
        """(name of the file, entry) of each entry in a file."""
        from kam_cli.formats.contentlines import physical_lines
        from kam_cli.formats.encoding import guess_code_page, sniff_encoding
        from kam_cli.formats.lines import BLOCK, Source

        if not isinstance(one, str):
            one.seek(0)
        source = Source(one)
        try:
            first = source.read()
            encoding, _ = sniff_encoding(first, len(first) < BLOCK)
            decoder = Decoder(self.ask.encoding, lambda: guess_code_page(first))
            for entry in self.entries(physical_lines(source, first, recoder(encoding)), decoder):
                self._size = source.taken
                yield os.path.basename(source.label.strip("'")), entry
            self.guessed = decoder.guessed or self.guessed
        finally:
            self._before, self._size = self._before + source.taken, 0
            source.close()


def refuse_marks(ask: Ask, kind: str) -> None:
    """Raises BadValue for what the command line says of a table and no address book has."""
    for name in ("delimiter", "sheet"):
        if getattr(ask, name):
            raise BadValue(f"--{name}: {kind}s have none; leave it out")


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


def recoder(encoding: str) -> Callable[[bytes, bool], bytes]:
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


def files_in(folder: str, endings: tuple[str, ...]) -> list[str]:
    """The files of a folder with these endings, by name; hidden ones are another program's drafts."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    found = (name for name in names if name.lower().endswith(endings) and not name.startswith("."))
    return [path for name in found if os.path.isfile(path := os.path.join(folder, name))]


def _mentions(one: str | BinaryIO, pattern: re.Pattern[bytes]) -> bool:
    """Whether a pattern occurs in a file; looked up without reading entries."""
    from kam_cli.formats.lines import Source

    source = Source(one)
    try:
        tail = b""
        while block := source.read():
            if pattern.search((tail + block).replace(b"\0", b"")):
                return True
            tail = block[-100:]
        return False
    finally:
        source.close()
        if not isinstance(one, str):
            one.seek(0)
