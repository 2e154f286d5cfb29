"""Brings a whole book back from its archive: every row as it was, in one transaction, into an empty book."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager

from kam_cli import erased
from kam_cli.errors import BadValue, KamError
from kam_cli.formats.archive import Archive, is_archive
from kam_cli.output import progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.formats.archive import Rows

# What every new book has, and what is outside undo: the archive brings its own.
SEEDED = ("stages", "risk_signs")
BOOKKEEPING = ("deliveries", "column_maps", "quiz_answers")
SHOWN = ("clients", "contacts", "interactions", "deals", "tasks", "nps_answers")


class _TakeBack(Exception):
    """Ends the transaction of a dry run."""


def known(source: str | BinaryIO) -> bool:
    """Whether what is to be imported is an archive; a stream is back at its start after it."""
    if isinstance(source, str):
        try:
            with open(source, "rb") as file:
                return is_archive(file.read(200))
        except (OSError, ValueError):
            return False
    head = source.read(200)
    source.seek(0)
    return is_archive(head)


def restore(c: Context, order: Any, source: str | BinaryIO) -> Any:
    """Carry out the import of an archive; gives what is to be shown. Raises BadValue for options of tables."""
    from kam_cli.imports import report

    _refuse_options(order)
    try:
        with _opened(source) as file:
            archive = Archive(file, repr(order.file))
            _refuse_newer(archive, order.file)
            erased_again = _carried_out(c, order, archive)
    except BadValue:
        raise
    except KamError as error:
        return report.unreadable(error)
    return _told(c, order, archive, erased_again)


def _refuse_options(order: Any) -> None:
    given = {
        "as": order.importing,
        "map": order.map,
        "source": order.source,
        "keep_unknown": order.keep_unknown,
    }
    asked = {name: value for name, value in order.ask._asdict().items() if name != "today"}
    for name, value in {**given, **asked, **order.options}.items():
        if value:
            raise BadValue(
                f"--{name.replace('_', '-')}: {order.file} is the archive of a whole book, which is taken as it is; leave it out"
            )


@contextmanager
def _opened(source: str | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(source, str):
        yield source
        return
    with open(source, "rb") as file:
        yield file


def _refuse_newer(archive: Archive, path: str) -> None:
    from kam_cli.migrations import LATEST

    schema = archive.header["schema"]
    if not 0 < schema <= LATEST:
        raise KamError(
            f"{path} was made by a newer kam (schema {schema}, this one knows {LATEST}). Upgrade kam"
        )


def _refuse_filled(book: Book) -> None:
    from kam_cli.exports.archive import tables_of

    own = ("meta", "erasures", *SEEDED, *BOOKKEEPING)
    for table in tables_of(book.conn):
        if table not in own and book.value(f"SELECT 1 FROM {table} LIMIT 1"):
            raise KamError(
                f"{book.path} is not empty (there is something in {table}); an archive comes into an empty book only: "
                "kam init --db NEW.db, then kam import FILE --db NEW.db"
            )


def _carried_out(c: Context, order: Any, archive: Archive) -> int:
    """Write everything, or nothing; gives how many persons were erased again."""
    from kam_cli import erasure
    from kam_cli.imports.transfer import CACHE_KB

    book, again = c.book, 0
    book.conn.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    try:
        with c.write(rows=0):  # the book is empty: nothing is worth a backup
            _refuse_filled(book)
            gone = erased.marks(book)
            _fill(book, archive)
            again = erasure.again(book, {**erased.marks(book), **gone})
            if order.dry_run:
                raise _TakeBack
    except _TakeBack:
        return again
    except (sqlite3.IntegrityError, sqlite3.DataError, UnicodeEncodeError) as error:
        raise archive.fault(f"the book refuses what stands there ({error})") from None
    finally:
        book._meta = None
        progress("")
    erased.settle(book)
    return again


def _fill(book: Book, archive: Archive) -> None:
    """Put the rows of an archive into an empty book, inside a write."""
    from kam_cli.exports.archive import tables_of
    from kam_cli.migrations import LATEST

    book.conn.execute("PRAGMA defer_foreign_keys = ON")
    for table in (*SEEDED, *BOOKKEEPING):
        book.conn.execute(f"DELETE FROM {table}")
    if archive.header["schema"] == LATEST:
        for table, columns, rows in _read(archive, tables_of(book.conn)):
            _insert(book, table, columns, rows)
        archive.finish()
    else:
        _through_migrations(book, archive)
    for table, number in archive.header["numbers"].items():
        _count_from(book, table, number)


def _read(archive: Archive, tables: dict[str, list[str]]) -> Iterator[tuple[str, list[str], Rows]]:
    """The tables of an archive, each of which the book has to have with the same columns."""
    started = time.monotonic()
    for table in archive.tables:
        columns, rows = archive.columns_and_rows(table)
        if table not in tables or (columns and set(columns) != set(tables[table])):
            odd = [one for one in columns if one not in tables.get(table, [])] or ["its columns"]
            raise archive.fault(f"this kam does not know {table} ({odd[0]})")
        if time.monotonic() - started > 1:
            progress(f"{table} …")
        yield table, columns, rows


def _insert(book: Book, table: str, columns: list[str], rows: Rows) -> None:
    """Add rows with their own numbers; those of bookkeeping are not journalled."""
    if not columns:
        next(rows, None)  # none: but the end of the table is to be checked
        return
    if table == "meta" and book.value("SELECT 1 FROM meta"):
        sets = ", ".join(f"{name} = ?" for name in columns)
        book.conn.executemany(f"UPDATE meta SET {sets}", rows)
        book._meta = None  # the owner's days follow the time zone
        return
    if table == "erasures" and book.value("SELECT 1 FROM erasures"):
        erased.add(book, _marks([dict(zip(columns, row, strict=True)) for row in rows]))
        return
    odd: list[tuple[Any, ...]] = []
    if table in (*BOOKKEEPING, "erasures"):
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        book.conn.executemany(sql, _sound(rows, odd))
    else:
        book.insert_many(table, columns, _sound(rows, odd))
    for row in odd:
        marks = ", ".join("CAST(? AS TEXT)" if isinstance(value, bytes) else "?" for value in row)
        book.conn.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", row)


def _marks(rows: list[dict[str, Any]]) -> erased.Marks:
    return {
        row["digest"]: erased.Mark(row["digest"], row["erased_at"], bool(row["is_texts"])) for row in rows
    }


def _sound(rows: Rows, odd: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows whose texts are UTF-8; ``odd`` takes the others, with those texts as bytes."""
    for row in rows:
        try:
            for value in row:
                if value.__class__ is str and not value.isascii():
                    value.encode()
            yield row
        except UnicodeEncodeError:
            odd.append(
                tuple(
                    one.encode("utf-8", "surrogateescape")
                    if isinstance(one, str) and not one.isascii()
                    else one
                    for one in row
                )
            )


