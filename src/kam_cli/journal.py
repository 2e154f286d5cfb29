"""The trace of every change: triggers write it, a command owns its part of it, undo plays it backwards (`reverting`).

The triggers are generated from the schema, so every later table is journalled without a line of code. What is
derived (maintained columns, the search index) is not journalled but computed again from what a command changed.
"""

from __future__ import annotations

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
            note_range(self.book, self.table, first, last)


def note_range(book: Book, table: str, first: int, last: int) -> None:
    """The one entry for rows that were inserted in bulk."""
    book.conn.execute(
        "INSERT INTO journal (command_id, tbl, row_id, last_id, op) "
        "SELECT command_id, ?, ?, ?, 'insert' FROM journal_state",
        (table, first, last),
    )


def parse_image(before: str | None) -> Row:
    """A before-image as a row; texts may hold raw control characters, which strict JSON would not."""
    global _decode
    if _decode is None:
        from json import JSONDecoder  # kept: json.loads makes one a call

        _decode = JSONDecoder(strict=False).decode
    image: Row = _decode(before or "{}")
    return image


_decode: Any = None


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
