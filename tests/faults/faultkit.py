"""What the fault tests share: how often to try, real processes of kam, whether a book is sound, and
figures.

Each file here proves one promise about the book and runs alone: ``pytest tests/faults/test_kill.py``.
With ``KAM_FAULTS=long`` it tries as often as the figures in ``tests/bench/RESULTS.md`` say (minutes
instead of seconds); ``python tests/faults/run.py --write`` does that for all and keeps the figures there.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kam_cli.book import Book
from kam_cli.tools import checks

LONG = os.environ.get("KAM_FAULTS") == "long"
KAM = [sys.executable, "-m", "kam_cli"]
only_long = pytest.mark.skipif(not LONG, reason="takes a minute; runs with KAM_FAULTS=long")


def times(short: int, long: int) -> int:
    """How often to try."""
    return long if LONG else short


def kam(*argv: str, before: Sequence[str] = (), **how) -> subprocess.CompletedProcess[str]:
    """One real command to its end; ``before`` are words put before it (strace …)."""
    how = {"capture_output": True, "stdin": subprocess.DEVNULL, "text": True, "timeout": 120, **how}
    return subprocess.run([*before, *KAM, *argv], **how)


def start(*argv: str, program: Sequence[str] = KAM, **how) -> subprocess.Popen[bytes]:
    """One real command, running; its stdout and stderr are pipes, and signals mean to it what they do in a shell."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*program, *argv], preexec_fn=_default_signals, **{**pipes, **how})


def _default_signals() -> None:
    # A job in the background starts with interrupts ignored, under nohup with hangups too; children inherit that.
    for one in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(one, signal.SIG_DFL)


def script(code: str, *argv: str, **how) -> subprocess.CompletedProcess[str]:
    """Python code in a process of its own, with ``argv`` in ``sys.argv[1:]``."""
    return subprocess.run(
        [sys.executable, "-c", code, *argv], **{"capture_output": True, "text": True, **how}
    )


# What else may hold the book: another kam in the middle of a change, or another program's transaction.
HOLDERS = {
    "another kam": "from kam_cli.book import Book\nwith Book.open(sys.argv[1]).write(['x']):\n  hold()",
    "its lock file": "from kam_cli.lock import Lock\nLock(sys.argv[1], 1).acquire()\nhold()",
    "another program that writes": "import sqlite3\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "c.execute('BEGIN EXCLUSIVE')\nhold()",
    "another program that reads": "import sqlite3\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "c.execute('BEGIN'); c.execute('SELECT * FROM clients').fetchall()\nhold()",
}
HOLD = "import sys\ndef hold():\n  print('held', flush=True)\n  sys.stdin.read()\n"


def holding(book, who: str) -> subprocess.Popen[bytes]:
    """A process that holds the book until its stdin is closed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD + HOLDERS[who], str(book)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    return holder


FILE = (checks.sound_file, checks.references)
ALL = (*FILE, checks.triggers, checks.settled, checks.maintained, checks.searchable)


def faults(path: str | os.PathLike[str], checks: Sequence = ALL) -> list[str]:
    """Everything that is wrong in a book, once it was opened as the next command would open it."""
    try:
        book = Book.open(str(path))
    except Exception as error:
        return [f"cannot be opened: {error}"]
    try:
        return [fault for one in checks for fault in one(book)]
    except sqlite3.DatabaseError as error:
        return [f"cannot be read: {error}"]
    finally:
        book.close()


def ask(path: str | os.PathLike[str], sql: str, args: Sequence[object] = ()) -> list[tuple]:
    """Rows of a book, by a connection of their own that waits its turn."""
    conn = sqlite3.connect(path, timeout=60)
    try:
        return conn.execute(sql, args).fetchall()
    finally:
        conn.close()


def content(path: str | os.PathLike[str], without: Sequence[str] = ()) -> str:
    """A digest of all that a file holds: the schema, and every row of every table, but for some columns."""
    import hashlib

    conn = sqlite3.connect(path)
    conn.text_factory = bytes
    digest = hashlib.sha256()
    try:
        tables = conn.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        for name, sql in tables:
            digest.update(name + (sql or b""))
            if (sql or b"").startswith((b"CREATE TABLE", b"CREATE VIRTUAL")):
                columns = conn.execute("SELECT name FROM pragma_table_info(?)", (name.decode(),)).fetchall()
                names = ", ".join(f'"{one.decode()}"' for (one,) in columns if one.decode() not in without)
                for row in conn.execute(f'SELECT {names} FROM "{name.decode()}" ORDER BY 1'):
                    digest.update(repr(row).encode())
    finally:
        conn.close()
    return digest.hexdigest()


def beside(path: Path) -> set[str]:
    """Names of the files around a book, without those that may stand there."""
    return {name for name in os.listdir(path.parent) if name.startswith(path.name)} - {
        path.name,
        f"{path.name}.lock",
    }


def one_line(text: str) -> bool:
    """Whether a message is one line of kam's, and no mistake of its own."""
    is_line = text.startswith("kam: ") and text.count("\n") == 1 and text.endswith("\n")
    return is_line and "a mistake in kam" not in text


def figure(fault: str, tried: str, result: str) -> None:
    """Keep a figure for ``run.py``, where it asked for figures."""
    if kept := os.environ.get("KAM_FIGURES"):
        with open(kept, "a", encoding="utf-8") as file:
            file.write(json.dumps([fault, tried, result]) + "\n")


def figures(path: Path) -> Iterator[list[str]]:
    """The figures that a run kept."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def old_book(path: str | os.PathLike[str], lacks: int = 1) -> None:
    """A book as a kam of ``lacks`` migration steps ago made it."""
    done = script(OLDER, str(path), str(lacks))
    assert done.returncode == 0, done.stderr


OLDER = """
import sys
from kam_cli import migrations
migrations.STEPS = migrations.STEPS[:-int(sys.argv[2])]
migrations.LATEST = len(migrations.STEPS)
from kam_cli.tools import init
init.create(sys.argv[1], init.settings("EUR", "Europe/Warsaw", "Ewa", None))
"""
