"""How a text table is laid out: its delimiter, and the line its header stands on."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.formats.frame import has_no_header, header_index, is_blank, is_figure, is_number
from kam_cli.formats.table import BadTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Record = tuple[int, int, list[str]]  # the line it begins on, the line after it, its cells

DELIMITERS = ",;\t|"
# What aligns columns instead of parting them: any run of spaces, or one of two and more.
SPACES = {" ": "spaces", "  ": "two spaces and more"}
MAX_FIELD = 1_000_000
_ENOUGH = 200  # records to judge by
_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " ", "spaces": "  "}


class Layout:
    """One reading of the first lines of a file: its records, without blank rows, under one delimiter.

    ``header`` is the index of the header among the records, or of the first row of a table that is ``headless``;
    ``error`` is what stopped the reading.
    """

    __slots__ = ("delimiter", "error", "header", "headless", "records", "skip_space")

    def __init__(self, head: list[str], start: int, delimiter: str, label: str, skip_space: bool = False):
        self.delimiter, self.skip_space = delimiter, skip_space
        self.records: list[Record] = []
        self.error: BadTable | None = None
        try:
            for record in records([head[start - 1 :]], delimiter, start, label, skip_space):
                if not is_blank(record[2]):
                    self.records.append(record)
                if len(self.records) > _ENOUGH:
                    break
        except BadTable as error:  # the rows before it are enough to judge by; it is met again on reading
            self.error = error
        self.header, self.headless = header_index(self.records), False

    def quotes(self) -> int:
        """How many quotation marks were left in the cells."""
        return sum(cell.count('"') for _, _, cells in self.records for cell in cells)

    def score(self) -> tuple[float, int]:
        """How well this delimiter explains the file: the larger the better."""
        if not self.records:
            return (0.0, 0)
        header = self.records[self.header][2]
        rows = self.records[self.header + 1 :]
        share = sum(_fit(cells, len(header)) for _, _, cells in rows) / len(rows) if rows else 1.0
        for doubt, weight in (
            (len(header) == 1, 0.1),
            (any(map(is_number, header)), 0.5),
            (self.header > 0, 0.9),
        ):
            share *= weight if doubt else 1.0
        return (share, len(header))


def find_layout(head: list[str], delimiter: str | None, label: str, no_header: bool = False) -> Layout:
    """The layout that explains the first lines of a file best.

    The delimiter is the one that was given, or that an Excel ``sep=;`` line names, or else the one of
    comma, semicolon, tab and bar under which most rows have as many cells as the header; a number
    among the header's cells, or notes above it, count against. Where none of them parts anything,
    columns may be aligned by spaces.

    For the header see ``header_index``; ``no_header`` says that there is none, figures only in the
    first row tell it.
    """
    import re

    given = delimiter_from(delimiter) if delimiter else None
    named = re.fullmatch(r'"?sep=([^"\w\s]|\t)"?[\r\n]*', head[0], re.IGNORECASE) if head else None
    start = 2 if named else 1
    candidates = given or (named[1] if named else DELIMITERS)
    best = max((_layout(head, start, one, label) for one in candidates), key=Layout.score)
    if (
        candidates is DELIMITERS
        and len(best.records) > 1
        and max(len(one) for _, _, one in best.records) == 1
    ):
        best = _aligned(head, start, label) or best
    if best.error and not best.records:
        raise best.error
    if no_header or (has_no_header(best.records) and not best.header):
        best.headless, best.header = True, 0
    return best


def _aligned(head: list[str], start: int, label: str) -> Layout | None:
    """The layout under spaces, where all rows have the same several cells: names with a space in them are one cell."""
    for delimiter in reversed(SPACES):
        layout = Layout(head, start, delimiter, label, skip_space=True)
        widths = {len(cells) for _, _, cells in layout.records}
        if layout.error or len(widths) != 1 or widths == {1}:
            continue
        figures = [is_figure(cell) for _, _, cells in layout.records[1:] for cell in cells]
        if delimiter != " " or 2 * sum(figures) >= len(figures):
            return layout
    return None


def _layout(head: list[str], start: int, delimiter: str, label: str) -> Layout:
    """The layout under one delimiter, where need be with cells that are "quoted" after a space."""
    plain = Layout(head, start, delimiter, label)
    if not plain.quotes():
        return plain
    spaced = Layout(head, start, delimiter, label, skip_space=True)
    return spaced if spaced.quotes() < plain.quotes() else plain


def delimiter_from(text: str) -> str:
    """The one character meant by ``;``, ``tab`` or ``\\t``; BadValue for anything that cannot be one."""
    delimiter = _NAMES.get(text.lower()) or text
    if delimiter not in ("\t", *SPACES) and not _can_part_cells(delimiter):
        raise BadValue(f"unknown delimiter {text!r}: write , or ; or | or tab")
    return delimiter


def records(
    blocks: Iterable[list[str]], delimiter: str, first_line: int, label: str, skip_space: bool = False
) -> Iterator[Record]:
    """(line it begins on, line after it, cells) of each record, blank ones too.

    Raises BadTable at a cell of more than MAX_FIELD characters and at a quote that is never closed.
    """
    import csv
    from itertools import chain

    ended = False

    def until_the_end() -> Iterator[list[str]]:
        nonlocal ended
        yield from blocks
        ended = True

    csv.field_size_limit(MAX_FIELD)
    lines: Iterator[str] = chain.from_iterable(until_the_end())
    if delimiter in SPACES:
        lines, delimiter, skip_space = _parted(lines, delimiter), "\t", False
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=skip_space)
    line = first_line
    try:
        for cells in reader:
            if ended:  # the reader asks for a line after the last one only inside a quoted cell
                raise BadTable(f"{label}, line {line}: a quote that opens in this row is never closed", line)
            after = first_line + reader.line_num
            yield line, after, cells
            line = after
    except csv.Error:
        problem = f"a cell of more than {MAX_FIELD:,} characters: is a closing quote missing?"
        raise BadTable(f"{label}, line {line}: {problem}", line) from None


def _parted(lines: Iterable[str], spaces: str) -> Iterator[str]:
    """Aligned lines with a tab for each gap between their columns."""
    import re

    gap = re.compile(r"[ \t]+" if spaces == " " else r" {2,}|\t+")
    for line in lines:
        text = line.rstrip("\r\n")
        yield gap.sub("\t", text.strip(" \t")) + line[len(text) :]


def _can_part_cells(delimiter: str) -> bool:
    return len(delimiter) == 1 and delimiter.isprintable() and not (delimiter.isalnum() or delimiter in ' "')


def _fit(cells: list[str], width: int) -> float:
    """1 for a row as wide as the header, ½ for a shorter one of several cells, 0 for any other."""
    if len(cells) == width or (len(cells) > width and is_blank(cells[width:])):
        return 1.0
    return 0.5 if 1 < len(cells) < width else 0.0
