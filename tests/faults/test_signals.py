"""Signals: a command that is interrupted, ended or hung up on did its work or none of it, and an
interrupt is one line and 130. A reader that goes away early (`| head -1`) is no error.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import time

import pytest
from faultkit import KAM, ask, content, faults, figure, start, times

SIGNALS = {"INT": 130, "TERM": -signal.SIGTERM, "HUP": -signal.SIGHUP}
# A frame of a function of kam's, but for the entry to `main`, which is outside of its own `try`.
INSIDE = rb'kam_cli/(?!__main__\.py).*", line \d+, in \w|, in _run\b'
LINES = ("kam: interrupted.\n", "kam: interrupted; what was asked is done and saved.\n")


def import_of(folder, number: int) -> list[str]:
    table = folder / "signal.csv"
    table.write_text("name\n" + "".join(f"signal{number} {row}\n" for row in range(60)))
    return ["import", str(table), "--as", "clients"]


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_at_any_moment_is_all_or_nothing(kam_book, tmp_path, name):
    dice, tries = random.Random(8), times(20, 200)
    begun = time.monotonic()
    assert start(*import_of(tmp_path, -1)).communicate()[1] == b""
    usual, partly, ended = time.monotonic() - begun, 0, {}
    for number in range(tries):
        process = start(*import_of(tmp_path, number))
        time.sleep(dice.uniform(0, 1.1 * usual))
        process.send_signal(getattr(signal, f"SIG{name}"))
        out, err = process.communicate()
        there = ask(kam_book, "SELECT count(*) FROM clients WHERE name LIKE ?", (f"signal{number} %",))[0][0]
        partly += there not in (0, 60)
        assert not out or there == 60
        assert not faults(kam_book)
        ended[process.returncode] = ended.get(process.returncode, 0) + 1
        # Interrupted inside an `exec` of the standard library, Python says 130 to a shell by ending of the signal.
        if process.returncode == 130 or (process.returncode == -signal.SIGINT and err.startswith(b"kam:")):
            assert err.decode() in LINES
            assert (err.decode() == LINES[1]) == (there == 60)
        elif process.returncode:
            # Before the first line of kam, Python is interrupted itself, and says so in its own words.
            assert process.returncode in (1, -getattr(signal, f"SIG{name}")), err.decode()
            assert not re.search(INSIDE, err), err.decode()
    codes = ", ".join(f"exit {code}: {count}" for code, count in sorted(ended.items()))
    figure(
        f"SIG{name} at random moments of an import",
        f"{tries} times ({codes})",
        f"{partly} half done, 0 faults of the file",
    )
    assert partly == 0
    assert ended.get(SIGNALS[name])


def test_an_interrupt_in_the_middle_of_a_change_takes_it_back(kam_book):
    """The moment that counts: rows are written, the commit is not."""
    before = content(kam_book)
    code = (
        "import sys, time\n"
        "from kam_cli.domains.clients import store\n"
        "from kam_cli import journal\n"
        "def finish(book, number): print('written', flush=True); time.sleep(60)\n"
        "journal.finish = finish\n"
        "from kam_cli.__main__ import main\n"
        "sys.exit(main(['client', 'add', 'Never']))"
    )
    process = start(code, program=[sys.executable, "-c"])
    assert process.stdout.readline() == b"written\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate() == (b"", LINES[0].encode())
    assert process.returncode == 130
    assert content(kam_book) == before


def test_an_interrupt_after_the_commit_says_that_it_is_saved(kam_book):
    code = (
        "import sys, time\n"
        "from kam_cli import output\n"
        "def render(c, shown): print('committed', flush=True); time.sleep(60)\n"
        "output.render = render\n"
        "from kam_cli.__main__ import main\n"
        "sys.exit(main(['client', 'add', 'Kept']))"
    )
    process = start(code, program=[sys.executable, "-c"])
    assert process.stdout.readline() == b"committed\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate() == (b"", LINES[1].encode())
    assert ask(kam_book, "SELECT count(*) FROM clients WHERE name = 'Kept'") == [(1,)]


def test_a_reader_that_has_seen_enough_is_no_error(kam, kam_book, tmp_path):
    table = tmp_path / "many.csv"
    table.write_text("name\n" + "".join(f"Firm {n} {'x' * 60}\n" for n in range(1000)))
    kam(f"import {table} --as clients")
    for line in (
        "client list",
        "client list --json",
        "client list --csv",
        "schema",
        "--help",
        "sql 'SELECT * FROM clients'",
    ):
        done = subprocess.run(f"{' '.join(KAM)} {line} | head -1", shell=True, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), line
        assert done.stdout.count("\n") == 1
