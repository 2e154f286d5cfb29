"""Reads tables drawn with lines, as they are pasted from a terminal or a Markdown page: psql, sqlite3, mysql, Rich."""

from __future__ import annotations

import re

from kam_cli.errors import KamError
from kam_cli.formats import frame
from kam_cli.formats.table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from kam_cli.formats.readers import Ask
    from kam_cli.formats.table import Record

    Cut = Callable[[str], list[str]]

LOOKED_AT = 40  # lines in which the first rule is looked for
_UPRIGHT = "|│┃║"
_RULE = re.compile(r"[\s|+:=\-\u2500-\u257f]*")
_DASHES = re.compile(r"[-=\u2500\u2501\u2550]+")


def knows(head: bytes, path: str) -> bool:
    """Text with a rule of dashes under a line of cells; not what a delimiter parts."""
    from kam_cli.formats.encoding import sniff_encoding

    encoding, _ = sniff_encoding(head, False)
    lines = head.decode(encoding, "replace").removeprefix("\ufeff").splitlines()[:LOOKED_AT]
    return _header_line(lines) is not None


def open_table(source: str | BinaryIO, ask: Ask) -> Table:
    """As of the reader of text, which reads what is drawn otherwise. Raises KamError as that does."""
    from kam_cli.formats.encoding import known_encoding, sniff_encoding
    from kam_cli.formats.lines import BLOCK, Source, text_lines
    from kam_cli.formats.readers import text

    if ask.delimiter:
        return text.open_table(source, ask)
    given = known_encoding(ask.encoding) if ask.encoding else None
    stream = Source(source)
    try:
        first = stream.read()
        encoding = given or sniff_encoding(first, len(first) < BLOCK)[0]
        lines = (line.rstrip("\r\n") for block in text_lines(stream, first, encoding) for line in block)
        return _table(lines, stream, encoding)
    except BaseException:
        stream.close()
        raise


def _table(lines: Iterator[str], stream: object, encoding: str) -> Table:
    from itertools import chain, islice

    head = list(islice(lines, LOOKED_AT))
    at = _header_line(head)
    if at is None:
        raise KamError(f"{stream.label}: no header stands over a line of dashes")  # type: ignore[attr-defined]
    cut = _upright(head[at]) or _columns(head[at + 1])
    header = cut(head[at])
    table = Table(header, header_line=at + 1, done=stream.close)  # type: ignore[attr-defined]
    table.notes = [f"{encoding}, drawn with lines, header on line {at + 1}", *frame.repeated(header)]
    body = _rows(enumerate(chain(head[at + 1 :], lines), at + 2), cut, len(header))
    table._rows = frame.without_closing(body, table.notes.append)
    return table


def _header_line(lines: list[str]) -> int | None:
    """The index of the first line of cells that stands over a rule."""
    for index in range(len(lines) - 1):
        line, below = lines[index], lines[index + 1]
        if not line.strip() or _is_rule(line) or not _is_rule(below):
            continue
        if any(sign in line for sign in _UPRIGHT):
            return index
        if len(_DASHES.findall(below)) > 1 and " " in below.strip():
            return index
    return None


def _is_rule(line: str) -> bool:
    return bool(_RULE.fullmatch(line)) and bool(_DASHES.search(line))


def _upright(header: str) -> Cut | None:
    """How lines are cut at the uprights that part the names of the header, if there are any."""
    sign = next((one for one in _UPRIGHT if one in header), None)
    if sign is None:
        return None
    bordered = header.strip().startswith(sign) or header.strip().endswith(sign)
    part = re.compile(rf"(?<!\\){re.escape(sign)}")

    def cut(line: str) -> list[str]:
        line = line.strip() if bordered else line
        if bordered:
            line = line.removeprefix(sign)
            line = line.removesuffix(sign) if not line.endswith("\\" + sign) else line
        return [_text(cell, sign) for cell in part.split(line)]

    return cut


def _text(cell: str, sign: str) -> str:
    return re.sub(r"<br ?/?>", "\n", cell.strip().replace("\\" + sign, sign))


def _columns(rule: str) -> Cut:
    """How lines are cut where the runs of dashes under the header begin."""
    starts = [run.start() for run in _DASHES.finditer(rule)]
    ends: list[int | None] = [*starts[1:], None]

    def cut(line: str) -> list[str]:
        return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]

    return cut


def _rows(lines: Iterator[tuple[int, str]], cut: Cut, width: int) -> Iterator[Record]:
    for number, line in lines:
        if not line.strip() or _is_rule(line):
            continue
        cells = cut(line)
        if len(cells) > width:
            yield number, cells, f"{len(cells)} cells under a header of {width}"
        elif len(cells) < width and len(cells) > 1:
            yield number, cells + [""] * (width - len(cells)), f"{len(cells)} cells under a header of {width}"
        else:
            yield number, cells + [""] * (width - len(cells)), None