def _through_migrations(book: Book, archive: Archive) -> None:
    """An archive of an older kam is put into a book of its time, which is then brought to today's schema."""
    from kam_cli import migrations
    from kam_cli.exports.archive import tables_of

    old = migrations.blank(archive.header["schema"])
    try:
        old.conn.execute("PRAGMA foreign_keys = OFF")
        old.conn.execute("BEGIN")
        for table, columns, rows in _read(archive, tables_of(old.conn)):
            _insert(old, table, columns, rows)
        archive.finish()
        old.conn.execute("COMMIT")
        migrations.apply(old)
        for table, columns in tables_of(old.conn).items():
            _insert(
                book,
                table,
                columns,
                iter(old.conn.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")),
            )
    finally:
        old.close()


def _count_from(book: Book, table: str, number: int) -> None:
    """No number that was ever given is given again."""
    changed = book.conn.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (number, table)
    )
    if not changed.rowcount:
        book.conn.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))


def _told(c: Context, order: Any, archive: Archive, erased_again: int) -> Any:
    from kam_cli.output import Saved

    total = sum(archive.tables.values())
    would = "would be " if order.dry_run else ""
    what = ", ".join(
        f"{archive.tables[name]:,} {name.replace('_', ' ')}" for name in SHOWN if archive.tables.get(name)
    )
    row = {
        "read": total, "created": total, "updated": 0, "skipped": 0, "also": {}, "errors": [], "noun": "archive",
        "tables": archive.tables, "erased_again": erased_again,
    }  # fmt: skip
    hints = [f"{erased_again} persons who were erased since are erased from it, too"] if erased_again else []
    return Saved(f"{what or 'an empty book'} {would}restored from {order.file} ({total:,} rows)", row, hints)
