"""The records of an export as an Excel workbook."""

from __future__ import annotations

from kam_cli.exports._text import texts
from kam_cli.formats.workbook import Workbook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kam_cli.exports._rows import Records

_DAYS = ("since", "birthday")
BLOCK = 1 << 18


def workbook_parts(records: Records, title: str) -> Iterator[bytes]:
    """The bytes of a workbook with one sheet."""
    import tempfile

    from kam_cli.values.clock import to_local
    from kam_cli.values.money import decimals

    c = records.c
    with tempfile.TemporaryFile() as file:
        kinds = [_kind(name, name in records.amounts) for name in records.headers]
        book = Workbook(file, title, records.headers, kinds, lambda text: to_local(text, c.tz))
        currency = records.headers.index("currency") if "currency" in records.headers else None
        is_first = True
        for columns in records.pages():
            cells = [
                column if name in records.amounts | records.flags else texts(records, name, column)
                for name, kind, column in zip(records.headers, kinds, columns, strict=True)
            ]
            if is_first:
                book.fit(cells)
                is_first = False
            for row in zip(*cells, strict=True):
                book.add(row, decimals(row[currency] or "EUR") if currency is not None else 2)
        book.close()
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def _kind(name: str, is_amount: bool) -> str:
    if is_amount:
        return "amount"
    return "day" if name.endswith("_on") or name in _DAYS else "moment" if name.endswith("_at") else ""
