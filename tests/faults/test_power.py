"""The power goes: after a cut at any system call, what kam said it saved is there, and the book is sound.

Real commands run under strace; `disk` replays their calls and gives the files as a cut may leave them.
Each is opened by kam, and must hold exactly what the book held after the last command that had spoken, or
after the one then at work. The same harness with weaker settings of SQLite finds what those lose.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from disk import HOWS, Call, Disk, calls, record
from faultkit import FILE, KAM, content, faults, figure, old_book, times

from kam_cli.tools import init

if shutil.which("strace") is None:
    pytest.skip("strace is not installed (apt-get install strace)", allow_module_level=True)

CUTS = times(90, 6000)
NO_BOOK = "no book"
# Empty files, and one that SQLite makes anew after a crash.
IGNORED = (".lock", "-shm")
APPENDED = "elsewhere.txt"  # the list of backups made elsewhere, a line each
STORY = (
    "init --currency EUR --tz Europe/Warsaw",
    "client add Acme --phone +48600100200 --every 3w --tag loud",
    "log call acme wants the new price list --next send --due tomorrow",
    "deal add acme Machines --value 12k",
    "deal move 1 needs",
    "task add write --client acme --due fri",
    "nps add acme 3 --reason slow",
    "import TABLE --as clients",
    "client edit acme --city Łódź --stage key",
    "undo --yes",
    "log meeting acme LONG",
)
COPIES = ("client add Acme", "backup ROOT/copy.db", "backup", "client add Beta", "restore ROOT/copy.db --yes",
          "backup ROOT/copy.db --force", "client forget acme --yes", "client add Gamma")  # fmt: skip
WEAK = """
import sys
from kam_cli import book
mode, level = sys.argv[1:3]
weak = {"synchronous": level}
book.PRAGMAS = tuple((name, weak.get(name, value), want) for name, value, want in book.PRAGMAS)
book.check_pragmas = lambda conn, path: conn.execute(f"PRAGMA journal_mode = {mode}").fetchall()
from kam_cli.__main__ import main
sys.exit(main(sys.argv[3:]))
"""
SMALL = """
import sys
from kam_cli import book
check = book.check_pragmas
def small(conn, path):
    check(conn, path)
    conn.execute("PRAGMA cache_size = 5")
book.check_pragmas = small
from kam_cli.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
# Somebody has the book open too, so that no command's end makes a checkpoint.
READER = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1])
conn.execute(f"PRAGMA journal_mode = {sys.argv[2]}").fetchall()
conn.execute("SELECT count(*) FROM meta").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


class Recorded(NamedTuple):
    """The system calls of some commands on one book, and before the first and after each what the book held and the
    files around it: name → bytes."""

    book: Path
    root: Path  # the folder that is replayed, with the book in it or further down
    traces: list[list[Call]]
    held: list[str]
    files: list[dict[str, bytes]]


