"""Data that follows from other data: maintained columns and the search index, computed again after each change."""

from __future__ import annotations

import sqlite3

from kam_cli import registry
from kam_cli.book import lenient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kam_cli.book import Book
    from kam_cli.noun import Noun

    Ranges = list[tuple[int, int]]  # first and last number of each

SLICE = 2000  # rows worked on at a time
BUFFER, FTS5_BUFFER = 16 << 20, 1 << 20  # bytes of index held in memory during a bulk insert, and otherwise
CODES = 64  # a search row's id is the record's id × CODES + the noun's code


def refresh(book: Book, first: int) -> None:
    """Catch up with the journal from entry ``first`` on."""
    conn = book.conn
    conn.execute(
        "CREATE TEMP TABLE IF NOT EXISTS changed (tbl TEXT, id INTEGER, PRIMARY KEY (tbl, id)) WITHOUT ROWID"
    )
    conn.execute("DELETE FROM temp.changed")
    tables = book.column("SELECT DISTINCT tbl FROM journal WHERE id >= ?", (first,))
    nouns = registry.nouns_fed_by(tables)
    new = {noun.name: _ranges(book, noun.table, first) for noun in nouns}
    wanted = {name: noun for noun in nouns for name in (*noun.feeds, *noun.maintained_by)}
    for table in tables:
        parents = sorted(name for name in wanted if name.startswith(table + "."))
        if table in wanted or parents:
            _note_rows(book, table, first)
        for name in parents:
            _note_parents(book, name, first, _outside(new[wanted[name].name], name.partition(".")[2]))
    for noun in nouns:
        if noun.maintain:
            for ids in [_ids(noun.maintained_by, new[noun.name]), *_slices(noun, new[noun.name])]:
                conn.execute(noun.maintain.format(ids=ids))
    for noun in nouns:
        if noun.document:
            reindex(book, noun, _ids(noun.feeds, new[noun.name]))
            _index_new(book, noun, new[noun.name])
    conn.execute("DELETE FROM temp.changed")


def reindex(book: Book, noun: Noun, ids: str) -> None:
    """Write the search documents of the records that the query ``ids`` names again."""
    book.conn.execute(f"DELETE FROM search WHERE rowid IN (SELECT id * {CODES} + {noun.code} FROM ({ids}))")
    _index(book, noun, ids)


def _index_new(book: Book, noun: Noun, new: Ranges) -> None:
    """Write the search documents of rows added in bulk."""
    buffer = "INSERT INTO search (search, rank) VALUES ('hashsize', ?)"
    if new:
        # What is buffered longer has to be merged less often: a quarter of the work.
        book.conn.execute(buffer, (BUFFER,))
        for ids in _slices(noun, new):
            _index(book, noun, ids)
        book.conn.execute(buffer, (FTS5_BUFFER,))


def _index(book: Book, noun: Noun, ids: str) -> None:
    sql = "INSERT INTO search (rowid, title, body, client_id) VALUES (?, ?, ?, ?)"
    try:
        book.conn.executemany(sql, _documents(book, noun, ids))
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
        # Another program wrote a text that is not UTF-8: what can be read of it is indexed.
        book.conn.execute(
            f"DELETE FROM search WHERE rowid IN (SELECT id * {CODES} + {noun.code} FROM ({ids}))"
        )
        book.conn.text_factory = lenient
        book.conn.executemany(sql, _documents(book, noun, ids))


def rebuild(book: Book) -> None:
    """Compute all derived data anew, inside a write."""
    for noun in registry.nouns():
        everything = f"SELECT id FROM {noun.table}"
        if noun.maintain:
            book.conn.execute(noun.maintain.format(ids=everything))
        if noun.document:
            book.conn.execute("DELETE FROM search WHERE rowid % ? = ?", (CODES, noun.code))
            reindex(book, noun, everything)


def _documents(book: Book, noun: Noun, ids: str) -> Iterator[tuple[int, str, str, int | None]]:
    from kam_cli.text import fold_all

    cursor = book.conn.execute(noun.document.format(ids=ids))
    while rows := cursor.fetchmany(SLICE):
        row_ids, client_ids, titles, bodies = zip(*rows, strict=True)
        keys = fold_all([title or "" for title in titles]), fold_all([body or "" for body in bodies])
        yield from zip((i * CODES + noun.code for i in row_ids), *keys, client_ids, strict=True)


def _ids(sources: tuple[str, ...], new: Ranges) -> str:
    names = ", ".join(f"'{name}'" for name in sources)
    return f"SELECT DISTINCT id FROM temp.changed WHERE tbl IN ({names}){_outside(new, 'id')}"


def _outside(new: Ranges, column: str) -> str:
    return "".join(f" AND {column} NOT BETWEEN {first} AND {last}" for first, last in new)


def _slices(noun: Noun, new: Ranges) -> Iterator[str]:
    """Queries for the numbers of new rows, few enough at a time to keep them in memory."""
    for first, last in new:
        for start in range(first, last + 1, SLICE):
            end = min(last, start + SLICE - 1)
            yield f"SELECT id FROM {noun.table} WHERE id BETWEEN {start} AND {end}"


def _ranges(book: Book, table: str, first: int) -> Ranges:
    """The ranges of rows added in bulk; those that follow each other are one."""
    found: Ranges = []
    for start, end in book.conn.execute(
        "SELECT row_id, last_id FROM journal WHERE id >= ? AND tbl = ? AND last_id IS NOT NULL ORDER BY row_id",
        (first, table),
    ):
        if found and found[-1][1] == start - 1:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _note_rows(book: Book, table: str, first: int) -> None:
    """The rows changed one by one."""
    book.conn.execute(
        "INSERT OR IGNORE INTO temp.changed SELECT tbl, row_id FROM journal WHERE id >= ? AND tbl = ? AND last_id IS NULL",
        (first, table),
    )


def _note_parents(book: Book, name: str, first: int, outside: str) -> None:
    """The records that changed rows point to now, and those they pointed to before."""
    table, _, column = name.partition(".")
    into = f"INSERT OR IGNORE INTO temp.changed SELECT '{name}'"
    now = f"{into}, {column} FROM {table} WHERE {column} IS NOT NULL{outside} AND id"
    book.conn.execute(f"{now} IN (SELECT id FROM temp.changed WHERE tbl = ?)", (table,))
    for start, end in _ranges(book, table, first):
        book.conn.execute(f"{now} BETWEEN ? AND ?", (start, end))
    from kam_cli.journal import parse_image

    # As bytes: what another program wrote need not be UTF-8.
    images = book.conn.execute(
        "SELECT CAST(before AS BLOB) FROM journal WHERE id >= ? AND tbl = ? AND before IS NOT NULL",
        (first, table),
    )
    before = {parse_image(lenient(image)).get(column) for (image,) in images} - {None}
    book.conn.executemany(f"{into}, ?", [(row_id,) for row_id in before])
