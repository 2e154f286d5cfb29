"""Whatever was done is undone to the start and redone to the end, for every command that changes the book."""

from __future__ import annotations

import random
import shlex
import sqlite3
from collections import Counter
from collections.abc import Iterator

from faultkit import figure, times

import calls
from calls import run
from dump import dump
from kam_cli.book import Book


def state(db) -> str:
    book = Book.open(str(db))
    try:
        return dump(book)
    finally:
        book.close()


def begin_here(path) -> None:
    """Take from the commands so far what an undo could take back."""
    conn = sqlite3.connect(path)
    conn.execute("UPDATE commands SET kind = 'final'")
    conn.commit()
    conn.close()


def undoable(db) -> int:
    conn = sqlite3.connect(db)
    count = conn.execute("SELECT count(*) FROM commands WHERE kind = 'do' AND is_undone = 0").fetchone()[0]
    conn.close()
    return count


def one(argv: list[str]) -> None:
    code, out, err = run(argv)
    assert code == 0, f"kam {shlex.join(argv)}: {code}\n{out}{err}"


def test_every_sequence_of_commands_is_undone_and_redone(place, tmp_path, monkeypatch):
    verbs = calls.changing(place, monkeypatch)
    begin_here(place.kept)
    place.fresh()
    start = state(place.db)
    (tmp_path / "tables").mkdir()
    calling = calls.Calls(place.db, tmp_path / "tables", verbs)
    worked: Counter[str] = Counter()
    tried = times(len(verbs), 10_000)
    for seed in range(tried):
        place.fresh()
        calling.chance = random.Random(seed)
        said = [f"seed {seed}"]
        try:
            for number, verb in enumerate(sequence(verbs, seed, calling.chance)):
                # Each verb has the time it needs for a call that is not refused.
                for _ in range(1 if number else 40):
                    argv = calling.of(verb)
                    code, _, err = run(argv)
                    said.append(f"{code} kam {shlex.join(argv)}  {err.partition(chr(10))[0]}")
                    assert "Traceback" not in err and "a mistake in kam" not in err, err
                    if code == 0:
                        worked[verb.path] += 1
                        break
            back_and_forth(place.db, start)
        except AssertionError as error:
            raise AssertionError("\n".join([*said, str(error)])) from None
    assert not {verb.path for verb in verbs if not worked[verb.path]}, "these never worked"
    figure("undo all, redo all", f"{tried} random sequences of {worked.total()} commands", "0 differ")


def sequence(verbs: list, seed: int, chance: random.Random) -> Iterator:
    """The verbs of a sequence: one of them after the other begins it, undo and redo come in between."""
    undo, redo = (next(verb for verb in verbs if verb.path == path) for path in ("undo", "redo"))
    yield verbs[seed % len(verbs)]
    for _ in range(chance.randrange(8)):
        yield chance.choice(verbs)
        if chance.random() < 0.2:
            yield undo
            if chance.random() < 0.5:
                yield redo


def back_and_forth(db, start: str) -> None:
    end, count = state(db), undoable(db)
    if count:
        one(["undo", str(count), "--yes"])
    assert state(db) == start, "undone, it is not as it was"
    one(["check"])
    for _ in range(count):
        one(["redo"])
    assert state(db) == end, "redone, it is not as it was"
    one(["check"])


def test_what_cannot_be_undone_leaves_the_rest_sound(place, tmp_path, monkeypatch):
    """An erasure somewhere in a sequence: what does not touch the person is taken back, the rest is refused in a line."""
    verbs = calls.changing(place, monkeypatch)
    begin_here(place.kept)
    place.fresh()
    (tmp_path / "tables").mkdir()
    calling = calls.Calls(place.db, tmp_path / "tables", verbs)
    refused, tried = 0, times(12, 2_000)
    for seed in range(tried):
        place.fresh()
        calling.chance = chance = random.Random(seed)
        said = [f"seed {seed}"]
        lines = [calling.of(verb) for verb in chance.choices(verbs, k=chance.randrange(2, 9))]
        forget = [chance.choice(("client", "contact")), "forget", str(chance.randrange(1, 4)), "--yes"]
        lines.insert(chance.randrange(len(lines) + 1), forget + ["--texts"] * chance.randrange(2))
        for argv in lines:
            said.append(f"{run(argv)[0]} kam {shlex.join(argv)}")
        while undoable(place.db):
            code, _, err = run(["undo", "--yes"])
            said.append(f"{code} kam undo  {err}")
            assert "Traceback" not in err and "mistake" not in err and "refused by a rule" not in err, (
                "\n".join(said)
            )
            assert run(["check"])[:2] == (0, ""), "\n".join([*said, run(["check"])[1]])
            if code:
                refused += 1
                break
    figure("undo after an erasure", f"{tried} random sequences", f"0 unsound, {refused} refused")
