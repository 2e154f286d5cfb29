"""What the cells of a column mean: a field of an import reads a whole column at a time, a part of the file each.

A field is a declaration; its reader belongs to one import and remembers what it has read, so that a value seen
before is not parsed again. An empty cell is None; a cell that cannot be read is `Bad`.
"""

from __future__ import annotations

import re

from kam_cli.errors import BadValue
from kam_cli.formats.formulas import restored
from kam_cli.formats.packed import BETWEEN, unpack, unpack_pair
from kam_cli.text import check_text, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.params import Kind

REMEMBERED = 50_000  # values of one column
LONGEST_LINE = 500
LONGEST_TEXT = 100_000
OR, ID = "\x1f", "\x1e"  # between two ways to name a record, and before one that is an id and no name

# Control characters that are none: dashes, quotes and the euro sign of Windows, which a program took for Latin-1.
_MISREAD = {code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}
_is_misread = re.compile("[\x80-\x9f]").search


def _is_plain(text: str) -> bool:
    """Whether a text, or several in a row, need no more than their outer spaces taken off."""
    return text.isascii() and text.isprintable() and "  " not in text and "#" not in text and "'" not in text


class Bad:
    """Why a cell cannot be read."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message


class Memo(dict):  # type: ignore[type-arg]
    """Cell → value, each worked out once; forgotten when there are too many."""

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        self.work_out = work_out

    def __missing__(self, cell: Any) -> Any:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[cell] = self.work_out(cell)
        return value


class Reader:
    """The reader of a field during one import; ``failed`` from the first `Bad` value on.

    ``is_exact``, ``is_marked`` and ``is_verbatim`` as of the table that is read.
    """

    is_exact = False
    is_marked = True
    is_verbatim = False

    def __init__(self, parse: Callable[[str], Any]) -> None:
        self.parse = parse
        self.failed = False
        self.memo = Memo(self.one)

    def learn(self, cells: list[str]) -> str:
        """Look at the first cells of a column for how all are written; gives a remark on what was found, or ""."""
        return ""

    def read(self, cells: list[str]) -> list[Any]:
        """A value for each cell."""
        return list(map(self.memo.__getitem__, cells))

    def one(self, cell: str) -> Any:
        if not self.is_verbatim and not cell.isascii() and _is_misread(cell):
            cell = cell.translate(_MISREAD)
        cell = (restored(cell) if self.is_marked else cell).strip()
        try:
            return self.parse(cell) if cell else None
        except BadValue as error:
            self.failed = True
            return Bad(str(error))

    def merge(self, columns: list[list[Any]]) -> list[Any]:
        """The values of several columns as one: the first that is filled in."""
        return [next((v for v in values if v is not None), None) for values in zip(*columns, strict=True)]


class Field:
    """A field whose cells are read by a `Kind`."""

    refers = ""  # the noun of the record that the field names
    places = 0  # decimals that the whole number stands for, as thousandths do

    def __init__(self, kind: Kind, places: int = 0) -> None:
        self.kind = kind
        self.places = places

    def reader(self, c: Context) -> Reader:
        return Reader(lambda text: self.kind.parse(c, text))


class Words(Field):
    """One of a few words, in any case and with spaces, dashes or underscores; ``aliases`` are other words for them."""

    def __init__(self, *names: str, aliases: dict[str, str] | None = None) -> None:
        self.names = names
        self.meanings = {fold(word): meant for word, meant in (aliases or {}).items()}
        self.meanings |= {fold(name): name for name in names}

    def reader(self, c: Context) -> Reader:
        def parse(text: str) -> str:
            try:
                return self.meanings[fold(text)]
            except KeyError:
                raise BadValue(f"{text[:40]!r} is not one of {', '.join(self.names)}") from None

        return Reader(parse)


class Text(Field):
    """A text of one line, or of several ``lines``; several columns are joined, a line each.

    ``check`` is a further rule: it gives the text as it is stored, or raises BadValue.
    """

    def __init__(
        self, longest: int = LONGEST_LINE, *, lines: bool = False, check: Callable[[str], str] | None = None
    ) -> None:
        self.longest = longest
        self.lines = lines
        self.check = check

    def reader(self, c: Context) -> Reader:
        return TextReader(self)

    def parse(self, text: str) -> str:
        text = check_text(text if self.lines else " ".join(text.split()), "the text")
        if len(text) > self.longest:
            raise BadValue(f"it has {len(text)} characters; at most {self.longest} are kept")
        return self.check(text) if self.check else text


class TextReader(Reader):
    """Reads texts, most of which occur once: a column that is plainly in order is not looked at cell by cell."""

    def __init__(self, field: Text) -> None:
        super().__init__(field.parse)
        self.longest = field.longest

    def read(self, cells: list[str]) -> list[Any]:
        if max(map(len, cells), default=0) > self.longest:
            return list(map(self.one, cells))
        if _is_plain("".join(cells)):
            return [cell.strip() or None for cell in cells]
        odd = {cell: self.one(cell) for cell in set(cells) if not _is_plain(cell)}
        return [odd[cell] if cell in odd else cell.strip() or None for cell in cells]

    def merge(self, columns: list[list[Any]]) -> list[Any]:
        return ["\n".join(filter(None, values)) or None for values in zip(*columns, strict=True)]


class Reference(Text):
    """The name or external id of a record of the noun ``refers``; ``within`` is the field that says whose it is.

    ``ids`` are headers of columns that hold nothing but external ids; one of them may stand beside the name.
    """

    def __init__(self, refers: str, within: str = "", ids: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.refers = refers
        self.within = within
        self.ids = ids

    def reader(self, c: Context) -> Reader:
        return ReferenceReader(self)


class ReferenceReader(TextReader):
    """Reads what a record is called; of several columns the `references.parts` are kept."""

    def merge(self, columns: list[list[Any]]) -> list[Any]:
        return [OR.join(filter(None, values)) or None for values in zip(*columns, strict=True)]

    @staticmethod
    def marked(values: list[Any]) -> list[Any]:
        """The values of a column of ids, known as such."""
        return [value and ID + value for value in values]


class Packed(Field):
    """Several texts in one cell as `kam export` writes them (see `kam_cli.formats.packed`); ``parse`` reads one."""

    def __init__(self, parse: Callable[[Context, str], Any]) -> None:
        self.parse = parse

    def reader(self, c: Context) -> Reader:
        return Reader(lambda text: [self.parse(c, part) for part in unpack(text)] or None)


def elsewhere(c: Context, text: str) -> tuple[str, str]:
    """One of a record's ids in other programs, written ``source=id``."""
    source, external_id = unpack_pair(text)
    if not source or not external_id:
        raise BadValue(f"{text[:40]!r} is not written source=id, as in crm=4711")
    return check_text(source, "the source"), check_text(external_id, "the id")


