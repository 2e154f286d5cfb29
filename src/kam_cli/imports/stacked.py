"""Tables that stand one under the other on one sheet: the rows of the second are none of the first."""

from __future__ import annotations

from collections import deque

from kam_cli.formats.frame import is_figure
from kam_cli.formats.headers import match_columns, normalise, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kam_cli.formats.table import Record, Table
    from kam_cli.imports.noun import Importing

ABOVE = 20  # rows by which it is judged what stands in a column
SHOWN = 5  # names of its columns that are told
SURELY = 3  # so many names of fields in one row are a header wherever it stands


def of_one_table(table: Table, importing: Importing) -> Iterator[Record]:
    """The rows, up to where another table begins, which is left out, and without the header where it is repeated.

    A row of nothing but names of fields is a header, from `SURELY` on, or after a blank row. Another row of words after
    a blank row, in columns of figures, may be one of names that nobody knows: it is read, and pointed out.
    """
    rows = table.all_rows()
    if not (table.is_sheet and table.header_line):
        yield from rows
        return
    header = [name.strip() for name in table.header]
    names = {name.lower() for field, known in importing.headers.items() for name in (field, *known)}
    above: deque[list[str]] = deque(maxlen=ABOVE)
    last = 0
    pointed_out = False
    for line, cells, problem in rows:
        first = cells[0].strip()
        after_gap = bool(above) and line > last + 1 + "".join(above[-1]).count("\n")
        last = line
        if first == header[0] and [cell.strip() for cell in cells] == header:
            table.notes.append(f"{table.place} {line} is the header once more: left out")
            continue
        if after_gap or first.lower() in names:
            words = _words(cells)
            known = _names_of_fields(words) if words else 0
            if above and words and known == len(words) >= (2 if after_gap else SURELY):
                count = sum(1 for _ in rows)
                its = "its row is" if count == 1 else f"its {count:,} rows are"
                table.notes.append(
                    f"another table begins in {table.place} {line} ({_few(words)}): {its} left out; give it a file of its own"
                )
                return
            if words and after_gap and not pointed_out and _stand_in_figures(cells, above):
                pointed_out = True
                table.notes.append(
                    f"another table may begin in {table.place} {line} ({_few(words)}): if so, give it a file of its own"
                )
        above.append(cells)
        yield line, cells, problem


def _words(cells: Sequence[str]) -> list[str]:
    """The texts of a row that may be a header: at least two, all different, none of them a figure; else none."""
    words = [cell.strip() for cell in cells if cell.strip()]
    if len(words) < 2 or len(set(map(normalise, words))) < len(words) or any(map(is_figure, words)):
        return []
    return words


def _names_of_fields(words: list[str]) -> int:
    """How many of the texts are names of fields of one noun, the most of any."""
    from kam_cli.imports.noun import every

    return max(
        len(words) - len(match_columns(words, one.headers, many=one.many).unmatched) for one in every()
    )


def _stand_in_figures(cells: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether there is a text where all rows above have figures."""
    for place, cell in enumerate(cells):
        column = [row[place] for row in above if len(row) > place and row[place].strip()]
        if cell.strip() and len(column) == len(above) > 1 and all(map(is_figure, column)):
            return True
    return False


def _few(words: list[str]) -> str:
    return ", ".join(map(short, words[:SHOWN])) + (" …" if len(words) > SHOWN else "")
