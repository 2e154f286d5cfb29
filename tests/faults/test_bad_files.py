"""What is no sound book is refused in one line that names the file and the way out, and is left as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from faultkit import KAM, beside, figure, one_line


def other_program(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.executescript(
        "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT); INSERT INTO moz_places VALUES (1, 'x');"
    )
    conn.close()


def newer(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA user_version = 9999")
    conn.close()


def scribbled(path: Path) -> None:
    """Every page but the first overwritten."""
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


# What stands in the book's place → how it is put there, what the way out must speak of.
BAD = {
    "nothing": (lambda path: path.unlink(), "kam init"),
    "an empty file": (lambda path: path.write_bytes(b""), "kam init"),
    "text": (lambda path: path.write_text("Dear diary\n" * 100), "--db"),
    "a short text": (lambda path: path.write_text("x"), "--db"),
    "a header alone": (lambda path: path.write_bytes(path.read_bytes()[:100]), "kam restore"),
    "half a page": (lambda path: path.write_bytes(path.read_bytes()[:2000]), "kam restore"),
    "a truncated book": (lambda path: path.write_bytes(path.read_bytes()[:40_000]), "kam restore"),
    "a scribbled book": (scribbled, "kam restore"),
    "another program's SQLite": (lambda path: (path.unlink(), other_program(path)), "--db"),
    "a book of a newer kam": (newer, "Upgrade"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "--db"),
    "a pipe": (lambda path: (path.unlink(), os.mkfifo(path)), "--db"),
    "a loop of links": (lambda path: (path.unlink(), path.symlink_to(path)), "link"),
    "a link to nowhere": (lambda path: (path.unlink(), path.symlink_to("gone.db")), "link"),
}  # fmt: skip


def looks(path: Path) -> object:
    """All that can be told of a path without waiting for it."""
    if path.is_symlink():
        return os.readlink(path)
    return path.read_bytes() if path.is_file() else (path.exists(), path.is_dir(), path.is_fifo())


@pytest.fixture
def bad(kam_book, tmp_path):
    """Each kind of bad file in a folder of its own: (what, its path, what the way out must speak of)."""
    found = []
    for number, (what, (put, way_out)) in enumerate(BAD.items()):
        book = tmp_path / f"bad{number}" / "book.db"
        book.parent.mkdir()
        shutil.copy(kam_book, book)
        put(book)
        found.append((what, book, way_out))
    return found


@pytest.mark.parametrize("line", ["client list", "client add Beta", "undo --yes", "check", "today --json"])
def test_what_is_no_sound_book_is_refused_and_left_alone(kam, bad, line):
    for what, book, way_out in bad:
        before = looks(book)
        done = kam(f"{line} --db {book}", exit=6)
        assert done.out == "" or line == "check", "which lists what it found"
        assert one_line(done.err), what
        assert str(book) in done.err and way_out in done.err, what
        assert looks(book) == before and not beside(book), what
    figure(f"`kam {line}` where there is no sound book", f"{len(BAD)} kinds of bad files",
           "exit 6, one line that names the file and the way out, the file as it was")  # fmt: skip


def test_init_takes_the_place_of_nothing_that_is_there(bad):
    """Damage that shows only in later pages is not init's to find: it says that there is a book."""
    for what, book, _ in bad:
        before = looks(book)
        done = subprocess.run([*KAM, "init", "--db", str(book)], capture_output=True, text=True, timeout=60)
        if what != "nothing":
            assert done.returncode == 6 and one_line(done.stderr) and done.stdout == "", (what, done)
            assert looks(book) == before and not beside(book), what


@pytest.mark.parametrize("line", ["client list", "client add Beta", "init"])
def test_a_pipe_is_not_waited_for(kam_book, line):
    """In a process of its own, under a time limit: a command that opened the pipe would hang."""
    BAD["a pipe"][0](kam_book)
    done = subprocess.run([*KAM, *line.split()], capture_output=True, text=True, timeout=60)
    assert done.returncode == 6 and one_line(done.stderr)
