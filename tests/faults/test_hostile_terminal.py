"""No control character of what stands in the book, in a file's name, in a table, in the settings or on the line reaches a terminal.

Every text of the book is made hostile behind kam's back, as another program might; then every command is run with a
terminal on stdout and stderr: its answer, its errors, its questions, its tracebacks, its completions.
"""

from __future__ import annotations

import re
import sqlite3

import pytest
from inside import CODES, SGR

from calls import example, line_of, run, verbs
from test_output import on_a_terminal

HOSTILE = "A\x1b]0;owned\x07\x9b31m\u202eevil\u2066x\x7f\x08\r[bold]\x1b[2J\x85\u2029\U000e0041"
OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PROGRESS = re.compile("\r\x1b\\[K")  # kam's own line that is written over
FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md")
VERBS = list(verbs())
NOT_TEXT = re.compile(
    "uid|tbl|op|before|steps|valid_.*|(.*_)?(at|on|md)|tz|currency|country|.*time|birthday|repeat_.*|sql|map|digest|handle|.*_key"
)


@pytest.fixture
def hostile(place):
    """The filled book, with a hostile text before every text in it; ``kept`` has its bytes."""
    place.fresh()
    conn = sqlite3.connect(place.db)
    spoiled = 0
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
    for (table,) in conn.execute(tables).fetchall():
        for _, column, kind, *_, hidden in conn.execute(f"PRAGMA table_xinfo({table})").fetchall():
            if kind == "TEXT" and not hidden and not NOT_TEXT.fullmatch(column):
                spoiled += spoil(conn, table, column)
    conn.commit()
    conn.close()
    assert spoiled > 30
    return place


def spoil(conn: sqlite3.Connection, table: str, column: str) -> bool:
    """Put the hostile text before what stands in a column, where the book's rules allow it."""
    try:
        conn.execute(f"UPDATE {table} SET {column} = ? || {column}", (HOSTILE,))
    except sqlite3.IntegrityError:
        return False
    return True


def clean(argv: list[str], answers: str | None = None, wanted: set[int] = CODES) -> str:
    """What a command puts on a terminal; fails where the terminal would obey it."""
    code, out, err = run(argv, terminal=True, answers=answers)
    assert code in wanted, f"{argv}: {code}\n{err}"
    assert "a mistake in kam" not in err, f"{argv}\n{err}"
    for text in (out, err):
        left = OBEYED.findall(PROGRESS.sub("", SGR.sub("", text)))
        left = [one for one in left if one != "\t" or "tsv" not in argv]
        assert not left, f"{argv}: {left}\n{text!r}"[:1500]
    return out + err


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.path)
def test_of_every_command(hostile, verb):
    spoiled = hostile.db.read_bytes()
    raw = example(hostile, verb)
    for kind in ("table", "csv", "json"):
        hostile.db.write_bytes(spoiled)
        clean(line_of(verb, raw, "--format", kind))


