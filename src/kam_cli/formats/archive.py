"""The archive of a whole book: JSON lines that say themselves whether they are all there, and unchanged.

    {"kam-archive":1,"kam":"0.1.0","schema":5,"book_uid":"…","rows":{"aliases":1,…},"numbers":{"aliases":3,…}}
    {"aliases":{"id":1,"client_id":3,"name":"Acme",…}}
    {"end":"aliases","rows":1,"sha256":"…"}
    …
    {"end":"archive","rows":1234,"sha256":"…"}

A table follows the other, with its rows as they are stored, in the order of their numbers. The checksum of a table is
the SHA-256 of its lines, that of the archive of all lines before the last. ``numbers`` are the last ones given out.
"""

from __future__ import annotations

import json

from kam_cli.errors import KamError
from kam_cli.formats.table import BadTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

    Row = dict[str, Any]
    Rows = Iterator[tuple[Any, ...]]

FORMAT = 1
LONGEST_LINE = 64 << 20  # bytes
AT_ONCE = 500  # lines written together
_MARK = b'"kam-archive"'
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is an archive."""
    return _MARK in head[:200].splitlines()[0] if head else False


def write(header: Row, tables: Iterable[tuple[str, list[str], Iterable[tuple[Any, ...]]]]) -> Iterator[str]:
    """The lines of an archive, many at a time; ``tables`` are name, columns and rows of each."""
    import hashlib

    whole = hashlib.sha256()
    total = 0

    def hashed(text: str) -> str:
        whole.update(text.encode())
        return text

    yield hashed(_line({"kam-archive": FORMAT, **header}))
    for name, columns, rows in tables:
        own, count = hashlib.sha256(), 0
        for lines in _parts(name, columns, rows):
            count += len(lines)
            text = "".join(lines)
            own.update(text.encode())
            yield hashed(text)
        total += count
        yield hashed(_line({"end": name, "rows": count, "sha256": own.hexdigest()}))
    yield _line({"end": "archive", "rows": total, "sha256": whole.hexdigest()})


def _parts(name: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[list[str]]:
    lines: list[str] = []
    for row in rows:
        lines.append(_line({name: dict(zip(columns, row, strict=True))}))
        if len(lines) == AT_ONCE:
            yield lines
            lines = []
    if lines:
        yield lines


def _line(value: Row) -> str:
    text = _encode(value)
    if not text.isprintable():
        # What JSON lets stand and a terminal would obey, or UTF-8 cannot hold.
        text = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
    return text + "\n"


class Archive:
    """An archive being read: ``header``, then the tables in their order, each once and to its end.

    Raises KamError, naming the line, for anything that is not as it was written.
    """

    def __init__(self, file: BinaryIO, label: str) -> None:
        import hashlib

        self.file = file
        self.label = label
        self.line = 0
        self._whole = hashlib.sha256()
        self.header = self._header()
        self.tables: dict[str, int] = self.header["rows"]

    def columns_and_rows(self, name: str) -> tuple[list[str], Rows]:
        """The columns of the next table and its rows, which are checked while they are read."""
        import hashlib

        own, count = hashlib.sha256(), self.tables[name]
        first = self._row(name, None, own) if count else {}
        columns = list(first)

        def rows() -> Rows:
            if count:
                yield tuple(first.values())
            for _ in range(count - 1):
                yield tuple(self._row(name, columns, own).values())
            self._end(name, count, own.hexdigest())

        return columns, rows()

    def finish(self) -> int:
        """Check the end of the archive; gives how many rows it has."""
        total = sum(self.tables.values())
        self._end("archive", total, self._whole.hexdigest())
        if self.file.read(1):
            raise self.fault("there is more behind its end")
        return total

    def fault(self, what: str) -> KamError:
        """What is wrong at the line that was read last."""
        return BadTable(
            f"{self.label}, line {self.line}: {what}. The archive is not as it was written; use another copy",
            self.line,
        )

    def _header(self) -> Row:
        header = self._object(self._next())
        version, schema = header.get("kam-archive"), header.get("schema")
        if version.__class__ is int and version > FORMAT:
            raise KamError(f"{self.label} was made by a newer kam ({header.get('kam')}). Upgrade kam")
        counts, numbers = header.get("rows"), header.get("numbers")
        are_counts = _counts(counts) and _counts(numbers) and set(numbers or ()) <= set(counts or ())
        if version != FORMAT or schema.__class__ is not int or not are_counts:
            raise self.fault("it is no header of an archive")
        return header

    def _next(self) -> bytes:
        """The next line, added to the checksum of the whole."""
        self.line += 1
        raw = self.file.readline(LONGEST_LINE)
        if not raw.endswith(b"\n"):
            raise self.fault("it ends here" if not raw else "the line is cut off")
        return raw

    def _object(self, raw: bytes) -> Row:
        self._whole.update(raw)
        return self._parsed(raw)

    def _parsed(self, raw: bytes) -> Row:
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            raise self.fault("it cannot be read") from None
        if not isinstance(value, dict):
            raise self.fault("it cannot be read")
        return value

    def _row(self, name: str, columns: list[str] | None, own: Any) -> Row:
        raw = self._next()
        own.update(raw)
        row = self._object(raw).get(name)
        if not isinstance(row, dict) or (columns is not None and list(row) != columns):
            raise self.fault(f"a row of {name} should stand there")
        for value in row.values():
            if not (
                value is None
                or value.__class__ is str
                or (value.__class__ is int and -(2**63) <= value < 2**63)
            ):
                raise self.fault("there is a value that no book holds")
        return row

    def _end(self, name: str, count: int, digest: str) -> None:
        raw = self._next()
        if self._parsed(raw) != {"end": name, "rows": count, "sha256": digest}:
            raise self.fault(f"the checksum of {name} is another")
        self._whole.update(raw)


def _counts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        one.__class__ is int and 0 <= one < 2**63 for one in value.values()
    )
