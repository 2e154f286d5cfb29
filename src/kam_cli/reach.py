"""What hangs on a person: his rows and the rows of others that point to him, found by the schema's foreign keys.

Erasure and export stand on this, so that both cover every later noun without a line of code.
"""

from __future__ import annotations

from collections import namedtuple

from kam_cli import journal, registry
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.noun import Noun

    Row = dict[str, Any]
    Gone = tuple[str, int, Row]  # table, number, what it pointed to

PERSONS = ("clients", "contacts")
OWNERS = (
    "client_id",
    "merged_into_id",
)  # columns by which a row belongs to a person, whatever else it points to

# A reference: ``column`` of ``table`` holds the number of a row of ``parent``; always filled in where
# ``is_required``. With a ``noun`` it does so only in rows of that noun (external ids).
Link = namedtuple("Link", "table column parent is_required noun", defaults=("",))


def links(book: Book) -> list[Link]:
    """Every reference of the schema, but those of the journal's own tables."""
    tables = book.column(
        "SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'search%'"
    )
    found = []
    for table in tables:
        if table in journal.KERNEL:
            continue
        columns = {row["name"]: row["notnull"] for row in book.rows(f"PRAGMA table_info({table})")}
        for key in book.rows(f"PRAGMA foreign_key_list({table})"):
            found.append(Link(table, key["from"], key["table"], bool(columns[key["from"]])))
        if {"noun", "row_id"} <= columns.keys():
            found += [Link(table, "row_id", noun.table, True, noun.name) for noun in registry.nouns()]
    return found


