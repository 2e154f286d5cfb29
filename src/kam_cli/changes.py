"""Changes in words: which record, what became what, and how many of the rest; for undo, redo and history."""

from __future__ import annotations

from collections import Counter

from kam_cli import registry
from kam_cli.cells import cell, grouped, heading
from kam_cli.encode import public, shown_name
from kam_cli.journal import parse_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kam_cli.book import Row
    from kam_cli.command import Context

    Place = tuple[str, int]  # table and number of a row

LINES = 8  # records told one by one
LOOKED_AT = 300  # entries of the journal that are read for them
PARTS = 6  # changes told of a record
LONGEST = 60  # characters of a value
NAMED = 3  # of many records
WORDS = (
    "kind",
    "label",
    "name",
    "value",
    "title",
    "quantity",
    "tag",
    "department",
    "text",
)  # what a row that belongs to a record says
BACK = {"insert": "removed", "update": "changed back", "delete": "brought back"}


def ahead(c: Context, commands: Sequence[int]) -> list[str]:
    """What taking these commands back will do, as ``client #3 Acme: city: Łódź → –``; the first few records, and counts
    of the rest. The last of the commands counts: what lies between is not told.

    No more than some hundreds of entries are read, so that a million rows cost no more.
    """
    marks = ", ".join("?" * len(commands))
    entries = c.book.rows(
        "SELECT command_id, tbl, row_id, last_id, op, before FROM journal "
        f"WHERE command_id IN ({marks}) ORDER BY id LIMIT {LOOKED_AT}",
        commands,
    )
    telling = Telling(c)
    telling.take(entries)
    if len(entries) == LOOKED_AT:
        for table, op, count in c.book.conn.execute(
            "SELECT tbl, op, sum(coalesce(last_id, row_id) - row_id + 1) FROM journal "
            f"WHERE command_id IN ({marks}) GROUP BY tbl, op",
            commands,
        ).fetchall():
            looked = (_size(e) for e in entries if (e["tbl"], e["op"]) == (table, op))
            telling.rest[table, op] += count - sum(looked)
    return telling.lines()


def _size(entry: Row) -> int:
    return int((entry["last_id"] or entry["row_id"]) - entry["row_id"] + 1)


class Words:
    """What rows and their values are called."""

    def __init__(self, c: Context) -> None:
        self.c = c
        self.book = c.book
        self.nouns = {noun.table: noun for noun in registry.nouns()}
        self._links: dict[str, dict[str, str]] = {}

    def links(self, table: str) -> dict[str, str]:
        """Column → table that it points to, in the order of the columns."""
        if table not in self._links:
            sql = f'SELECT "from", "table" FROM pragma_foreign_key_list(\'{table}\') ORDER BY id DESC'
            self._links[table] = dict(self.book.conn.execute(sql).fetchall())
        return self._links[table]

    def owner(self, table: str, row: Row) -> Place | None:
        """The record that a row is a part of; None where it is a record itself, or of none."""
        if table in self.nouns:
            return None
        links = ((parent, row.get(column)) for column, parent in self.links(table).items())
        return next(((parent, number) for parent, number in links if number and parent in self.nouns), None)

    def part(self, table: str, row: Row) -> tuple[str, str]:
        """What a row of a record is, and what it says: ``tag, vip``; says nothing where it has no words of its own."""
        shown = public(row)
        said = {name: str(shown[name]) for name in WORDS if shown.get(name)}
        what = said.pop("kind", table.replace("_", " "))
        if not said and set(row) <= {"id", *self.links(table)}:
            others = list(self.links(table).items())[1:]
            said = {name: self.title(parent, row[name]) for name, parent in others if row[name]}
        return what, _short(" ".join(said.values()))

    def became(self, table: str, before: Row, after: Row) -> list[str]:
        """``tag: vip → –`` for a row of a record; none where it has no words, or they stay."""
        (what, was), (other, now) = (self.part(table, row) if row else ("", "") for row in (before, after))
        return [f"{what or other}: {was or '–'} → {now or '–'}"] if was != now else []

    def name(self, table: str, row_id: int, image: Row | None = None) -> str:
        """``client #3 Acme``; of a row that is gone by its image."""
        if table == "meta":
            return "settings of the book"
        noun = self.nouns.get(table)
        title = self.title(table, row_id, image)
        return f"{noun.name if noun else _singular(table.replace('_', ' '))} #{row_id} {title}".rstrip()

    def title(self, table: str, row_id: int, image: Row | None = None) -> str:
        noun = self.nouns.get(table)
        if noun is None:
            return ""
        row = self.book.row(f"SELECT {noun.title} AS name FROM {table} t WHERE t.id = ?", (row_id,))
        if row is None and image:
            columns = ", ".join(f"? AS {name}" for name in image)
            row = self.book.row(f"SELECT {noun.title} AS name FROM (SELECT {columns}) t", [*image.values()])
        return _short(str(row["name"])) if row else ""

    def many(self, table: str, count: int) -> str:
        """``40 clients``, ``1 log``."""
        noun = self.nouns.get(table)
        entry = registry.find(noun.name) if noun else None
        word = entry.plural if entry else table.replace("_", " ")
        return f"{grouped(count, 0)} {_singular(word) if count == 1 else word}"

    def differences(self, table: str, before: Row, after: Row) -> list[str]:
        """``stage: prospect → key`` for each column that differs, as it is shown; without stamps and search keys."""
        found = []
        for name, old in before.items():
            if (
                after.get(name) == old
                or name.endswith("_key")
                or name in ("id", "uid", "created_at", "updated_at")
            ):
                continue
            was, now = (self.value(table, name, row) for row in (before, after))
            if was != now:
                found.append(f"{heading(name.removesuffix('_id'))}: {was} → {now}")
        return found

    def value(self, table: str, name: str, row: Row) -> str:
        """A value as it is shown; a number of another record by its name."""
        parent = self.links(table).get(name)
        if parent in self.nouns and row.get(name):
            return self.title(str(parent), row[name]) or f"#{row[name]}"
        return _short(cell(self.c, shown_name(name), public(row)))


