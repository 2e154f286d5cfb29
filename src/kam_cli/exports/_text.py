"""The records of an export as text, a page at a time: CSV, TSV, JSON, JSON lines, Markdown.

In CSV and TSV a text that a spreadsheet would run as a formula gets an apostrophe, which `kam import` takes off again;
so do texts that begin like that already. Several texts in one cell are parted by `` ::: ``.
"""

from __future__ import annotations

import re
from itertools import chain

from kam_cli.exporting import PACKED
from kam_cli.formats.formulas import neutral_all
from kam_cli.formats.packed import BETWEEN, escape, is_plain, pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.exports._rows import Column, Records

_QUOTE = '"'


def csv_parts(records: Records, delimiter: str, on_screen: bool = False) -> Iterator[str]:
    """A header, then a line a record."""
    yield delimiter.join(records.headers) + "\n"
    for columns in records.pages():
        cells = [_plain(column, delimiter, on_screen) for column in _cells(records, columns)]
        # csv.writer would take four times as long; and before Python 3.13 it leaves a carriage return unquoted.
        yield "\n".join(map(delimiter.join, zip(*cells, strict=True))) + "\n"


def certain(amount: Any) -> Any:
    """An amount that has one reading: 1.234 could be parted thousands, 01.234 cannot."""
    if amount.__class__ is int or amount is None:
        return amount
    text = format(amount, "f")
    return f"0{text}" if text[-4:-3] == "." and text[0] != "0" else text


def _cells(records: Records, columns: list[Column]) -> list[Column]:
    return [texts(records, name, column) for name, column in zip(records.headers, columns, strict=True)]


def texts(records: Records, name: str, column: Column) -> Column:
    """Cells as text and numbers, None where empty; of a list, its texts parted."""
    if name in records.amounts:
        return list(map(certain, column))
    if name in records.flags:
        return [None if cell is None else "true" if cell else "false" for cell in column]
    if name in records.lists and any(column):
        return _together(name in PACKED, column)
    return column


def _together(is_packed: bool, column: Column) -> Column:
    """The texts of each record as one."""
    try:
        whole = "".join(filter(None, column))
    except TypeError:  # some have several
        lists = _lists(column)
        plain = not is_packed or is_plain("".join(chain.from_iterable(lists)))
        together = BETWEEN.join if plain else pack
        return [together(cell) if cell else None for cell in lists]
    return [cell and escape(cell) for cell in column] if is_packed and not is_plain(whole) else column


def _lists(column: Column) -> list[list[str]]:
    return [[] if cell is None else cell if cell.__class__ is list else [cell] for cell in column]


def _plain(column: Column, delimiter: str, on_screen: bool) -> Column:
    """Cells as text that no spreadsheet runs, in quotes where they hold what would end them."""
    try:
        whole = "\0".join(column)
    except TypeError:  # not all are texts
        empty = column.count(None)
        if empty == len(column):
            return [""] * empty
        kinds = set(map(type, column))
        if str not in kinds:
            return list(map(_text_of, column))
        is_text = len(kinds) == 1 + (empty > 0)
        column = [cell or "" for cell in column] if is_text else list(map(_text_of, column))
        whole = "\0".join(column)
    cells = neutral_all(column, whole)
    if on_screen:
        from kam_cli.text import safe

        cells = [safe(cell, newlines=True) for cell in cells]
    ends = [mark for mark in (delimiter, _QUOTE, "\n", "\r") if mark in whole]
    if not ends:
        return cells
    if ends == [delimiter]:
        return [f'"{cell}"' if delimiter in cell else cell for cell in cells]
    ending = re.compile(f"[{''.join(ends)}]").search
    return [f'"{cell.replace(_QUOTE, _QUOTE * 2)}"' if ending(cell) else cell for cell in cells]


def _text_of(cell: Any) -> str:
    return "" if cell is None else str(cell)


def jsonl_parts(records: Records) -> Iterator[str]:
    """An object a line; texts of which there can be several are an array."""
    for rows in _objects(records):
        yield "".join(f"{row}\n" for row in rows)


def json_parts(records: Records) -> Iterator[str]:
    """One array, an object a line."""
    before = "["
    for rows in _objects(records):
        yield before + ",\n ".join(rows)
        before = ",\n "
    yield "[]\n" if before == "[" else "]\n"


def _objects(records: Records) -> Iterator[list[str]]:
    import json

    from kam_cli.encode import json_line

    encode = json.JSONEncoder(ensure_ascii=False, default=_beyond_json).encode
    lists = [name in records.lists for name in records.headers]
    for columns in records.pages():
        whole = [
            _arrays(name, column) if is_list else column
            for name, column, is_list in zip(records.headers, columns, lists, strict=True)
        ]
        lines = []
        for row in zip(*whole, strict=True):
            record: dict[str, Any] = dict(zip(records.headers, row, strict=True))
            try:
                line = encode(record)
            except TypeError:
                line = json_line(record)
            # What a terminal would obey is escaped, and amounts stay exact, by kam's own slower encoder.
            lines.append(line if line.isprintable() else json_line(record))
        yield lines


def _arrays(name: str, column: Column) -> Column:
    """Lists of texts; where a table packs them, each is written as it is packed, so that an import reads them alike."""
    lists = _lists(column)
    return [list(map(escape, cell)) for cell in lists] if name in PACKED else lists


def _beyond_json(value: Any) -> Any:
    raise TypeError


def markdown_parts(records: Records) -> Iterator[str]:
    """A pipe table."""
    from kam_cli.encode import json_line
    from kam_cli.text import safe

    yield f"| {' | '.join(records.headers)} |\n|{' --- |' * len(records.headers)}\n"
    for columns in records.pages():
        cells = _cells(records, columns)
        lines = []
        for row in zip(*cells, strict=True):
            words = (
                "" if cell is None else cell if isinstance(cell, str) else json_line(cell) for cell in row
            )
            lines.append(
                "| "
                + " | ".join(safe(word).replace("\\", "\\\\").replace("|", "\\|") for word in words)
                + " |\n"
            )
        yield "".join(lines)
