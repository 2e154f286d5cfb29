"""One import: batch after batch is identified, completed and written, all inside one transaction."""

from __future__ import annotations

from collections import namedtuple
from itertools import compress

from kam_cli import bulk, erased
from kam_cli.imports import identity
from kam_cli.imports.fields import Bad, Memo
from kam_cli.imports.references import References

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.imports.amounts import AmountReader
    from kam_cli.imports.badrows import BadRows
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.noun import Importing
    from kam_cli.imports.reading import Reading

    Row = dict[str, Any]
    T = TypeVar("T")

NAMED = 5  # new records told by their names
MOST_FAULTS = 10_000  # after which an import that can only fail reads no further

Options = namedtuple("Options", "create update skip_bad transliterate", defaults=(None,))


class Run:
    """What an import knows of itself: ``read created updated skipped`` rows, records made on the way (``also``),
    ``faults`` (line column value message) of ``bad`` rows, the numbers of new records by table (``added``), and the
    ``changes`` of others (see `changed.changes`).

    ``file_key`` gives the identity of the file, for rows that have none of their own.
    """

    def __init__(
        self,
        c: Context,
        importing: Importing,
        reading: Reading,
        source: str,
        options: Any,
        file_key: Callable[[], str],
        bad_rows: BadRows | None,
    ) -> None:
        from kam_cli.book import utc_now

        self.c = c
        self.book = c.book
        self.importing = importing
        self.reading = reading
        self.source = source
        self.options = options
        self.file_key = file_key
        self.bad_rows = bad_rows
        self.now = utc_now()
        self.today = c.today.isoformat()
        self.references = References(self)
        self.memos: dict[Any, Memo] = {}
        self.helpers: dict[Any, Any] = {}
        self.created = self.updated = self.skipped = self.bad = 0
        self.also: dict[str, int] = {}
        self.left_out: dict[str, int] = {}  # why rows were skipped that are not known → how many
        self.faults: list[Row] = []
        self.changes: list[Row] = []
        self.new_names: list[str] = []
        self.nameless = ""  # why rows without a name are no fault of the table, if they are none
        self.added: dict[str, list[Sequence[int]]] = {}
        self.put_off: list[str] | None = None  # SQL of the indexes that are made at the end
        self.file_is_known: bool | None = None  # asked only where a row has no id of its own

    @property
    def is_hopeless(self) -> bool:
        """Whether the table has so many faults that its columns are likely to be mistaken."""
        return len(self.faults) >= MOST_FAULTS and not self.options.skip_bad

    def take(self, batch: Batch) -> None:
        """Check a batch to the end and write it."""
        self.importing.identify(self, batch)
        self._refuse_erased(batch)
        self._drop(batch)
        later = self._identify(batch)
        for field, declared in self.importing.fields.items():
            if declared.refers and (field in batch.values or f"{field}_uid" in batch.values):
                self.references.resolve(batch, field, declared)  # type: ignore[arg-type]
                self._drop(batch)
        self.importing.complete(self, batch)
        self._require(batch)
        self._drop(batch)
        self._write(batch)
        if later is not None:
            self.take(later)

    def tell(self) -> None:
        """Note what was changed in which record, and what the first new ones are called."""
        from kam_cli.imports import changed

        if self.updated:
            self.changes = changed.changes(self)
        self.new_names = changed.names(self, NAMED)

    def finish(self, path: str, columns: dict[str, str] | None) -> None:
        """Remember the file, where its rows have no identity of their own, and the map that was given."""
        if self.file_is_known is False:
            identity.remember_file(self.book, self.file_key(), self.importing.name, path, self.now)
        if columns is not None:
            identity.save_map(self.book, self.source, self.importing.name, columns)

    def _refuse_erased(self, batch: Batch) -> None:
        """An older export must not bring back a person who was erased since."""
        uids = [(index, one) for index, one in enumerate(batch.get("external_id")) if identity.is_uid(one)]
        marks = self.once(erased.marks) if uids else {}
        for index, uid in uids if marks else ():
            if erased.digest(uid) in marks:
                batch.refuse(index, "this person was erased; take the row out", "external_id")

    def _identify(self, batch: Batch) -> Batch | None:
        """Give known rows their numbers, or skip them. Gives the rows that repeat an id of the batch, for later."""
        given = batch.get("external_id")
        if None in given and self._is_known_file():
            self.skip(batch, [one is None for one in given])
            given = batch.get("external_id")
        ids = dict.fromkeys(given)
        ids.pop(None, None)
        if not ids:
            return None
        known = identity.seen(self.book, self.importing.noun, self.source, ids)
        others = identity.of_another_noun(self.book, self.importing.noun, ids.keys() - known)
        for noun in set(others.values()):
            why = f"are {noun}s of this book: add --as {noun}s"
            self.skip(batch, [others.get(one) == noun for one in given], why)
        batch.ids = [known.get(one) for one in batch.get("external_id")]
        self._take_more(batch)
        later = self._repeated(batch) if len(ids) < len(given) - given.count(None) else None
        if known and not self.options.update:
            self.skip(batch, [number is not None for number in batch.ids])
        return later

    def _repeated(self, batch: Batch) -> Batch:
        """Take out the rows that repeat an id of the batch."""
        met: set[str] = set()
        repeated = []
        for one in batch.get("external_id"):
            repeated.append(one in met)
            if one is not None:
                met.add(one)
        later = batch.part(repeated)
        batch.keep([not one for one in repeated])
        return later

    def _take_more(self, batch: Batch) -> None:
        """Rows of records that this import itself has added, where a record may take several rows."""
        added = self.added.get(self.importing.table)
        if not (self.importing.takes_more and added):
            return
        own = [number is not None and number >= added[0][0] for number in batch.ids]
        more = batch.part(own)
        batch.keep([not one for one in own])
        if len(more):
            self.importing.more(self, more)
            self._drop(more)

    def _require(self, batch: Batch) -> None:
        for alternatives in self.importing.required:
            names = alternatives.split("|")
            columns = [batch.get(name) for name in names]
            if None not in columns[0]:
                continue
            if self.nameless and "name" in names:
                self.skip(batch, [not any(values) for values in zip(*columns, strict=True)], self.nameless)
                continue
            for index, values in enumerate(zip(*columns, strict=True)):
                if values.count(None) == len(values) and batch.ids[index] is None and index not in batch.bad:
                    batch.refuse(index, f"{names[0]} is missing", names[0])

    def _drop(self, batch: Batch) -> None:
        """Take the bad rows out, and note what is wrong with them."""
        if not batch.bad:
            return
        for index in sorted(batch.bad):
            row = batch.rows[index]
            for message, field, place in batch.bad[index]:
                column, value = self.reading.cell(row, field, place)
                fault = {"line": batch.lines[index], "column": column, "value": value, "message": message}
                self.faults += [fault] if len(self.faults) < MOST_FAULTS else []
            if self.bad_rows:
                self.bad_rows.write(row)
        self.bad += len(batch.bad)
        batch.keep([index not in batch.bad for index in range(len(batch))])
        batch.bad = {}

    def _write(self, batch: Batch) -> None:
        new = batch
        if any(batch.ids):
            new = batch.part([number is None for number in batch.ids])
            for index, number in enumerate(batch.ids):
                if number is not None:
                    changed = self.importing.update(self, number, batch.row(index))
                    self.updated += changed
                    self.skipped += not changed
        if not len(new):
            return
        if self.put_off is None and self.reading.rows >= bulk.LARGE:
            self.put_off = bulk.put_off(self.book, self.importing.late)
        external_ids = new.values.get("external_id")
        numbers = self.importing.insert(self, new)
        self.created += len(numbers)
        if external_ids:
            # A uid of ours is the record's own from now on.
            named = [one is not None and not identity.is_uid(one) for one in external_ids]
            pairs = [(self.source, one) for one in external_ids]
            identity.remember(
                self.book, self.importing.noun, list(compress(pairs, named)), list(compress(numbers, named))
            )
        for number, elsewhere in zip(numbers, new.values.get("ids_elsewhere", ()), strict=False):
            if elsewhere:
                identity.remember(self.book, self.importing.noun, elsewhere, [number] * len(elsewhere))

    def _is_known_file(self) -> bool:
        if self.file_is_known is None:
            self.file_is_known = identity.is_known_file(self.book, self.file_key())
        return self.file_is_known

    # --- what a noun asks for -------------------------------------------------------------------------------

    def skip(self, batch: Batch, unwanted: list[bool], why: str = "") -> None:
        """Leave rows out; ``why`` is told in the summary."""
        count = unwanted.count(True)
        self.skipped += count
        if why and count:
            self.left_out[why] = self.left_out.get(why, 0) + count
        batch.keep([not one for one in unwanted])

    def insert(
        self, table: str, columns: Mapping[str, Sequence[Any]], external_ids: Sequence[str | None] = ()
    ) -> Sequence[int]:
        """Add rows, given column by column, with fresh uids and times; gives their numbers.

        A record that comes from a book of kam, with its uid as ``external_id``, keeps that.
        """
        from kam_cli.book import new_uids

        count = len(next(iter(columns.values())))
        uids, now = new_uids(count), [self.now] * count
        if any(map(identity.is_uid, external_ids)):
            pairs = zip(external_ids, uids, strict=True)
            uids = [own if own and identity.is_uid(own) else new for own, new in pairs]
        ids = bulk.insert(self.book, table, {"uid": uids, **columns, "created_at": now, "updated_at": now})
        if ids:
            self.added.setdefault(table, []).append(ids)
        return ids

    def count_also(self, name: str, count: int) -> None:
        """Count records that were made on the way."""
        if count:
            self.also[name] = self.also.get(name, 0) + count

    def memo(self, function: Callable[[Any], Any]) -> Memo:
        """A function of one value that keeps its results during this import."""
        return self.memos.setdefault(function, Memo(function))

    def noon(self, day: str) -> str:
        """The instant at which something happened of which only the local day is known: now, or that day's noon."""
        return str(self.c.now if day == self.today else self.memo(self._noon)[day])

    def _noon(self, day: str) -> str:
        from datetime import date

        from kam_cli.values.clock import to_utc

        return to_utc(date.fromisoformat(day), None, self.c.tz)

    def once(self, kind: Callable[[Book], T]) -> T:
        """The one helper of a kind that this import needs, made for the book."""
        found: T = self.helpers.setdefault(kind, None) or kind(self.book)
        self.helpers[kind] = found
        return found

    def amounts(self, batch: Batch, field: str) -> None:
        """Turn a field of amounts, or that of its minor units, into ``<field>_minor`` and ``currency``."""
        minors, currencies = batch.get(f"{field}_minor"), batch.get("currency")
        if field in batch.values:
            reader: AmountReader = self.reading.readers[field]  # type: ignore[assignment]
            for index, money in enumerate(reader.in_currency(batch.values[field], currencies)):
                if money.__class__ is Bad:
                    batch.refuse(index, money.message, field)
                elif money is not None and minors[index] is not None:
                    batch.refuse(index, f"{field} and {field}_minor are both given: give one of them", field)
                elif money is not None:
                    minors[index], currencies[index] = money
        batch.values[f"{field}_minor"], batch.values["currency"] = minors, currencies
