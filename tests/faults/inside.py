"""Commands one after another in this process, fast enough for thousands: made from their own examples, looked at closely."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from kam_cli import app, fastpath, registry
from kam_cli.__main__ import main

CODES = {0, 1, 2, 3, 4, 5, 6}
NEVER = {"cron install", "cron remove", "demo"}  # they reach out of a test's own folder
SGR = re.compile(r"\x1b\[[0-9;]*m")
HARMFUL = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
SETUP = (
    "client add Acme --city Łódź --tag vip --segment Retail --every 3w", "client add Globex", "client add Lodz Bakery", "client add Spare",
    "contact add acme Jana Nováková --phone '+420 601 555 010' --tag golf", "contact add acme Ewa Nowak", "contact add globex Jan Nov",
    "log call acme one --with jana", "log meeting globex two", "task add 'write the newsletter'", "task add 'send' --client acme --due fri",
    "deal add acme Oak panels --value 12k", "deal add globex Pine --value 1k", "nps add acme 6 --with jana", "nps add globex 9",
)  # fmt: skip
NUMBERS = re.compile(r"\b(812|12|33|34|7)\b(?=[ ']|$)")


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def run(
    argv: Sequence[str], terminal: bool = False, data: bytes = b"", answers: str | None = None
) -> tuple[int, str, str]:
    """One command: its exit code, stdout and stderr.

    ``data`` is its stdin; with ``terminal`` stdout and stderr are terminals, with ``answers`` a person is there, too.
    """
    streams = sys.stdin, sys.stdout, sys.stderr
    kind = Terminal if terminal or answers is not None else io.TextIOWrapper
    out, err = (kind(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    person = answers is not None
    stdin = (Terminal if person else io.TextIOWrapper)(io.BytesIO(answers.encode() if answers else data))
    sys.stdin, sys.stdout, sys.stderr = stdin, out, err
    try:
        code = main(list(argv))
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return code, texts[0], texts[1]


def harmful(text: str) -> list[str]:
    """What a terminal would obey, and what would hide or turn text."""
    return [] if text.isascii() and text.replace("\n", "").isprintable() else HARMFUL.findall(text)


# --- every command, from its own examples -------------------------------------------------------------------


def verbs() -> Iterator:
    """A verb for each function that stands behind some."""
    seen = set()
    for entry in registry.ENTRIES:
        for verb in registry.verbs(entry).values():
            if verb.function not in seen and verb.path not in NEVER:
                seen.add(verb.function)
                yield verb


class Place:
    """A folder with a filled book, and a way to have it fresh; no program can be started from here."""

    filled = b""  # made once, for all places

    def __init__(self, kam, folder: Path) -> None:
        self.kam, self.db, self.folder = kam, kam.db, folder
        if not Place.filled:
            for line in ("init --tz Europe/Warsaw -q", *SETUP):
                kam(line)
            Place.filled = self.db.read_bytes()
        self.fresh()
        (folder / "customers.csv").write_text("name,city\nFresh,Oslo\n")
        (folder / "survey.csv").write_text("Company,Q1\nAcme,7\n")

    def fresh(self) -> None:
        self.db.write_bytes(Place.filled)

    def ask(self, sql: str, args: Sequence = ()) -> list[tuple]:
        conn = sqlite3.connect(self.db)
        found = conn.execute(sql, args).fetchall()
        conn.close()
        return found

    def commands(self) -> int:
        """The number of the last command that changed the book."""
        return self.ask("SELECT coalesce(max(id), 0) FROM commands")[0][0]

    def cells(self) -> set[str]:
        """Every text in the domain tables of the book."""
        found: set[str] = set()
        conn = sqlite3.connect(self.db)
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
        for (table,) in conn.execute(names).fetchall():
            if table not in ("commands", "journal"):
                for row in conn.execute(f'SELECT * FROM "{table}"'):
                    found.update(value for value in row if isinstance(value, str))
        conn.close()
        return found


def place(kam, monkeypatch, request, tmp_path) -> Place:
    """A place without programs and editors; in memory, for thousands of durable writes need no disk here."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.chdir(tmp_path)
    if os.path.isdir("/dev/shm"):
        memory = Path(tempfile.mkdtemp(dir="/dev/shm"))
        request.addfinalizer(lambda: shutil.rmtree(memory))
        kam.db = memory / "book.db"
        monkeypatch.setenv("KAM_DB", str(kam.db))
    return Place(kam, tmp_path)


def example(place: Place, verb) -> dict:
    """The raw values of the fullest example that works on the book; their numbers are of another book."""
    found: list[tuple[bool, int, dict]] = []
    for line in app.examples_of(verb):
        argv = shlex.split(NUMBERS.sub("1", line))[1:]
        parsed = fastpath.parse(argv)
        if parsed is None:
            continue
        place.fresh()
        works = run([*argv, "--yes", "--quiet"])[0] == 0
        found.append((works, len(parsed[1]), parsed[1]))
    assert found, f"{verb.path}: no example is plain"
    return max(found, key=lambda one: one[:2])[2]


def line_of(verb, raw: dict, *more: str) -> list[str]:
    """The words of a command line for raw values."""
    options, words = [*more], []
    for param in verb.params:
        value = raw.get(param.name)
        if value in (None, False, []):
            continue
        values = value if isinstance(value, list) else [value]
        if not param.flags:
            words += values
        else:
            options += [param.flags[0]] if param.is_flag else [f"{param.flags[0]}={one}" for one in values]
    dashes = ["--"] if any(word.startswith("-") for word in words) else []
    return [*verb.path.split(), *options, "--yes", *dashes, *words]


def leaves(value) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)


def shown(place: Place, out: str, argv: Sequence[str]) -> set[str]:
    """Every text that programs get to see of what the last command changed: its own JSON, and that of each record's page."""
    found = set(leaves(json.loads(out)))
    last = place.commands()
    changed = place.ask("SELECT DISTINCT tbl, row_id FROM journal WHERE command_id = ?", (last,))
    pages = {page for tbl, row_id in changed for page in _pages(place, tbl, row_id)}
    if argv[:2] == ["config", "set"]:
        pages.add("config list")
    for page in pages:
        code, text, err = run([*page.split(), "--json"])
        assert code == 0, f"{page}: {err}"
        found |= set(leaves(json.loads(text)))
    return found


def _pages(place: Place, table: str, row_id: int) -> Iterator[str]:
    nouns = {noun.table: noun.name for noun in registry.nouns()}
    if table in nouns:
        entry = registry.find(nouns[table])
        yield f"{entry.name} show {row_id}" if "show" in registry.verbs(entry) else f"{entry.name} list"
    if table == "meta":
        yield "config list"
    owners = {"client_id": "client", "contact_id": "contact", "interaction_id": "log", "deal_id": "deal"}
    columns = [name for (name,) in place.ask("SELECT name FROM pragma_table_info(?)", (table,))]
    for column in owners.keys() & set(columns):
        for (owner,) in place.ask(f"SELECT {column} FROM {table} WHERE id = ?", (row_id,)):
            if owner is not None:
                yield f"{owners[column]} show {owner}"
