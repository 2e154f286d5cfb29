"""Undo and redo: the journal of a command is played backwards, as a command of its own, whole or not at all."""

from __future__ import annotations

from itertools import groupby

from kam_cli.errors import KamError
from kam_cli.journal import note_range, parse_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kam_cli.book import Book, Row

    Entry = tuple[int, str, int, int | None, str, bytes | None]  # id tbl row_id last_id op before

SLICE = 2000  # entries of the journal worked on at a time
RANGE = 20  # rows with numbers in a row from which on they are journalled as a range

_NOT_THIS = "id IS NOT (SELECT command_id FROM journal_state)"


# --- what can be taken back ---------------------------------------------------------------------------------


def undoable(book: Book, count: int) -> list[Row]:
    """The last ``count`` commands still in effect, newest first: ``id at line``."""
    return book.rows(
        f"SELECT id, at, line FROM commands WHERE kind = 'do' AND is_undone = 0 AND {_NOT_THIS} ORDER BY id DESC LIMIT ?",
        (count,),
    )


def redoable(book: Book, count: int) -> list[Row]:
    """The last ``count`` undos in effect that no ordinary command followed, newest first: ``id at``, and the ``line`` of
    the command that each took back."""
    return book.rows(
        "SELECT u.id, u.at, x.line FROM commands u JOIN commands x ON x.id = u.target_id "
        "WHERE u.kind = 'undo' AND u.is_undone = 0 "
        f"AND NOT EXISTS (SELECT 1 FROM commands d WHERE d.kind = 'do' AND d.id > u.id AND d.{_NOT_THIS}) "
        "ORDER BY u.id DESC LIMIT ?",
        (count,),
    )


def final_since(book: Book, command_id: int) -> list[str]:
    """The lines of later commands that cannot be undone and still hold something."""
    return book.column(
        "SELECT line FROM commands WHERE kind = 'final' AND is_undone = 0 AND id > ? "
        "AND id IN (SELECT command_id FROM journal) ORDER BY id",
        (command_id,),
    )


def count_rows(book: Book, commands: Sequence[int]) -> int:
    """How many changes of rows these commands made."""
    sql = "SELECT coalesce(sum(coalesce(last_id, row_id) - row_id + 1), 0) FROM journal WHERE command_id = ?"
    return sum(book.value(sql, (one,)) for one in commands)


# --- taking back --------------------------------------------------------------------------------------------


def revert(book: Book, target: int, kind: str, line: str) -> int:
    """Play one command backwards as a command of its own (``kind`` undo or redo), inside a write.

    Gives how many rows changed. Raises KamError where that would lose what somebody else has written since, or
    where the book cannot hold any more what is to come back.
    """
    from kam_cli.book import utc_now

    conn = book.conn
    _refuse_overwritten(book, target)
    _refuse_orphans(book, target)
    cursor = conn.execute(
        "INSERT INTO commands (at, line, kind, target_id) VALUES (?, ?, ?, ?)",
        (utc_now(), line, kind, target),
    )
    conn.execute("UPDATE journal_state SET command_id = ?", (cursor.lastrowid,))
    conn.execute("PRAGMA defer_foreign_keys = ON")
    conn.execute("PRAGMA cache_size = -64000")
    columns: dict[str, set[str]] = {}
    count = 0
    for part in _backwards(book, target):
        for (table, op), entries in groupby(part, lambda entry: (entry[1], entry[4])):
            if table not in columns:
                columns[table] = _columns(book, table)
            count += _UNDO[op](book, table, columns[table], list(entries))
    conn.execute("UPDATE commands SET is_undone = 1 WHERE id = ?", (target,))
    if kind == "redo":
        conn.execute(
            "UPDATE commands SET is_undone = 0 WHERE id = (SELECT target_id FROM commands WHERE id = ?)",
            (target,),
        )
    return count


def _backwards(book: Book, command: int) -> Iterator[list[Entry]]:
    """The entries of a command, the last one first, some at a time; the images as bytes, which may be no UTF-8."""
    sql = (
        "SELECT id, tbl, row_id, last_id, op, CAST(before AS BLOB) FROM journal WHERE command_id = ? AND id < ? "
        f"ORDER BY id DESC LIMIT {SLICE}"
    )
    before = 1 << 62
    while part := book.conn.execute(sql, (command, before)).fetchall():
        yield part
        before = part[-1][0]


