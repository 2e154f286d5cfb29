"""`kam history`: what was changed, by which command."""

from __future__ import annotations

from kam_cli import journal, registry
from kam_cli.command import verb
from kam_cli.errors import BadValue
from kam_cli.kinds import integer, line
from kam_cli.output import Rows
from kam_cli.params import arg, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

COMMANDS = """
SELECT c.id, c.at, c.line, c.kind, c.is_undone,
  (SELECT sum(coalesce(j.last_id, j.row_id) - j.row_id + 1) FROM journal j WHERE j.command_id = c.id) AS rows
FROM commands c ORDER BY c.id DESC LIMIT ?
"""
RECORD = """
SELECT j.id, coalesce(c.at, j.at) AS at, j.op, j.before, coalesce(c.line, 'another program') AS line, j.command_id
FROM journal j LEFT JOIN commands c ON c.id = j.command_id
WHERE j.tbl = ? AND ? BETWEEN j.row_id AND coalesce(j.last_id, j.row_id) ORDER BY j.id
"""


@verb()
def history(
    c: Context,
    noun: str | None = arg(line, "client, contact, deal …: the life of one record", optional=True),
    record: str | None = arg(line, "which record", optional=True),
    limit: int | None = opt(integer(1, 10**6), "how many of the last commands; 20"),
) -> Rows:
    """Show the last commands that changed the book, or the life of one record.

    $ kam history
    $ kam history deal 12
    """
    if noun is None:
        rows = c.book.rows(COMMANDS, (limit or 20,))
        return Rows(rows, show=("id", "at", "rows", "is_undone", "line"), empty="nothing was changed yet")
    declared = registry.noun(noun)
    if record is None:
        raise BadValue(f"which {declared.name}? Write: kam history {declared.name} NUMBER")
    rows = life(c.book, declared.table, find(c, declared, record))
    return Rows(
        rows, show=("at", "op", "changed", "line"), empty=f"nothing is known of {declared.name} {record}"
    )


def find(c: Context, declared: Any, record: str) -> int:
    """The record's number; one that was removed is still found by its number."""
    from kam_cli.errors import NotFound
    from kam_cli.refs import resolve

    digits = record.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        sql = "SELECT 1 FROM journal WHERE tbl = ? AND ? BETWEEN row_id AND coalesce(last_id, row_id)"
        if c.book.value(sql, (declared.table, int(digits))):
            return int(digits)
        if not c.book.value(f"SELECT 1 FROM {declared.table} WHERE id = ?", (int(digits),)):
            raise NotFound(f"no {declared.name} {record!r} was ever in the book")
    return resolve(c, declared.name, record).id


def life(book: Book, table: str, row_id: int) -> list[Row]:
    """Every change of one row, oldest first: ``at op changed line``; ``changed`` tells what became what."""
    entries = book.rows(RECORD, (table, row_id))
    now = book.row(f"SELECT * FROM {table} WHERE id = ?", (row_id,))
    rows = []
    for number, entry in enumerate(entries):
        before = journal.parse_image(entry["before"])
        later = (journal.parse_image(e["before"]) for e in entries[number + 1 :] if e["before"])
        after = next(later, now or {})
        changed = differences(before, after) if entry["op"] == "update" else ""
        rows.append({"at": entry["at"], "op": entry["op"], "changed": changed, "line": entry["line"]})
    return rows


def differences(before: Row, after: Row) -> str:
    """``stage: prospect → key; city: – → Berlin``, without times and search keys."""
    parts = []
    for name, old in before.items():
        new = after.get(name)
        if new != old and name != "updated_at" and not name.endswith("_key"):
            parts.append(f"{name}: {shorten(old)} → {shorten(new)}")
    return "; ".join(parts)


def shorten(value: Any) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
