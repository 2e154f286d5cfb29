"""Other programs on the same file: the sqlite3 shell and Datasette read while kam writes, and see whole
commands only; what the shell writes is in the journal too, and the next command of kam brings search and
figures up to date.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from faultkit import ask, beside, faults, figure, kam, one_line, times

SHELL = shutil.which("sqlite3")
# One command logs a call and its next step: who sees one without the other saw half a command.
COUNTS = (f"(SELECT count(*) FROM {table})" for table in ("interactions", "tasks", "commands"))
HALVES = f"SELECT {', '.join(COUNTS)}"
WRITER = """
import os, subprocess, sys
while os.path.exists(sys.argv[1]):
    line = "-m kam_cli log call acme hello --next send --due fri"
    done = subprocess.run([sys.executable, *line.split()])
    if done.returncode:
        sys.exit(done.returncode)
"""


@contextlib.contextmanager
def writing(kam_book, tmp_path):
    """Commands of kam that write, one after the other, as long as it lasts."""
    go = tmp_path / "go"
    go.touch()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(go)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield writer
    finally:
        go.unlink()
        _, err = writer.communicate()
    assert (writer.returncode, err) == (0, b"")


def enough(tries: int, seen: set, writer: subprocess.Popen) -> Iterator[int]:
    """At least so many times, and until several states of the book were seen."""
    number = 0
    while (number < tries or len(seen) < 4) and writer.poll() is None:
        yield number
        number += 1


def shell(book, sql: str) -> str:
    done = subprocess.run([SHELL, "-cmd", ".timeout 30000", str(book), sql], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.skipif(SHELL is None, reason="sqlite3 is not installed (apt-get install sqlite3)")
def test_the_sqlite3_shell_reads_while_kam_writes(kam_book, tmp_path):
    tries, seen = times(60, 1000), set()
    before = ask(kam_book, "SELECT count(*) FROM commands")[0][0]
    with writing(kam_book, tmp_path) as writer:
        for _ in enough(tries, seen, writer):
            calls, tasks, commands = map(int, shell(kam_book, HALVES).split("|"))
            assert calls == tasks == commands - before
            seen.add(calls)
    figure(
        "the `sqlite3` shell reads while kam writes",
        f"{tries} reads, {max(seen)} commands meanwhile",
        "0 errors, 0 half commands",
    )
    assert len(seen) >= 4, "the book did change meanwhile"
    assert not faults(kam_book)


@pytest.mark.skipif(SHELL is None, reason="sqlite3 is not installed (apt-get install sqlite3)")
def test_the_sqlite3_shell_writes_while_kam_writes(kam_book, tmp_path):
    tries = times(10, 200)
    with writing(kam_book, tmp_path):
        for number in range(tries):
            shell(kam_book, f"UPDATE clients SET note = 'shell {number}' WHERE id = 1")
    assert ask(kam_book, "SELECT note FROM clients WHERE id = 1") == [(f"shell {tries - 1}",)]
    assert kam("log", "note", "acme", "last").returncode == 0
    by_others = "SELECT count(*) FROM journal WHERE command_id IS NULL AND tbl = 'clients' AND op = 'update'"
    assert ask(kam_book, by_others) == [(tries,)]
    assert not faults(kam_book)


def test_a_book_that_another_program_switched_to_wal_is_switched_back(kam_book):
    """WAL could lose what was acknowledged: while another program keeps it so, nothing is written."""
    other = sqlite3.connect(kam_book, isolation_level=None)
    assert other.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    other.execute("UPDATE clients SET note = 'by WAL'")
    done = kam("client", "add", "Beta")
    assert done.returncode == 6 and one_line(done.stderr) and "by another program" in done.stderr
    assert "by WAL" in kam("client", "show", "acme", "--json").stdout
    other.close()
    assert kam("client", "add", "Beta").returncode == 0
    assert ask(kam_book, "PRAGMA journal_mode") == [("delete",)]
    assert not beside(kam_book)
    assert not faults(kam_book)


def datasette() -> str | None:
    """Where Datasette is; in an environment of its own, since it brings twenty libraries of its own."""
    beside_python = os.path.join(os.path.dirname(sys.executable), "datasette")
    return shutil.which(os.environ.get("KAM_DATASETTE", "datasette")) or shutil.which(beside_python)


@pytest.mark.real
def test_datasette_serves_the_book_while_kam_writes(kam_book, tmp_path):
    """To have it: python -m venv V; V/bin/pip install datasette; KAM_DATASETTE=V/bin/datasette pytest -m real …"""
    program, tries, seen = datasette(), times(40, 400), set()
    if not program:
        pytest.skip(
            "no Datasette: python -m venv V; V/bin/pip install datasette; KAM_DATASETTE=V/bin/datasette"
        )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": ""}
    server = subprocess.Popen(
        [program, "serve", str(kam_book), "--port", str(port)], env=env, stderr=subprocess.DEVNULL
    )
    try:
        with writing(kam_book, tmp_path) as writer:
            for _ in enough(tries, seen, writer):
                seen.add(tuple(served(port, server)))
    finally:
        server.terminate()
        server.wait()
    figure(
        "Datasette serves the book while kam writes",
        f"{tries} pages, {max(seen)[0]} commands meanwhile",
        "0 errors, 0 half commands",
    )
    assert len(seen) >= 4, "the book did change meanwhile"
    assert all(calls == tasks for calls, tasks, _ in seen)
    assert not faults(kam_book)


def served(port: int, server: subprocess.Popen[bytes]) -> list[int]:
    """The counts as Datasette gives them, once it is up."""
    url = f"http://127.0.0.1:{port}/book.json?{urllib.parse.urlencode({'sql': HALVES, '_shape': 'arrays'})}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(200):
        assert server.poll() is None, "Datasette ended"
        try:
            return json.load(opener.open(url, timeout=30))["rows"][0]
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.1)  # it is not up yet
    raise TimeoutError("Datasette does not answer")
