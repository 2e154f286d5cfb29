"""Data that follows from other data: maintained columns and the search index, computed again after each change."""

from __future__ import annotations

from kam_cli import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kam_cli.book import Book
    from kam_cli.noun import Noun

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
    wanted = {name for noun in nouns for name in (*noun.feeds, *noun.maintained_by)}
    for table in tables:
        _note_rows(book, table, first)
        for name in sorted(wanted):
            if name.startswith(table + "."):
                _note_parents(book, table, name.partition(".")[2], first)
    for noun in nouns:
        if noun.maintain:
            conn.execute(noun.maintain.format(ids=_ids(noun.maintained_by)))
    for noun in nouns:
        if noun.document:
            reindex(book, noun, _ids(noun.feeds))
    conn.execute("DELETE FROM temp.changed")


def reindex(book: Book, noun: Noun, ids: str) -> None:
    """Write the search documents of the records that the query ``ids`` names again."""
    book.conn.execute(f"DELETE FROM search WHERE rowid IN (SELECT id * {CODES} + {noun.code} FROM ({ids}))")
    book.conn.executemany(
        "INSERT INTO search (rowid, title, body, client_id) VALUES (?, ?, ?, ?)", _documents(book, noun, ids)
    )


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
    from kam_cli.text import fold

    for row_id, client_id, title, body in book.conn.execute(noun.document.format(ids=ids)):
        yield row_id * CODES + noun.code, fold(title or ""), fold(body or ""), client_id


def _ids(sources: tuple[str, ...]) -> str:
    names = ", ".join(f"'{name}'" for name in sources)
    return f"SELECT DISTINCT id FROM temp.changed WHERE tbl IN ({names})"


def _note_rows(book: Book, table: str, first: int) -> None:
    """Single rows as they are listed; a range is noted by the rows that are in it now."""
    book.conn.execute(
        "INSERT OR IGNORE INTO temp.changed SELECT tbl, row_id FROM journal WHERE id >= ? AND tbl = ? AND last_id IS NULL",
        (first, table),
    )
    ranges = book.rows(
        "SELECT row_id, last_id FROM journal WHERE id >= ? AND tbl = ? AND last_id IS NOT NULL",
        (first, table),
    )
    for entry in ranges:
        book.conn.execute(
            f"INSERT OR IGNORE INTO temp.changed SELECT ?, id FROM {table} WHERE id BETWEEN ? AND ?",
            (table, entry["row_id"], entry["last_id"]),
        )


def _note_parents(book: Book, table: str, column: str, first: int) -> None:
    """The records that changed rows point to now, and those they pointed to before."""
    into = f"INSERT OR IGNORE INTO temp.changed SELECT '{table}.{column}'"
    book.conn.execute(
        f"{into}, {column} FROM {table} WHERE {column} IS NOT NULL "
        "AND id IN (SELECT id FROM temp.changed WHERE tbl = ?)",
        (table,),
    )
    from kam_cli.journal import parse_image

    images = book.column(
        "SELECT before FROM journal WHERE id >= ? AND tbl = ? AND before IS NOT NULL", (first, table)
    )
    before = {parse_image(image).get(column) for image in images} - {None}
    book.conn.executemany(f"{into}, ?", [(row_id,) for row_id in before])
