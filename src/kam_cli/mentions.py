"""Where a person's names, addresses and numbers stand in texts of others; and those texts without them."""

from __future__ import annotations

import re

from kam_cli import journal, registry
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.naming import Names
    from kam_cli.reach import Reach

    Row = dict[str, Any]

SLICE = 2000  # rows looked through at a time
BOOKKEEPING = (
    "external_ids",
    "imported_files",
)  # what an import remembers; of this, names go without being asked

# Columns that hold one of a few words, or what identifies another record.
_NO_TEXT = re.compile(
    r".*_(key|at|on|time|rule|from|md)|uid|handle|kind|status|stage|role|sex|direction|outcome|currency|country|"
    r"noun|digest|tz|birthday|postcode|external_id"
)
# The names of other cards: told, because the person may have two, but never changed.
_NAMES = {("clients", "name"), ("contacts", "name")}
_OWN = {("contacts", "first_name"), ("contacts", "last_name"), ("aliases", "name")}
# A phone or an address on another card is that card's own, even if it is the same.
_OF_DETAILS = ("fact", "family", "preference", "hobby")
_WHERE = {"details": f"x.kind IN {_OF_DETAILS}"}


def find(book: Book, names: Names, reach: Reach) -> list[Row]:
    """The records of others whose texts name them: ``noun id field``."""
    nouns = {noun.table: noun.name for noun in registry.nouns()}
    found = []
    for table, columns in _text_columns(book).items():
        parents = [
            (link.column, nouns[link.parent])
            for link in reach.links
            if link.table == table and link.parent in nouns
        ]
        for row in _naming(book, names, table, columns, list({column for column, _ in parents})):
            noun, row_id = nouns.get(table), row["id"]
            if noun is None:
                noun, row_id = next(((n, row[c]) for c, n in parents if row[c] is not None), (table, row_id))
            found += [{"noun": noun, "id": row_id, "field": field} for field in row["fields"]]
    return found


def blank(book: Book, names: Names) -> None:
    """Take them out of the texts of others, inside a write."""
    journalled = journal.journalled_tables(book)
    for table, columns in _text_columns(book).items():
        keys = [name for name in journalled[table] if name.endswith("_key")]
        for row in list(_naming(book, names, table, columns, keys)):
            if changed := blanked(names, table, columns, row):
                sets = ", ".join(f"{name} = ?" for name in changed)
                book.conn.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*changed.values(), row["id"]))


def blanked(names: Names, table: str, columns: Iterable[str], row: Row) -> Row:
    """The columns of a row that change without them, with the search keys that follow."""
    changed: Row = {}
    if table == "details" and row.get("kind") not in (None, *_OF_DETAILS):
        return changed
    for name in columns:
        if _is_text(table, name) and (table, name) not in _NAMES and isinstance(row.get(name), str):
            text = names.without(row[name])
            if text != row[name]:
                changed[name] = text
                if f"{name}_key" in row:
                    changed[f"{name}_key"] = fold(text)
    return changed


def _is_text(table: str, column: str) -> bool:
    return not _NO_TEXT.fullmatch(column) and (table, column) not in _OWN


def _text_columns(book: Book) -> dict[str, list[str]]:
    found = {
        table: [name for name, kind in columns.items() if kind == "TEXT" and _is_text(table, name)]
        for table, columns in journal.journalled_tables(book).items()
        if table != "meta" and table not in BOOKKEEPING
    }
    return {table: names for table, names in found.items() if names}


def _naming(book: Book, names: Names, table: str, columns: list[str], more: list[str]) -> Iterator[Row]:
    """Rows out of the reach that name them: ``id fields`` and the columns ``more``."""
    wanted = list(dict.fromkeys([*columns, *more]))
    where = f"{_WHERE.get(table, '1')} AND x.id NOT IN (SELECT id FROM temp.reach WHERE tbl = '{table}')"
    cursor = book.conn.execute(
        f"SELECT x.id, {', '.join(f'x.{name}' for name in wanted)} FROM {table} x WHERE {where}"
    )
    while rows := cursor.fetchmany(SLICE):
        cells = [
            (number, wanted.index(name) + 1)
            for number, row in enumerate(rows)
            for name in columns
            if row[wanted.index(name) + 1]
        ]
        held = names.held([rows[number][place] for number, place in cells])
        fields: dict[int, list[str]] = {}
        for (number, place), holds in zip(cells, held, strict=True):
            if holds:
                fields.setdefault(number, []).append(wanted[place - 1])
        for number, those in fields.items():
            yield {"id": rows[number][0], "fields": those, **dict(zip(wanted, rows[number][1:], strict=True))}
