"""`kam history`: what was changed, by which command."""

from __future__ import annotations

from kam_cli import journal, registry
from kam_cli.command import verb
from kam_cli.errors import BadValue, named
from kam_cli.kinds import integer, line
from kam_cli.output import Block, Page, Rows
from kam_cli.params import arg, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.changes import Words
    from kam_cli.command import Context
    from kam_cli.noun import Noun

    Row = dict[str, Any]

COMMANDS = """
SELECT c.id, c.at, c.line, c.kind, c.is_undone,
  (SELECT sum(coalesce(j.last_id, j.row_id) - j.row_id + 1) FROM journal j WHERE j.command_id = c.id) AS rows
FROM commands c ORDER BY c.id DESC LIMIT ?
"""
OPS = {"insert": "added", "delete": "taken out of the book"}
RECORD = """
SELECT j.id, coalesce(c.at, j.at) AS at, j.tbl, j.row_id, j.op, j.before, coalesce(c.line, 'another program') AS line,
  j.command_id
FROM journal j LEFT JOIN commands c ON c.id = j.command_id
WHERE j.tbl = ? AND ? BETWEEN j.row_id AND coalesce(j.last_id, j.row_id)
"""


@verb()
def history(
    c: Context,
    noun: str | None = arg(line, "client, contact, deal …: the life of one record", optional=True),
    record: str | None = arg(line, "which record", optional=True),
    limit: int | None = opt(integer(1, 10**6), "how many of the last commands; 20"),
) -> Rows | Page:
    """Show the last commands that changed the book, or the life of one record.

    $ kam history
    $ kam history deal 12
    """
    if noun is None:
        rows = c.book.rows(COMMANDS, (limit or 20,))
        return Rows(rows, show=("id", "at", "rows", "is_undone", "line"), empty="nothing was changed yet")
    try:
        declared = registry.noun(noun)
    except BadValue as error:
        raise named("NOUN", error) from None
    if record is None:
        raise BadValue(f"which {declared.name}? Write: kam history {declared.name} NUMBER")
    row_id = find(c, declared, record)
    rows = life(c, declared, row_id)
    data = [{**row, "changed": "; ".join(row["changed"])} for row in rows]
    return Page(data, [told(c, declared, row_id, rows)], f"nothing is known of {declared.name} {record}")


def told(c: Context, noun: Noun, row_id: int, rows: list[Row]) -> Block:
    """For a person: each command, and below it what became what."""
    from kam_cli.cells import local_minute
    from kam_cli.changes import Words

    pairs = [
        (
            local_minute(c, row["at"]),
            [row["line"], *([OPS[row["op"]]] if row["op"] in OPS else []), *row["changed"]],
        )
        for row in rows
    ]
    return Block(Words(c).name(noun.table, row_id), pairs=pairs)


def find(c: Context, declared: Noun, record: str) -> int:
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


def life(c: Context, noun: Noun, row_id: int) -> list[Row]:
    """Every change of one record and of what belongs to it, oldest first: ``at op changed line``, a row a command.

    ``changed`` lists what became what.
    """
    from kam_cli.changes import Words

    words = Words(c)
    rows: list[Row] = []
    last = None
    places = [(noun.table, row_id), *parts(words, noun.table, row_id)]
    for entry, before, after in sorted(_steps(c.book, places), key=lambda step: step[0]["id"]):
        own = entry["tbl"] == noun.table
        if own:
            changed = words.differences(noun.table, before, after) if entry["op"] == "update" else []
        else:
            changed = words.became(entry["tbl"], before, after)
        if not (entry["command_id"] and entry["command_id"] == last):
            rows.append({"at": entry["at"], "op": "update", "changed": [], "line": entry["line"]})
        last = entry["command_id"]
        rows[-1]["op"] = entry["op"] if own and rows[-1]["op"] == "update" else rows[-1]["op"]
        rows[-1]["changed"] += changed
    return rows


def _steps(book: Book, places: Iterable[tuple[str, int]]) -> Iterator[tuple[Row, Row, Row]]:
    """Each journalled change of these rows with what the row was before and after it."""
    for table, row_id in places:
        entries = book.rows(f"{RECORD} ORDER BY j.id", (table, row_id))
        after = book.row(f"SELECT * FROM {table} WHERE id = ?", (row_id,)) or {}
        for entry in reversed(entries):
            before = journal.parse_image(entry["before"])
            yield entry, before, after
            after = before


def parts(words: Words, table: str, row_id: int) -> Iterator[tuple[str, int]]:
    """The rows that belong to a record, or did: its phones, tags, wishes …"""
    book = words.book
    for part in journal.journalled_tables(book):
        columns = [column for column, parent in words.links(part).items() if parent == table]
        if part in words.nouns or not columns:
            continue
        rows = []
        for column in columns:
            rows += book.rows(f"SELECT * FROM {part} WHERE {column} = ?", (row_id,))
            images = "SELECT row_id, before FROM journal WHERE tbl = ? AND before LIKE ?"
            for entry in book.rows(images, (part, f'%"{column}":{row_id}%')):
                rows.append({**journal.parse_image(entry["before"]), "id": entry["row_id"]})
        found = {row["id"] for row in rows if words.owner(part, row) == (table, row_id)}
        yield from ((part, number) for number in sorted(found))
