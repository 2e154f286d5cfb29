"""Reads what can be read of a damaged book: its header and schema mended in memory, its rows around what is broken."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress

from kam_cli import migrations
from kam_cli.backup import BROKEN
from kam_cli.book import APPLICATION_ID
from kam_cli.errors import NoBook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Row = dict[str, Any]
    Lost = Callable[[str, int | None, str], None]  # table, number, what could not be read

MAGIC = b"SQLite format 3\0"
REACH = 100_000  # how far beyond the last row that was read others are looked for where nothing tells the last number


class Source:
    """A damaged book in memory; ``lost`` is told of everything that cannot be read."""

    def __init__(self, data: bytes, name: str, lost: Lost) -> None:
        self.lost = lost
        self.broken = False  # whether a text read since this was last set had bytes that are no UTF-8
        self.version, data = mended_header(data, name)
        self.size = len(data)
        self.schema = expected(self.version)
        self.conn = self._open(self._mended_schema(data))

    def _open(self, data: bytes) -> sqlite3.Connection:
        conn = sqlite3.connect(":memory:", isolation_level=None)
        conn.text_factory = self._decode
        conn.deserialize(data)
        # Entries of the schema that cannot be read are passed over.
        conn.execute("PRAGMA writable_schema = ON")
        return conn

    def _decode(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            self.broken = True
            return data.decode(errors="replace")

    def _mended_schema(self, data: bytes) -> bytes:
        """The entries of tables as kam makes them; each keeps the page where its rows begin."""
        conn = self._open(data)
        try:
            entries = {row[0]: row for row in self._entries(conn)}
            strangers = [
                rowid
                for rowid, kind, name, sql in entries.values()
                if kind != "index" and name not in self.schema
            ]
            known = {name for _, kind, name, _ in entries.values() if kind == "table"}
            for name in [name for name in self.schema if name not in known and strangers]:
                nearest = max(strangers, key=lambda rowid: _alike(entries[rowid][3], self.schema[name]))
                strangers.remove(nearest)
                entries[nearest] = (nearest, "table", name, "")
            for rowid, _, name, _ in entries.values():
                if name in self.schema:
                    conn.execute(
                        "UPDATE sqlite_master SET type = 'table', name = ?, tbl_name = ?, sql = ? WHERE rowid = ?",
                        (name, name, self.schema[name], rowid),
                    )
            return conn.serialize()
        except BROKEN:
            return data
        finally:
            conn.close()

    def _entries(self, conn: sqlite3.Connection) -> list[tuple[int, str, str, str]]:
        return [
            (rowid, kind or "", name or "", sql or "")
            for rowid, kind, name, sql in conn.execute(
                "SELECT rowid, type, name, sql FROM sqlite_master WHERE name NOT LIKE 'search%' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
        ]

    # --- rows -----------------------------------------------------------------------------------------------

    def rows(self, table: str) -> Iterator[Row]:
        """Every row that can be read, whole or in part, by rising ``id``; tells which others there were."""
        names = self._columns(table)
        if "id" not in names:
            self.lost(table, None, "the whole table cannot be read")
            return
        seen: set[int] = set()
        self.gaps: list[int] = []
        for row in self._all(table, names):
            seen.add(row["id"])
            yield row
        indexed = self._indexed(table)
        for low, high in ranges(sorted(indexed - seen) if indexed is not None else self.gaps):
            rows = f"the rows #{low}–#{high}" if high > low else "the row"
            self.lost(
                table,
                low,
                f"{rows} could not be read" + ("" if indexed is not None else ", if there were any"),
            )

    def _all(self, table: str, names: list[str]) -> Iterator[Row]:
        last = 0
        try:
            for row in self._select(table, names, 1, 2**62):
                last = max(last, row["id"])
                yield row
        except BROKEN:
            yield from self._around(table, names, last + 1, self._highest(table, last))

    def _columns(self, table: str) -> list[str]:
        try:
            return [row[0] for row in self.conn.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        except BROKEN:
            return []

    def _select(self, table: str, names: list[str], low: int, high: int) -> Iterator[Row]:
        cursor = self.conn.execute(
            f"SELECT {', '.join(names)} FROM {table} NOT INDEXED WHERE id BETWEEN ? AND ? ORDER BY id",
            (low, high),
        )
        self.broken = False
        for values in cursor:
            row = dict(zip(names, values, strict=True))
            if self.broken or any("\0" in value for value in values if isinstance(value, str)):
                self._note_broken(table, row)
            yield row
            self.broken = False

    def _note_broken(self, table: str, row: Row) -> None:
        for name, value in row.items():
            if isinstance(value, str) and ("\ufffd" in value or "\0" in value):
                row[name] = value.replace("\0", "\ufffd")
                self.lost(
                    table, row["id"], f"{name} holds letters that could not be read: {row[name][:60]!r}"
                )

    def _around(self, table: str, names: list[str], low: int, high: int) -> Iterator[Row]:
        """Halve a range until what is broken is alone."""
        if low > high:
            return
        try:
            found = list(self._select(table, names, low, high))
        except BROKEN:
            if low == high:
                yield from self._in_part(table, names, low)
                return
            middle = (low + high) // 2
            yield from self._around(table, names, low, middle)
            yield from self._around(table, names, middle + 1, high)
        else:
            yield from found

    def _in_part(self, table: str, names: list[str], row_id: int) -> Iterator[Row]:
        """One row, column by column: a long text may be broken where the rest is not."""
        row: Row = {}
        for name in names:
            sql = f"SELECT {name} FROM {table} NOT INDEXED WHERE id = ?"
            try:
                found = self.conn.execute(sql, (row_id,)).fetchone()
            except BROKEN:
                continue
            if found is None:
                return
            row[name] = found[0]
        if len(row) > 1:
            # Where it is whole, only what follows it is broken.
            if missing := ", ".join(name for name in names if name not in row):
                self.lost(table, row_id, f"{missing} could not be read")
            yield {**row, "id": row_id}
        else:
            self.gaps.append(row_id)

    def _indexed(self, table: str) -> set[int] | None:
        """The numbers of a table's rows by the index of its uids; None where that cannot be read."""
        try:
            sql = f"SELECT id FROM {table} INDEXED BY sqlite_autoindex_{table}_1 ORDER BY uid"
            return {row[0] for row in self.conn.execute(sql) if isinstance(row[0], int)}
        except BROKEN:
            return None

    def _highest(self, table: str, last: int) -> int:
        """The highest number that a row may have."""
        known = [self.sequence(table)]
        with suppress(*BROKEN):
            used = self.conn.execute("SELECT max(row_id) FROM journal WHERE tbl = ?", (table,))
            known.append(used.fetchone()[0])
        # A number that cannot be is the work of a changed bit.
        known = [number for number in known if isinstance(number, int) and last < number < self.size]
        return max(known, default=last + REACH)

    def sequence(self, table: str) -> int:
        """The highest number ever given in a table, as far as is known."""
        try:
            row = self.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        except BROKEN:
            row = None
        return int(row[0]) if row and isinstance(row[0], int) else 0


