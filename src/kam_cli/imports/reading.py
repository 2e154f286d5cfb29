"""From the rows of a table to batches of values: which column feeds which field, and what cannot be read."""

from __future__ import annotations

from itertools import chain, islice

from kam_cli.errors import BadValue, KamError
from kam_cli.imports.amounts import AmountReader
from kam_cli.imports.batch import Batch
from kam_cli.imports.fields import LONGEST_TEXT, Bad, ReferenceReader, Text
from kam_cli.imports.stacked import of_one_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.formats.headers import Match
    from kam_cli.formats.table import Record, Table
    from kam_cli.imports.noun import Importing

PART = 3000  # rows worked on at a time, fewer where they are wide or long
PART_CELLS = 2_000_000
PART_BYTES = 4_000_000
STEP = 10  # rows read before it is asked again how long they are
PREVIEWED = 3


class Unreadable(Exception):
    """The table cannot be read on; ``error`` says why."""

    def __init__(self, error: KamError) -> None:
        super().__init__(str(error))
        self.error = error


class Reading:
    """A table being read for a noun. ``remarks`` are what it tells about itself; ``preview`` its first rows."""

    def __init__(
        self,
        c: Context,
        importing: Importing,
        table: Table,
        match: Match,
        kept: list[int],
        constants: Mapping[str, str] | None = None,
    ) -> None:
        self.table, self.importing = table, importing
        self.match = match
        self.readers = {field: importing.fields[field].reader(c) for field in match.columns}
        for reader in self.readers.values():
            reader.is_exact, reader.is_marked = table.is_exact, table.is_marked
            reader.is_verbatim = table.is_verbatim
        self.note = importing.note
        told = (constants or {}).items()
        self.constants = {field: importing.fields[field].reader(c).one(text) for field, text in told}
        self.source = self._rows()
        self.kept = kept  # columns that no field takes, kept as a note
        self.remarks: list[str] = []
        self.preview: list[dict[str, Any]] = []
        self.rows = 0

    def batches(self) -> Iterator[Batch]:
        """The whole table, part by part. Raises Unreadable."""
        while part := self._part():
            lines, texts, problems = zip(*part, strict=True)
            cells = list(zip(*texts, strict=False))  # a row that is too long is bad, and read no further
            batch = Batch(list(lines), list(texts), {})
            if not self.rows:
                self._learn(cells)
            self.rows += len(part)
            for index, problem in enumerate(problems):
                if problem:
                    batch.refuse(index, problem)
            self._read(batch, cells)
            if not self.preview:
                self.preview = [batch.row(i) for i in range(len(batch)) if i not in batch.bad][:PREVIEWED]
            yield batch

    def ahead(self, count: int) -> Iterator[Batch]:
        """The same; ``count`` rows, or all there are, are read before this returns. Raises Unreadable."""
        batches = self.batches()
        first = []
        while self.rows < count and (batch := next(batches, None)):
            first.append(batch)
        return chain(first, batches)

    def cell(self, row: list[str], field: str, column: int | None) -> tuple[str | None, str | None]:
        """The name of the column that a fault is about, and what stands there; the field where no column feeds it."""
        columns = [column] if column is not None else self.match.columns.get(field, [])
        filled = [index for index in columns if row[index].strip()] or columns
        if not filled:
            return field or None, None
        return self.table.header[filled[0]].strip(), row[filled[0]]

    def _rows(self) -> Iterator[Record]:
        try:
            yield from of_one_table(self.table, self.importing)
        except KamError as error:
            raise Unreadable(error) from error

    def _part(self) -> list[Record]:
        """The next rows: few enough to be held at once, however wide and long they are."""
        part: list[Record] = []
        begun, most = self.table.bytes_read, min(PART, PART_CELLS // (len(self.table.header) or 1))
        while len(part) < most and self.table.bytes_read - begun < PART_BYTES:
            some = list(islice(self.source, STEP))
            if not some:
                break
            part += some
        return part

    def _learn(self, cells: list[Any]) -> None:
        for field, indexes in self.match.columns.items():
            reader = self.readers[field]
            found = reader.learn([cell for index in indexes for cell in cells[index]])
            if isinstance(reader, AmountReader):
                reader.point = reader.point or self.table.point
            if found:
                self.remarks.append(f"{self.table.header[indexes[0]]}: {found}")

    def _read(self, batch: Batch, cells: list[Any]) -> None:
        for field, indexes in self.match.columns.items():
            reader = self.readers[field]
            columns = [reader.read(cells[index]) for index in indexes]
            if isinstance(reader, ReferenceReader):
                columns = [
                    reader.marked(values) if index in self.match.ids else values
                    for index, values in zip(indexes, columns, strict=True)
                ]
            if reader.failed:
                for index, values in zip(indexes, columns, strict=True):
                    _refuse_bad(batch, values, field, index)
            batch.values[field] = columns[0] if len(columns) == 1 else reader.merge(columns)
        for field, value in self.constants.items():
            batch.fill(field, value)
        if self.kept:
            self._keep(batch, [cells[index] for index in self.kept])

    def _keep(self, batch: Batch, columns: list[Any]) -> None:
        names = [self.table.header[index].strip() for index in self.kept]
        notes, read = batch.get(self.note), Text(LONGEST_TEXT, lines=True).parse
        for row, texts in enumerate(zip(*columns, strict=True)):
            said = [
                f"{name}: {text.strip()}" for name, text in zip(names, texts, strict=True) if text.strip()
            ]
            whole = "\n".join([*filter(None, [notes[row]]), *said])
            try:
                notes[row] = read(whole) or None
            except BadValue as error:
                batch.refuse(row, f"what is kept of it: {error}", self.note)
        batch.values[self.note] = notes


def _refuse_bad(batch: Batch, values: list[Any], field: str, column: int) -> None:
    for row, value in enumerate(values):
        if value.__class__ is Bad:
            batch.refuse(row, value.message, field, column)
            values[row] = None
