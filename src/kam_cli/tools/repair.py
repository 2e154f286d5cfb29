"""`kam check --repair NEW`: what can be read of a book, in a new and sound one; the damaged one is not touched."""

from __future__ import annotations

import os
import sqlite3

from kam_cli import derived, journal, migrations
from kam_cli.book import APPLICATION_ID, Book, connect
from kam_cli.errors import KamError, NoBook
from kam_cli.output import Failed, Rows, Saved
from kam_cli.stamps import new_uid, utc_now
from kam_cli.text import fold
from kam_cli.tools.deep import form_of
from kam_cli.tools.salvage import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Row = dict[str, Any]

# Persons on whom others' rows hang: where one is lost, a card of this name holds them together.
PERSONS = {"clients": "lost client", "contacts": "lost contact"}
NOT_COPIED = ("journal_state", "_sqlite_migrations")


class Repair:
    """One repair: the rows of ``source`` into the new book ``target``; ``losses`` are rows ``table row what``."""

    def __init__(self, data: bytes, name: str, part: str) -> None:
        self.losses: list[Row] = []
        self.rows = 0
        self.columns: dict[str, dict[str, bool]] = {}  # table → column → whether every row must fill it
        self.source = Source(data, name, self.lost)
        self.target = Book(part, connect(part))
        self.target.conn.execute(
            "PRAGMA synchronous = OFF"
        )  # the file counts for nothing until it is renamed

    def lost(self, table: str, row_id: int | None, what: str) -> None:
        loss = {"table": table, "row": row_id, "what": what}
        if loss not in self.losses[-50:]:  # a range that was halved is read more than once
            self.losses.append(loss)

    def run(self) -> None:
        """Copy, mend, rebuild what is derived; the target is sound then, and of this version of kam."""
        book, version = self.target, self.source.version
        start(book.conn, version)
        book.conn.execute("PRAGMA foreign_keys = OFF")
        book.conn.execute("BEGIN IMMEDIATE")
        for table in self.source.schema:
            if table not in NOT_COPIED:
                self.copy(table)
        self.settings()
        while self.hold_together():
            pass
        self.numbers()
        book.conn.execute(
            "UPDATE journal_state SET refreshed_id = (SELECT coalesce(max(id), 0) FROM journal)"
        )
        book.conn.execute("COMMIT")
        if version < migrations.LATEST:
            migrations.apply(book)
        book.conn.execute("BEGIN IMMEDIATE")
        journal.build_triggers(book)
        derived.rebuild(book)
        book.conn.execute("COMMIT")
        book.conn.execute("PRAGMA foreign_keys = ON")

    def copy(self, table: str) -> None:
        book = self.target
        book.conn.execute(f"DELETE FROM {table}")
        columns = book.rows('SELECT name, "notnull" AS must FROM pragma_table_info(?)', (table,))
        self.columns[table] = {row["name"]: bool(row["must"]) for row in columns}
        for row in self.source.rows(table):
            self.put(table, {name: value for name, value in row.items() if name in self.columns[table]})

    def put(self, table: str, row: Row) -> None:
        """Add a row, with whatever of it can be."""
        for name in row:
            if name.endswith("_key") and name[:-4] in row and table != "details":
                row[name] = fold(row[name[:-4]]) if isinstance(row[name[:-4]], str) else None
        good = {n: v for n, v in row.items() if not isinstance(v, str) or form_of(n)(v)}
        tries = [good, self.completed(table, good), row, self.completed(table, row)]
        if self.target.value(f"SELECT 1 FROM {table} WHERE id = ?", (row["id"],)):
            self.lost(table, row["id"], "a second row with this number was left out")
            return
        for some in (*tries, *(self.completed(table, {**good, name: None}) for name in good if name != "id")):
            if self._insert(table, some):
                for name in [name for name, value in row.items() if some.get(name) != value]:
                    self.lost(table, row["id"], f"{name} was {str(row[name])[:60]!r}, which cannot be")
                return
        self.lost(table, row["id"], f"refused by the rules of the book: {str(row)[:200]}")

    def completed(self, table: str, row: Row) -> Row:
        """A row with what every row of its table must have."""
        from kam_cli.tools.init import settings

        made_at = str(row.get("created_at") or utc_now())
        columns = self.columns[table]
        must: Row = {name: made_at for name, is_must in columns.items() if is_must and name.endswith("_at")}
        must |= {name: made_at[:10] for name, is_must in columns.items() if is_must and name.endswith("_on")}
        must["uid"] = new_uid()
        if table in PERSONS:
            name = f"{PERSONS[table]} #{row['id']}"
            must |= {
                "name": name,
                "name_key": fold(name),
                "handle": f"{PERSONS[table].replace(' ', '-')}-{row['id']}",
            }
        elif table == "meta":
            must = settings(None, None, None, None)
        return {
            **{name: value for name, value in must.items() if name in columns},
            **{name: value for name, value in row.items() if value is not None},
        }

    def _insert(self, table: str, row: Row) -> bool:
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        try:
            self.target.conn.execute(sql, tuple(row.values()))
        except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError):
            return False
        self.rows += 1
        return True

    def settings(self) -> None:
        """The row of ``meta``, without which there is no book."""
        if not self.target.value("SELECT count(*) FROM meta"):
            row = self.completed("meta", {"id": 1})
            most = "SELECT currency FROM deals GROUP BY currency ORDER BY count(*) DESC LIMIT 1"
            row["currency"] = self.target.value(most) or row["currency"]
            self._insert("meta", row)
            self.lost(
                "meta",
                1,
                f"the book's settings; now they are {row['currency']} and {row['tz']}: kam config list",
            )

    def hold_together(self) -> int:
        """Mend references to rows that are not there; gives how many there were."""
        broken = self.target.rows("PRAGMA foreign_key_check")
        for one in broken:
            table, row_id, parent = one["table"], one["rowid"], one["parent"]
            key = next(
                k for k in self.target.rows(f"PRAGMA foreign_key_list({table})") if k["id"] == one["fkid"]
            )
            number = self.target.value(f"SELECT {key['from']} FROM {table} WHERE id = ?", (row_id,))
            if number is None:
                continue  # mended on the way
            if parent in PERSONS and self._stand_in(parent, number):
                continue
            try:
                self.target.conn.execute(f"UPDATE {table} SET {key['from']} = NULL WHERE id = ?", (row_id,))
                self.lost(table, row_id, f"{key['from']} pointed to {parent} #{number}, which is lost")
            except sqlite3.IntegrityError:
                self.target.conn.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))
                self.rows -= 1
                self.lost(table, row_id, f"it belonged to {parent} #{number}, which is lost")
        return len(broken)

    def _stand_in(self, table: str, row_id: int) -> bool:
        if self.target.value(f"SELECT 1 FROM {table} WHERE id = ?", (row_id,)):
            return True
        row = self.completed(table, {"id": row_id})
        if self._insert(table, row):
            self.lost(
                table, row_id, f"a card named {row['name']!r} stands for it, since other records belong to it"
            )
            return True
        return False

    def numbers(self) -> None:
        """No number is given again that was ever given."""
        for table in self.target.column("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"):
            used = "SELECT max(coalesce(last_id, row_id)) FROM journal WHERE tbl = ?"
            seen = (self.target.value(used, (table,)), self.target.value(f"SELECT max(id) FROM {table}"))
            highest = max(self.source.sequence(table), *(number or 0 for number in seen))
            if not self.target.conn.execute(
                "UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (highest, table)
            ).rowcount:
                self.target.conn.execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, highest)
                )


