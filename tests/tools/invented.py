"""Rows for every table of the schema, whatever tables there are, each text in them found nowhere else."""

from __future__ import annotations

import random
import re
from unicodedata import normalize

from kam_cli import journal, registry
from kam_cli.book import Book, new_uid
from kam_cli.text import fold

ALPHABETS = (
    "abcdefghijklmnoprstuvwz",
    "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    "אבגדהוזחטיכלמנסעפצקרשת",
    "абвгґдежзиклмнопрстуфцчшю",
)
SPECIAL = ('"', "\\", "'", "\n", "=", "%", "#")  # what journal, command line and index write in another way
# Columns whose values are words of kam, where no CHECK of the schema lists them.
KNOWN = {
    ("details", "kind"): ("phone", "email", "tag", "fact", "hobby", "social"),
    ("interactions", "kind"): ("call", "meeting", "letter", "note"),
    ("interactions", "outcome"): (None, "held", "no-answer"),
    ("deal_moves", "status"): ("open", "won", "lost"),
    ("tasks", "repeat_rule"): (None, "2w", "mon"),
    ("tasks", "due_time"): (None, "10:30"),
}
KERNEL_ROWS = ("meta", "imported_files", "external_ids")


class Schema:
    """What a row of each table needs: read from the book, so that a table of tomorrow is known too."""

    def __init__(self, book: Book) -> None:
        self.columns = {}
        self.parents: dict[str, dict[str, str]] = {}
        self.sql = {}
        for table in journal.journalled_tables(book):
            if table in KERNEL_ROWS:
                continue
            info = book.rows(f"SELECT * FROM pragma_table_xinfo('{table}') WHERE hidden = 0 AND name <> 'id'")
            self.columns[table] = {row["name"]: row for row in info}
            keys = book.rows(f"PRAGMA foreign_key_list({table})")
            self.parents[table] = {row["from"]: row["table"] for row in keys}
            self.sql[table] = book.value("SELECT sql FROM sqlite_master WHERE name = ?", (table,))

    def in_order(self) -> list[str]:
        """Tables after those that they cannot be without."""
        left, found = dict(self.columns), []
        while left:
            free = [
                table
                for table, columns in left.items()
                if not any(
                    row["notnull"]
                    and self.parents[table].get(name) in left
                    and self.parents[table][name] != table
                    for name, row in columns.items()
                )
            ]
            found += free
            left = {table: columns for table, columns in left.items() if table not in free}
        return found

    def maintained(self, table: str) -> set[str]:
        lines = self.sql[table].splitlines()
        return {line.split()[0] for line in lines if journal.MAINTAINED in line}


class Maker:
    """Values by column; ``words`` keeps every text that was made to be looked for."""

    def __init__(self, schema: Schema, dice: random.Random) -> None:
        self.schema = schema
        self.dice = dice
        self.words: set[str] = set()

    def word(self) -> str:
        """14 letters of one script that stand nowhere else."""
        letters = self.dice.choice(ALPHABETS)
        word = normalize("NFC", "".join(self.dice.choices(letters, k=14)))
        if self.dice.random() < 0.3:
            word = word.title()
        self.words.add(word)
        return word

    def text(self) -> str:
        parts = [self.word() for _ in range(self.dice.randrange(1, 4))]
        return f"{self.dice.choice(SPECIAL)}".join(parts) if self.dice.random() < 0.3 else " ".join(parts)

    def digits(self) -> str:
        number = "".join(self.dice.choices("123456789", k=9))
        self.words.add(number)
        return f"+48 {number}"

    def value(self, book: Book, table: str, name: str) -> object:
        column = self.schema.columns[table][name]
        sql = self.schema.sql[table]
        if not column["notnull"] and self.dice.random() < 0.25:
            return None
        if parent := self.schema.parents[table].get(name):
            numbers = book.column(f"SELECT id FROM {parent}")
            return self.dice.choice(numbers) if numbers else None
        if choices := KNOWN.get((table, name)):
            return self.dice.choice(choices)
        # CHECK (kind = 'a' OR kind = 'b')
        if choices := re.findall(rf"\b{name} = '([^']*)'", sql):
            return self.dice.choice(choices)
        if column["type"] == "INTEGER":
            low, high = (re.findall(rf"\b{name} BETWEEN (-?\d+) AND (\d+)", sql) or [("0", "1")])[0]
            return self.dice.randint(int(low), int(high)) + (f"{name} > 0" in sql)
        return self._text(name)

    def _text(self, name: str) -> str:
        day = f"2026-{self.dice.randrange(1, 13):02}-{self.dice.randrange(1, 29):02}"
        if name.endswith("_at"):
            return f"{day}T10:00:00Z"
        if name.endswith("_on") or name == "birthday":
            return day
        if name == "currency":
            return self.dice.choice(("EUR", "PLN", "JPY"))
        if name == "country":
            return "PL"
        if name == "uid":
            uid = new_uid()
            self.words.add(uid)
            return uid
        if name == "handle":
            return f"h-{fold(self.word()).replace(' ', '')}"
        return self.text()

    def row(self, book: Book, table: str) -> dict:
        """A whole row that the schema takes."""
        names = self.schema.columns[table].keys() - self.schema.maintained(table)
        row = {name: self.value(book, table, name) for name in sorted(names)}
        if "deleted_at" in row and self.dice.random() < 0.8:
            row["deleted_at"] = None
        if table == "details":
            mine = self.dice.choice(("client_id", "contact_id"))
            row |= {"client_id": None, "contact_id": None}
            owner = self.schema.parents[table][mine]
            row[mine] = self.dice.choice(book.column(f"SELECT id FROM {owner}"))
            row["value"] = self.digits() if row["kind"] == "phone" else self.text()
            row["value"] = f"{self.word()}@x.example" if row["kind"] == "email" else row["value"]
        elif table == "aliases":
            row |= {"client_id": None, "contact_id": self.dice.choice(book.column("SELECT id FROM contacts"))}
        if row.get("merged_into_id"):
            row["deleted_at"] = row["created_at"]
        return keyed(row, table)


def keyed(row: dict, table: str) -> dict:
    """A row with the search keys that its texts have."""
    from kam_cli.domains.clients.details import key_of

    for name in row:
        if name.endswith("_key") and name[:-4] in row:
            text = row[name[:-4]]
            row[name] = (
                None if text is None else key_of(row["kind"], text) if table == "details" else fold(text)
            )
    return row


def add_external_id(book: Book, maker: Maker) -> None:
    """The name that some record has in another program."""
    noun = maker.dice.choice(registry.nouns())
    numbers = book.column(f"SELECT id FROM {noun.table}")
    if numbers:
        book.conn.execute(
            "INSERT INTO external_ids (source, noun, external_id, row_id) VALUES ('crm', ?, ?, ?)",
            (noun.name, maker.word(), maker.dice.choice(numbers)),
        )