def test_of_everything_that_is_shown(hostile):
    seen = ""
    for noun in ("client", "contact", "log", "task", "deal", "nps", "stage"):
        for line in (f"{noun} list", f"{noun} show 1", f"history {noun} 1"):
            for kind in FORMATS:
                seen += clean([*line.split(), "--format", kind])
    for line in (
        "today",
        "find a",
        "history",
        "remind",
        "segment list critics",
        "deal board",
        "client stale",
        "config list",
    ):
        seen += clean(line.split())
    for table in ("clients", "details", "commands", "journal", "interactions", "meta"):
        for kind in FORMATS:
            seen += clean(["sql", f"SELECT * FROM {table}", "--format", kind])
    assert seen.count("owned") > 200, "the hostile text is shown"


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_of_every_error(hostile, monkeypatch, tmp_path, debug):
    config = tmp_path / "config.toml"
    lines = (
        [HOSTILE], ["client", HOSTILE], ["client", "show", HOSTILE], ["client", "show", "e"], [f"--{HOSTILE}"], ["client", "list", f"--{HOSTILE}"],
        ["client", "list", "--where", HOSTILE], ["client", "list", "--where", f"name={HOSTILE}"], ["client", "list", "--sort", HOSTILE],
        ["--db", HOSTILE, "client", "list"], ["--db", str(tmp_path), "today"], ["--today", HOSTILE, "today"], ["--format", HOSTILE, "today"],
        ["client", "list", "--limit", HOSTILE], ["client", "list", HOSTILE, HOSTILE], ["client", "add", HOSTILE], ["client", "add", "Acme"],
        ["client", "edit", "acme", "--drop", f"tag={HOSTILE}"], ["client", "edit", "acme", "--clear", HOSTILE], ["contact", "add", "acme", "Jana"],
        ["client", "remove", "1"], ["client", "merge", "1", "2"], ["deal", "move", "1", HOSTILE], ["deal", "add", "acme", "x", "--value", HOSTILE],
        ["task", "add", "x", "--due", HOSTILE], ["task", "add", "x", "--every", HOSTILE], ["nps", "add", "acme", HOSTILE], ["stage", "remove", "1"],
        ["sql", f'SELECT 1 AS "{HOSTILE}"'], ["sql", f'SELECT 1 AS "{HOSTILE}"', "--csv"], ["sql", f'SELECT 1 AS "{HOSTILE}"', "--format", "md"],
        ["sql", f'SELECT 1 AS "{HOSTILE}"', "--json"], ["sql", HOSTILE], ["sql", f"SELECT * FROM '{HOSTILE}'"], ["sql", f"SELECT abs('{HOSTILE}')"],
        ["import", HOSTILE, "--as", "clients"], ["import", "customers.csv", "--as", HOSTILE], ["import", "customers.csv", "--map", f"{HOSTILE}={HOSTILE}"],
        ["import", "customers.csv", "--as", "clients", "--encoding", HOSTILE], ["import", "customers.csv", "--as", "clients", "--delimiter", "\x1b"],
        ["import", "spoiled\x1b[31m.csv", "--as", "clients", "--keep-unknown"], ["import", "spoiled\x1b[31m.csv", "--as", "contacts", "--skip-bad"],
        ["restore", HOSTILE], ["restore", "spoiled\x1b[31m.csv"], ["backup", f"{HOSTILE}/x"], ["backup", "x\x1b[31m.db"], ["history", HOSTILE, "1"],
        ["history", "client", HOSTILE], ["config", "get", HOSTILE], ["config", "set", HOSTILE, "x"], ["config", "set", "format", HOSTILE],
        ["config", "set", "mail.from", HOSTILE], ["config", "get", "mail.from"], ["schema", HOSTILE], ["export", "person", HOSTILE],
        ["export", "person", "acme", "--to", f"no\x1b[31m/{HOSTILE}"], ["cron", HOSTILE], ["metrics", HOSTILE], ["metrics", "pipeline", "--by", HOSTILE],
        ["remind", "--notify", "mail", "--to", HOSTILE], ["log", "call", "acme", "x", "--with", HOSTILE], ["init", "--tz", HOSTILE],
    )  # fmt: skip
    (tmp_path / "spoiled\x1b[31m.csv").write_bytes(
        f'name,{HOSTILE},client\n{HOSTILE},"{HOSTILE}",{HOSTILE}\n'.encode()
    )
    for line in lines:
        clean([*line, *debug])
    for text in (
        f'format = "{HOSTILE}"',
        HOSTILE,
        f'"{HOSTILE}" = 1',
        f'mail = "{HOSTILE}"',
        'format = "t\\u001b[31m"',
        f"date_order = '{HOSTILE}'",
    ):
        config.write_text(text)
        clean(["client", "list", *debug])
        clean(["config", "list", *debug])
    config.unlink()
    for name in ("KAM_FORMAT", "KAM_TODAY", "KAM_DB"):
        with monkeypatch.context() as spoiled:
            spoiled.setenv(name, HOSTILE)
            clean(["client", "list", *debug])


def test_of_every_question(hostile):
    asked = clean(["client", "show", "e"], answers="1\n")
    assert "Which one" in asked and "\\x1b]0;owned" in asked
    assert "Which one" in clean(["contact", "show", "o"], answers=f"{HOSTILE}\n")
    for line in ("undo", "client forget acme", "undo 3", "contact forget jana"):
        for answer in ("n\n", f"{HOSTILE}\n", ""):
            assert "[y/N]" in clean(line.split(), answers=answer), line


def test_of_a_real_terminal(hostile):
    text = "".join(
        on_a_terminal(*line, columns=100)
        for line in (
            ["client", "show", "e"],
            ["client", "list"],
            ["undo"],
            ["client", "show", HOSTILE, "--debug"],
            ["client", "show", "1", "--json"],
        )
    )
    assert not OBEYED.findall(SGR.sub("", text).replace("\r", "")) and text.count("owned") > 10


def test_right_to_left_names_turn_no_line_around(nobook):
    nobook("init -q")
    for name in ("שלום טורס", "שלום בע״מ"):
        nobook(["client", "add", name, "--force"])
    asked = on_a_terminal("client", "show", "שלום")
    assert "\u200e  1) #1 שלום טורס" in asked
    assert "\u200e" not in nobook("client show שלום", exit=4).err
    assert "\u200eשלום טורס\u200e" in on_a_terminal("client", "list")
    assert nobook.json(["client", "show", "\u200eשלום טורס\u200e"])["name"] == "שלום טורס", (
        "what was copied finds it"
    )
