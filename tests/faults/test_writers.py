"""Many writers at once: none fails, none is lost, none waits long; a number that all add to is exact at
the end.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from faultkit import KAM, LONG, ask, faults, figure, times

WRITERS = 16
LONGEST = 5  # seconds that a writer may wait; asked for in the long form, on a machine with little else to do
WRITE = """
import json, sys, time
from kam_cli.book import Book
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
book, waits = Book.open(path), []
for number in range(count):
    asked = time.monotonic()
    with book.write(["writers"]):
        waits.append(time.monotonic() - asked)
        if name == "add":
            value = book.value("SELECT value_minor FROM deals WHERE id = 1")
            book.update("deals", 1, {"value_minor": value + 1})
        else:
            title = f"{name} {number}"
            book.insert("tasks", {"title": title, "title_key": title})
print(json.dumps([max(waits), sum(waits) / count]))
"""


def crowd(book, names: list[str], count: int) -> tuple[float, float, float]:
    """As many processes as names, each writing ``count`` times: worst wait, mean wait, all seconds."""
    begun = time.monotonic()
    everyone = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(book), name, str(count)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for name in names
    ]  # fmt: skip
    spoken = [one.communicate() for one in everyone]
    assert [one.returncode for one in everyone] == [0] * len(names), [err for _, err in spoken if err]
    waits = [json.loads(out) for out, _ in spoken]
    return max(w for w, _ in waits), sum(m for _, m in waits) / len(waits), time.monotonic() - begun


def test_sixteen_processes_write_as_fast_as_they_can(kam_book):
    count = times(10, 1000)
    worst, mean, total = crowd(kam_book, [f"writer{n}" for n in range(WRITERS)], count)
    titles = {title for (title,) in ask(kam_book, "SELECT title FROM tasks")}
    assert titles == {f"writer{n} {m}" for n in range(WRITERS) for m in range(count)}
    assert not faults(kam_book)
    figure(
        f"{WRITERS} processes write without pause",
        f"{WRITERS} × {count:,} writes, {WRITERS * count / total:,.0f} a second",
        f"0 errors, 0 lost; worst wait {worst:.2f} s, mean {mean:.2f} s",
    )  # fmt: skip
    assert worst < LONGEST or not LONG


def test_sixteen_processes_add_to_one_number(kam_book):
    count = times(5, 500)
    before = ask(kam_book, "SELECT value_minor FROM deals")[0][0]
    worst, mean, _ = crowd(kam_book, ["add"] * WRITERS, count)
    assert ask(kam_book, "SELECT value_minor FROM deals")[0][0] == before + WRITERS * count
    assert not faults(kam_book)
    figure(
        f"{WRITERS} processes read a number, add 1, write it", f"{WRITERS} × {count:,} times",
        f"0 errors, the sum is exact; worst wait {worst:.2f} s, mean {mean:.2f} s",
    )  # fmt: skip
    assert worst < LONGEST or not LONG


def test_sixteen_shells_run_real_commands(kam_book):
    count, waits = times(2, 50), []

    def shell(name: int) -> list[int]:
        codes = []
        for number in range(count):
            begun = time.monotonic()
            done = subprocess.run(
                [*KAM, "log", "call", "acme", f"shell {name} {number}"], capture_output=True
            )
            waits.append(time.monotonic() - begun)
            codes.append(done.returncode)
        return codes

    with ThreadPoolExecutor(WRITERS) as pool:
        codes = [code for one in pool.map(shell, range(WRITERS)) for code in one]
    assert codes == [0] * (WRITERS * count)
    texts = {text for (text,) in ask(kam_book, "SELECT text FROM interactions")}
    assert texts == {f"shell {n} {m}" for n in range(WRITERS) for m in range(count)}
    assert not faults(kam_book)
    figure(
        f"{WRITERS} shells run `kam log` in a loop", f"{WRITERS} × {count:,} processes",
        f"0 errors, 0 lost; longest command {max(waits):.2f} s with all {WRITERS} on one machine",
    )  # fmt: skip
