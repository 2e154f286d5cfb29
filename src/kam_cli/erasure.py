"""Erasure: takes a person out of the rows, the journal, the command lines, the search index and the free pages for good.

What stays of him is the SHA-256 of his uid, so that a backup restored later loses him again (see `kam_cli.erased`).
"""

from __future__ import annotations

import json
import re

from kam_cli import derived, erased, journal, mentions, registry
from kam_cli.naming import Names, known
from kam_cli.reach import Reach, ids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.book import Book

FINAL = "final"  # the kind of a command that cannot be taken back
_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The entries of the journal that concern his rows only.
_HIS_ENTRIES = (
    "SELECT j.id FROM temp.reach r JOIN journal j ON j.tbl = r.tbl AND j.row_id = r.id WHERE j.last_id IS NULL "
    "UNION ALL SELECT j.id FROM journal j WHERE j.last_id IS NOT NULL AND j.last_id - j.row_id + 1 = "
    "(SELECT count(*) FROM temp.reach r WHERE r.tbl = j.tbl AND r.id BETWEEN j.row_id AND j.last_id)"
)


def erase(book: Book, reach: Reach, texts: bool = False) -> None:
    """Erase the persons of a reach, inside a write; with ``texts`` their names in the texts of others, too.

    The file is clean only after `erased.settle`, to be called after the commit.
    """
    names = Names(book, reach)
    uids, every = erased.uids(book, reach), reach.uids()
    touched = _touched(book, reach)
    for link, numbers in reach.pointing().items():
        rows = [(number,) for number in numbers]
        book.conn.executemany(f"UPDATE {link.table} SET {link.column} = NULL WHERE id = ?", rows)
    # Rows point to each other; only the end counts.
    book.conn.execute("PRAGMA defer_foreign_keys = ON")
    for table in reach.tables():
        book.conn.execute(f"DELETE FROM {table} WHERE id IN ({ids(table)})")
    if texts:
        mentions.blank(book, names)
    _clean_sources(book, names)
    _forget_bookkeeping(book, names, every)
    _forget_deliveries(book, reach)
    mark = _refresh(book)
    _clean_journal(book, reach, names, texts, touched)
    _clean_lines(book, names, touched)
    # Deleted terms stay in the index until it is written anew.
    book.conn.execute("INSERT INTO search (search) VALUES ('rebuild')")
    # Samples of values that ANALYZE took.
    book.conn.execute("DROP TABLE IF EXISTS sqlite_stat4")
    erased.record(book, uids, texts)
    book.conn.execute(
        "INSERT INTO journal (id, command_id, tbl, row_id, op) "
        "SELECT ?, command_id, 'erasures', (SELECT max(id) FROM erasures), 'insert' FROM journal_state",
        (mark,),
    )


def _refresh(book: Book) -> int:
    """Bring derived data up to date while the journal still tells what changed, then drop this command's entries.

    Gives the number of the next entry: numbers that were followed up must not be given again.
    """
    last = book.value("SELECT refreshed_id FROM journal_state")
    derived.refresh(book, last + 1)
    last = max(last, book.value("SELECT max(id) FROM journal") or 0)
    book.conn.execute("DELETE FROM journal WHERE command_id = (SELECT command_id FROM journal_state)")
    book.conn.execute("UPDATE journal_state SET refreshed_id = ?", (last,))
    return int(last) + 1


def _touched(book: Book, reach: Reach) -> set[int]:
    """The commands that changed a row of his, or made one of others point to him, or no more.

    An import is none of these, unless all that it brought was his.
    """
    found = set(book.column(f"SELECT DISTINCT command_id FROM journal WHERE id IN ({_HIS_ENTRIES})"))
    for link, numbers in reach.pointing().items():
        last = "SELECT command_id FROM journal WHERE tbl = ? AND row_id = ? AND last_id IS NULL ORDER BY id DESC LIMIT 1"
        found.update(book.value(last, (link.table, number)) for number in numbers)
    for table in reach.by_table:
        before: dict[int, int | None] = {}  # row → the command that last changed it
        sql = "SELECT row_id, command_id, before FROM journal WHERE tbl = ? AND last_id IS NULL ORDER BY id"
        for row_id, command, image in book.conn.execute(sql, (table,)).fetchall():
            if image and reach.links_of(table, journal.parse_image(image)):
                found.update((command, before.get(row_id)))
            before[row_id] = command
    return found - {None}


def _clean_journal(book: Book, reach: Reach, names: Names, texts: bool, touched: set[int]) -> None:
    """Drop the entries of his rows and clean the before-images of others; what cannot be undone any more is final."""
    book.conn.execute(f"DELETE FROM journal WHERE id IN ({_HIS_ENTRIES})")
    final = _clean_images(book, reach, names, texts)
    final |= {one for one in touched if not book.value("SELECT 1 FROM journal WHERE command_id = ?", (one,))}
    final |= {book.value("SELECT command_id FROM journal_state")}
    book.conn.executemany(f"UPDATE commands SET kind = '{FINAL}' WHERE id = ?", [(one,) for one in final])


