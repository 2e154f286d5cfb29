"""The checks of `kam check --deep`: every value is read and held against what its column promises."""

from __future__ import annotations

import datetime
import re
from functools import cache, lru_cache

from kam_cli import journal, registry
from kam_cli.backup import BROKEN
from kam_cli.derived import CODES
from kam_cli.text import fold
from kam_cli.tools.checks import wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kam_cli.book import Book
    from kam_cli.tools.checks import Check

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")


def values(book: Book) -> Iterator[str]:
    """Every value of every table: readable, UTF-8 without NUL, in the form that the name of its column promises."""
    factory = book.conn.text_factory
    book.conn.text_factory = bytes
    try:
        names = book.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for name in (name.decode() for (name,) in names):
            if name != "_sqlite_migrations":  # of the library that applied them, in a form of its own
                yield from _table(book, name)
    finally:
        book.conn.text_factory = factory


def _table(book: Book, table: str) -> Iterator[str]:
    cursor = book.conn.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    blobs = {
        name.decode()
        for name, kind in book.conn.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
        if kind in (b"BLOB", b"") or table.startswith("search")
    }
    places = [(i, name, form_of(name)) for i, name in enumerate(names) if name not in blobs]
    keys = [
        (i, names.index(name[:-4]))
        for i, name in enumerate(names)
        if name.endswith("_key") and name[:-4] in names
    ]
    keys = keys if table != "details" else []  # each kind of detail has a key of its own form
    for row in cursor:
        texts: dict[int, str] = {}
        for i, name, form in places:
            if type(row[i]) is bytes:
                try:
                    texts[i] = row[i].decode()
                except UnicodeDecodeError:
                    yield f"{table} #{row[0]}: {name} is not UTF-8 text"
                    continue
                if not form(texts[i]):
                    yield f"{table} #{row[0]}: {name} is {texts[i][:40]!r}, which cannot be"
        for key, name_at in keys:
            if name_at in texts and texts.get(key) != fold(texts[name_at]):
                yield f"{table} #{row[0]}: {names[key]} is not the search key of {texts[name_at][:40]!r}"


@cache
def form_of(name: str) -> Callable[[str], bool]:
    """What the values of a column must look like, by its name (see the suffixes in `kam schema`)."""
    if name == "uid" or name.endswith("_uid"):
        return lambda text: bool(UID.fullmatch(text))
    if name == "at" or name.endswith("_at"):
        return lambda text: bool(INSTANT.fullmatch(text)) and is_day(text[:10])
    if name.endswith("_on"):
        return is_day
    if name == "birthday":
        # Any leap year allows 29 February where the year is not known.
        return lambda text: is_day(f"2000{text[1:]}" if text.startswith("--") else text)
    if name in ("currency", "country"):
        size = 3 if name == "currency" else 2
        return lambda text: len(text) == size and text.isascii() and text.isalpha() and text.isupper()
    return lambda text: "\0" not in text


@lru_cache(100_000)
def is_day(text: str) -> bool:
    """YYYY-MM-DD, and in the calendar."""
    try:
        return len(text) == 10 and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def images(book: Book) -> Iterator[str]:
    """The before-images of the journal: columns that there are, with values that can be written back by an undo."""
    columns = journal.journalled_tables(book)
    for entry, table, before in book.conn.execute(
        "SELECT id, tbl, before FROM journal WHERE before IS NOT NULL"
    ):
        try:
            image = journal.parse_image(before)
        except ValueError:
            image = {"": None}
        if not isinstance(image, dict):
            image = {"": None}
        wrong = [name for name in image if name not in columns.get(table, ())]
        wrong += [
            name for name, value in image.items() if isinstance(value, str) and not form_of(name)(value)
        ]
        if wrong:
            yield f"journal #{entry}: {table} cannot be put back to what it was ({', '.join(wrong) or 'no JSON'})"


def documents(book: Book) -> Iterator[str]:
    """The text of every search document against the record it was made of."""
    for noun in registry.nouns():
        if not noun.document:
            continue
        pairs = book.conn.execute(
            f"SELECT w.id, w.client_id, w.title, w.body, s.c2, s.c0, s.c1 FROM ({wanted(noun.document, noun.table)}) w "
            f"JOIN search_content s ON s.id = w.id * {CODES} + {noun.code}"
        )
        for row_id, client_id, title, body, *have in pairs:
            if [client_id, fold(title or ""), fold(body or "")] != have:
                yield f"the index holds another text of {noun.name} #{row_id} than the record"


def index(book: Book) -> Iterator[str]:
    """The terms of the full-text index against its documents, on a copy: FTS5 takes that check for a write."""
    sql = book.value("SELECT sql FROM main.sqlite_master WHERE name = 'search'")
    parts = book.column(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name LIKE 'search\\_%' ESCAPE '\\'"
    )
    book.conn.execute(sql.replace("TABLE search", "TABLE temp.search", 1))
    try:
        for part in parts:
            book.conn.execute(f"DELETE FROM temp.{part}")
            book.conn.execute(f"INSERT INTO temp.{part} SELECT * FROM main.{part}")
        book.conn.execute("INSERT INTO temp.search (search) VALUES ('integrity-check')")
    except BROKEN:
        yield "the full-text index does not fit its documents"
    finally:
        book.conn.execute("DROP TABLE temp.search")


DEEP: tuple[tuple[str, Check], ...] = (
    ("values", values),
    ("images", images),
    ("documents", documents),
    ("index", index),
)
