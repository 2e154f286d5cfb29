"""An Excel workbook behind openpyxl: its sheets as rows of texts, in bounded memory whatever the file holds."""

from __future__ import annotations

import re

from kam_cli.errors import KamError
from kam_cli.formats.shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO, NoReturn

ROWS, COLUMNS = 1_048_576, 16_384  # of a sheet, by the format
# Bytes that a part of the file may unpack to: a sheet is read in pieces, the table of texts and all else at once.
LARGEST_SHEET, LARGEST_TEXTS, LARGEST_REST = 4 << 30, 40 << 20, 16 << 20
LARGEST_ROW = 16 << 20
BLOCK = 1 << 20
_ADVICE = "save it as .xlsx or as CSV and import that"


class Workbook:
    """An open workbook. Raises KamError where it cannot be read, or is of another kind."""

    def __init__(self, source: str | BinaryIO) -> None:
        import os

        self.label = repr(source) if isinstance(source, str) else getattr(source, "label", "standard input")
        self._stream: Any = None
        try:
            self._stream = open(source, "rb") if isinstance(source, str) else source  # noqa: SIM115 - closed by close
            self.owned = isinstance(source, str)
            self.size = self._stream.seek(0, os.SEEK_END)
            self._stream.seek(0)
        except OSError as error:
            raise KamError(f"cannot read {self.label}: {error.strerror or error}") from None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        import warnings
        import zipfile

        if self._stream.read(4) == b"\xd0\xcf\x11\xe0":
            raise KamError(
                f"{self.label} is a workbook of old Excel (.xls), or one with a password: {_ADVICE}"
            )
        self._stream.seek(0)
        try:
            self.parts = zipfile.ZipFile(self._stream)
            _refuse_other_kinds(self.parts, self.label)
            _refuse_bombs(self.parts, self.label)
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
            self.damaged(error)
        openpyxl = _openpyxl(self.label)
        self._stream.seek(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of extensions that are nothing to a table
                self.book = openpyxl.load_workbook(
                    self._stream, read_only=True, data_only=True, keep_links=False
                )
        except Exception as error:  # a broken file breaks the library in many ways
            self.damaged(error)

    def sheets(self) -> list[Sheet]:
        """Its sheets of cells, in their order."""
        return [Sheet(self, one) for one in self.book.worksheets]

    def damaged(self, error: BaseException, where: str = "") -> NoReturn:
        """Raises KamError about a file that is not as it should be."""
        if isinstance(error, MemoryError):
            raise error
        said = " ".join(str(error).split())[:200] or error.__class__.__name__
        raise KamError(
            f"{self.label}{where} is damaged or no workbook ({said}): open and save it again"
        ) from None

    def close(self) -> None:
        """Close the file, if it was opened here."""
        if self._stream is not None and self.owned:
            self._stream.close()


class Sheet:
    """A sheet of a workbook. ``share_read`` is how much of it has been read."""

    def __init__(self, book: Workbook, sheet: Any) -> None:
        self._book, self._sheet = book, sheet
        self.title: str = sheet.title
        self.hidden = sheet.sheet_state != "visible"
        self.share_read = 0.0
        self._merged: list[tuple[int, int, int, int]] = []  # first row, first column, last row, last column
        self._formats: dict[int, str] = {}
        self._scanned = False

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row of the sheet, the texts of its cells) of every row, blank ones too."""
        import warnings

        sheet, largest = self._sheet, self._sheet.max_row or 1
        sheet.reset_dimensions()  # programs write wrong ones, and rows beyond them would be lost
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for line, cells in enumerate(sheet.iter_rows(), 1):
                    if line > ROWS or len(cells) > COLUMNS:
                        raise ValueError(f"more than {ROWS:,} rows or {COLUMNS:,} columns")
                    self.share_read = min(1.0, line / largest)
                    yield line, [self._text(cell) for cell in cells]
        except (KamError, GeneratorExit):
            raise
        except Exception as error:
            self._book.damaged(error, f", sheet {self.title!r}")

    def _text(self, cell: Any) -> str:
        value = cell.value
        if value is None or value.__class__ is str:
            return shown(value, "")
        style = cell._style_id
        if style not in self._formats:
            self._formats[style] = cell.number_format or ""
        return shown(value, self._formats[style])

    def filled_rows(self) -> Iterator[tuple[int, list[str]]]:
        """As `rows`, where a cell that is merged over several rows holds its text in each of them."""
        starts: dict[int, list[tuple[int, int]]] = {}
        for first, column, last, _ in self._merged:
            if last > first:
                starts.setdefault(first, []).append((column, last))
        going: dict[int, tuple[int, str]] = {}
        for line, cells in self.rows():
            for column, (last, text) in list(going.items()):
                if line > last:
                    del going[column]
                    continue
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or text
            for column, last in starts.get(line, ()):
                going[column] = (last, cells[column] if column < len(cells) else "")
            yield line, cells

    def header(self, line: int, cells: list[str]) -> tuple[int, list[str]]:
        """The last row of the header that begins in a row, and its names.

        Where cells of the header are merged downward, its other names go on in the rows below; one that is merged
        over several columns is a part of each of their names.
        """
        last = max((end for first, _, end, _ in self._merged if first <= line <= end), default=line)
        if last == line or last > line + 3:
            return line, cells
        names: list[list[str]] = []
        for row, texts in self.rows():
            if row > last:
                break
            if row < line:
                continue
            names += [[] for _ in range(len(texts) - len(names))]
            for column, text in enumerate(self._spread(row, texts)):
                names[column] += [text] if text.strip() and text not in names[column] else []
        return last, [" ".join(parts) for parts in names]

    def _spread(self, row: int, texts: list[str]) -> list[str]:
        """A row of the header, with what is merged over several columns in each of them."""
        texts = list(texts)
        for first, column, last, end in self._merged:
            if first <= row <= last and end > column and column < len(texts):
                texts[column : end + 1] = [texts[column]] * len(texts[column : end + 1])
        return texts

    def scan(self) -> None:
        """Find the merged cells, once, before any row is read. Raises KamError for formulas whose values no program has worked out."""
        from openpyxl.utils.cell import range_boundaries

        if self._scanned:
            return
        self._scanned = True
        for name, text in _scanned(self._book, self._sheet._worksheet_path):
            if name == "f":
                raise KamError(
                    f"{self._book.label}, sheet {self.title!r}: the formula in {text} has no value yet: "
                    "open the workbook in Excel or LibreOffice, save it, and import it again"
                )
            try:
                left, top, right, bottom = range_boundaries(text)
                self._merged.append((top, left - 1, bottom, right - 1))
            except (ValueError, TypeError):
                continue


_FOUND = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]+\d+:[A-Z]+\d+)["']|"""
    rb"""<(?:\w+:)?c(\s[^>]*)><(?:\w+:)?f(?:\s[^>]*)?(?:/>|(?<!/)>[^<]*</(?:\w+:)?f>)(<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?"""
    rb"""</(?:\w+:)?c>"""
)
_MARKS = (
    b"mergeCell ",
    b"f></",
    b"f/></",
    b"f><v",
    b'"/></',
    b"/><v/>",
)  # without which there is nothing to find
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")


