"""Calls of every command, made from its declaration and its examples: what goes through all commands needs no line
for a new one."""

from __future__ import annotations

import csv
import io
import random
import re
import shlex
import sqlite3
import sys
from pathlib import Path

from kam_cli import app, fastpath, kinds, registry
from kam_cli.__main__ import main
from kam_cli.command import Context
from kam_cli.errors import BadValue, KamError

NEVER = {"cron install", "cron remove", "demo"}  # they reach out of the test's own folder
FINAL = {"client forget", "contact forget"}  # nothing brings back what they take

SETUP = (
    "client add Acme --city Łódź --tag vip --segment Retail --every 3w", "client add Globex", "client add Lodz Bakery", "client add Spare",
    "contact add acme Jana Nováková --phone '+420 601 555 010' --tag golf", "contact add acme Ewa Nowak", "contact add globex Jan Nov",
    "log call acme one --with jana", "log meeting globex two", "task add 'write the newsletter'", "task add 'send' --client acme --due fri",
    "invoice add acme 1200 --number FV/2026/17", "invoice add acme 300 --on 2026-01-05", "payment add acme 100", "payment add spare 250", "terms set acme --pay 30d --limit 10k", "debt promise acme 50 --by fri",
    "contract add acme Frame agreement --number S-17 --value 40k --ends '31 dec 2027'", "contract add globex Service --ends '30 jun 2026'", "contract add globex Draft",
    "contract sign service", "contract clause S-17 '1 payment' --ours '14 days'", "contract attach S-17 annex-1.pdf",
    "risk assess acme --no registration --sign 'address=a mailbox' --set-limit 5k",
    "deal add acme Oak panels --value 12k", "deal add globex Pine --value 1k", "deal add globex Birch --value 1k", "deal lose birch --reason price", "nps add acme 6 --with jana", "nps add globex 9",
    "product add Oak panel --price 24.50 --sku OP-1 --category Floor --unit m2", "product add Pine board --price 9", "product add Spare part",
    "discount add volume 5% By the pallet --from 40", "discount add client 8% Frame agreement --client acme", "offer create acme --item 'Oak panel×40'", "offer create globex --item 'Pine board×3'", "offer reject 2 --reason price",
    "order add acme --item 'Oak panel×40' --due +2w --tag vip", "order add globex --total 900 --on 2026-03-02", "order deliver 2", "payment add globex 300", "loyalty add Club --points 1/10EUR --since 2026-01-01", "loyalty tier Gold --from 500 --discount 3%", "loyalty enrol acme globex --since 2026-01-01", "order hand acme workshop cut the panels --due fri",
    "need add acme a dry floor --product oak", "need add globex shelves", "need add globex steps", "need drop 3", "objection add acme too expensive --answer 'it lasts longer'",
    "objection add globex comes too late",
)  # fmt: skip
NUMBERS = re.compile(r"\b(812|12|33|34|7)\b(?=[ ']|$)")


def verbs():
    """A verb for each function that stands behind some."""
    seen = set()
    for verb in every_verb():
        if verb.function not in seen:
            seen.add(verb.function)
            yield verb


