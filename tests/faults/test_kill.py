"""kill -9: what kam said it saved is there; what it had not yet said is there whole or not at all.

Three real commands at a time on one book (a call logged, a deal moved, a table imported) are killed at a
random moment, while the book is being written, or the very moment they have spoken. The same harness, on a program that speaks before it
commits, finds what that lost.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from faultkit import KAM, ask, faults, figure, kam, times

ROWS = 40
KILLS = times(40, 1000)
HASTY = """
import sys
from kam_cli.book import Book
book = Book.open(sys.argv[1])
with book.write(["hasty"]):
    for number in range(200):
        name = f"{sys.argv[2]} {number}"
        book.insert("clients", {"name": name, "name_key": name, "handle": f"h{number}"})
    print("saved", flush=True)
"""


class Victim(NamedTuple):
    """A command to be killed, and the query that counts what is there of it (``whole`` when all is)."""

    argv: list[str]
    count: str
    whole: int = 1
    stays: bool = True  # whether the query asks for the same when others have written since


class Blow(NamedTuple):
    """What became of a victim: whether it had said anything, whether it was killed before it ended by itself, and
    whether the book was being written then."""

    spoke: bool
    hit: bool
    halfway: bool


def strike(victim: Victim, book: Path, moment: str, seconds: float = 0) -> Blow:
    """Start it, kill it so long after its start, or after somebody began to write, or as soon as it has spoken."""
    process = subprocess.Popen(
        victim.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    said = process.stdout.read(1) if moment == "spoken" else b""
    while moment == "writing" and not is_halfway(book) and process.poll() is None:
        time.sleep(0.0005)
    time.sleep(seconds)
    halfway = is_halfway(book)
    process.kill()
    said += process.stdout.read()
    hit = process.wait() == -signal.SIGKILL
    return Blow(said != b"", hit, hit and halfway)


def judge(book, victims: list[Victim], blows: list[Blow]) -> tuple[int, int]:
    """How many acknowledged changes are lost, and how many are there in part only."""
    found = [ask(book, victim.count)[0][0] for victim in victims]
    lost = sum(1 for blow, n in zip(blows, found, strict=True) if blow.spoke and not n)
    torn = sum(1 for victim, n in zip(victims, found, strict=True) if n not in (0, victim.whole))
    return lost, torn


def victims_of(book, folder, number: int) -> list[Victim]:
    mark = f"mark{number}"
    table = folder / "import.csv"
    table.write_text("name\n" + "".join(f"{mark} {row}\n" for row in range(ROWS)))
    names = (
        ("closing", "needs") if ask(book, "SELECT stage_id FROM deals")[0][0] % 2 else ("needs", "closing")
    )
    stage, position = names[0], {"needs": 5, "closing": 8}[names[0]]
    return [
        Victim(
            [*KAM, "log", "call", "acme", mark], f"SELECT count(*) FROM interactions WHERE text = '{mark}'"
        ),
        Victim(
            [*KAM, "deal", "move", "1", stage],
            "SELECT CASE WHEN (SELECT to_stage_id FROM deal_moves ORDER BY id DESC LIMIT 1) <> stage_id "
            f"THEN -1 ELSE stage_id = {position} END FROM deals",
            stays=False,
        ),
        Victim(
            [*KAM, "import", str(table), "--as", "clients"],
            f"SELECT count(*) FROM clients WHERE name LIKE '{mark} %'",
            ROWS,
        ),
    ]


def kill_round(pool, victims: list[Victim], book: Path, usual: float, dice: random.Random) -> list[Blow]:
    moments = dice.choices(("started", "writing", "spoken"), (2, 1, 1), k=len(victims))
    longest = {"started": usual, "writing": 0.02, "spoken": 0}
    waits = [dice.uniform(0, longest[moment]) for moment in moments]
    return list(pool.map(strike, victims, [book] * len(victims), moments, waits))


def is_halfway(book: Path) -> bool:
    """Whether a change was begun on the disk and is not finished: its journal is there."""
    try:
        return os.path.getsize(f"{book}-journal") > 0
    except FileNotFoundError:
        return False


def test_what_was_acknowledged_survives_kill_9(kam_book, tmp_path):
    dice = random.Random(9)
    lost = torn = killed = spoken = halfway = 0
    acknowledged: list[Victim] = []
    with ThreadPoolExecutor(3) as pool:
        begun = time.monotonic()
        unharmed = pool.map(
            lambda v: subprocess.run(v.argv, capture_output=True), victims_of(kam_book, tmp_path, 0)
        )
        assert [one.returncode for one in unharmed] == [0, 0, 0]
        usual = time.monotonic() - begun
        number = 0
        while killed < KILLS:
            number += 1
            victims = victims_of(kam_book, tmp_path, number)
            blows = kill_round(pool, victims, kam_book, usual, dice)
            more_lost, more_torn = judge(kam_book, victims, blows)
            assert not faults(kam_book)
            acknowledged += [v for v, blow in zip(victims, blows, strict=True) if blow.spoke and v.stays]
            lost, torn = lost + more_lost, torn + more_torn
            killed += sum(blow.hit for blow in blows)
            spoken += sum(blow.hit and blow.spoke for blow in blows)
            halfway += sum(blow.halfway for blow in blows)
    # What was there after its own round must be there after all the others, too.
    lost += sum(1 for victim in acknowledged if ask(kam_book, victim.count)[0][0] != victim.whole)
    figure(
        "`kill -9` at random moments",
        f"{killed:,} kills of 3 writers at a time, {spoken:,} had acknowledged, {halfway:,} while the book was being written",
        f"{lost} acknowledged lost, {torn} half done, 0 faults of the file",
    )  # fmt: skip
    assert acknowledged and halfway, "the moments fall on both sides of the commit"
    assert (lost, torn) == (0, 0)


def test_a_program_that_speaks_before_it_commits_is_found_out(kam_book):
    lost = torn = 0
    tries = times(6, 40)
    for number in range(tries):
        victim = Victim(
            [sys.executable, "-c", HASTY, str(kam_book), f"hasty{number}"],
            f"SELECT count(*) FROM clients WHERE name LIKE 'hasty{number} %'",
            200,
        )
        more_lost, more_torn = judge(kam_book, [victim], [strike(victim, kam_book, "spoken")])
        lost, torn = lost + more_lost, torn + more_torn
        assert not faults(kam_book)
    figure("the same, speaking before the commit (control)", f"{tries} kills", f"{lost} acknowledged lost")
    assert lost and not torn


def test_the_next_command_after_a_kill_works(kam_book):
    """A journal and a held lock do not outlive the process that was killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HASTY.replace("flush=True)", "flush=True); input()"), str(kam_book), "x"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout.readline() == b"saved\n"
    process.kill()
    process.communicate()
    assert kam("client", "add", "Next").returncode == 0
    assert ask(kam_book, "SELECT name FROM clients ORDER BY id DESC LIMIT 1") == [("Next",)]
    assert not faults(kam_book)