class Telling:
    """Journal entries of commands as what taking them back will do, record by record."""

    def __init__(self, c: Context) -> None:
        self.words = Words(c)
        self.book = c.book
        self.whole: dict[Place, str] = {}  # records that go or come back
        self.parts: dict[Place, list[str]] = {}
        self.names: dict[Place, str] = {}
        self.ranges: dict[str, list[str]] = {}  # the first few names of rows added in bulk, by table
        self.latest: dict[Place, int] = {}  # the last command that changed it
        self.silent: list[tuple[Place, str, str]] = []  # rows without words, by the record they belong to
        self.rest: Counter[tuple[str, str]] = Counter()

    def take(self, entries: list[Row]) -> None:
        """Entries in the order in which they were made: of each row the first says what it was before."""
        seen: set[Place] = set()
        for entry in entries:
            place = entry["tbl"], entry["row_id"]
            if entry["last_id"] and entry["last_id"] > entry["row_id"]:
                self._take_range(entry)
            else:
                owner = self._take_row(place, entry) if place not in seen else None
                self.latest[owner or place] = entry["command_id"]
                seen.add(place)

    def _take_range(self, entry: Row) -> None:
        table, first, last = entry["tbl"], entry["row_id"], entry["last_id"]
        names = self.ranges.setdefault(table, [])
        if table in self.words.nouns and len(names) < NAMED:
            ids = range(first, min(last, first + NAMED - len(names) - 1) + 1)
            names += [self.words.title(table, number) for number in ids]
        self.rest[table, "insert"] += last - first + 1

    def _take_row(self, place: Place, entry: Row) -> Place | None:
        """Gives the record that the row belongs to."""
        table, row_id = place
        now = self.book.row(f"SELECT * FROM {table} WHERE id = ?", (row_id,))
        was = None if entry["op"] == "insert" else parse_image(entry["before"])
        if now is None and was is None:
            return None
        owner = self.words.owner(table, now or was or {})
        if owner is None and table not in self.words.nouns and (now is None or was is None):
            self.rest[table, entry["op"]] += 1
        elif owner is None:
            self._take_record(place, now, was)
        else:
            self._take_part(owner, table, now, was)
        return owner

    def _take_record(self, place: Place, now: Row | None, was: Row | None) -> None:
        self.names[place] = self.words.name(*place, was)
        is_there, will_be = (row is not None and not row.get("deleted_at") for row in (now, was))
        if is_there != will_be:
            self.whole[place] = "brought back" if will_be else "removed"
        elif now is not None and was is not None:
            self.parts.setdefault(place, [])[:0] = self.words.differences(
                place[0], {n: now.get(n) for n in was}, was
            )

    def _take_part(self, owner: Place, table: str, now: Row | None, was: Row | None) -> None:
        if said := self.words.became(table, now or {}, was or {}):
            self.names.setdefault(owner, self.words.name(*owner))
            self.parts.setdefault(owner, []).extend(said)
        else:
            self.silent.append(
                (owner, table, "insert" if was is None else "delete" if now is None else "update")
            )

    def lines(self) -> list[str]:
        told = [
            (place, f"{name} {self.whole[place]}")
            for place, name in self.names.items()
            if place in self.whole
        ]
        told += [
            (place, f"{self.names[place]}: {'; '.join(parts[:PARTS])}{' …' if len(parts) > PARTS else ''}")
            for place, parts in self.parts.items()
            if parts and place not in self.whole
        ]
        # What was done last comes first.
        told.sort(key=lambda pair: -self.latest.get(pair[0], 0))
        self.rest.update((table, op) for owner, table, op in self.silent if owner not in dict(told))
        for place, _ in told[LINES:]:
            op = {"removed": "insert", "brought back": "delete"}.get(self.whole.get(place, ""), "update")
            self.rest[place[0], op] += 1
        lines = [line for _, line in told[:LINES]]
        for table, names in self.ranges.items():
            if names:
                count = self.rest.pop((table, "insert"))
                more = " …" if count > len(names) else ""
                lines.append(f"{self.words.many(table, count)} removed: {', '.join(names)}{more}")
        rest = [
            f"{self.words.many(table, count)} {BACK[op]}" for (table, op), count in self.rest.items() if count
        ]
        return lines + ([f"{'and ' if lines else ''}{', '.join(rest)}"] if rest else [])


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _singular(word: str) -> str:
    return word[:-2] if word.endswith("ases") else word.removesuffix("s")
