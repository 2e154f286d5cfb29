"""Hostile text in every parameter of every command: stored exactly or refused by name, never obeyed, never a traceback.

The calls are made from the commands' own examples, so that a new command is tried without a line here. The short run
gives each parameter a few of the texts below, in turn; ``-m slow`` gives each of them all, and random ones.
"""

from __future__ import annotations

import random
import re
import sqlite3
from unicodedata import normalize

import pytest

from calls import example, line_of, run, verbs
from kam_cli import kinds
from kam_cli.domains.clients import cards

TEXTS = (
    "a\0b", "lone \udcff surrogate", "\ud800", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07\x1b[2J", "\x9b2J c1 \x85 nel", "evil\u202egnp.exe",
    "\u2066isolate\u2069", "zero\u200bwidth\ufeff", "line\u2028para\u2029", "[/] [bold]x[/bold] [link=http://x]", "[red", "\\[", ":smile:",
    "שלום עולם", "محمد ١٢٣", "東京 🚀 👩\u200d💻", "e\u0301 NFD \u1e9b\u0323", "--", "-", "--yes", "-x", "--help", "=1+1", "@x", "#1", "#99", "0", "1", "-1",
    "", " ", "\t\n\r", "a\nb\tc\rd", "' OR 1=1 --", '"; DROP TABLE clients; --', "back\\slash \\\" 'q'", "%s %d {0} {c.__class__} ${HOME} $(id) `id`",
    "..", "../../x", "/dev/null", "/", "a" * 300, "x" * 100_000, "NaN", "inf", "1e999", "9" * 40, "1_000", "٣", "½", "²", "2026-13-45", "0000-00-00",
    "31 feb", "99:99", "+999999999d", "mon,mon", "*", "%", "_", "a=b", "=", "=b", "a=", "~", "field~x", "name>", "value>1e9", "-name,--", "null",
)  # fmt: skip
EACH = 5  # texts a parameter in the short run

CODES = {0, 1, 2, 3, 4, 5, 6}
STORED = {id(kinds.line), id(kinds.phrase), id(kinds.text), id(cards.name)}
# Texts that are looked up, not kept.
LOOKED_UP = {
    "clear",
    "drop",
    "where",
    "sort",
    "stage",
    "key",
    "with_",
    "deal",
    "noun",
    "record",
    "by",
    "to",
    "query",
    "map",
}


VERBS = list(verbs())


def cells(db) -> set[str]:
    """Every text in the domain tables of the book."""
    conn = sqlite3.connect(db)
    found = set()
    for (table,) in conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
    ).fetchall():
        if table not in ("commands", "journal"):
            for row in conn.execute(f'SELECT * FROM "{table}"'):
                found.update(value for value in row if isinstance(value, str))
    conn.close()
    return found


def commands(db) -> int:
    conn = sqlite3.connect(db)
    count = conn.execute("SELECT max(id) FROM commands").fetchone()[0] or 0
    conn.close()
    return count


VIEWS = (
    "client list", "client show 1", "log list --limit 5", "task list", "deal list", "today", "history", "client list --format md", "client show 1 --json",
)  # fmt: skip
SGR = re.compile(r"\x1b\[[0-9;]*m")


HARMFUL = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\ufeff\ud800-\udfff]")


def harmful(text: str) -> list[str]:
    """What a terminal would obey, and what would hide or turn text."""
    return [] if text.isascii() and text.replace("\n", "").isprintable() else HARMFUL.findall(text)


def check(place, verb, raw: dict, param, text: str) -> None:
    before = commands(place.db)
    raw = {**raw, param.name: [text] if param.many or param.joined else text}
    argv = line_of(verb, raw)
    said = f"kam {argv!r}"[:600]
    code, out, err = run(argv)
    assert code in CODES, f"{said}: {code}"
    assert "Traceback" not in err and "a mistake in kam" not in err, f"{said}\n{err}"
    assert code == 0 or err.startswith("kam: "), f"{said}\n{err}"
    assert not harmful(err), f"{said}\n{err!r}"
    assert not harmful(out) or verb.path == "export person", f"{said}\n{out!r}"
    if code == 2 and "\0" in text:
        assert "NUL" in err or param.label in err, f"{said}\n{err}"
    if code == 0 and id(param.kind) in STORED and param.name not in LOOKED_UP and commands(place.db) > before:
        wanted = normalize("NFC", " ".join(text.split()) if param.kind is not kinds.text else text.strip())
        assert any(wanted in cell for cell in cells(place.db)), f"{said} was not stored as typed\n{out}"


def view(place) -> None:
    """What was stored comes out: safe for people, whole for programs."""
    for line in VIEWS:
        terminal = not line.endswith(("md", "json"))
        code, out, err = run(line.split(), terminal)
        assert code in (0, 3) and "mistake" not in err, f"{line}: {err}"
        assert "\x1b[31mred" not in out
        left = SGR.sub("", out) if terminal else out
        assert not harmful(left), f"{line}: {harmful(left)}"


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.path)
def test_a_few_hostile_texts_in_every_parameter(place, verb):
    raw = example(place, verb)
    place.fresh()
    before = commands(place.db)
    chance = random.Random(verb.path)
    for param in verb.params:
        if not param.is_flag:
            for text in chance.sample(TEXTS, EACH):
                check(place, verb, raw, param, text)
    if commands(place.db) > before:
        view(place)
        assert run(["check"])[0] == 0


def strange(chance: random.Random) -> str:
    """A text of characters from everywhere."""
    blocks = (
        (0, 0x80),
        (0x80, 0x250),
        (0x300, 0x370),
        (0x400, 0x600),
        (0x2000, 0x2070),
        (0xD800, 0xE000),
        (0xFE00, 0x10000),
        (0x1F300, 0x1F700),
        (0xE0000, 0xE0080),
    )
    text = "".join(chr(chance.randrange(*chance.choice(blocks))) for _ in range(chance.randrange(1, 30)))
    return chance.choice((text, text + chance.choice(TEXTS)[:1000], text * 40))


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.path)
def test_every_hostile_text_in_every_parameter(place, verb, request):
    if "slow" not in request.config.option.markexpr:
        pytest.skip("takes minutes; runs with -m slow")
    raw = example(place, verb)
    chance = random.Random(verb.path)
    for param in verb.params:
        if not param.is_flag:
            place.fresh()
            for text in (*TEXTS, "y" * 1_000_000, *(strange(chance) for _ in range(60))):
                check(place, verb, raw, param, text)
            view(place)
            assert run(["check"])[0] == 0
