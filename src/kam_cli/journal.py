"""The trace of every change: triggers write it, a command owns its part of it, undo plays it backwards.

The triggers are generated from the schema, so every later table is journalled without a line of code. What is
derived (maintained columns, the search index) is not journalled but computed again from what a command changed.
"""

from __future__ import annotations

from kam_cli.errors import KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book, Row

# Tables that carry the journal itself or are rebuilt from others; a table whose SQL says so joins them.
KERNEL = ("commands", "journal", "journal_state", "_sqlite_migrations")
OUTSIDE = "[outside undo]"
MAINTAINED = "[maintained]"


def begin(book: Book, argv: list[str]) -> int:
    """Open a command in the journal; every change up to `finish` belongs to it. Gives its number."""
    from kam_cli.book import utc_now

    cursor = book.conn.execute(
        "INSERT INTO commands (at, line) VALUES (?, ?)", (utc_now(), command_line(argv))
    )
    book.conn.execute("UPDATE journal_state SET command_id = ?", (cursor.lastrowid,))
    return int(cursor.lastrowid or 0)


def finish(book: Book, command_id: int) -> None:
    """Bring derived data up to date with all that was changed, and close the command.

    Changes of other programs since the last command are caught up on the way. A command that changed nothing
    leaves no trace.
    """
    from kam_cli import derived

    first = book.value("SELECT refreshed_id FROM journal_state") + 1
    last = book.value("SELECT max(id) FROM journal") or 0
    if last >= first:
        derived.refresh(book, first)
    if not book.value("SELECT 1 FROM journal WHERE command_id = ? LIMIT 1", (command_id,)):
        book.conn.execute("DELETE FROM commands WHERE id = ?", (command_id,))
    book.conn.execute("UPDATE journal_state SET command_id = NULL, refreshed_id = ?", (max(last, first - 1),))


def command_line(argv: list[str]) -> str:
    """The line as it could be typed again."""
    if all(word.isalnum() for word in argv):
        return " ".join(["kam", *argv])
    import shlex

    return shlex.join(["kam", *argv])


class Bulk:
    """While it lasts, inserts into one table are journalled as one range of ids (``ids``) instead of one by one."""

    def __init__(self, book: Book, table: str) -> None:
        self.book = book
        self.table = table

    def __enter__(self) -> Bulk:
        self.start = self.book.value(f"SELECT max(id) FROM {self.table}") or 0
        self.ids = range(0)
        self.book.conn.execute("UPDATE journal_state SET is_bulk = 1")
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if error is not None:
            return
        conn = self.book.conn
        conn.execute("UPDATE journal_state SET is_bulk = 0")
        first, last = conn.execute(
            f"SELECT min(id), max(id) FROM {self.table} WHERE id > ?", (self.start,)
        ).fetchone()
        if first is not None:
            # Nobody else adds rows meanwhile, so that their numbers follow each other.
            self.ids = range(first, last + 1)
            conn.execute(
                "INSERT INTO journal (command_id, tbl, row_id, last_id, op) "
                "SELECT command_id, ?, ?, ?, 'insert' FROM journal_state",
                (self.table, first, last),
            )


# --- undo ---------------------------------------------------------------------------------------------------


_NOT_THIS = "id IS NOT (SELECT command_id FROM journal_state)"


def undoable(book: Book, count: int) -> list[Row]:
    """The last ``count`` commands still in effect, newest first: ``id at line``."""
    return book.rows(
        f"SELECT id, at, line FROM commands WHERE kind = 'do' AND is_undone = 0 AND {_NOT_THIS} ORDER BY id DESC LIMIT ?",
        (count,),
    )


def final_since(book: Book, command_id: int) -> list[str]:
    """The lines of later commands that cannot be undone and still hold something."""
    return book.column(
        "SELECT line FROM commands WHERE kind = 'final' AND is_undone = 0 AND id > ? "
        "AND id IN (SELECT command_id FROM journal) ORDER BY id",
        (command_id,),
    )


def redoable(book: Book) -> Row | None:
    """The undo that can be taken back: the newest in effect, with no ordinary command after it."""
    return book.row(
        "SELECT u.id, u.at, x.line, x.id AS target FROM commands u JOIN commands x ON x.id = u.target_id "
        "WHERE u.kind = 'undo' AND u.is_undone = 0 "
        f"AND NOT EXISTS (SELECT 1 FROM commands d WHERE d.kind = 'do' AND d.id > u.id AND d.{_NOT_THIS}) "
        "ORDER BY u.id DESC LIMIT 1"
    )


def revert(book: Book, target: int, kind: str, line: str) -> int:
    """Play one command backwards as a command of its own (``kind`` undo or redo), inside a write.

    Gives how many rows changed. Raises KamError where another program, or a command that is final, has since changed
    one of its rows.
    """
    from kam_cli.book import utc_now

    conn = book.conn
    _refuse_overwritten(book, target)
    cursor = conn.execute(
        "INSERT INTO commands (at, line, kind, target_id) VALUES (?, ?, ?, ?)",
        (utc_now(), line, kind, target),
    )
    conn.execute("UPDATE journal_state SET command_id = ?", (cursor.lastrowid,))
    conn.execute("PRAGMA defer_foreign_keys = ON")
    count = 0
    for entry in conn.execute(
        "SELECT tbl, row_id, last_id, op, before FROM journal WHERE command_id = ? ORDER BY id DESC",
        (target,),
    ).fetchall():
        count += _revert_entry(book, *entry)
    conn.execute("UPDATE commands SET is_undone = 1 WHERE id = ?", (target,))
    if kind == "redo":
        conn.execute(
            "UPDATE commands SET is_undone = 0 WHERE id = (SELECT target_id FROM commands WHERE id = ?)",
            (target,),
        )
    return count


