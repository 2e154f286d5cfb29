"""What a terminal would obey of an answer, and what programs get to see of what was stored."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from calls import run
from kam_cli import registry

CODES = {0, 1, 2, 3, 4, 5, 6}
SGR = re.compile(r"\x1b\[[0-9;]*m")
HARMFUL = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def harmful(text: str) -> list[str]:
    """What a terminal would obey, and what would hide or turn text."""
    return [] if text.isascii() and text.replace("\n", "").isprintable() else HARMFUL.findall(text)


def ask(db: Path, sql: str, args: Sequence = ()) -> list[tuple]:
    """Rows of a book."""
    conn = sqlite3.connect(db)
    found = conn.execute(sql, args).fetchall()
    conn.close()
    return found


def last_command(db: Path) -> int:
    """The number of the last command that changed the book."""
    return ask(db, "SELECT coalesce(max(id), 0) FROM commands")[0][0]


def cells(db: Path) -> set[str]:
    """Every text in the domain tables of the book."""
    found: set[str] = set()
    conn = sqlite3.connect(db)
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
    for (table,) in conn.execute(names).fetchall():
        if table not in ("commands", "journal"):
            for row in conn.execute(f'SELECT * FROM "{table}"'):
                found.update(value for value in row if isinstance(value, str))
    conn.close()
    return found


def leaves(value) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)


def shown(db: Path, out: str, argv: Sequence[str]) -> set[str]:
    """Every text that programs get to see of what the last command changed: its own JSON, and each record's page."""
    found = set(leaves(json.loads(out)))
    changed = ask(db, "SELECT DISTINCT tbl, row_id FROM journal WHERE command_id = ?", (last_command(db),))
    pages = {page for table, row_id in changed for page in _pages(db, table, row_id)}
    if list(argv[:2]) == ["config", "set"]:
        pages.add("config list")
    for page in pages:
        code, text, err = run([*page.split(), "--json"])
        assert code == 0, f"{page}: {err}"
        found |= set(leaves(json.loads(text)))
    return found


def _pages(db: Path, table: str, row_id: int) -> Iterator[str]:
    nouns = {noun.table: noun.name for noun in registry.nouns()}
    if table in nouns:
        entry = registry.find(nouns[table])
        yield f"{entry.name} show {row_id}" if "show" in registry.verbs(entry) else f"{entry.name} list"
    if table == "meta":
        yield "config list"
    owners = {"client_id": "client", "contact_id": "contact", "interaction_id": "log", "deal_id": "deal"}
    columns = [name for (name,) in ask(db, "SELECT name FROM pragma_table_info(?)", (table,))]
    for column in owners.keys() & set(columns):
        for (owner,) in ask(db, f"SELECT {column} FROM {table} WHERE id = ?", (row_id,)):
            if owner is not None:
                yield f"{owners[column]} show {owner}"
