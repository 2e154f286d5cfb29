"""Reads a sheet of an Excel workbook (.xlsx, .xlsm), row by row, wherever on it the table stands."""

from __future__ import annotations

from kam_cli.errors import BadValue, KamError
from kam_cli.formats import frame
from kam_cli.formats.table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, BinaryIO

    from kam_cli.formats.readers import Ask
    from kam_cli.formats.sheets import Sheet
    from kam_cli.formats.table import Record

LOOKED_AT = 200  # rows by which the table is found
_OLD = b"\xd0\xcf\x11\xe0"
_ENDS = (".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".xlt", ".ods", ".ots", ".numbers")


def knows(head: bytes, path: str) -> bool:
    """A workbook of any kind, so that those which cannot be read are told by their name."""
    if head.startswith(_OLD):
        return path.lower().endswith(_ENDS) or not path
    parts = (b"[Content_Types].xml", b"xl/", b"application/vnd.oasis.opendocument.spreadsheet")
    return head.startswith(b"PK\x03\x04") and (
        any(part in head for part in parts) or path.lower().endswith(_ENDS)
    )


def open_table(source: str | BinaryIO, ask: Ask) -> Table:
    """Open the sheet that ``--sheet`` names, else the first visible one that holds a table.

    Raises BadValue for a sheet that is not there and for an option that a workbook has no use for; KamError where
    openpyxl is not installed, and for a file that is no workbook, is damaged, or unpacks to more than any table.
    """
    from kam_cli.formats.sheets import Workbook

    for option, given in (("--encoding", ask.encoding), ("--delimiter", ask.delimiter)):
        if given:
            raise BadValue(f"{option}: a workbook needs none; leave it out")
    book = Workbook(source)
    try:
        return _open(book, ask)
    except BaseException:
        book.close()
        raise


def _open(book: Any, ask: Ask) -> Table:
    sheets: list[Sheet] = book.sheets()
    chosen = _named(sheets, ask.sheet) if ask.sheet else _first_with_table(sheets, book.label)
    found = _looked_at(chosen)
    if not found:
        raise KamError(f"{book.label}: the sheet {chosen.title!r} is empty")
    header = None if ask.no_header or frame.has_no_header(found) else frame.header_index(found)
    return SheetTable(book, chosen, sheets, found, header)


def _named(sheets: list[Sheet], name: str) -> Sheet:
    wanted = name.strip().casefold()
    for sheet in sheets:
        if sheet.title.strip().casefold() == wanted:
            return sheet
    raise BadValue(
        f"--sheet: there is no sheet {name!r}", [f"sheets: {', '.join(one.title for one in sheets)}"]
    )


def _first_with_table(sheets: list[Sheet], label: str) -> Sheet:
    """The first sheet that has two rows and two columns; else the first with anything on it; visible ones first."""
    ordered = sorted(sheets, key=lambda sheet: sheet.hidden)
    filled = []
    for sheet in ordered:
        found = _looked_at(sheet)
        if len(found) > 1 and max(len([cell for cell in cells if cell.strip()]) for _, _, cells in found) > 1:
            return sheet
        filled += [sheet] if found else []
    if not filled:
        raise KamError(f"{label} is empty: there is nothing on its sheets")
    return filled[0]


def _looked_at(sheet: Sheet) -> list[tuple[int, int, list[str]]]:
    from itertools import islice

    sheet.scan()
    rows = ((line, line + 1, cells) for line, cells in sheet.rows() if not frame.is_blank(cells))
    return list(islice(rows, LOOKED_AT))


class SheetTable(Table):
    """The table on a sheet; its lines are the rows of the sheet."""

    is_sheet = True

    def __init__(
        self, book: Any, sheet: Sheet, sheets: list[Sheet], found: Sequence[Any], index: int | None
    ) -> None:
        self._book, self._sheet = book, sheet
        width = max(len(cells) for _, _, cells in found)
        line, last, names = found[0][0] - 1, found[0][0] - 1, frame.numbered(width)
        if index is not None:
            line = found[index][0]
            last, names = sheet.header(line, found[index][2])
        filled = [place for place, name in enumerate(names) if name.strip()]
        if not filled:
            raise KamError(f"{book.label}: there is no header row on the sheet {sheet.title!r}")
        self._first, self._body = filled[0], last
        header = names[filled[0] : filled[-1] + 1]
        super().__init__(header, place="row", header_line=line if index is not None else 0, point=".")
        self.part = sheet.title
        self._typed = self._figures([cells for row, _, cells in found if row > last])
        self._beside = 0
        where = f"header in row {line}" if index is not None else "no header: columns are called 1, 2, 3 …"
        self.notes.append(f"sheet {sheet.title!r}, {where}")
        self.notes += frame.above(found[:index], "row") if index else []
        self.notes += frame.repeated(header)
        self.notes += _others(sheet, sheets)

    def _figures(self, rows: list[list[str]]) -> list[bool]:
        """Which columns hold figures only, but for a few cells."""
        typed = []
        for place in range(self._first, self._first + len(self.header)):
            cells = [row[place] for row in rows if len(row) > place and row[place].strip()]
            figures = sum(map(frame.is_figure, cells))
            typed.append(0 < figures >= 0.7 * len(cells))
        return typed

    def rows(self) -> Iterator[Record]:
        """As of every table; what stands beside it is left out."""
        yield from frame.without_closing(self._rows_below(), self.notes.append, self._typed, "row")
        if self._beside:
            self.notes.append(f"what stands beside the table is left out, first in row {self._beside}")
        self.close()

    def _rows_below(self) -> Iterator[Record]:
        first, width = self._first, len(self.header)
        for line, cells in self._sheet.filled_rows():
            if line <= self._body:
                continue
            if not self._beside and not (
                frame.is_blank(cells[:first]) and frame.is_blank(cells[first + width :])
            ):
                self._beside = line
            cells = cells[first : first + width]
            if not frame.is_blank(cells):
                yield line, cells + [""] * (width - len(cells)), None

    @property
    def bytes_read(self) -> int:  # type: ignore[override]
        return int(self._sheet.share_read * self._book.size)

    def close(self) -> None:
        self._book.close()


def _others(chosen: Sheet, sheets: list[Sheet]) -> list[str]:
    """What the other sheets are called, for a workbook of several."""
    others = [repr(one.title) + (" (hidden)" if one.hidden else "") for one in sheets if one is not chosen]
    more = f" and {len(others) - 5} more" if len(others) > 5 else ""
    return [f"other sheets: {', '.join(others[:5])}{more}; --sheet NAME reads one"] if others else []