def _clean_images(book: Book, reach: Reach, names: Names, texts: bool) -> set[int]:
    """Before-images without him. One of a row that was his is emptied; the commands of these are given back."""
    emptied: set[int] = set()
    for table, columns in journal.journalled_tables(book).items():
        is_blanked = texts or table in mentions.BOOKKEEPING
        if table not in reach.by_table and not is_blanked:
            continue
        sql = "SELECT id, command_id, before FROM journal WHERE tbl = ? AND before IS NOT NULL"
        for entry, command, before in book.conn.execute(sql, (table,)).fetchall():
            old = journal.parse_image(before)
            if reach.owned(table, old):
                image = {}
                emptied.add(command)
            else:
                image = {**old, **{link.column: None for link in reach.links_of(table, old)}}
                if is_blanked:
                    image.update(mentions.blanked(names, table, columns, image))
            if image != old:
                text = json.dumps(image, ensure_ascii=False, separators=(",", ":"))
                book.conn.execute("UPDATE journal SET before = ? WHERE id = ?", (text, entry))
    return emptied - {None}


def _clean_lines(book: Book, names: Names, touched: set[int]) -> None:
    """Command lines that changed his rows, or that name him, keep only the words that every line may hold."""
    own = book.value("SELECT command_id FROM journal_state")
    rows = book.rows("SELECT id, line FROM commands")
    found = names.in_lines([row["line"] for row in rows])
    for row, holds in zip(rows, found, strict=True):
        if holds or row["id"] in touched or row["id"] == own:
            book.conn.execute(
                "UPDATE commands SET line = ? WHERE id = ?", (forgotten(row["line"]), row["id"])
            )


def forgotten(line: str) -> str:
    """``kam log call … (forgotten)`` of a command line; one that says no more than its command stays."""
    words = line.split()
    kept = known(words)
    return line if kept == words else f"{' '.join(kept)} … (forgotten)"


def _clean_sources(book: Book, names: Names) -> None:
    """Files and programs that rows of others came from, where they are called by his name: jana-nowak.vcf."""
    for table in mentions.BOOKKEEPING:
        column = "name" if table == "imported_files" else "source"
        told = book.column(f"SELECT DISTINCT {column} FROM {table}")
        changed = [
            (names.without(text), text) for text, holds in zip(told, names.held(told), strict=True) if holds
        ]
        book.conn.executemany(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", changed)


def _forget_bookkeeping(book: Book, names: Names, uids: set[str]) -> None:
    """Rows outside undo that name him, or one of his records: column maps, what a synced folder holds …"""
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND instr(sql, ?) AND name NOT LIKE 'search%'"
    )
    for table in set(book.column(tables, (journal.OUTSIDE,))) - {"erasures"}:
        rows = book.rows(f"SELECT * FROM {table}")
        texts = ["\n".join(value for value in row.values() if isinstance(value, str)) for row in rows]
        for row, text, holds in zip(rows, texts, names.held(texts), strict=True):
            if holds or any(uid in uids for uid in _UID.findall(text)):
                book.conn.execute(f"DELETE FROM {table} WHERE id = ?", (row["id"],))


def _forget_deliveries(book: Book, reach: Reach) -> None:
    """Reminders of his rows: their items begin with noun and number."""
    tables = {noun.name: noun.table for noun in registry.nouns()}
    gone = []
    for item in book.column("SELECT item FROM deliveries"):
        noun, number, *_ = f"{item}::".split(":")
        if number.isdecimal() and reach.has(tables.get(noun, ""), int(number)):
            gone.append((item,))
    book.conn.executemany("DELETE FROM deliveries WHERE item = ?", gone)


def reapply(book: Book, present: str = "") -> int:
    """Erase again whoever was erased before, in a book that was restored from a backup; gives how many.

    Who that is stands in the book itself, beside it, and in ``present``, the book that it is to replace, as far as
    that can be read. Cheap where there is nobody. Finishes what was cut short, and leaves the file clean.
    """
    marks = {**erased.inside_of(present), **erased.marks(book)}
    count = 0
    if erased.found_again(book, marks) or erased.missing(book, marks):
        with book.write(["client", "forget"]):
            count = again(book, marks)
    erased.settle(book)
    return count


def again(book: Book, marks: erased.Marks) -> int:
    """Erase, inside a write, whoever of these is there; gives how many. `erased.settle` has to follow the commit."""
    roots = erased.found_again(book, marks)
    for texts in (False, True):
        if some := [root for root, mark in roots.items() if mark.is_texts == texts]:
            erase(book, Reach(book, some), texts)
    if roots or erased.missing(book, marks):
        erased.add(book, marks)
    return len(roots)