def _revert_entry(
    book: Book, table: str, row_id: int, last_id: int | None, op: str, before: str | None
) -> int:
    if op == "insert":
        sql = f"DELETE FROM {table} WHERE id BETWEEN ? AND ?"
        return book.conn.execute(sql, (row_id, last_id or row_id)).rowcount
    image = parse_image(before)
    if op == "update":
        sets = ", ".join(f"{name} = ?" for name in image)
        return book.conn.execute(
            f"UPDATE {table} SET {sets} WHERE id = ?", (*image.values(), row_id)
        ).rowcount
    marks = ", ".join("?" * (len(image) + 1))
    sql = f"INSERT INTO {table} (id, {', '.join(image)}) VALUES ({marks})"
    return book.conn.execute(sql, (row_id, *image.values())).rowcount


def parse_image(before: str | None) -> Row:
    """A before-image as a row; texts may hold raw control characters, which strict JSON would not."""
    import json

    image: Row = json.loads(before or "{}", strict=False)
    return image


def _refuse_overwritten(book: Book, target: int) -> None:
    other = book.row(
        "SELECT later.tbl, later.row_id, later.command_id FROM journal mine JOIN journal later ON later.tbl = mine.tbl "
        "AND later.row_id BETWEEN mine.row_id AND coalesce(mine.last_id, mine.row_id) AND later.id > mine.id "
        "WHERE mine.command_id = ? AND (later.command_id IS NULL "
        "OR later.command_id IN (SELECT id FROM commands WHERE kind = 'final')) LIMIT 1",
        (target,),
    )
    if other:
        by = "a command that cannot be undone" if other["command_id"] else "another program"
        raise KamError(
            f"{other['tbl']} #{other['row_id']} was changed by {by} since; undoing would lose that. "
            f"See: kam history {other['tbl']} {other['row_id']}"
        )


# --- triggers -----------------------------------------------------------------------------------------------


def journalled_tables(book: Book) -> dict[str, dict[str, str]]:
    """Every table of the domain → its journalled columns with their types, without ``id``, maintained and generated ones."""
    tables = book.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    kept: dict[str, dict[str, str]] = {}
    for table in tables:
        name, sql = table["name"], table["sql"] or ""
        if name in KERNEL or name.startswith("search") or OUTSIDE in sql:
            continue
        derived = {line.split()[0] for line in sql.splitlines() if MAINTAINED in line and line.split()}
        columns = book.rows(f"SELECT name, type, hidden FROM pragma_table_xinfo('{name}')")
        kept[name] = {
            c["name"]: c["type"]
            for c in columns
            if not c["hidden"] and c["name"] != "id" and c["name"] not in derived
        }
    return kept


def image_sql(columns: dict[str, str]) -> str:
    """SQL for the JSON of an old row, in plain functions: with trusted_schema off, SQLite before 3.41 refuses its
    JSON functions in a trigger."""
    parts = []
    for name, kind in columns.items():
        text = f"""'"' || replace(replace(OLD.{name}, '\\', '\\\\'), '"', '\\"') || '"'"""
        parts.append(f"""'"{name}":' || coalesce({text if kind == "TEXT" else f"OLD.{name}"}, 'null')""")
    return "'{' || " + " || ',' || ".join(parts) + " || '}'"


def trigger_sql(book: Book) -> dict[str, str]:
    """The journal's triggers as they must be for today's schema: name → SQL."""
    triggers = {}
    for table, columns in journalled_tables(book).items():
        image = image_sql(columns)
        state = "(SELECT command_id FROM journal_state)"
        at = f"CASE WHEN {state} IS NULL THEN strftime('%Y-%m-%dT%H:%M:%SZ', 'now') END"
        into = "INSERT INTO journal (command_id, at, tbl, row_id, op, before) VALUES"
        for op, event, row, before in (
            ("insert", "INSERT", "NEW", "NULL"),
            ("update", f"UPDATE OF {', '.join(columns)}", "OLD", image),
            ("delete", "DELETE", "OLD", image),
        ):
            when = "WHEN (SELECT is_bulk FROM journal_state) = 0 " if op == "insert" else ""
            triggers[f"journal_{table}_{op}"] = (
                f"CREATE TRIGGER journal_{table}_{op} AFTER {event} ON {table} {when}BEGIN "
                f"{into} ({state}, {at}, '{table}', {row}.id, '{op}', {before}); END"
            )
    return triggers


def build_triggers(book: Book) -> None:
    """Drop and make the journal's triggers anew, after a change of the schema."""
    for name in book.column(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal\\_%' ESCAPE '\\'"
    ):
        book.conn.execute(f"DROP TRIGGER {name}")
    for sql in trigger_sql(book).values():
        book.conn.execute(sql)


def wrong_triggers(book: Book) -> list[str]:
    """Names of triggers that are missing or not as they must be."""
    have = {
        r["name"]: r["sql"] for r in book.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    }
    return [name for name, sql in trigger_sql(book).items() if have.get(name) != sql]
