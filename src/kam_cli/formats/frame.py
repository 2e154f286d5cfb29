"""Where a table begins and ends on a sheet or in a file, when somebody wrote notes above and below it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from kam_cli.formats.headers import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kam_cli.formats.table import Record

    Found = tuple[int, int, list[str]]  # the line a row begins on, the line after it, its cells

ABOVE = 30  # notes above a table are fewer rows than this
REPEATED = 5  # repeated names told
LONGEST = 100  # characters of a figure, and of what is looked at for an address
BELOW = 30  # and so are those below it
_MONEY = "(?-i:[A-Z]{3})|[€$£¥₴₽₪]|zł|kč|ft|kr"
_FIGURE = re.compile(
    rf"[-+(]?(?:(?:{_MONEY}) ?)?\d[\d.,:/'TZ \u00a0\u202f-]*\)?\s*(?:%|{_MONEY})?|true|false", re.IGNORECASE
)
# How the last lines of a report begin: Salesforce's footer, totals, who made it and when.
_CLOSING = re.compile(
    r"((grand |sub)?totals?|sum|summe|gesamt|suma|razem|łącznie|итого|разом)\s*($|[:=(]|\d)|"
    r"(total )?number of (rows|records)\b|\(?\d+ (rows?|records?)( in set.*)?\)?$|"
    r"confidential information\b|copyright\b|©\s*\w\w|\(c\) \d{4}|(generated|exported|printed) (on|by|at|from)\b|"
    r"erstellt am\b|wygenerowano\b|end of (report|file)\b",
    re.IGNORECASE,
)


def is_blank(cells: Sequence[str]) -> bool:
    """Whether a row holds nothing but spaces."""
    return not "".join(cells).strip()


def is_number(cell: str) -> bool:
    """Whether a cell is a plain number, or several, which no header is."""
    digits = "".join(character for character in cell if character not in " +-.,")
    return digits.isascii() and digits.isdigit()


def is_figure(cell: str) -> bool:
    """Whether a cell is a number, an amount, a percentage, a date or a truth value: what stands below a header."""
    text = cell.strip()
    return len(text) <= LONGEST and bool(_FIGURE.fullmatch(text))


def header_index(found: Sequence[Found]) -> int:
    """Which of the first rows of a file, blank ones left out, is the header.

    It is the first row that is not a note. A row above the table is a note where it fills fewer than half of the
    cells that most rows have; or where it fills one cell of several and begins with ``#`` or is followed by a blank
    row; or where a fuller row of words stands below it, with columns of figures under that row only.
    """
    widths = Counter(len(cells) for _, _, cells in found)
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    for index, (_, after, cells) in enumerate(found[:ABOVE]):
        filled = _filled(cells)
        blank_follows = index + 1 < len(found) and found[index + 1][0] > after
        remark = cells[0].lstrip().startswith("#") or blank_follows
        if 2 * filled >= usual and not (filled == 1 < usual and remark):
            return 0 if any(map(is_number, cells)) else _fuller(found, index)
    return 0


def _fuller(found: Sequence[Found], first: int) -> int:
    """A row below ``first`` that has more words than it and is followed by figures; else ``first``."""
    best, most = first, _filled(found[first][2])
    for index in range(first + 1, min(len(found) - 1, ABOVE)):
        cells = found[index][2]
        if any(map(is_figure, cells)):
            break
        if _filled(cells) > most and any(map(is_figure, found[index + 1][2])):
            best, most = index, _filled(cells)
    return best


def above(found: Sequence[Found], place: str = "line") -> list[str]:
    """A remark on what stands above the header, where it is a table rather than notes: several rows of the same cells."""
    shapes = {tuple(bool(cell.strip()) for cell in cells) for _, _, cells in found}
    if len(found) < 2 or len(shapes) > 1 or sum(shapes.pop()) < 2:
        return []
    where = f"{place}s {found[0][0]}–{found[-1][0]}, above the header, are left out"
    return [f"{where}: if they are a table, give it a file of its own"]


def has_no_header(found: Sequence[Found]) -> bool:
    """Whether the first row can be no header: it holds nothing but figures, or an e-mail address."""
    if not found:
        return False
    filled = [cell for cell in found[0][2] if cell.strip()]
    return bool(filled) and (
        all(map(is_number, filled)) or any(re.search(r"\S@\S+\.\w", one[:LONGEST]) for one in filled)
    )


def whole(cells: list[str]) -> tuple[list[str], str | None]:
    """The cells as text that can be written anywhere, and what is wrong with those that could not."""
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return [
            cell.encode("utf-8", "replace").decode() for cell in cells
        ], "there is a text that is not UTF-8"
    return cells, None


def repeated(header: Iterable[str]) -> list[str]:
    """Remarks on columns of one name, of which only the first is read."""
    counts = Counter(name.strip() for name in header)
    names = [(short(name), n) for name, n in counts.most_common() if name and n > 1]
    told = [f"{n} columns are called {name!r}: the first is read" for name, n in names[:REPEATED]]
    rest = len(names) - REPEATED
    return [*told, f"{rest} more names stand over several columns"] if rest > 0 else told


def numbered(width: int) -> list[str]:
    """Names for the columns of a table without a header."""
    return [str(number) for number in range(1, width + 1)]


def without_closing(
    rows: Iterable[Record], told: Callable[[str], object], typed: Sequence[bool] = (), place: str = "line"
) -> Iterator[Record]:
    """The rows, without what a report or a person wrote below them; ``told`` takes a remark on what was left out.

    Only the last rows can be notes, if they fill no more than half of their cells, or figures only, and one of them
    begins as reports end; or, where ``typed`` tells the columns that hold nothing but figures, if there are words in one of these.
    """
    waiting = iter(rows)
    last: list[Record] = []
    while some := list(islice(waiting, BELOW)):
        last += some
        yield from last[:-BELOW]
        last = last[-BELOW:]
    notes = _closing(last, typed)
    yield from last[: len(last) - notes]
    last = last[len(last) - notes :]
    if last:
        lines = f"{place} {last[0][0]} is" if len(last) == 1 else f"{place}s {last[0][0]}–{last[-1][0]} are"
        told(f"{lines} no part of the table: left out")


def _closing(rows: list[Record], typed: Sequence[bool]) -> int:
    """How many of the last rows are notes: those after a blank row, else those that are told by what they say.

    Where the columns are ``typed``, all of the last short rows are taken for notes if one of them is.
    """
    count, told = 0, 0
    gaps = []
    for line, cells, _ in reversed(rows):
        closes = _closes(cells)
        if 2 * _filled(cells) > len(cells) and not closes:
            break
        count += 1
        words = (cell for figures, cell in zip(typed, cells, strict=False) if figures and cell.strip())
        told = count if closes or not all(map(is_figure, words)) else told
        if count < len(rows) and rows[-count - 1][0] < line - 1:
            gaps.append(count)
    return next((gap for gap in gaps if gap >= told), count if typed else told) if told else 0


def _closes(cells: Sequence[str]) -> bool:
    """Whether a row begins as reports end, with nothing but figures behind that, if much."""
    first, *others = [cell.strip() for cell in cells if cell.strip()] or [""]
    return bool(_CLOSING.match(first)) and (2 * len(others) < len(cells) - 1 or all(map(is_figure, others)))


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)