class Reach:
    """All rows that belong to the persons ``roots`` (pairs of table and number), live or only in the journal.

    They stand in ``temp.reach (tbl, id)``, one reach at a time. A row belongs to him by its ``client_id``, by a
    reference it cannot be without, or by any reference where no other person has it; a card of its own (a client, a
    contact) belongs to nobody but the client it is at and the card it was merged into.
    """

    def __init__(self, book: Book, roots: list[tuple[str, int]]) -> None:
        self.book = book
        self.links = links(book)
        self.by_table: dict[str, list[Link]] = {}
        for link in self.links:
            self.by_table.setdefault(link.table, []).append(link)
        book.conn.execute(
            "CREATE TEMP TABLE IF NOT EXISTS reach (tbl TEXT, id INTEGER, PRIMARY KEY (tbl, id)) WITHOUT ROWID"
        )
        book.conn.execute("DELETE FROM temp.reach")
        book.conn.executemany("INSERT OR IGNORE INTO temp.reach VALUES (?, ?)", roots)
        self.members: dict[str, set[int]] = {}
        gone = self._gone()
        while self._grow_live() + self._grow_gone(gone):
            pass

    def tables(self) -> list[str]:
        return self.book.column("SELECT DISTINCT tbl FROM temp.reach ORDER BY tbl")

    def has(self, table: str, row_id: Any) -> bool:
        return row_id in self.members.get(table, ())

    def links_of(self, table: str, image: Row) -> list[Link]:
        """The references by which a row, as it was, points to him."""
        return [
            link
            for link in self.by_table.get(table, ())
            if image.get(link.column) is not None
            and link.noun in ("", image.get("noun"))
            and self.has(link.parent, image[link.column])
        ]

    def owned(self, table: str, image: Row) -> bool:
        """Whether a row, as it was, belonged to him."""
        mine = self.links_of(table, image)
        return any(self.owns(link) for link in mine) or any(
            self._may_own(link)
            and all(
                image.get(other.column) is None or self.has(other.parent, image[other.column])
                for other in self.others(link)
            )
            for link in mine
        )

    def live(self, table: str) -> list[Row]:
        """The rows of a table that belong to him, in the order of entry."""
        return self.book.rows(f"SELECT * FROM {table} WHERE id IN ({ids(table)}) ORDER BY id")

    def uids(self) -> set[str]:
        """The uids of his records that are in the book."""
        tables = self.book.column(
            "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE c.name = 'uid'"
        )
        return {row["uid"] for table in tables for row in self.live(table)}

    def counts(self) -> dict[str, int]:
        """Table → number of rows that belong to him and are in the book, without zeros, cards first."""
        found = {
            table: self.book.value(f"SELECT count(*) FROM {table} WHERE id IN ({ids(table)})")
            for table in sorted(self.tables(), key=lambda name: (name not in PERSONS, name))
        }
        return {table: count for table, count in found.items() if count}

    def pointing(self) -> dict[Link, list[int]]:
        """The rows of others that point to him: by which reference, which numbers."""
        found = {}
        for link in self._reached():
            sql = f"SELECT x.id FROM {link.table} x WHERE {_points(link)} AND x.id NOT IN ({ids(link.table)})"
            if numbers := self.book.column(sql):
                found[link] = numbers
        return found

    def owns(self, link: Link) -> bool:
        """Whether a row belongs to what it points to by this reference, whoever else has it."""
        if link.table in PERSONS:
            return link.column in OWNERS
        return bool(link.is_required or (link.column in OWNERS and link.parent in PERSONS))

    def others(self, link: Link) -> list[Link]:
        """The references by which another person may have a row, beside this one."""
        return [
            other
            for other in self.by_table[link.table]
            if other.column != link.column and other.parent in PERSONS
        ]

    def _reached(self) -> list[Link]:
        tables = set(self.tables())
        return [link for link in self.links if link.parent in tables]

    def _may_own(self, link: Link) -> bool:
        return self.owns(link) or link.table not in PERSONS

    def _grow_live(self) -> int:
        count = 0
        for link in filter(self._may_own, self._reached()):
            sql = f"INSERT OR IGNORE INTO temp.reach SELECT '{link.table}', x.id FROM {link.table} x WHERE {_points(link)}"
            if not self.owns(link):
                for other in self.others(link):
                    sql += f" AND (x.{other.column} IS NULL OR x.{other.column} IN ({ids(other.parent)}))"
            count += self.book.conn.execute(sql).rowcount
        return count

    def _gone(self) -> list[Gone]:
        """What rows that are no more pointed to in the end, by the last of their before-images."""
        found: dict[tuple[str, int], Row] = {}
        for table, links in sorted(self.by_table.items()):
            columns = [link.column for link in links] + ["noun"]
            images = self.book.rows(
                f"SELECT row_id, before FROM journal WHERE tbl = ? AND before IS NOT NULL "
                f"AND row_id NOT IN (SELECT id FROM {table}) ORDER BY id",
                (table,),
            )
            for row in images:
                image = journal.parse_image(row["before"])
                found[table, row["row_id"]] = {name: image.get(name) for name in columns}
        return [(*place, image) for place, image in found.items()]

    def _grow_gone(self, gone: list[Gone]) -> int:
        self.members = {table: set(self.book.column(ids(table))) for table in self.tables()}
        mine = [(table, row_id) for table, row_id, image in gone if self.owned(table, image)]
        if not mine:
            return 0
        return self.book.conn.executemany("INSERT OR IGNORE INTO temp.reach VALUES (?, ?)", mine).rowcount


def ids(table: str) -> str:
    """SQL for the numbers of a table's rows in the reach."""
    return f"SELECT id FROM temp.reach WHERE tbl = '{table}'"


def _points(link: Link) -> str:
    of_noun = f"x.noun = '{link.noun}' AND " if link.noun else ""
    return f"{of_noun}x.{link.column} IN ({ids(link.parent)})"


def removed(book: Book, noun: Noun, text: str) -> list[int]:
    """Cards out of every view that a text names: by number, uid or exact name; of rows that are gone, by number."""
    digits = text.strip().removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        return book.column(
            f"SELECT id FROM {noun.table} WHERE id = :id UNION "
            "SELECT row_id FROM journal WHERE tbl = :table AND row_id = :id AND last_id IS NULL",
            {"id": int(digits), "table": noun.table},
        )
    return book.column(
        f"SELECT id FROM {noun.table} WHERE deleted_at IS NOT NULL AND (uid = ? OR name_key = ?) ORDER BY id",
        (text.strip().lower(), fold(text)),
    )