def start(conn: sqlite3.Connection, version: int) -> None:
    """An empty book as the first ``version`` migrations make it."""
    from sqlite_utils import Database, Migrations

    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    Migrations("kam").apply(Database(conn, execute_plugins=False))
    for step in migrations.STEPS[:version]:
        with open(os.path.join(migrations.FOLDER, step), encoding="utf-8") as file:
            migrations.run_script(conn, file.read())
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kam', ?, ?)",
            (step.removesuffix(".sql"), utc_now()),
        )
    conn.execute(f"PRAGMA user_version = {version}")


def repaired(data: bytes, name: str, new: str) -> Any:
    """Make the file ``new`` from the damaged one's bytes; what was lost on the way is listed, and then the exit is 1."""
    from kam_cli.atomic import place, seal

    done: list[Repair] = []

    def fill(part: str) -> None:
        repair = Repair(data, name, part)
        done.append(repair)
        try:
            repair.run()
            if not repair.target.value("SELECT count(*) FROM clients") and not repair.rows:
                raise NoBook(f"nothing can be read of {name}. Bring back a backup: kam backup --list")
            faults = list(remaining(repair.target))
        finally:
            repair.target.close()
            repair.source.conn.close()
        seal(part)
        if faults:
            raise KamError(f"{new} would not be sound either; it was not kept", faults[:20])

    place(new, fill)
    rows, losses = done[0].rows, done[0].losses
    line = f"saved {rows} rows in {new}; put it in place: kam restore {new}"
    if not losses:
        return Saved(f"{line} (nothing was lost)", {"path": new, "rows": rows})
    error = KamError(f"{line}. {len(losses)} losses are listed")
    return Failed(Rows(losses), error)


def remaining(book: Book) -> Iterator[str]:
    from kam_cli.tools.checks import CHECKS

    for name, one in CHECKS:
        yield from (f"{name}: {fault}" for fault in one(book))
