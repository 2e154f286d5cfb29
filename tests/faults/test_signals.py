"""Signals: a command that is interrupted, ended or hung up on did its work or none of it and says so in a line.
An interrupt is 130, the others end the process as ever. A reader that goes away early (`| head -1`) is no error.

From kam's first line on this holds at every moment; before that Python's own start-up is interrupted.
"""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from faultkit import KAM, LONG, ask, beside, content, faults, figure, holding, start, times

SIGNALS = {"INT": 130, "TERM": -signal.SIGTERM, "HUP": -signal.SIGHUP}
WORDS = {"INT": "interrupted", "TERM": "stopped by SIGTERM", "HUP": "stopped by SIGHUP"}
SAVED = "; what was asked is done and saved"
# Anything of kam's in a traceback, but for the line that loads its first lines.
OWN = rb'kam_cli/(?!entry\.py", line \d+, in <module>|__main__\.py", line \d+, in <module>)'
PROGRAM = Path(sys.executable).with_name("kam")
PROGRAMS = [KAM, [str(PROGRAM)]] if PROGRAM.exists() else [KAM]
STRACE = shutil.which("strace")
CALLS = "openat,flock,fcntl,pwrite64,fdatasync,unlink,write"


def import_of(folder, number: int) -> list[str]:
    table = folder / "signal.csv"
    table.write_text("name\n" + "".join(f"signal{number} {row}\n" for row in range(60)))
    return ["import", str(table), "--as", "clients"]


def answered(name: str, code: int, err: bytes, saved: bool) -> bool:
    """Whether a command was ended by the signal and said what became of the change, in one line."""
    return (code, err.decode()) == (SIGNALS[name], f"kam: {WORDS[name]}{SAVED if saved else ''}.\n")


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_at_any_moment_is_all_or_nothing(kam_book, tmp_path, name):
    dice, tries = random.Random(8), times(16, 200)
    begun = time.monotonic()
    assert start(*import_of(tmp_path, -1)).communicate()[1] == b""
    usual, partly, ended = time.monotonic() - begun, 0, {"answered": 0, "too late": 0, "before kam": 0}
    for number in range(tries):
        process = start(*import_of(tmp_path, number), program=PROGRAMS[number % len(PROGRAMS)])
        time.sleep(dice.uniform(0, 1.1 * usual))
        process.send_signal(getattr(signal, f"SIG{name}"))
        out, err = process.communicate()
        there = ask(kam_book, "SELECT count(*) FROM clients WHERE name LIKE ?", (f"signal{number} %",))[0][0]
        partly += there not in (0, 60)
        assert not out or there == 60
        assert not faults(kam_book)
        if answered(name, process.returncode, err, saved=there == 60):
            ended["answered"] += 1
        elif (process.returncode, err, there) == (0, b"", 60):
            ended["too late"] += 1
        else:
            # Python ends as it does before it has read a line of kam.
            assert process.returncode in (1, -getattr(signal, f"SIG{name}")) and not out and not there
            assert not re.search(OWN, err) and b"kam:" not in err, err.decode()
            ended["before kam"] += 1
    figure(
        f"SIG{name} at random moments of an import",
        f"{tries} times ({', '.join(f'{count} {what}' for what, count in ended.items())})",
        f"{partly} half done, 0 faults of the file, all others one line and {SIGNALS[name]}",
    )
    assert partly == 0
    assert ended["answered"]


@pytest.mark.skipif(STRACE is None, reason="strace is not installed (apt-get install strace)")
@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_at_each_system_call_is_answered(kam_book, tmp_path, name):
    """From the first lines of kam to its last word, each call in turn: all of it is one line and the same end."""
    source, log = tmp_path / "source.db", tmp_path / "strace.log"
    shutil.copy(kam_book, source)
    lines = ("log call acme hello", "client list --json", "deal show 1", "client nonsense")
    tried = 0
    for line in lines:
        moments = calls_of(line, log)
        own = start(*line.split()).communicate()[1]  # a refusal may be out already when the signal comes
        for call, number in moments if LONG else random.Random(3).sample(moments, 4):
            shutil.copy(source, kam_book)
            when = f"inject={call}:signal={name}:when={number}"
            process = start(*line.split(), program=[STRACE, "-qqq", "-o", str(log), "-e", when, *KAM])
            _, err = process.communicate()
            saved = bool(ask(kam_book, "SELECT count(*) FROM interactions")[0][0])
            assert answered(name, process.returncode, err.removeprefix(own), saved), (
                line,
                call,
                number,
                process.returncode,
                err,
            )
            assert not faults(kam_book)
            assert not beside(kam_book)
            tried += 1
    figure(
        f"SIG{name} at each system call of {len(lines)} commands",
        f"{tried} times",
        f"0 half done, 0 faults of the file, always one line and {SIGNALS[name]}",
    )


