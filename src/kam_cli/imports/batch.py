"""A part of the table on its way into the book: its rows as they stand, and their values, column by column."""

from __future__ import annotations

from itertools import compress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any


class Batch:
    """Rows that came in together. ``values`` is field → a value a row; all lists are as long as ``lines``.

    ``bad`` is row → (field, message) of what is wrong with it, until `drop` takes the bad rows out.
    """

    def __init__(self, lines: list[int], rows: list[list[str]], values: dict[str, list[Any]]) -> None:
        self.lines = lines
        self.rows = rows
        self.values = values
        self.ids: list[int | None] = [None] * len(lines)
        self.bad: dict[int, list[tuple[str, str]]] = {}

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

    def refuse(self, index: int, field: str, message: str) -> None:
        """Call a row bad, because of a field."""
        self.bad.setdefault(index, []).append((field, message))

    def keep(self, wanted: Sequence[Any]) -> None:
        """Keep the rows at which ``wanted`` is true."""
        self.lines = list(compress(self.lines, wanted))
        self.rows = list(compress(self.rows, wanted))
        self.ids = list(compress(self.ids, wanted))
        self.values = {field: list(compress(column, wanted)) for field, column in self.values.items()}

    def part(self, indexes: Iterable[int]) -> Batch:
        """Some of the rows, as a batch of their own."""
        indexes = list(indexes)
        values = {field: [column[i] for i in indexes] for field, column in self.values.items()}
        return Batch([self.lines[i] for i in indexes], [self.rows[i] for i in indexes], values)