class Each(Field):
    """Values of which a record has any number, in several columns or in one cell; gives a list, or None.

    ``parse`` reads one, and gives None for one that says nothing; ``parts`` are the characters that part them, beside
    " ::: " and line breaks. A cell that is all of the regular expression ``plain`` is one value in good order:
    ``plainly`` gives it without a further look.
    """

    def __init__(
        self,
        parse: Callable[[Context, str], Any],
        parts: str = "",
        plain: str = "",
        plainly: Callable[[str], Any] | None = None,
    ) -> None:
        self.parse = parse
        self.parts = parts
        self.plain = plain
        self.plainly = plainly

    def reader(self, c: Context) -> Reader:
        return EachReader(c, self)


class EachReader(Reader):
    """Reads several values a cell."""

    def __init__(self, c: Context, field: Each) -> None:
        super().__init__(self.split)
        self.c = c
        self.field = field
        self.is_plain = re.compile(field.plain or r"(?!)", re.ASCII).fullmatch

    def read(self, cells: list[str]) -> list[Any]:
        plainly = self.field.plainly
        if plainly is None:
            return super().read(cells)
        is_plain, memo = self.is_plain, self.memo
        return [[plainly(cell)] if is_plain(cell) else memo[cell] for cell in cells]

    def split(self, text: str) -> list[Any] | None:
        for sign in () if self.is_exact else (BETWEEN, *self.field.parts):
            text = text.replace(sign, "\n")
        found = [self.field.parse(self.c, part.strip()) for part in text.split("\n") if part.strip()]
        return [value for value in found if value is not None] or None

    def merge(self, columns: list[list[Any]]) -> list[Any]:
        found = [[one for values in row if values for one in values] for row in zip(*columns, strict=True)]
        return [values or None for values in found]
