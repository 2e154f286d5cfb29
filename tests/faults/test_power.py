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
from pathlib import Path
from typing import NamedTuple

import pytest
from disk import HOWS, Call, Disk, calls, record
from faultkit import FILE, KAM, content, faults, figure, old_book, times

from kam_cli.tools import init

if shutil.which("strace") is None:
    pytest.skip("strace is not installed (apt-get install strace)", allow_module_level=True)

CUTS = times(300, 6000)
NO_BOOK = "no book"
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
    """The system calls of some commands on one book, what it held before the first and after each, and the
    copies of it that were made: name → the command that made it, and its bytes."""

    book: Path
    traces: list[list[Call]]
    held: list[str]
    before: bytes | None
    copies: dict[str, tuple[int, bytes]]


@pytest.fixture
def ram(tmp_path):
    """A folder in which a sync costs nothing, where the system has one."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(prefix="kam-faults-", dir=place) as folder:
        yield Path(folder)


def recorded(book: Path, story: tuple[str, ...], program: list[str], folder: Path) -> Recorded:
    """Run the commands one after the other under strace."""
    folder.mkdir()
    table = folder / "table.csv"
    table.write_text("name,city\n" + "".join(f"Firm {n},Town {n}\n" for n in range(40)))
    before = book.read_bytes() if book.exists() else None
    held, traces, copies = [content(book) if before else NO_BOOK], [], {}
    for number, line in enumerate(story):
        words = {"TABLE": str(table), "LONG": "word " * 3000, "COPY": str(book.with_name("copy.db"))}
        argv = [words.get(word, word) for word in line.split()]
        trace = folder / f"{number}.trace"
        done = record([*program, *argv, "--db", str(book)], trace)
        traces.append(calls(trace))
        assert done.returncode == 0 and done.stdout, f"{line}: {done.stderr}"
        held.append(content(book))
        for path in book.parent.iterdir():
            if path.is_file() and path != book and not path.name.startswith(("book.db-", "book.db.lock")):
                copies.setdefault(str(path), (number + 1, path.read_bytes()))
    return Recorded(book, traces, held, before, copies)


def replay(tale: Recorded):
    """Each moment a cut can tell from the one before: the disk, commands that have spoken, commands begun."""
    disk = Disk(tale.book.parent, {} if tale.before is None else {str(tale.book): tale.before})
    spoken = 0
    for number, trace in enumerate(tale.traces):
        disk.handles.clear()
        for name, args, result in trace:
            said = name == "write" and args.startswith("1,") and 1 not in disk.handles
            if said:
                spoken = number + 1
            if disk.call(name, args, result) or said:
                yield disk, spoken, number + 1


def plan(moments: int, cuts: int, dice: random.Random) -> dict[int, list[str]]:
    """Which cuts to make at which moment: every moment in turn, the ways of cutting in turn."""
    whole, rest = divmod(cuts, moments)
    tries = dict.fromkeys(range(moments), whole)
    for moment in dice.sample(range(moments), rest):
        tries[moment] += 1
    first = dice.randrange(len(HOWS))
    return {m: [HOWS[(first + m + n) % len(HOWS)] for n in range(count)] for m, count in tries.items()}


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
    one, other = (lay(files, tale.book.parent, folder / name) / tale.book.name for name in ("opened", "read"))
    if not one.exists():
        if tale.held[spoken] != NO_BOOK:
            return "lost"
        init.create(str(one), init.settings("EUR", "UTC", None, None))
        return "; ".join(faults(one))
    if any(spoken >= number and files.get(name) != data for name, (number, data) in tale.copies.items()):
        return "lost"
    if wrong := faults(one, FILE):
        return "; ".join(wrong)
    held = content(other)
    if held in tale.held[spoken : begun + 1]:
        return ""
    return "lost" if held in tale.held else "neither before nor after a command"


def lay(files: dict[str, bytes], origin: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        place = folder / Path(name).relative_to(origin)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    folder.mkdir(exist_ok=True)
    return folder


def cut_all(tale: Recorded, cuts: int, folder: Path) -> Verdict:
    dice, verdict = random.Random(2), Verdict()
    todo = plan(sum(1 for _ in replay(tale)), cuts, dice)
    for moment, (disk, spoken, begun) in enumerate(replay(tale)):
        for how in todo[moment]:
            verdict.take(disk.cut(how, dice), tale, spoken, begun, folder)
    return verdict


def kept(verdict: Verdict, what: str) -> None:
    figure(
        what, f"{verdict.cuts:,} cuts, {len(verdict.seen):,} different disks",
        f"{verdict.lost} acknowledged lost, {len(verdict.damaged)} damaged",
    )  # fmt: skip


def test_a_power_cut_loses_nothing_that_was_acknowledged(nobook, tmp_path, ram):
    (tmp_path / "of").mkdir()
    tale = recorded(tmp_path / "of" / "book.db", STORY, KAM, tmp_path / "traces")
    assert len(set(tale.held)) == len(tale.held)
    verdict = cut_all(tale, CUTS, ram)
    kept(verdict, "power cut at any system call of 11 commands")
    assert (verdict.lost, verdict.damaged) == (0, [])


def test_a_power_cut_in_a_migration_leaves_the_old_book_or_the_new(nobook, tmp_path, ram):
    (tmp_path / "of").mkdir()
    old_book(tmp_path / "of" / "book.db")
    tale = recorded(tmp_path / "of" / "book.db", ("client list", "client add Acme"), KAM, tmp_path / "traces")
    verdict = cut_all(tale, CUTS // 3, ram)
    kept(verdict, "power cut at any system call of a migration")
    assert (verdict.lost, verdict.damaged) == (0, [])


def test_a_power_cut_loses_no_backup_and_leaves_the_book_before_or_after_a_restore(nobook, tmp_path, ram):
    (tmp_path / "of").mkdir()
    book = tmp_path / "of" / "book.db"
    nobook(["init", "--db", str(book)])
    story = ("client add Acme", "backup COPY", "client add Beta", "restore COPY --yes", "client add Gamma")
    tale = recorded(book, story, KAM, tmp_path / "traces")
    verdict = cut_all(tale, CUTS // 3, ram)
    kept(verdict, "power cut at any system call of a backup and a restore")
    assert (verdict.lost, verdict.damaged) == (0, [])


@pytest.mark.parametrize("weak", ["WAL NORMAL", "DELETE FULL", "DELETE OFF"])
def test_weaker_settings_are_found_out(nobook, tmp_path, ram, weak):
    """WAL syncs at a checkpoint only; FULL not the folder when the journal has gone; OFF syncs nothing."""
    (tmp_path / "of").mkdir()
    book = tmp_path / "of" / "book.db"
    nobook(["init", "--db", str(book)])
    mode, level = weak.split()
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(book), mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    reader.stdout.readline()
    tale = recorded(book, STORY[1:5], [sys.executable, "-c", WEAK, mode, level], tmp_path / "traces")
    reader.communicate()
    verdict = cut_all(tale, times(60, 600), ram)
    kept(verdict, f"the same with {weak.replace(' ', ' and synchronous=')} (control)")
    assert verdict.lost
    assert bool(verdict.damaged) == (weak == "DELETE OFF")
