"""A part of the table on its way into the book: its rows as they stand, and their values, column by column."""

from __future__ import annotations

from itertools import compress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Batch:
    """Rows that came in together. ``values`` is field → a value a row; all lists are as long as ``lines``.

    ``ids`` are the numbers of the records that the rows speak of, None of a new one. ``bad`` is row → faults, each a
    message with the field and the column (its index in the table) that it is about, where there is one.
    """

    def __init__(self, lines: list[int], rows: list[list[str]], values: dict[str, list[Any]]) -> None:
        self.lines = lines
        self.rows = rows
        self.values = values
        self.ids: list[int | None] = [None] * len(lines)
        self.bad: dict[int, list[tuple[str, str, int | None]]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def get(self, field: str) -> list[Any]:
        """The values of a field, None where it was not given."""
        return self.values.get(field) or [None] * len(self)

    def fill(self, field: str, value: Any) -> None:
        """Put a default where no value was given."""
        if field not in self.values:
            self.values[field] = [value] * len(self)
        elif None in self.values[field]:
            self.values[field] = [value if one is None else one for one in self.values[field]]

    def row(self, index: int) -> dict[str, Any]:
        """The values that were given in a row."""
        return {field: column[index] for field, column in self.values.items() if column[index] is not None}

    def refuse(self, index: int, message: str, field: str = "", column: int | None = None) -> None:
        """Call a row bad."""
        self.bad.setdefault(index, []).append((message, field, column))

    def keep(self, wanted: Sequence[Any]) -> None:
        """Keep the rows at which ``wanted`` is true."""
        self.lines = list(compress(self.lines, wanted))
        self.rows = list(compress(self.rows, wanted))
        self.ids = list(compress(self.ids, wanted))
        self.values = {field: list(compress(column, wanted)) for field, column in self.values.items()}

    def repeat(self, indexes: Sequence[int]) -> None:
        """Add these rows once more, at the end."""
        self.lines += [self.lines[index] for index in indexes]
        self.rows += [self.rows[index] for index in indexes]
        self.ids += [self.ids[index] for index in indexes]
        for column in self.values.values():
            column += [column[index] for index in indexes]

    def part(self, wanted: Sequence[Any]) -> Batch:
        """The rows at which ``wanted`` is true, as a batch of their own."""
        part = Batch(self.lines, self.rows, self.values)
        part.ids = self.ids
        part.keep(wanted)
        return part
