"""All that the book knows of one person, as one nested record: cards, what hangs on them, and how it changed."""

from __future__ import annotations

from kam_cli import journal, mentions, registry
from kam_cli.naming import Names
from kam_cli.reach import PERSONS, Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.reach import Link

    Row = dict[str, Any]
    Place = tuple[str, int]  # table and number


def dossier(book: Book, table: str, row_id: int) -> Row:
    """The card of the person under its noun, then a list for each table that holds something of him.

    Rows are as stored, without search keys, with the name beside each ``_id``; what belongs to one record only
    (points of an interaction, phones of a contact) stands in it. ``history`` has every change of all of them, oldest
    first, with the row before it; ``commands`` further command lines that name him, and ``mentions`` the records of
    others whose texts do.
    """
    reach = Reach(book, [(table, row_id)])
    places = _places(book, reach)
    rows = {place: _row(book, reach, place) for place in places}
    data: Row = {table.removesuffix("s"): rows.get((table, row_id), {"id": row_id})}
    for place in places:
        if place == (table, row_id):
            continue
        holder = _holder(reach, rows, place, (table, row_id))
        home = rows[holder] if holder else data
        # points, not interaction_points, in an interaction
        name = place[0].removeprefix(f"{holder[0].removesuffix('s')}_") if holder else place[0]
        home.setdefault(name, []).append(rows[place])
    names = Names(book, reach)
    told = {(noun.name, number) for noun in registry.nouns() for of, number in places if of == noun.table}
    data["mentions"] = [
        one for one in mentions.find(book, names, reach) if (one["noun"], one["id"]) not in told
    ]
    gone = {(row["tbl"], row["id"]) for row in book.rows("SELECT tbl, id FROM temp.reach")}
    data["history"], told_of = _history(book, gone.union(places))
    lines = [
        row for row in book.rows("SELECT id, at, line AS command FROM commands") if row["id"] not in told_of
    ]
    found = names.in_lines([row["command"] for row in lines])
    data["commands"] = [row for row, holds in zip(lines, found, strict=True) if holds]
    return data


def _places(book: Book, reach: Reach) -> list[Place]:
    """Rows of his, those of others that point to him, and those that these cannot be understood without."""
    found: dict[str, set[int]] = {table: {row["id"] for row in reach.live(table)} for table in reach.tables()}
    for link, numbers in reach.pointing().items():
        found.setdefault(link.table, set()).update(numbers)
    whole = {link.table for link in reach.links if link.parent in PERSONS} - set(PERSONS)
    parts = [link for link in reach.links if link.is_required and link.parent in whole and not link.noun]
    for link in parts:
        sql = f"SELECT {link.column} FROM {link.table} WHERE id IN (SELECT value FROM json_each(?))"
        found.setdefault(link.parent, set()).update(_column(book, sql, found.get(link.table, set())))
    for link in parts:
        sql = f"SELECT id FROM {link.table} WHERE {link.column} IN (SELECT value FROM json_each(?))"
        found.setdefault(link.table, set()).update(_column(book, sql, found.get(link.parent, set())))
    places = [(table, number) for table, numbers in found.items() for number in numbers]
    return sorted(places, key=lambda place: (place[0] not in PERSONS, place))


def _column(book: Book, sql: str, numbers: set[int]) -> list[int]:
    import json

    return book.column(sql, (json.dumps(sorted(numbers)),)) if numbers else []


def _row(book: Book, reach: Reach, place: Place) -> Row:
    """A row as it is told: no search keys, no generated columns, a name beside every reference."""
    table, row_id = place
    hidden = book.column("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 0", (table,))
    row = book.row(f"SELECT * FROM {table} WHERE id = ?", (row_id,)) or {}
    told: Row = {}
    parents = {link.column: link for link in reach.links if link.table == table and not link.noun}
    for name, value in row.items():
        if name in hidden or name.endswith("_key"):
            continue
        told[name] = value
        if value is not None and name in parents and (said := _name(book, parents[name], value)):
            told[name.removesuffix("_id")] = said
    return told


def _name(book: Book, link: Link, row_id: int) -> str | None:
    titles = {noun.table: noun.title for noun in registry.nouns()}
    if link.parent not in titles:
        return None
    name = book.value(f"SELECT {titles[link.parent]} FROM {link.parent} t WHERE t.id = ?", (row_id,))
    return None if name is None else str(name)


def _holder(reach: Reach, rows: dict[Place, Row], place: Place, root: Place) -> Place | None:
    """The one record in which a row is told: what it cannot be without, else the card it is on."""
    row = rows[place]
    if place[0] in PERSONS:
        return None
    mine = [link for link in reach.links if link.table == place[0] and link.noun in ("", row.get("noun"))]
    for link in sorted(mine, key=lambda link: (link.parent in PERSONS, not link.is_required)):
        holder = (link.parent, row.get(link.column))
        if (link.is_required or not row.get("client_id")) and holder in rows:
            return None if holder == root else holder
    return None


def _history(book: Book, places: set[Place]) -> tuple[list[Row], set[int]]:
    """Every change of these rows, oldest first, and the numbers of the commands that made them."""
    found = {}
    commands = set()
    sql = (
        "SELECT j.id, c.id AS command_id, coalesce(c.at, j.at) AS at, c.line AS command, j.tbl, j.op, j.before FROM journal j "
        "LEFT JOIN commands c ON c.id = j.command_id WHERE j.tbl = ? AND "
        "(j.row_id = ? OR (j.last_id IS NOT NULL AND ? BETWEEN j.row_id AND j.last_id))"
    )
    for table, row_id in places:
        for entry in book.rows(sql, (table, row_id, row_id)):
            before = journal.parse_image(entry["before"]) if entry["before"] else None
            commands.add(entry["command_id"])
            found[entry["id"], row_id] = {
                "at": entry["at"], "command": entry["command"], "table": table, "id": row_id, "change": entry["op"],
                "before": before and {name: value for name, value in before.items() if not name.endswith("_key")},
            }  # fmt: skip
    return [found[key] for key in sorted(found)], commands
