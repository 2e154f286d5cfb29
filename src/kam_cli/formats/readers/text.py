"""Reads tables of text (CSV, TSV, whatever a spreadsheet or a CRM exports) as a stream of rows."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.formats import frame
from kam_cli.formats.encoding import known_encoding, refuse_binary, sniff_encoding
from kam_cli.formats.layout import SPACES, Layout, find_layout, records
from kam_cli.formats.lines import BLOCK, Source, text_lines
from kam_cli.formats.table import BadTable, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kam_cli.formats.readers import Ask

MAX_COLUMNS = 16_384  # of a spreadsheet


class TextTable(Table):
    """A table of text; ``digest`` is the SHA-256 of the whole file once every row has been read, None before that."""

    is_sheet = True

    def __init__(self, source: Source, encoding: str, layout: Layout, blocks: Iterator[list[str]]) -> None:
        line, self._body, header = layout.records[layout.header]
        if layout.headless:
            self._body, header = line, frame.numbered(len(header))
        super().__init__(header, header_line=0 if layout.headless else line)
        self._source, self._blocks = source, blocks
        self.encoding, self.delimiter, self._skip_space = encoding, layout.delimiter, layout.skip_space
        self.detected = {"encoding": encoding, "delimiter": layout.delimiter}
        self.preamble_lines = line - 1
        self.digest: str | None = None

    def rows(self) -> Iterator[tuple[int, list[str], str | None]]:
        """As of every table; short rows are filled up with "", empty cells beyond the header are dropped."""
        yield from frame.without_closing(self._filled_up(), self.notes.append)
        self.digest = self.digest or self._source.digest
        self.close()

    def _filled_up(self) -> Iterator[tuple[int, list[str], str | None]]:
        width, is_blank = len(self.header), frame.is_blank
        found = records(self._blocks, self.delimiter, self._body, self._source.label, self._skip_space)
        for line, _, cells in found:
            if len(cells) == width and cells[0].strip():
                yield line, cells, None
                continue
            if is_blank(cells):
                continue
            problem, extra = None, len(cells) - width
            if extra > 0:
                if is_blank(cells[width:]):
                    cells = cells[:width]
                else:
                    problem = f"{len(cells)} cells under a header of {width}"
            elif extra < 0:
                if len(cells) > 1 and self.delimiter in SPACES:  # which of them is missing cannot be told
                    problem = f"{len(cells)} cells under a header of {width}"
                cells += [""] * -extra
            yield line, cells, problem

    @property
    def bytes_read(self) -> int:  # type: ignore[override]
        return self._source.taken

    def close(self) -> None:
        self._source.close()


def knows(head: bytes, path: str) -> bool:
    """Anything may be text; what is not is refused when it is opened."""
    return True


def open_table(source: str | BinaryIO, ask: Ask) -> TextTable:
    """Open a table by its path, or on a binary stream, and find its encoding, delimiter and header.

    See ``sniff_encoding`` and ``find_layout`` for the rules; what is given overrules what would be found.
    Raises BadValue for an unknown encoding or delimiter, BadTable for a file that is missing, empty,
    binary, or not readable as text.
    """
    if ask.sheet:
        raise BadValue("--sheet: a table of text has no sheets; leave it out")
    given = known_encoding(ask.encoding) if ask.encoding else None
    stream = Source(source)
    try:
        first = stream.read()
        refuse_binary(first, stream.label)
        used, guessed = (given, False) if given else sniff_encoding(first, len(first) < BLOCK)
        blocks = text_lines(stream, first, used)
        head = next(blocks, [])
        layout = find_layout(head, ask.delimiter, stream.label, ask.no_header)
        if not layout.records or not any(map(str.isalnum, "".join(layout.records[layout.header][2]))):
            line = layout.records[layout.header][0] if layout.records else 1
            raise BadTable(f"{stream.label}, line {line}: it is empty, there is no header row", line)
        table = TextTable(stream, used, layout, _below(head, layout, blocks))
        if len(table.header) > MAX_COLUMNS:
            where = f"{stream.label}, line {table.header_line}"
            problem = (
                f"{len(table.header):,} columns, at most {MAX_COLUMNS:,} are read: is the delimiter right?"
            )
            raise BadTable(f"{where}: {problem}", table.header_line)
        complete = len(first) < BLOCK and layout.header == len(layout.records) - 1
        table.notes += _notes(table, guessed, complete and not layout.error)
        table.notes += frame.above(layout.records[: layout.header])
    except BaseException:
        stream.close()
        raise
    return table


def _below(head: list[str], layout: Layout, blocks: Iterator[list[str]]) -> Iterator[list[str]]:
    """The lines below the header."""
    line, after, _ = layout.records[layout.header]
    yield head[(line if layout.headless else after) - 1 :]
    yield from blocks


def _notes(table: TextTable, guessed: bool, bare: bool) -> list[str]:
    shown = {"\t": "tab", **SPACES}.get(table.delimiter) or repr(table.delimiter)
    where = (
        f"header on line {table.header_line}"
        if table.header_line
        else "no header: columns are called 1, 2, 3 …"
    )
    notes = [f"{table.encoding}, {shown}, {where}"]
    if guessed:
        notes.append(f"{table.encoding} is a guess: give --encoding if letters look wrong")
    if table.header_line and any(map(frame.is_number, table.header)):
        notes.append(f"there are numbers on line {table.header_line}: if it is no header, add --no-header")
    notes += frame.repeated(table.header)
    if bare:
        notes.append("there are no rows below the header")
    return notes
