"""One import: the rows of a table, read, checked and written to the book part by part, inside one transaction."""

from __future__ import annotations

import time
from collections import namedtuple
from itertools import islice, repeat

from kam_cli.errors import KamError
from kam_cli.imports import identity
from kam_cli.imports.batch import Batch
from kam_cli.imports.fields import Bad, Memo
from kam_cli.imports.references import References

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.formats.headers import Match
    from kam_cli.formats.tables import Table
    from kam_cli.imports.amounts import AmountReader
    from kam_cli.imports.badrows import BadRows
    from kam_cli.imports.fields import Reference
    from kam_cli.imports.noun import Importing

    Row = dict[str, Any]

PART = 2000  # rows worked on at a time
MOST_ERRORS = 10_000  # after which an import that can only fail reads no further

Options = namedtuple("Options", "create update skip_bad keep_unknown dry_run")


class Unreadable(Exception):
    """The table cannot be read on; its cause is the error to show."""

    def __init__(self, error: KamError) -> None:
        super().__init__(str(error))
        self.error = error


class Run:
    """The import of one table: what it has counted, what was wrong, and which records are new (``added``)."""

    def __init__(
        self, c: Context, importing: Importing, table: Table, match: Match, source: str, options: Any
    ) -> None:
        from kam_cli.book import utc_now

        self.c = c
        self.book = c.book
        self.importing = importing
        self.table = table
        self.match = match
        self.source = source
        self.options = options
        self.now = utc_now()
        self.readers = {field: importing.fields[field].reader(c) for field in match.columns}
        self.references = References(self)
        self.memos: dict[Any, Memo] = {}
        self.read = self.created = self.updated = self.skipped = 0
        self.also: dict[str, int] = {}
        self.errors: list[Row] = []
        self.bad = 0
        self.added: dict[str, list[range]] = {}
        self.remarks: list[str] = []
        self.preview: list[Row] = []
        self.bad_rows: BadRows | None = None
        self.file_key: Callable[[], str] = lambda: ""
        self._known_file: bool | None = None
        self._unknown = _kept_columns(importing, table.header, match) if options.keep_unknown else []

    # --- the way of the rows --------------------------------------------------------------------------------

    def all(self, progress: Callable[[], None]) -> None:
        """Take in the whole table. Raises Unreadable."""
        rows = self._rows()
        started = time.monotonic()
        while part := list(islice(rows, PART)):
            self.read += len(part)
            self.take(self._parsed(part))
            if len(self.errors) >= MOST_ERRORS and not self.options.skip_bad:
                self.remarks.append(f"stopped after {len(self.errors)} faults: do the columns fit?")
                break
            if time.monotonic() - started > 1:
                progress()

    def take(self, batch: Batch) -> None:
        """Check a batch to the end and write it."""
        self._drop(batch)
        later = self._identify(batch)
        for field, declared in self.importing.fields.items():
            if declared.refers and field in batch.values:
                self.references.resolve(batch, field, declared)  # type: ignore[arg-type]
                self._drop(batch)
        self.importing.complete(self, batch)
        self._require(batch)
        self._drop(batch)
        self._write(batch)
        if later is not None:
            self.take(later)

    def _rows(self) -> Iterator[tuple[int, list[str], str | None]]:
        try:
            yield from self.table.rows()
        except KamError as error:
            raise Unreadable(error) from error

    def _parsed(self, part: list[tuple[int, list[str], str | None]]) -> Batch:
        lines, rows, problems = zip(*part, strict=True)
        cells = list(zip(*rows, strict=False))  # a row that is too long is bad, and read no further
        batch = Batch(list(lines), list(rows), {})
        for index, problem in enumerate(problems):
            if problem:
                batch.refuse(index, "", problem)
        for field, indexes in self.match.columns.items():
            reader = self.readers[field]
            if self.read == len(part):
                self._learn(field, reader.learn([cell for index in indexes for cell in cells[index]]))
            columns = [reader.read(cells[index]) for index in indexes]
            if reader.failed:
                _refuse(batch, field, columns)
            batch.values[field] = columns[0] if len(columns) == 1 else reader.merge(columns)
        if self._unknown:
            self._keep_unknown(batch, cells)
        if not self.preview:
            self.preview = [batch.row(index) for index in range(min(3, len(batch))) if index not in batch.bad]
        return batch

    def _learn(self, field: str, remark: str) -> None:
        if remark:
            self.remarks.append(f"{field}: {remark}")

    def _keep_unknown(self, batch: Batch, cells: list[tuple[str, ...]]) -> None:
        names = [self.table.header[index].strip() for index in self._unknown]
        notes = batch.get(self.importing.note)
        for row, texts in enumerate(zip(*(cells[index] for index in self._unknown), strict=True)):
            said = [f"{name}: {text.strip()}" for name, text in zip(names, texts, strict=True) if text.strip()]
            if said and notes[row].__class__ is not Bad:
                notes[row] = "\n".join([*filter(None, [notes[row]]), *said])
        batch.values[self.importing.note] = notes

    def _identify(self, batch: Batch) -> Batch | None:
        """Give known rows their numbers, or skip them; gives rows that repeat an id of this batch, for later."""
        given = batch.get("external_id")
        ids = dict.fromkeys(given)
        has_none = ids.pop(None, 0) is None
        if has_none and self.is_known_file():
            self._skip(batch, [one is not None for one in given])
            return self._identify(batch)
        known = identity.seen(self.book, self.importing.noun, self.source, ids) if ids else {}
        later = None
        if len(ids) < len(batch) - given.count(None):
            first: set[Any] = set()
            again = [one is not None and (one in first or first.add(one) is not None) for one in given]
            later = batch.part(index for index, repeated in enumerate(again) if repeated)
            batch.keep([not repeated for repeated in again])
            given = batch.get("external_id")
        if known:
            batch.ids = [known.get(one) for one in given]
            self._known(batch)
        return later

    def _known(self, batch: Batch) -> None:
        """Rows whose record is in the book: more of a record that this import made, else changed or skipped."""
        mine = self.added.get(self.importing.table) if self.importing.more else None
        if mine:
            own = [number is not None and number >= mine[0].start for number in batch.ids]
            if any(own):
                more = batch.part(index for index, one in enumerate(own) if one)
                more.ids = [number for number, one in zip(batch.ids, own, strict=True) if one]
                self.importing.more(self, more)
                self._drop(more)
                batch.keep([not one for one in own])
        if not self.options.update:
            self._skip(batch, [number is None for number in batch.ids])

    def _skip(self, batch: Batch, wanted: list[bool]) -> None:
        self.skipped += wanted.count(False)
        batch.keep(wanted)

    def _require(self, batch: Batch) -> None:
        for field in self.importing.required:
            names = field.split("|")
            columns = [batch.get(name) for name in names]
            for index, values in enumerate(zip(*columns, strict=True)):
                if all(value is None for value in values) and batch.ids[index] is None and index not in batch.bad:
                    batch.refuse(index, names[0], f"{names[0]} is missing")

    def _drop(self, batch: Batch) -> None:
        """Take the bad rows out, and report them."""
        if not batch.bad:
            return
        for index in sorted(batch.bad):
            for field, message in batch.bad[index]:
                column, value = self._cell(batch.rows[index], field)
                error = {"line": batch.lines[index], "column": column, "value": value, "message": message}
                if len(self.errors) < MOST_ERRORS:
                    self.errors.append(error)
            if self.bad_rows:
                self.bad_rows.write(batch.rows[index])
        self.bad += len(batch.bad)
        batch.keep([index not in batch.bad for index in range(len(batch))])
        batch.bad = {}

    def _cell(self, row: list[str], field: str) -> tuple[str | None, str | None]:
        """The column of the table that feeds a field, and what stands there."""
        name, _, place = field.partition("@")
        indexes = [int(place)] if place else self.match.columns.get(name, [])
        filled = [index for index in indexes if index < len(row) and row[index].strip()] or indexes
        if not filled:
            return name or None, None
        return self.table.header[filled[0]].strip(), row[filled[0]]

    def _write(self, batch: Batch) -> None:
        if not len(batch):
            return
        new = batch
        if any(batch.ids):
            new = batch.part(index for index, number in enumerate(batch.ids) if number is None)
            for index, number in enumerate(batch.ids):
                if number is not None:
                    changed = self.importing.update(self, number, batch.row(index))
                    self.updated += changed
                    self.skipped += not changed
        if len(new):
            given = new.get("external_id")
            numbers = self.importing.insert(self, new)
            self.created += len(numbers)
            named = [pair for pair in zip(given, numbers, strict=True) if pair[0] is not None]
            if named:
                names = ("source", "noun", "external_id", "row_id")
                rows = ((self.source, self.importing.noun, *pair) for pair in named)
                self.book.insert_many("external_ids", names, rows)

    # --- what a noun asks for -------------------------------------------------------------------------------

    def insert(self, table: str, columns: dict[str, list[Any]], **same: Any) -> Sequence[int]:
        """Add rows with fresh uids and times, from a list a column; ``same`` is alike in all. Gives their numbers."""
        from kam_cli.book import new_uids

        count = len(next(iter(columns.values())))
        if not count:
            return range(0)
        same |= {"created_at": self.now, "updated_at": self.now}
        values = [new_uids(count), *columns.values(), *(repeat(value, count) for value in same.values())]
        names = ("uid", *columns, *same)
        ids = self.book.insert_many(table, names, zip(*values, strict=True))
        self.added.setdefault(table, []).append(ids)
        return ids

    def count_also(self, name: str, count: int) -> None:
        """Count records that were made on the way."""
        if name == self.importing.name:
            self.created += count
        elif count:
            self.also[name] = self.also.get(name, 0) + count

    def memo(self, function: Callable[[Any], Any]) -> Memo:
        """A function of one value that remembers its results during this import."""
        return self.memos.setdefault(function, Memo(function))

    def amounts(self, batch: Batch, field: str) -> None:
        """Turn a field of amounts, or that of its minor units, into ``<field>_minor`` and ``currency``."""
        minors, currencies = batch.get(f"{field}_minor"), batch.get("currency")
        if field in batch.values:
            reader: AmountReader = self.readers[field]  # type: ignore[assignment]
            for index, money in enumerate(reader.in_currency(batch.values[field], currencies)):
                if money.__class__ is Bad:
                    batch.refuse(index, field, money.message)
                elif money is not None and minors[index] is not None:
                    batch.refuse(index, field, f"give {field} or {field}_minor, not both")
                elif money is not None:
                    minors[index], currencies[index] = money
        batch.values[f"{field}_minor"], batch.values["currency"] = minors, currencies

    def is_known_file(self) -> bool:
        """Whether this very file was imported before, as this noun and with this map."""
        if self._known_file is None:
            self._known_file = identity.is_known_file(self.book, self.file_key())
        return self._known_file

    @property
    def has_rows_without_id(self) -> bool:
        """Whether the file has to be remembered, for some of its rows have no identity of their own."""
        return self._known_file is False


def _refuse(batch: Batch, field: str, columns: list[list[Any]]) -> None:
    ...


def _kept_columns(importing: Importing, header: list[str], match: Match) -> list[int]:
    """The indexes of the columns that no field takes and that are not to be left alone."""
    unknown = set(match.unmatched)
    return [index for index, name in enumerate(header) if name in unknown]
