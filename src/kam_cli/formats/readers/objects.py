"""Reads JSON: an array of objects, an object that holds one, or an object a line; their keys are the columns."""

from __future__ import annotations

import re

from kam_cli.errors import BadValue, KamError
from kam_cli.formats import frame
from kam_cli.formats.table import BadTable, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from kam_cli.formats.jsonstream import Stream
    from kam_cli.formats.readers import Ask
    from kam_cli.formats.table import Record

COLUMNS = 5_000
DEEPEST = 3  # levels of objects in an object whose keys become columns
_BEGINS = re.compile(rb"\s*(\[\s*[\[\{\]\"]|\{\s*[\"}])")


def knows(head: bytes, path: str) -> bool:
    """What begins as an array or an object does, in any Unicode encoding."""
    from kam_cli.formats.encoding import sniff_encoding

    begins = head.removeprefix(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]:
        begins = head.decode(sniff_encoding(head, False)[0], "replace").removeprefix("\ufeff").encode()
    if not _BEGINS.match(begins):
        return False
    return not begins.lstrip().startswith(b'["') or path.lower().endswith((".json", ".jsonl", ".ndjson"))


def open_table(source: str | BinaryIO, ask: Ask) -> Table:
    """Open the list that ``--sheet`` names by its key, or the only one there is.

    Raises BadValue where several lists could be meant, KamError for what is not JSON or holds no rows.
    """
    from kam_cli.formats.jsonstream import Stream

    if ask.delimiter:
        raise BadValue("--delimiter: JSON needs none; leave it out")
    stream = Stream(source, ask.encoding)
    try:
        return _open(stream, ask.sheet)
    except BaseException:
        stream.close()
        raise


def _open(stream: Stream, wanted: str | None) -> Table:
    key, lists = stream.layout(wanted)
    columns: dict[str, None] = {}
    arrays, deep, header_line = False, set[str](), 0
    for number, (line, value) in enumerate(stream.values(key)):
        if isinstance(value, list) and (arrays or not number):
            if not number:
                columns, header_line = dict.fromkeys(_cells_of(value)), line
            arrays = True
            continue
        columns.update(dict.fromkeys(_flat(value, deep)))
        if len(columns) > COLUMNS:
            problem = f"more than {COLUMNS:,} different keys: not a table"
            raise BadTable(f"{stream.label}, line {line}: {problem}", line)
    if not columns:
        raise KamError(f"{stream.label} is empty: there are no rows in it")
    header = list(columns)
    notes = [f"{stream.encoding}, JSON" + (f", the list {key!r}" if key else "")]
    if stream.guessed:
        notes.append(f"{stream.encoding} is a guess: give --encoding if letters look wrong")
    if len(lists) > 1:
        notes.append(
            f"other lists: {', '.join(repr(one) for one in lists if one != key)}; --sheet NAME reads one"
        )
    if deep:
        notes.append(f"lists of objects are left out: {', '.join(sorted(deep)[:5])}")
    table = JsonTable(header, header_line=header_line, point=".", notes=notes, done=stream.close)
    table.stream, table.part = stream, key or ""
    table._rows = _arrays(stream, key, len(header)) if arrays else _objects(stream, key, header)
    table.header = frame.whole(header)[0]
    table.notes += frame.repeated(header)
    return table


class JsonTable(Table):
    """A table of JSON, that knows how far it is read."""

    is_marked = False

    stream: Stream

    @property
    def bytes_read(self) -> int:  # type: ignore[override]
        return self.stream.taken


def _objects(stream: Stream, key: str | None, header: list[str]) -> Iterator[Record]:
    unseen: set[str] = set()
    for line, value in stream.values(key):
        flat = _flat(value, unseen)
        cells, problem = frame.whole([flat.get(name, "") for name in header])
        if any(cells):
            yield line, cells, problem


def _arrays(stream: Stream, key: str | None, width: int) -> Iterator[Record]:
    values = stream.values(key)
    next(values)
    for line, value in values:
        if not isinstance(value, list):
            yield line, [_text(value)] + [""] * (width - 1), "this is no array, as the header is"
            continue
        cells, problem = frame.whole(_cells_of(value))
        if len(cells) > width:
            problem = f"{len(cells)} cells under a header of {width}"
        cells += [""] * (width - len(cells))
        if not frame.is_blank(cells):
            yield line, cells, problem


def _cells_of(value: list[Any]) -> list[str]:
    return [_text(one) for one in value]


def _flat(value: Any, deep: set[str], before: str = "", depth: int = 0) -> dict[str, str]:
    """Key → text of an object; the keys of an object in it are led by its own, as in ``address.city``.

    A list of texts or of objects with a ``value`` is several values in one cell; other lists are added to ``deep``.
    """
    if not isinstance(value, dict):
        return {before or "value": _text(value)}
    found: dict[str, str] = {}
    for name, one in value.items():
        whole = f"{before}.{name}" if before else name
        if isinstance(one, dict) and depth < DEEPEST:
            found |= _flat(one, deep, whole, depth + 1)
        elif isinstance(one, (dict, list)):
            texts = _several(one)
            if texts is None:
                deep.add(whole)
            else:
                found[whole] = texts
        else:
            found[whole] = _text(one)
    return found


def _several(value: Any) -> str | None:
    """Several values of one field as lines of one cell; None for what is more than values."""
    if not isinstance(value, list):
        return None
    texts = []
    for one in value:
        one = one.get("value") if isinstance(one, dict) else one
        if one is None or isinstance(one, (dict, list)):
            return None
        texts.append(_text(one))
    return "\n".join(texts)


def _text(value: Any) -> str:
    """A scalar as text; numbers come as they are written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else ""