def _scanned(book: Workbook, part: str) -> Iterator[tuple[str, str]]:
    """("merge", range) and ("f", cell) of merged cells and of formulas without a value, in a part of the file.

    Raises KamError at a row too long to be held in memory.
    """
    import zipfile

    kept, since, begun = b"", 0, False
    try:
        with book.parts.open(part.lstrip("/")) as file:
            while block := file.read(BLOCK):
                if not begun and block[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise ValueError("a sheet in UTF-16")
                begun = True
                since = 0 if _ROW.search(block) else since + len(block)
                if since > LARGEST_ROW:
                    raise ValueError(f"a row of more than {LARGEST_ROW:,} bytes")
                whole = kept + block
                end = 0
                for match in _FOUND.finditer(whole) if any(mark in whole for mark in _MARKS) else ():
                    end = match.end()
                    if match[1]:
                        yield "merge", match[1].decode()
                    elif not (match[3] and b't="str"' in match[2]):  # a text may well be empty
                        yield "f", re.sub(rb'.*\br="([^"]*)".*', rb"\1", match[2]).decode()
                kept = whole[max(end, len(whole) - 70_000) :]
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, EOFError) as error:
        book.damaged(error)


def _openpyxl(label: str) -> Any:
    try:
        import openpyxl
    except ImportError:
        raise KamError(
            f"{label} is a workbook, which needs openpyxl: pip install 'kam-cli[xlsx]', or save it as CSV"
        ) from None
    return openpyxl


def _refuse_other_kinds(parts: Any, label: str) -> None:
    """Raises KamError, with the way out, for an archive that is no workbook of today's Excel."""
    names = set(parts.namelist())
    if "xl/workbook.xml" in names:
        return
    kind = ""
    if "mimetype" in names and b"opendocument.spreadsheet" in parts.read("mimetype")[:100]:
        kind = "a sheet of LibreOffice (.ods)"
    elif "xl/workbook.bin" in names:
        kind = "a binary workbook (.xlsb)"
    elif any(name.endswith(".iwa") for name in names):
        kind = "a sheet of Apple Numbers"
    elif "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise KamError(f"{label} is a document, not a table")
    elif any(name.endswith("workbook.xml") for name in names):
        return
    raise KamError(
        f"{label} is {kind}: {_ADVICE}" if kind else f"{label} is an archive, not a table: unpack it first"
    )


def _refuse_bombs(parts: Any, label: str) -> None:
    """Raises KamError where a part would unpack to more than a workbook holds."""
    for part in parts.infolist():
        name = part.filename
        limit = (
            LARGEST_SHEET
            if "worksheets/" in name
            else LARGEST_TEXTS
            if "sharedStrings" in name
            else LARGEST_REST
        )
        read = name.endswith((".xml", ".rels"))
        if read and part.file_size > limit:
            raise KamError(
                f"{label} unpacks to {part.file_size:,} bytes in {name!r}: too much; save it as CSV"
            )
