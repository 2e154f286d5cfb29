"""Writes a table as an Excel workbook (XLSX) that a person can work with and that reads back as it was.

Text is text, never a formula or a link; days and instants are dates, amounts are numbers. Needs XlsxWriter (BSD, pure
Python), which escapes what XML cannot hold; openpyxl refuses some of that and writes broken XML for the rest.
"""

from __future__ import annotations

import re

from kam_cli.errors import KamError
from kam_cli.formats.formulas import neutral, restored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, BinaryIO

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767  # of a cell, counted in UTF-16
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIRST_DAY = "1900-03-01"  # before it Excel counts a day that never was
_SURE = 10**12  # below it an amount has no more than the 15 digits that a cell keeps
WIDEST, NARROWEST = 48, 8  # columns, in characters


class Workbook:
    """A workbook with one sheet, filled row by row; what is written already is in a file, not in memory.

    ``kinds``: a kind a column: ``day``, ``moment``, ``amount`` (its currency's decimals stand in the row) or ````.
    ``local`` turns a UTC text into the owner's wall time. Raises KamError where the library is missing.
    """

    def __init__(
        self, file: BinaryIO, title: str, headers: list[str], kinds: list[str], local: Callable[[str], Any]
    ) -> None:
        try:
            import xlsxwriter
        except ImportError:
            raise KamError(
                "writing XLSX needs XlsxWriter: pip install 'kam-cli[xlsx]' (or export to .csv)"
            ) from None
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(file, options)
        self.sheet = self.book.add_worksheet(title)
        self.headers = headers
        self.kinds = kinds
        self.local = local
        self.row = 0
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        # The apostrophe of Excel: the cell stays text even after somebody edits it.
        self.quoted = self.book.add_format({"quote_prefix": True})
        self.amounts: dict[int, Any] = {}
        self.sheet.write_row(0, 0, headers, self.book.add_format({"bold": True, "bottom": 1}))
        self.sheet.freeze_panes(1, 0)

    def fit(self, columns: Sequence[Sequence[Any]]) -> None:
        """Make the columns as wide as these cells."""
        for index, (header, cells) in enumerate(zip(self.headers, columns, strict=True)):
            longest = max([len(header) + 2, *(len(str(cell)) + 1 for cell in cells if cell is not None)])
            self.sheet.set_column(index, index, max(NARROWEST, min(WIDEST, longest)))

    def add(self, cells: tuple[Any, ...], places: int = 2) -> None:
        """A row; ``places`` are the decimals of its amounts. Raises KamError where XLSX cannot hold it."""
        self.row += 1
        if self.row >= MOST_ROWS:
            raise KamError(f"XLSX holds {MOST_ROWS - 1:,} rows. Export to .csv, or part it with --where")
        for index, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                self._text(index, cell)
            elif cell is True or cell is False:
                self.sheet.write_boolean(self.row, index, cell)
            else:
                self._number(index, cell, places)

    def close(self) -> None:
        """Write the file."""
        self.book.close()

    def _text(self, index: int, text: str) -> None:
        kind = self.kinds[index]
        if kind and _DAY.match(text) and text >= _FIRST_DAY and self._date(index, text):
            return
        if len(text) > MOST_CHARACTERS // 2 and len(text.encode("utf-16-le")) // 2 > MOST_CHARACTERS:
            raise KamError(
                f"row {self.row + 1}, {self.headers[index]}: a text of {len(text):,} characters; a cell of XLSX holds "
                f"{MOST_CHARACTERS:,}. Export to .csv"
            )
        style = self.quoted if neutral(text) != text else None
        # An apostrophe of the text's own is kept from being taken for the mark of a formula.
        self.sheet.write_string(self.row, index, neutral(text) if restored(text) != text else text, style)

    def _date(self, index: int, text: str) -> bool:
        from datetime import date

        if len(text) == 10:
            self.sheet.write_datetime(self.row, index, date.fromisoformat(text), self.day)
            return True
        moment = self.local(text) if self.kinds[index] == "moment" else None
        # In the hour that a clock shows twice, the wall time alone would not tell which one.
        if moment is None or moment.fold:
            return False
        self.sheet.write_datetime(self.row, index, moment.replace(tzinfo=None), self.moment)
        return True

    def _number(self, index: int, value: Any, places: int) -> None:
        if self.kinds[index] != "amount":
            self.sheet.write_number(self.row, index, value)
        elif abs(value) < _SURE:
            self.sheet.write_number(self.row, index, float(value), self._amount(places))
        else:
            self._text(index, str(value) if isinstance(value, int) else format(value, "f"))

    def _amount(self, places: int) -> Any:
        if places not in self.amounts:
            digits = f"#,##0.{'0' * places}" if places else "#,##0"
            self.amounts[places] = self.book.add_format({"num_format": digits})
        return self.amounts[places]