def every_verb():
    """All verbs that stay in the test's own folder."""
    for entry in registry.ENTRIES:
        yield from (verb for verb in registry.verbs(entry).values() if verb.path not in NEVER)


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def run(
    argv: list[str], terminal: bool = False, data: bytes = b"", answers: str | None = None
) -> tuple[int, str, str]:
    """One command in this process: its exit code, stdout and stderr.

    ``data`` is its stdin. With ``terminal`` stdout and stderr are one; with ``answers`` stdin, too: somebody is there.
    """
    streams = sys.stdin, sys.stdout, sys.stderr
    asked = answers is not None
    kind = Terminal if terminal or asked else io.TextIOWrapper
    out, err = (kind(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    stdin = (Terminal if asked else io.TextIOWrapper)(io.BytesIO((answers or "").encode() or data))
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


def example(place, verb) -> dict:
    """The raw values of the fullest example that works on the book, if need be without one of its options.

    Their numbers are of another book.
    """
    found: list[tuple[bool, int, dict]] = []
    for line in app.examples_of(verb):
        argv = shlex.split(NUMBERS.sub("1", line))[1:]
        parsed = fastpath.parse(argv)
        if parsed is None:
            continue
        raw, optional = parsed[1], [param.name for param in verb.params if param.flags and not param.required]
        for left_out in (None, *(name for name in optional if raw.get(name))):
            tried = {name: value for name, value in raw.items() if name != left_out}
            place.fresh()
            works = run(line_of(verb, tried))[0] == 0
            found.append((works, len(tried), tried))
            if works:
                break
    assert found, f"{verb.path}: no example is plain"
    return max(found, key=lambda one: one[:2])[2]


def line_of(verb, raw: dict, *more: str) -> list[str]:
    """The words of a command line for raw values; ``more`` are options in the place of ``--quiet``."""
    options, words = list(more or ("--quiet",)), []
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


# --- random ones --------------------------------------------------------------------------------------------


def changing(place, monkeypatch) -> list:
    """The verbs that say they write, whose body names it, or whose examples do when they are run."""
    written: list[str] = []
    real = Context.write

    def write(c: Context, *args, **kw):
        written.append(c.verb.path)
        return real(c, *args, **kw)

    with monkeypatch.context() as patch:
        patch.setattr(Context, "write", write)
        for verb in verbs():
            example(place, verb)
    functions = {
        verb.function
        for verb in verbs()
        if verb.writes or verb.path in written or "write" in verb.function.__code__.co_names
    }
    return [verb for verb in every_verb() if verb.function in functions and verb.path not in FINAL]


# What a parameter is given: those of them that its own kind can read.
VALUES = (
    "שלום עולם", "Żółta Łódź", "wants the new price list", "Ωmega \"q\" \\ 'x'", "Zofia Nowak-Wójcik", "acme", "Київ", "2", "7", "30", "today",
    "yesterday 15:00", "tomorrow", "fri", "+2w", "15 mar", "2026-02-11", "2026-05-01 09:30", "12 jun", "29 feb 1992", "3w", "2w", "mon,thu", "monthly on 31",
    "12k", "1 200,50 €", "USD 99.95", "PL", "Germany", "mobile=+48 601 234 567", "work=a.b@example.com", "founded=1998-05-12", "linkedin=jana-n", "1h30",
    "reached", "no-answer", "held", "tag=vip", "tag=golf", "city", "note", "segment", "every", "vip", "golf", "needs", "closing", "next", "back", "Q1=score",
    "EUR", "won", "lost", "call", "email", "in", "key", "Acme", "Globex", "Jana Nováková", "Jan Nov", "65", "a-1", "a-2", "a-3",
)  # fmt: skip
SETTINGS = (
    "book.tz Europe/Prague", "book.tz America/New_York", "book.tz UTC", "book.currency CZK", "book.country DE", "book.name Ewa Łukasik", "book.name ''",
)  # fmt: skip
RATE = 0.2  # of optional parameters that are given
NOUNS = {noun.name.upper(): noun.table for noun in registry.nouns()}


class Calls:
    """Random calls of ``verbs`` on a book: what names a record mostly names one that is there; tables are written into
    ``folder``. What can be given is found out on the book as it is now, so that a seed of ``chance`` says it all."""

    def __init__(self, db: Path, folder: Path, verbs: list) -> None:
        from kam_cli.imports.noun import every

        self.folder = folder
        self.chance = random.Random(0)
        self.tables: dict[str, list[tuple[str, list[str]]]] = {}
        self.c = Context({"db": str(db)}, [])
        self._readable: dict[tuple[str, str], list[str]] = {}
        for verb in verbs:
            self.c.verb = verb
            for param in verb.params:
                if param.kind and param.kind.metavar not in NOUNS:
                    self._readable[verb.path, param.name] = self.readable(verb, param)
        for importing in every():
            self.columns(importing)
        self.c.book.close()  # the file is put in place anew between sequences

    def of(self, verb) -> list[str]:
        """A line of a verb, with the parameters that it needs and some of the others."""
        if verb.path == "import":
            return self.import_()
        if verb.path == "config set":
            return ["config", "set", *shlex.split(self.chance.choice(SETTINGS))]
        if verb.path == "undo":
            return ["undo", str(self.chance.choice((1, 1, 1, 2, 3))), "--yes"]
        self.c.verb = verb
        raw: dict = {}
        for param in verb.params:
            if param.name in ("edit", "count") or not (param.required or self.chance.random() < RATE):
                continue  # no editor can be started here
            if param.is_flag:
                raw[param.name] = True
            elif self._readable.get((verb.path, param.name)) == []:
                continue  # a note has no outcome
            elif values := [self.value(verb, param) for _ in range(self.chance.choice((1, 1, 2)))]:
                raw[param.name] = values if param.many else values[0]
        return line_of(verb, raw)

    def value(self, verb, param) -> str:
        if table := NOUNS.get(param.kind.metavar):
            return str(self.number(table))
        if param.kind is kinds.item:
            return f"{self.number('products')}×{self.chance.randrange(1, 60)}"
        return self.chance.choice(self._readable[verb.path, param.name])

    def number(self, table: str) -> int:
        """Of a record, the last ones rather than the first; now and then one that is not there."""
        conn = sqlite3.connect(self.c.db_path)
        ids = [row[0] for row in conn.execute(f"SELECT id FROM {table} WHERE deleted_at IS NULL ORDER BY id")]
        conn.close()
        if not ids or self.chance.random() < 0.03:
            return self.chance.randrange(1, 99)
        return self.chance.choice((*ids, *ids[-2:]))

    def readable(self, verb, param) -> list[str]:
        """What the kind of a parameter can read: of the values above, its examples, and the words it offers."""
        # Words that are offered are the likelier ones.
        texts = [*VALUES, *10 * param.kind.complete(self.c, "")] if param.kind.complete else list(VALUES)
        for line in app.examples_of(verb):
            parsed = fastpath.parse(shlex.split(line)[1:])
            given = parsed[1].get(param.name) if parsed else None
            texts += [given] if isinstance(given, str) else given or []
        found = []
        for text in texts:
            try:
                param.kind.parse(self.c, text)
            except BadValue:
                continue
            except (KamError, KeyError):
                pass  # it is looked up in what the other parameters name
            found.append(text)
        assert found or not param.required, f"{verb.path} {param.label}: no value is known that it can read"
        return found

    def import_(self) -> list[str]:
        """A table of a random noun, some of its rows bad, some known."""
        from kam_cli.imports.noun import every

        importing = self.chance.choice(every())
        columns = self.columns(importing)
        kept = [
            (name, values)
            for name, values in columns
            if self.chance.random() < 0.6 or name in needed(importing)
        ]
        path = self.folder / f"{importing.name}.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([name for name, _ in kept])
            for _ in range(self.chance.randrange(1, 12)):
                writer.writerow([self.chance.choice(values) for _, values in kept])
        flags = [one for one in ("--create", "--update", "--skip-bad") if self.chance.random() < 0.7]
        flags += [one for one in ("--dry-run", "--keep-unknown") if self.chance.random() < 0.1]
        return ["import", str(path), "--as", importing.name, "--source", "crm", "--quiet", *flags]

    def columns(self, importing) -> list[tuple[str, list[str]]]:
        """Each field with cells that it can read."""
        from kam_cli.imports.fields import Bad

        if importing.name not in self.tables:
            found = []
            for name, field in importing.fields.items():
                reader = field.reader(self.c)
                reader.learn(["2026-02-11"])
                texts = [text for text in VALUES if not isinstance(reader.one(text), Bad)]
                found.append((name, texts if name in needed(importing) else [*texts, ""]))
            self.tables[importing.name] = found
        return self.tables[importing.name]


def needed(importing) -> set[str]:
    return {one.split("|")[0] for one in importing.required}
