"""Where a person's names, addresses and numbers stand in texts of others; and those texts without them."""

from __future__ import annotations

import re

from kam_cli import journal, registry
from kam_cli.text import fold, fold_all, phone_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.reach import Reach

    Row = dict[str, Any]

BLANK = "…"
SHORTEST = 3  # letters of a name that is looked for
INFLECTED = 5  # letters from which on an ending may follow: Kowalskiego
SHORTEST_PHONE = 7  # digits
SLICE = 2000  # rows looked through at a time

# Columns that hold one of a few words, or what identifies another record.
_NO_TEXT = re.compile(
    r".*_(key|at|on|time|rule|from|md)|uid|handle|kind|status|stage|role|sex|direction|outcome|currency|country|"
    r"noun|digest|tz|birthday|postcode|external_id"
)
# The names of other cards: told, because the person may have two, but never changed.
_NAMES = {("clients", "name"), ("contacts", "name")}
_OWN = {("contacts", "first_name"), ("contacts", "last_name"), ("aliases", "name")}
# A phone or an address on another card is that card's own, even if it is the same.
_WHERE = {"details": "x.kind IN ('fact', 'family', 'preference', 'hobby')"}


class Names:
    """All that names the persons of a reach: names now and before, e-mails, phones, document numbers.

    A family name alone counts where nobody else in the book has it.
    """

    def __init__(self, book: Book, reach: Reach) -> None:
        texts: set[str] = set()
        numbers: set[str] = set()
        for table in ("clients", "contacts", "aliases", "details"):
            for row in [*reach.live(table), *_images(book, table)]:
                texts.update(row.get(name) or "" for name in ("name", "document_no"))
                texts.add(" ".join(filter(None, (row.get("first_name"), row.get("last_name")))))
                family = row["name"].split()[-1] if row.get("kind") == "person" else row.get("last_name")
                if family and _is_rare(book, family):
                    texts.add(family)
                if row.get("kind") in ("email", "social"):
                    texts.add(row["value"])
                if row.get("kind") == "phone":
                    numbers.add(phone_key(row["value"]))
        keys = sorted({fold(text) for text in texts if text})
        self.phrases = [key.split() for key in keys if len(key) >= SHORTEST]
        self._words = {words[0] for words in self.phrases}
        endings = (
            key if len(key) >= INFLECTED else f"{key}(?: |$)"
            for key in map(re.escape, keys)
            if len(key) >= SHORTEST
        )
        self._phrases = re.compile("(?:^| )(?:" + ("|".join(endings) or "(?!)") + ")")
        gap = r"[\s().\-/]*"
        dialled = (gap.join(number) for number in sorted(numbers) if len(number) >= SHORTEST_PHONE)
        self._phones = re.compile(
            r"(?:(?:\+|00)[\d\s().\-/]{1,8}|\b0?)(?:" + ("|".join(dialled) or "(?!)") + r")\b"
        )

    def held(self, texts: list[str]) -> list[bool]:
        """Which of the texts name them."""
        return [
            bool(self._phrases.search(key) or self._phones.search(text))
            for text, key in zip(texts, fold_all(texts), strict=True)
        ]

    def without(self, text: str) -> str:
        """A text with "…" in their place; the text itself where it does not name them."""
        text = self._phones.sub(BLANK, text)
        chunks = list(re.finditer(r"\S+", text))
        words = [(word, chunk) for chunk in chunks for word in _words(chunk[0])]
        spans: list[tuple[int, int]] = []
        at = 0
        while at < len(words):
            size = self._length(words, at) if words[at][0] in self._words else 0
            if size:
                spans.append((words[at][1].start(), words[at + size - 1][1].end()))
            at += size or 1
        for start, end in reversed(spans):
            text = text[:start] + _around(text[start:end]) + text[end:]
        return text

    def _length(self, words: list[tuple[str, re.Match[str]]], at: int) -> int:
        """The number of words of the longest name that begins here."""
        found = (len(p) for p in self.phrases if [word for word, _ in words[at : at + len(p)]] == p)
        return max(found, default=0)


def _words(chunk: str) -> list[str]:
    """The words of a text without blanks; the ``'s`` of an English owner is no part of one."""
    return [word for word in fold(re.sub(r"['’]s\b", "", chunk)).split() if any(map(str.isalnum, word))]


def _around(text: str) -> str:
    """The blank, within the punctuation that stood around the text."""
    inner = re.fullmatch(r"(\W*)(.*?)(\W*)", text, re.S)
    return f"{inner[1]}{BLANK}{inner[3]}" if inner else BLANK


def _images(book: Book, table: str) -> list[Row]:
    sql = (
        "SELECT j.before FROM temp.reach r JOIN journal j ON j.tbl = r.tbl AND j.row_id = r.id "
        "WHERE r.tbl = ? AND j.before IS NOT NULL"
    )
    return [journal.parse_image(before) for before in book.column(sql, (table,))]


def _is_rare(book: Book, last_name: str) -> bool:
    """Whether no card out of the reach has this name among its own."""
    word = f"%{fold(last_name)}%"
    return not any(
        book.value(
            f"SELECT 1 FROM {table} x WHERE x.name_key LIKE ? AND x.deleted_at IS NULL "
            "AND x.id NOT IN (SELECT id FROM temp.reach WHERE tbl = ?)",
            (word, table),
        )
        for table in ("clients", "contacts")
    )


# --- in the book --------------------------------------------------------------------------------------------


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
        if table != "meta"
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
