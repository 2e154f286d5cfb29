"""The records of an export, read page by page so that nobody has to wait and memory stays flat."""

from __future__ import annotations

from array import array

from kam_cli import exporting, registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Listing, Page
    from kam_cli.noun import Noun

    Column = list[Any]

PAGE = 2000  # records at a time


class Records:
    """The records of a noun that a page of options asks for, in the order of entry unless it sorts them.

    ``headers`` name the columns; ``lists`` are those whose cells are lists of texts, None where empty. Which records
    there are is settled at once; each page is then read as it is, and between two pages anybody may write.
    """

    def __init__(self, c: Context, noun: Noun, listing: Listing, page: Page) -> None:
        self.c = c
        self.noun = noun
        self.listing = listing
        self.exporting = exporting.of(c.book, noun, listing)
        columns = self.exporting.columns
        self.headers = [name.removesuffix("_minor") for name in columns]
        self.amounts = {name.removesuffix("_minor") for name in columns if name.endswith("_minor")}
        self.lists = {name for name, sql in columns.items() if sql is None}
        self._plain = {name: sql for name, sql in columns.items() if sql is not None}
        listing.prepare(c)
        where, args = listing.condition(c, page)
        order = listing.sorting(page.sort) if page.sort else listing.columns["id"]
        limit = f" LIMIT {page.limit}" if page.limit else ""
        sql = f"SELECT {listing.columns['id']} FROM {listing.source} WHERE {where} ORDER BY {order}{limit}"
        self._version = self._data_version()
        self._ids = array("q", (row[0] for row in c.book.conn.execute(sql, args)))
        self.written = 0

    def pages(self) -> Iterator[list[Column]]:
        """The columns of a page after the other, as many cells in each as records."""
        names = ", ".join(self._plain.values())
        key = self.listing.columns["id"]
        sql = (
            f"SELECT {key}, {names} FROM {self.listing.source} WHERE {self.listing.base} AND {key} IN ({{}})"
        )
        for start in range(0, len(self._ids), PAGE):
            ids = self._ids[start : start + PAGE].tolist()
            columns = self._read(sql, ids)
            if columns:
                self.written += len(columns[0])
                yield columns
        if self._data_version() != self._version:
            self.c.note("the book was changed meanwhile; what is written is not all of one moment")

    def _read(self, sql: str, ids: list[int]) -> list[Column]:
        """One page, all of one moment."""
        book = self.c.book
        book.conn.execute("BEGIN")
        try:
            found = {row[0]: row for row in book.fetch(sql.format(", ".join(map(str, ids))))[1]}
            ids = [one for one in ids if one in found]
            if not ids:
                return []
            parts = self.exporting.parts(book, ids)
            if exporting.IDS in self.lists:
                parts = {**parts, exporting.IDS: _elsewhere(self.c, self.noun, ids)}
        finally:
            if book.conn.in_transaction:
                book.conn.execute("COMMIT")
        read = list(zip(*map(found.__getitem__, ids), strict=True))
        plain = dict(zip(self._plain, map(list, read[1:]), strict=True))
        for name in plain:
            if name.endswith("_minor"):
                plain[name] = _major(plain[name], plain.get("currency") or [None] * len(ids))
            elif name.startswith("is_"):
                plain[name] = [None if value is None else bool(value) for value in plain[name]]
        return [
            plain[name] if name in plain else [parts.get(name, {}).get(one) for one in ids]
            for name in self.exporting.columns
        ]

    def _data_version(self) -> int:
        return int(self.c.book.value("PRAGMA data_version"))


def _elsewhere(c: Context, noun: Noun, ids: list[int]) -> dict[int, list[str]]:
    """What the records are called in other programs: ``source=id``, in the order in which they were told."""
    from kam_cli.formats.packed import pack_pair

    found: dict[int, list[str]] = {}
    sql = (
        "SELECT row_id, source, external_id FROM external_ids "
        f"WHERE noun = ? AND row_id IN ({', '.join(map(str, ids))}) ORDER BY id"
    )
    for row_id, source, external_id in c.book.fetch(sql, (noun.name,))[1]:
        found.setdefault(row_id, []).append(pack_pair(source, external_id))
    return found


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
    return found