def calls_of(line: str, log: Path) -> list[tuple[str, int]]:
    """The system calls of a command after kam's first lines were read, up to its last word: (name, the how many-th)."""
    command = [STRACE, "-qqq", "-o", str(log), "-e", f"trace={CALLS}", *KAM, *line.split()]
    for _ in range(2):  # the second finds all of Python's bytecode there
        subprocess.run(command, capture_output=True)
    calls = log.read_text().splitlines()
    names = [call.partition("(")[0] for call in calls]
    first = max(n for n, call in enumerate(calls) if re.search(r"kam_cli/(__pycache__/)?entry\.", call)) + 1
    last = len(names) - names[::-1].index("write")
    return [(names[n], names[: n + 1].count(names[n])) for n in range(first, last)]


def entered(code: str, *argv: str):
    """The program with something of it replaced by ``code``."""
    run = f"import sys, time\n{code}\nsys.argv[1:] = {list(argv)}\nfrom kam_cli.entry import run\nsys.exit(run())"
    return start(run, program=[sys.executable, "-c"])


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_in_the_middle_of_a_change_takes_it_back(kam_book, name):
    """The moment that counts: rows are written, the commit is not."""
    before = content(kam_book)
    code = (
        "from kam_cli import journal\n"
        "def finish(book, number): print('written', flush=True); time.sleep(60)\n"
        "journal.finish = finish\n"
    )
    process = entered(code, "client", "add", "Never")
    assert process.stdout.readline() == b"written\n"
    process.send_signal(getattr(signal, f"SIG{name}"))
    out, err = process.communicate()
    assert out == b"" and answered(name, process.returncode, err, saved=False)
    assert content(kam_book) == before and not beside(kam_book)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_after_the_commit_says_that_it_is_saved(kam_book, name):
    code = (
        "from kam_cli import output\n"
        "def render(c, shown): print('committed', flush=True); time.sleep(60)\n"
        "output.render = render\n"
    )
    process = entered(code, "client", "add", "Kept")
    assert process.stdout.readline() == b"committed\n"
    process.send_signal(getattr(signal, f"SIG{name}"))
    out, err = process.communicate()
    assert out == b"" and answered(name, process.returncode, err, saved=True)
    assert ask(kam_book, "SELECT count(*) FROM clients WHERE name = 'Kept'") == [(1,)]


def test_a_second_interrupt_ends_what_does_not_come_to_an_end(kam_book):
    before = content(kam_book)
    code = (
        "from kam_cli import journal\n"
        "def finish(book, number):\n"
        "  for _ in range(2):\n"
        "    try:\n"
        "      print('at it', flush=True)\n"
        "      time.sleep(60)\n"
        "    except BaseException: pass\n"
        "journal.finish = finish\n"
    )
    process = entered(code, "client", "add", "Never")
    for _ in range(2):
        assert process.stdout.readline() == b"at it\n"
        process.send_signal(signal.SIGINT)
    assert process.communicate() == (b"", b"kam: interrupted.\n")
    assert process.returncode == 130
    assert content(kam_book) == before


@pytest.mark.parametrize("name", SIGNALS)
def test_who_waits_for_another_program_can_be_stopped(kam_book, name):
    """SQLite would sleep its half minute out."""
    holder = holding(kam_book, "another program that writes")
    process = start("client", "add", "Late")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.send_signal(getattr(signal, f"SIG{name}"))
    _, err = process.communicate(timeout=20)
    assert answered(name, process.returncode, err, saved=False)
    holder.communicate()


@pytest.mark.parametrize("name", SIGNALS)
def test_a_query_without_end_can_be_stopped(kam_book, name):
    endless = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
    process = start("sql", endless)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.send_signal(getattr(signal, f"SIG{name}"))
    out, err = process.communicate(timeout=20)
    assert out == b"" and answered(name, process.returncode, err, saved=False)


def test_signals_that_are_ignored_stay_so(kam_book):
    """As under nohup: a hangup is for others."""
    words = f"trap '' HUP; kill -HUP $$; exec {' '.join(KAM)} sql 'SELECT 1' --json"
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "") and "1" in done.stdout
    code = "import os, signal, sys; os.kill(os.getpid(), signal.SIGHUP)"
    ignoring = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\nimport kam_cli.entry\n{code}"
    assert subprocess.run([sys.executable, "-c", ignoring]).returncode == 0


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