def mended_header(data: bytes, name: str) -> tuple[int, bytes]:
    """The schema version, and the file with what its first 100 bytes always say put right.

    (https://sqlite.org/fileformat2.html) Raises NoBook where nothing speaks for a book of kam.
    """
    mine = int.from_bytes(data[68:72], "big") == APPLICATION_ID
    if (
        len(data) < 512
        or (data[:16] != MAGIC and not mine)
        or (data[:16] == MAGIC and not mine and _foreign(data))
    ):
        raise NoBook(f"{name} holds nothing that could be a book of kam")
    page = int.from_bytes(data[16:18], "big")
    if page < 512 or page & (page - 1):
        page = 4096
    data = data[: len(data) // page * page]
    version = int.from_bytes(data[60:64], "big")
    version = version if 0 < version <= migrations.LATEST else migrations.LATEST
    # The book notes each step by its name: a number that is too small would leave whole tables behind.
    noted = [at for at, step in enumerate(migrations.STEPS, 1) if step.removesuffix(".sql").encode() in data]
    version = max(version, *noted, 1)
    head = bytearray(data[:100])
    head[0:16] = MAGIC
    head[16:24] = page.to_bytes(2, "big") + b"\x01\x01\x00\x40\x20\x20"
    head[28:40] = (len(data) // page).to_bytes(4, "big") + bytes(
        8
    )  # pages; the list of free ones is not needed
    head[44:60] = b"\0\0\0\x04" + bytes(8) + b"\0\0\0\x01"
    head[60:72] = version.to_bytes(4, "big") + bytes(4) + APPLICATION_ID.to_bytes(4, "big")
    head[92:96] = head[24:28]
    return version, bytes(head) + data[100:]


def _foreign(data: bytes) -> bool:
    """Another program's file: no table of kam is named on the page of the schema."""
    return b"CREATE TABLE meta" not in data[:65536] and b"CREATE TABLE clients" not in data


def expected(version: int) -> dict[str, str]:
    """The tables that the first ``version`` migrations make, but the search index: name → SQL."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for step in migrations.STEPS[:version]:
            with open(os.path.join(migrations.FOLDER, step), encoding="utf-8") as file:
                migrations.run_script(conn, file.read())
        rows = conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return dict(rows)
    finally:
        conn.close()


def ranges(numbers: list[int]) -> list[tuple[int, int]]:
    """1 2 3 7 8 → (1, 3) (7, 8)"""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _alike(one: str, other: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other, autojunk=False).quick_ratio()
