"""The records of an export, read page by page so that nobody has to wait and memory stays flat."""

from __future__ import annotations

import gc
from array import array
from itertools import chain

from kam_cli import exporting, registry
from kam_cli.exporting import Among

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.exporting import Texts
    from kam_cli.listing import Listing, Page
    from kam_cli.noun import Noun

    Column = Sequence[Any]

PAGE = 500  # records at a time: their texts fit the caches of a processor


class Records:
    """The records of a noun that a page of options asks for, in the order of entry unless it sorts them.

    ``headers`` name the columns; ``lists`` are those whose cells may be lists of texts, None where empty; ``amounts`` are
    in major units, ``flags`` true or false. A page is read as it is at one moment; between two pages anybody may write.
    """

    def __init__(self, c: Context, noun: Noun, listing: Listing, page: Page) -> None:
        self.c = c
        self.noun = noun
        self.listing = listing
        self.page = page
        self.exporting = exporting.of(c.book, noun, listing)
        columns = self.exporting.columns
        self.headers = [name.removesuffix("_minor") for name in columns]
        self.amounts = {name.removesuffix("_minor") for name in columns if name.endswith("_minor")}
        self.lists = {name for name, sql in columns.items() if sql is None}
        self.flags = {name for name in columns if name.startswith("is_")}
        self._plain = {name: sql for name, sql in columns.items() if sql is not None}
        self._key = listing.columns["id"]
        listing.prepare(c)
        self._where, self._args = listing.condition(c, page)
        self._order = listing.sorting(page.sort)  # an unknown field is refused before anything is written
        self._version = self._data_version()
        self.written = 0

    def pages(self) -> Iterator[list[Column]]:
        """The columns of a page after the other, as many cells in each as records."""
        # A page makes many small objects and no cycles.
        gc.disable()
        try:
            for columns in self._sorted() if self.page.sort else self._as_entered():
                if columns:
                    self.written += len(columns[0])
                    yield columns
        finally:
            gc.enable()
        if self._data_version() != self._version:
            self.c.note("the book was changed meanwhile; what is written is not all of one moment")

    def _as_entered(self) -> Iterator[list[Column]]:
        """Page after page by their numbers, of those that are there at the beginning."""
        last, left = 0, self.page.limit or -1
        end = self.c.book.value(f"SELECT max(id) FROM {self.noun.table}") or 0
        while left:
            size = PAGE if left < 0 else min(PAGE, left)
            where = (
                f"{self._where} AND {self._key} > ? AND {self._key} <= ? ORDER BY {self._key} LIMIT {size}"
            )
            found, columns = self._read(where, [*self._args, last, end])
            if not found:
                break
            last, left = found[-1], left - (len(found) if left > 0 else 0)
            yield columns

    def _sorted(self) -> Iterator[list[Column]]:
        """Page after page in an order that is settled at once; what is removed meanwhile is left out."""
        limit = f" LIMIT {self.page.limit}" if self.page.limit else ""
        where = f"FROM {self.listing.source} WHERE {self._where} ORDER BY {self._order}{limit}"
        ids = array(
            "q", chain.from_iterable(self.c.book.conn.execute(f"SELECT {self._key} {where}", self._args))
        )
        for start in range(0, len(ids), PAGE):
            wanted = ids[start : start + PAGE].tolist()
            marks = ", ".join(map(str, wanted))
            yield self._read(f"{self.listing.base} AND {self._key} IN ({marks})", [], wanted)[1]

    def _read(
        self, where: str, args: Column, order: list[int] | None = None
    ) -> tuple[list[int], list[Column]]:
        """Numbers and columns of one page, all of one moment."""
        book = self.c.book
        names = ", ".join(self._plain.values())
        source = f"{self.listing.source} {self.exporting.joins}"
        book.conn.execute("BEGIN")
        try:
            rows = book.fetch(f"SELECT {self._key}, {names} FROM {source} WHERE {where}", args)[1]
            if order is not None:
                there = {row[0]: row for row in rows}
                rows = [there[one] for one in order if one in there]
            if not rows:
                return [], []
            numbers, *plain = zip(*rows, strict=True)
            ids = list(numbers)
            among = Among(ids)
            parts = self.exporting.parts(book, among)
            if exporting.IDS in self.lists:
                parts = {**parts, exporting.IDS: _elsewhere(self.c, self.noun, among)}
        finally:
            if book.conn.in_transaction:
                book.conn.execute("COMMIT")
        cells: dict[str, Column] = dict(zip(self._plain, plain, strict=True))
        for name in cells:
            if name.endswith("_minor"):
                cells[name] = _major(cells[name], cells.get("currency") or [None] * len(ids))
        for name in self.flags:
            cells[name] = [None if value is None else bool(value) for value in cells[name]]
        for name in self.lists:
            cells[name] = list(map(parts[name].get, ids)) if parts.get(name) else [None] * len(ids)
        return ids, [cells[name] for name in self.exporting.columns]

    def _data_version(self) -> int:
        return int(self.c.book.value("PRAGMA data_version"))


def _elsewhere(c: Context, noun: Noun, among: Among) -> Texts:
    """What the records are called in other programs: ``source=id``, in the order in which they were told."""
    from kam_cli.formats.packed import pack_pair

    sql = (
        "SELECT row_id, source, external_id FROM external_ids "
        f"WHERE noun = ? AND {among.sql('row_id')} ORDER BY row_id, id"
    )
    rows = c.book.fetch(sql, (noun.name,))[1]
    before = {source: pack_pair(source, "") for source in {row[1] for row in rows}}
    return exporting.gathered([row[0] for row in rows], [before[source] + one for _, source, one in rows])


def _major(minors: Column, currencies: Column) -> Column:
    """Amounts in major units: whole ones as int, others as an exact Decimal."""
    from kam_cli.values.money import json_number

    pairs = zip(minors, currencies, strict=True)
    return [None if minor is None else json_number(minor, currency or "EUR") for minor, currency in pairs]


def listing_of(noun: Noun) -> Listing | None:
    """The list of a noun's records; None where it has none."""
    entry = registry.find(noun.name)
    listed = registry.verb(entry, "list") if entry else None
    found: Listing | None = listed.listing if listed else None
    if entry and found and "id" not in found.columns:
        # It lists what the records come to; another one lists the records.
        others = (one.listing for one in registry.verbs(entry).values() if one.listing)
        found = next((one for one in others if "id" in one.columns), None)
    return found