def _undo_inserts(book: Book, table: str, columns: set[str], entries: list[Entry]) -> int:
    ranges = [(row_id, last_id or row_id) for _, _, row_id, last_id, _, _ in entries]
    return book.conn.executemany(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", ranges).rowcount


def _undo_updates(book: Book, table: str, columns: set[str], entries: list[Entry]) -> int:
    count = 0
    for names, rows in groupby(_images(table, columns, entries), lambda row: tuple(row[1])):
        values = [(*image.values(), row_id) for row_id, image in rows]
        sets = ", ".join(f"{name} = {AS_TEXT.format(n)}" for n, name in enumerate(names, 1))
        count += book.conn.executemany(
            f"UPDATE {table} SET {sets} WHERE id = ?{len(names) + 1}", values
        ).rowcount
    return _all(table, count, entries)


def _undo_deletes(book: Book, table: str, columns: set[str], entries: list[Entry]) -> int:
    """Rows deleted one after the other come back in the order of their numbers; many of them make one entry."""
    count = 0
    images = sorted(_images(table, columns, entries), key=lambda row: row[0])
    runs = groupby(enumerate(images), lambda pair: (pair[1][0] - pair[0], tuple(pair[1][1])))
    for (_, names), pairs in runs:
        values = [(*image.values(), row_id) for _, (row_id, image) in pairs]
        marks = ", ".join([*(AS_TEXT.format(n) for n in range(1, len(names) + 1)), f"?{len(names) + 1}"])
        sql = f"INSERT INTO {table} ({', '.join((*names, 'id'))}) VALUES ({marks})"
        in_bulk = int(len(values) >= RANGE)
        book.conn.execute("UPDATE journal_state SET is_bulk = ?", (in_bulk,))
        count += book.conn.executemany(sql, values).rowcount
        book.conn.execute("UPDATE journal_state SET is_bulk = 0")
        if in_bulk:
            note_range(book, table, values[0][-1], values[-1][-1])
    return _all(table, count, entries)


_UNDO = {"insert": _undo_inserts, "update": _undo_updates, "delete": _undo_deletes}
# A text that is no UTF-8 is bound as bytes.
AS_TEXT = "CASE typeof(?{0}) WHEN 'blob' THEN CAST(?{0} AS TEXT) ELSE ?{0} END"


def _images(table: str, columns: set[str], entries: list[Entry]) -> Iterator[tuple[int, Row]]:
    """Number and before-image of each entry. Raises KamError for a value that has no column any more."""
    for _, _, row_id, _, _, before in entries:
        text = (before or b"").decode(errors="surrogateescape")
        image = parse_image(text)
        if not image.keys() <= columns:
            lost = [name for name, value in image.items() if name not in columns and value is not None]
            if lost:
                raise KamError(
                    f"this kam keeps no {lost[0]} in {table} any more, and #{row_id} had one; taking that command back "
                    "would lose it. Nothing was changed"
                )
            image = {name: value for name, value in image.items() if name in columns}
        if not text.isascii() and any("\udc80" <= char <= "\udcff" for char in text):
            for name, value in image.items():
                if isinstance(value, str):
                    image[name] = value.encode(errors="surrogateescape")
        yield row_id, image


def _columns(book: Book, table: str) -> set[str]:
    """The columns that can be written. Raises KamError for a table that is gone."""
    found = set(book.column(f"SELECT name FROM pragma_table_xinfo('{table}') WHERE hidden = 0"))
    if not found:
        raise KamError(f"this kam keeps no {table} any more, so that command cannot be taken back")
    return found


def _all(table: str, count: int, entries: list[Entry]) -> int:
    if count != len(entries):
        raise KamError(
            f"a row of {table} is not there any more; taking that command back would be half done. Try: kam check"
        )
    return count


# --- what would be lost -------------------------------------------------------------------------------------


def _refuse_overwritten(book: Book, target: int) -> None:
    """Raises KamError where another program, or a command that is final, has since changed one of its rows."""
    since = (
        "later.id > (SELECT min(id) FROM journal WHERE command_id = :target) AND (later.command_id IS NULL "
        "OR later.command_id IN (SELECT id FROM commands WHERE kind = 'final' AND id > :target))"
    )
    if not book.value(f"SELECT 1 FROM journal later WHERE {since} LIMIT 1", {"target": target}):
        return
    other = book.row(
        "SELECT later.tbl, later.row_id, later.command_id FROM journal mine JOIN journal later ON later.tbl = mine.tbl "
        "AND later.row_id BETWEEN mine.row_id AND coalesce(mine.last_id, mine.row_id) AND later.id > mine.id "
        f"WHERE mine.command_id = :target AND {since} LIMIT 1",
        {"target": target},
    )
    if other:
        by = "a command that cannot be undone" if other["command_id"] else "another program"
        raise _lost(
            book, other["tbl"], other["row_id"], f"was changed by {by} since; undoing would lose that"
        )


def _refuse_orphans(book: Book, target: int) -> None:
    """Raises KamError where a row that another program wrote since points to one that would go."""
    first = book.value("SELECT min(id) FROM journal WHERE command_id = ?", (target,))
    others = "SELECT row_id FROM journal WHERE command_id IS NULL AND id > ? AND tbl = ?"
    tables = book.column("SELECT DISTINCT tbl FROM journal WHERE command_id IS NULL AND id > ?", (first,))
    for table in tables:
        for link in book.rows(
            f'SELECT "from" AS name, "table" AS parent FROM pragma_foreign_key_list(\'{table}\')'
        ):
            orphan = book.value(
                f"SELECT t.id FROM {table} t JOIN journal mine ON mine.command_id = ? AND mine.tbl = ? AND mine.op = 'insert' "
                f"AND t.{link['name']} BETWEEN mine.row_id AND coalesce(mine.last_id, mine.row_id) WHERE t.id IN ({others}) LIMIT 1",
                (target, link["parent"], first, table),
            )
            if orphan:
                raise _lost(
                    book,
                    table,
                    orphan,
                    f"was written by another program since, and needs one of {link['parent']} that would go",
                )


def _lost(book: Book, table: str, row_id: int, why: str) -> KamError:
    from kam_cli import registry

    name = next((noun.name for noun in registry.nouns() if noun.table == table), None)
    see = f" See: kam history {name} {row_id}" if name else " See: kam check"
    return KamError(f"{name or table} #{row_id} {why}.{see}")
