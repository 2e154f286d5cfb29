"""Hostile text in every parameter of every command: it comes back exactly, or is refused by the parameter's name.

The calls are made from the commands' own examples, so that a new command is tried without a line here. The short form
gives each parameter a few of the texts below; the long one (KAM_FAULTS=long) many, random ones, and a megabyte.

"Exactly" means: in Unicode NFC; a field of one line without line breaks and runs of blanks; a text of several lines
without blanks at its ends; a name without the invisible marks that come with a pasted one. In a detail such as
``--phone work=…`` label and value are two texts.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from unicodedata import normalize

import pytest
from faultkit import LONG, figure
from inside import CODES, SGR, cells, harmful, last_command, shown

from calls import SETUP, example, line_of, run, verbs
from kam_cli import kinds
from kam_cli.domains.clients import cards, details

TEXTS = (
    "a\0b", "lone \udcff surrogate", "\ud800", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07\x1b[2J", "\x9b2J c1 \x85 nel", "evil\u202egnp.exe",
    "\u2066isolate\u2069", "zero\u200bwidth\ufeff", "line\u2028para\u2029", "[/] [bold]x[/bold] [link=http://x]", "[red", "\\[", ":smile:",
    "שלום עולם", "محمد ١٢٣", "東京 🚀 👩\u200d💻", "e\u0301 NFD \u1e9b\u0323", "--", "-", "--yes", "-x", "--help", "=1+1", "@x", "#1", "#99", "0", "1", "-1",
    "", " ", "\t\n\r", "a\nb\tc\rd", "' OR 1=1 --", '"; DROP TABLE clients; --', "back\\slash \\\" 'q'", "%s %d {0} {c.__class__} ${HOME} $(id) `id`",
    "..", "../../x", "/dev/null", "/", "a" * 300, "x" * 100_000, "NaN", "inf", "1e999", "9" * 40, "1_000", "٣", "½", "²", "2026-13-45", "0000-00-00",
    "31 feb", "99:99", "+999999999d", "mon,mon", "*", "%", "_", "a=b", "=", "=b", "a=", "~", "field~x", "name>", "value>1e9", "-name,--", "null",
)  # fmt: skip
GOOD = "שלום Łódź [/] 東京 'q' 42"  # not all can be refused
VIEWED = 0.1  # of those that are stored
INITIALLY = len(SETUP)  # commands in the book
EACH = 2  # texts a parameter in the short form
MANY, RANDOM = (
    30,
    10,
)  # in the long form: of these texts, and random ones; each parameter gets a megabyte, too
VERBS = list(verbs())

# Texts that are looked up or carried out, not kept.
LOOKED_UP = {
    "clear", "drop", "where", "sort", "stage", "key", "with_", "deal", "noun", "record", "by", "to", "query", "map", "identity",
    "recipient", "passphrase_command", "encoding", "delimiter",
}  # fmt: skip
LINE = {id(kinds.line), id(kinds.phrase), id(kinds.title)}
LINES, NAME = id(kinds.text), id(cards.name)
DETAILS = {id(param.kind): param.name.rstrip("_") for param in details.PARAMS if param.name != "date"}
PASTED = re.compile("[\xad\u200b\u2060\ufeff]")


def wanted(param, text: str) -> set[str]:
    """What a stored text is to come back as."""
    if id(param.kind) == LINES:
        return {normalize("NFC", text.strip())}
    line = normalize("NFC", " ".join(text.split()))
    if id(param.kind) == NAME:
        return {normalize("NFC", " ".join(PASTED.sub("", line).split()))}
    label, equals, value = line.partition("=")
    if DETAILS.get(id(param.kind), "tag") in details.PLAIN or not equals or "://" in label or len(label) > 40:
        return {line}
    return {label.strip(), value.strip()} - {""}


def is_stored(param) -> bool:
    return param.name not in LOOKED_UP and id(param.kind) in {*LINE, LINES, NAME, *DETAILS}


def try_text(place, verb, raw: dict, param, text: str) -> str:
    """One text in one parameter; gives what became of it."""
    before = last_command(place.db)
    raw = {**raw, param.name: [text] if param.many or param.joined else text}
    machine = is_stored(param)
    argv = line_of(verb, raw, "--json" if machine else "--quiet")
    said = f"kam {argv!r}"[:600]
    code, out, err = run(argv)
    assert code in CODES, f"{said}: {code}"
    assert "Traceback" not in err and "a mistake in kam" not in err, f"{said}\n{err}"
    assert code == 0 or err.startswith("kam: "), f"{said}\n{err}"
    ends = "\r" if verb.path in ("export ical", "export vcard") else ""  # of their lines, by their standards
    assert not harmful(err) and not harmful(out.replace(f"{ends}\n", "\n")), f"{said}\n{err!r}\n{out!r}"
    assert len(err) < 25_000, f"{said}: a message of {len(err)} characters"
    if code != 0:
        assert last_command(place.db) == before, f"{said} was refused and changed the book"
        assert code != 2 or param.label in err, f"{said}: the refusal does not name {param.label}\n{err}"
        return "refused"
    if not machine or last_command(place.db) == before:
        return "no text to keep"
    missing = wanted(param, text) - cells(place.db)
    assert not missing, f"{said} was not stored as typed: {missing!r}"
    missing = wanted(param, text) - shown(place.db, out, argv)
    assert not missing, f"{said} does not come back: {missing!r}"
    return "exact"


VIEWS = (
    "client list", "client show 1", "log list --limit 5", "task list", "deal list", "today", "history", "client list --format md",
    "client list --csv", "client show 1 --json",
)  # fmt: skip


def view(place) -> None:
    """What was stored is safe on a terminal."""
    for line in VIEWS:
        code, out, err = run(line.split(), terminal=True)
        assert code in (0, 3) and "mistake" not in err, f"{line}: {err}"
        assert "\x1b[31mred" not in out
        left = SGR.sub("", out)
        assert not harmful(left), f"{line}: {harmful(left)}"


def strange(chance: random.Random) -> str:
    """A text of characters from everywhere."""
    blocks = (
        (0, 0x80), (0x80, 0x250), (0x300, 0x370), (0x400, 0x600), (0x2000, 0x2070), (0x4E00, 0x9FFF), (0xD800, 0xE000),
        (0xFE00, 0x10000), (0x1F300, 0x1F700), (0xE0000, 0xE0080),
    )  # fmt: skip
    # Most texts hold no NUL and no surrogate, else nearly all would be refused for these.
    kept = blocks if chance.random() < 0.2 else [block for block in blocks if block[0] != 0xD800]
    text = "".join(chr(chance.randrange(*chance.choice(kept))) for _ in range(chance.randrange(1, 30)))
    text = text if chance.random() < 0.2 else text.replace("\0", "0")
    return chance.choice((text, text + chance.choice(TEXTS)[:1000], text * 40))


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.path)
def test_a_hostile_text_comes_back_exactly_or_is_refused(place, verb):
    raw = example(place, verb)
    raw |= {param.name: True for param in verb.params if param.name == "force"}
    place.fresh()
    run(line_of(verb, raw))
    changes = last_command(place.db) > INITIALLY
    chance = random.Random(verb.path)
    done: Counter = Counter()
    for param in verb.params:
        if param.is_flag:
            continue
        texts = [GOOD, *chance.sample(TEXTS, EACH)]
        if LONG:
            texts = [
                GOOD,
                "y" * 1_000_000,
                *chance.sample(TEXTS, MANY),
                *(strange(chance) for _ in range(RANDOM)),
            ]
        for text in texts:
            place.fresh()
            became = try_text(place, verb, raw, param, text)
            done[became] += 1
            if became == "exact" and chance.random() < VIEWED:
                view(place)
                assert run(["check"])[0] == 0
    assert done["exact"] or not changes or not any(map(is_stored, verb.params))
    DONE.update(done)


DONE: Counter = Counter()


def test_the_figure():
    """Last of this file: what became of all the texts of this run."""
    tried = sum(DONE.values())
    if not tried:
        pytest.skip("the tests above ran in other processes")
    assert DONE["exact"] > tried // 20 and DONE["refused"]
    if LONG:
        assert tried >= 10_000
    result = f"0 tracebacks; {DONE['exact']:,} came back exactly, {DONE['refused']:,} refused by name, {DONE['no text to keep']:,} looked up or read as a value"
    figure("hostile texts in every parameter of every command", f"{tried:,} texts", result)