@pytest.fixture
def ram(tmp_path):
    """A folder in which a sync costs nothing, where the system has one."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(prefix="kam-faults-", dir=place) as folder:
        yield Path(folder)


def recorded(book: Path, story: tuple[str, ...], program: list[str], root: Path) -> Recorded:
    """Run the commands one after the other under strace; ``ROOT`` in one is the folder that is replayed."""
    folder = root.with_name("traces")
    folder.mkdir()
    table = folder / "table.csv"
    table.write_text("name,city\n" + "".join(f"Firm {n},Town {n}\n" for n in range(40)))
    words = {"TABLE": str(table), "LONG": "word " * 3000}
    tale = Recorded(book, root, [], [held_by(book)], [files_of(root)])
    for number, line in enumerate(story):
        argv = [words.get(word, word.replace("ROOT", str(root))) for word in line.split()]
        trace = folder / f"{number}.trace"
        done = record([*program, *argv, "--db", str(book)], trace)
        assert done.returncode == 0 and done.stdout, f"{line}: {done.stderr}"
        tale.traces.append(calls(trace))
        tale.held.append(held_by(book))
        tale.files.append(files_of(root))
    return tale


def held_by(book: Path) -> str:
    # An erasure counts once it is committed; that its free pages are clean is noted later.
    return content(book, without=("settled_at",)) if book.exists() else NO_BOOK


def files_of(root: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.endswith(IGNORED)
    }


def replay(tale: Recorded):
    """Each moment a cut can tell from the one before: the disk, commands that have spoken, commands begun."""
    disk = Disk(tale.root, tale.files[0], IGNORED)
    spoken = 0
    for number, trace in enumerate(tale.traces):
        disk.handles.clear()
        for name, args, result in trace:
            said = name == "write" and args.startswith("1,") and 1 not in disk.handles
            if said:
                spoken = number + 1
            if disk.call(name, args, result) or said:
                yield disk, spoken, number + 1
        assert disk.visible() == tale.files[number + 1], "the replay gives the files that there are"


def plan(tale: Recorded, cuts: int, dice: random.Random) -> dict[int, list[str]]:
    """Which cuts to make at which moment: all ways of cutting where a command has just spoken, and else every moment in
    turn, the ways of cutting in turn."""
    told = [spoken for _, spoken, _ in replay(tale)]
    just = [m for m in range(1, len(told)) if told[m] > told[m - 1]]
    just += [m + 1 for m in just if m + 1 < len(told)]
    whole, rest = divmod(max(0, cuts - len(HOWS) * len(just)), len(told))
    tries = dict.fromkeys(range(len(told)), whole)
    for moment in dice.sample(range(len(told)), rest):
        tries[moment] += 1
    first = dice.randrange(len(HOWS))
    ways = {m: [HOWS[(first + m + n) % len(HOWS)] for n in range(count)] for m, count in tries.items()}
    return {m: [*hows, *(HOWS if m in just else ())] for m, hows in ways.items()}


class Verdict:
    """What the cuts did: how many were made, which different disks they left, what was wrong."""

    def __init__(self) -> None:
        self.cuts = 0
        self.seen: dict[tuple[str, int, int], str] = {}
        self.lost = 0
        self.damaged: list[str] = []

    def take(self, files: dict[str, bytes], tale: Recorded, spoken: int, begun: int, folder: Path) -> None:
        digest = hashlib.sha256(b"".join(k.encode() + v for k, v in sorted(files.items()))).hexdigest()
        key = (digest, spoken, begun)
        if key not in self.seen:
            self.seen[key] = judge(files, tale, spoken, begun, folder)
        self.cuts += 1
        self.lost += self.seen[key] == "lost"
        if self.seen[key] not in ("", "lost"):
            self.damaged.append(self.seen[key])


def judge(files: dict[str, bytes], tale: Recorded, spoken: int, begun: int, folder: Path) -> str:
    """What is wrong after a cut: nothing, "lost", or the damage."""
    one, other = (lay(files, tale, folder / name) for name in ("opened", "read"))
    possible = range(spoken, begun + 1)
    # Backups and what else lies beside the book; its own journal counts by what the book holds with it.
    own = {f"{tale.book}{end}" for end in ("", "-journal", "-wal")}
    for name in tale.files[spoken].keys() - own:
        before, left = tale.files[spoken][name], files.get(name)
        if name.endswith(APPENDED) and left is not None and left.startswith(before):
            continue
        if left not in [tale.files[n].get(name) for n in possible]:
            return "lost"
    if not one.exists():
        if NO_BOOK not in [tale.held[n] for n in possible]:
            return "lost"
        init.create(str(one), init.settings("EUR", "UTC", None, None))
        return "; ".join(faults(one))
    if wrong := faults(one, FILE):
        return "; ".join(wrong)
    held = held_by(other)
    if held in [tale.held[n] for n in possible]:
        return ""
    return "lost" if held in tale.held else "neither before nor after a command"


def lay(files: dict[str, bytes], tale: Recorded, folder: Path) -> Path:
    """Write the files; gives the path of the book among them."""
    shutil.rmtree(folder, ignore_errors=True)
    book = folder / tale.book.relative_to(tale.root)
    for name, data in {**files, str(book): files.get(str(tale.book))}.items():
        place = folder / Path(name).relative_to(tale.root) if name in files else book
        place.parent.mkdir(parents=True, exist_ok=True)
        if data is not None:
            place.write_bytes(data)
    return book


def cut_all(tale: Recorded, cuts: int, folder: Path) -> Verdict:
    dice, verdict = random.Random(2), Verdict()
    todo = plan(tale, cuts, dice)
    for moment, (disk, spoken, begun) in enumerate(replay(tale)):
        for how in todo[moment]:
            verdict.take(disk.cut(how, dice), tale, spoken, begun, folder)
    return verdict


def kept(verdict: Verdict, what: str) -> None:
    figure(
        what, f"{verdict.cuts:,} cuts, {len(verdict.seen):,} different disks",
        f"{verdict.lost} acknowledged lost, {len(verdict.damaged)} damaged",
    )  # fmt: skip


@pytest.fixture
def root(tmp_path):
    place = tmp_path / "of"
    place.mkdir()
    return place


def cut_story(name: str, tale: Recorded, cuts: int, ram: Path) -> None:
    verdict = cut_all(tale, cuts, ram)
    kept(verdict, f"power cut at any system call of {name}")
    assert (verdict.lost, verdict.damaged) == (0, [])


def test_a_power_cut_loses_nothing_that_was_acknowledged(nobook, root, ram):
    """From a book in folders that are still to be made."""
    tale = recorded(root / "share" / "kam" / "book.db", STORY, KAM, root)
    assert len(set(tale.held)) == len(tale.held)
    cut_story("11 commands", tale, CUTS, ram)


def test_a_power_cut_in_a_migration_leaves_the_old_book_or_the_new(nobook, root, ram):
    old_book(root / "book.db")
    tale = recorded(root / "book.db", ("client list", "client add Acme"), KAM, root)
    cut_story("a migration", tale, CUTS // 3, ram)


def test_a_power_cut_loses_no_backup_and_leaves_the_book_before_or_after_a_restore(nobook, root, ram):
    book = root / "book.db"
    nobook(["init", "--db", str(book)])
    tale = recorded(book, COPIES, KAM, root)
    cut_story("backups, a restore and an erasure", tale, CUTS // 3, ram)


def test_a_power_cut_in_a_change_larger_than_the_cache_takes_it_back(nobook, root, ram):
    """The book is written long before the commit then, in several turns of journal and book."""
    book = root / "book.db"
    nobook(["init", "--db", str(book)])
    tale = recorded(book, ("import TABLE --as clients", "undo --yes"), [sys.executable, "-c", SMALL], root)
    assert turns(tale) > 4
    cut_story("changes larger than the cache", tale, CUTS // 3, ram)


def turns(tale: Recorded) -> int:
    """How often the first command went from writing the journal to writing the book."""
    disk, order = Disk(tale.root, tale.files[0], IGNORED), []
    for name, args, result in tale.traces[0]:
        disk.call(name, args, result)
        if name == "pwrite64" and (handle := int(args.split(",")[0])) in disk.handles:
            order.append(disk.handles[handle][0])
    return sum(one != other == str(tale.book) for one, other in pairwise(order))


@pytest.mark.parametrize("weak", ["WAL NORMAL", "DELETE FULL", "DELETE OFF"])
def test_weaker_settings_are_found_out(nobook, root, ram, weak):
    """WAL syncs at a checkpoint only; FULL not the folder when the journal has gone; OFF syncs nothing."""
    book = root / "book.db"
    nobook(["init", "--db", str(book)])
    mode, level = weak.split()
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(book), mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    reader.stdout.readline()
    tale = recorded(book, STORY[1:5], [sys.executable, "-c", WEAK, mode, level], root)
    reader.communicate()
    verdict = cut_all(tale, times(45, 600), ram)
    kept(verdict, f"the same with {weak.replace(' ', ' and synchronous=')} (control)")
    assert verdict.lost
    assert bool(verdict.damaged) == (weak == "DELETE OFF")
