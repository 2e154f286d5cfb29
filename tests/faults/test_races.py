"""Sixteen commands at the same instant where there is no book yet, or an old one: one does the work, none
fails.
"""

from __future__ import annotations

import os
import shutil

from faultkit import KAM, ask, faults, figure, kam, old_book, script, start, times

from kam_cli.migrations import STEPS

CROWD = 16
ROUNDS = times(2, 50)
OLDER = (1, 3)  # how many steps the old books lack


def rush(commands: list[list[str]], **env: str) -> list[tuple[int, str, str]]:
    """Exit code, stdout and stderr of commands that are let go at one moment."""
    ready, go = os.pipe()
    gate = ["sh", "-c", 'read line; exec "$0" "$@" </dev/null', *KAM]
    everyone = [start(*argv, program=gate, stdin=ready, env={**os.environ, **env}) for argv in commands]
    os.close(ready)
    os.write(go, b"\n" * len(commands))
    os.close(go)
    spoken = [one.communicate() for one in everyone]
    return [
        (p.returncode, out.decode(), err.decode()) for p, (out, err) in zip(everyone, spoken, strict=True)
    ]


def test_sixteen_inits_make_one_book(nobook, tmp_path):
    for number in range(ROUNDS):
        book = tmp_path / f"new{number}" / "book.db"
        ended = rush([["init", "--db", str(book)]] * CROWD)
        assert [code for code, _, _ in ended] == [0] * CROWD, ended
        said = sorted(out for _, out, _ in ended)
        assert said[0].startswith("started the book")
        assert said[1:] == [f"there is a book already: {book}\n"] * (CROWD - 1)
        assert sorted(os.listdir(book.parent)) == ["book.db", "book.db.lock"]
        assert ask(book, "SELECT count(*) FROM stages") == [(10,)]
        assert not faults(book)
    figure(f"{CROWD} `kam init` at once", f"{ROUNDS} times", "one creates, the others say so, 0 errors")


def test_sixteen_first_commands_migrate_an_old_book_once(nobook, tmp_path):
    """Books that lack the last step, and such that lack several, in turn."""
    for lacks in OLDER:
        old_book(tmp_path / f"lacks{lacks}.db", lacks)
    for number in range(ROUNDS):
        book = tmp_path / f"old{number}" / "book.db"
        book.parent.mkdir()
        shutil.copy(tmp_path / f"lacks{OLDER[number % len(OLDER)]}.db", book)
        half = CROWD // 2
        ended = rush(
            [["client", "add", f"Firm {n}"] for n in range(half)] + [["client", "list"]] * half,
            KAM_DB=str(book),
        )
        assert [code for code, _, _ in ended] == [0] * CROWD, ended
        applied = [name for (name,) in ask(book, "SELECT name FROM _sqlite_migrations ORDER BY id")]
        assert applied == [step.removesuffix(".sql") for step in STEPS]
        assert ask(book, "SELECT count(*) FROM clients") == [(half,)]
        assert len(os.listdir(book.parent / "backups")) == 1
        assert not faults(book)
    figure(
        f"{CROWD} first commands on a book of an older kam", f"{ROUNDS} times",
        "each step applied once, one backup, 0 errors",
    )  # fmt: skip


def test_a_migration_that_was_killed_is_done_by_the_next_command(nobook, tmp_path):
    old_book(tmp_path / "book.db")
    killed = script(
        "import os, sys\n"
        "from kam_cli import journal\n"
        "journal.build_triggers = lambda book: os.kill(os.getpid(), 9)\n"
        "from kam_cli.book import Book\n"
        "Book.open(sys.argv[1])",
        str(tmp_path / "book.db"),
    )
    assert killed.returncode == -9
    done = kam("client", "add", "Acme", "--db", str(tmp_path / "book.db"))
    assert (done.returncode, done.stderr) == (0, "")
    assert not faults(tmp_path / "book.db")


def test_a_journal_left_by_a_lost_book_does_not_harm_a_new_one(kam, tmp_path):
    """Who removes a book that was being written, and starts a new one, gets the new one."""
    for number in range(40):
        kam(f"task add 'call {number} {'x' * 900}'")
    left = script(
        "import os, sys\n"
        "from kam_cli.book import Book\n"
        "book = Book.open(sys.argv[1])\n"
        "with book.write(['x']):\n"
        "    book.conn.execute('PRAGMA cache_spill = 1'); book.conn.execute('PRAGMA cache_size = 1')\n"
        "    for n in range(400): book.insert('tasks', {'title': 'x' * 900, 'title_key': 'x'})\n"
        "    os.kill(os.getpid(), 9)",
        str(kam.db),
    )
    assert left.returncode == -9
    assert os.path.getsize(f"{kam.db}-journal") > 512
    os.unlink(kam.db)
    kam("init")
    assert not faults(kam.db)
    assert kam.json("task list") == []
