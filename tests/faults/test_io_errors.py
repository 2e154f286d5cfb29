"""The disk fails at one system call, or from one on: "saved" is never said of what is not there
afterwards, "nothing was changed" never of what is, and the book is sound as soon as the disk is, on which
the same command then does its work.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, product
from pathlib import Path
from typing import NamedTuple

import pytest
from faultkit import LONG, ask, content, faults, figure, kam, one_line

if shutil.which("strace") is None:
    pytest.skip("strace is not installed (apt-get install strace)", allow_module_level=True)

MARK = "mark " + "x" * 5000
SAVED = "what was asked is done and saved"


class Work(NamedTuple):
    """A command on the book in a folder, and whether what it does is there."""

    argv: Callable[[Path], list[str]]
    is_there: Callable[[Path], bool]
    failing: dict[
        str, tuple[tuple[str, ...], tuple[int, ...]]
    ]  # call → errors; which of its calls the short form takes
    stride: int = 1  # in the long form, each so many-th call
    is_once: bool = False  # where every further call would fail that has nothing to do with the disk


def logged(folder: Path) -> bool:
    return ask(folder / "book.db", "SELECT count(*) FROM interactions WHERE text = ?", (MARK,)) == [(1,)]


def restored(folder: Path) -> bool:
    return content(folder / "book.db") == content(folder / "old.db")


def copied(folder: Path) -> bool:
    copy = folder / "copy.db"
    return (
        copy.exists()
        and content(copy) == content(folder / "book.db")
        and not kam("check", str(copy)).returncode
    )


def begun(folder: Path) -> bool:
    return (folder / "new" / "book.db").exists()


def set_up(folder: Path) -> bool:
    return (folder / "config.toml").exists() and "mdy" in (folder / "config.toml").read_text()


ERRORS = ("EIO", "ENOSPC")
MOST = 400  # no command makes so many calls of one kind
WORKS = {
    "log": Work(
        lambda folder: ["log", "call", "acme", MARK],
        logged,
        {
            "pwrite64": (ERRORS, (1, 2, 30, 50)),
            "fdatasync": (("EIO",), (1, 2, 3, 4, 5)),
            "unlink": (("EIO", "EROFS"), (1,)),
            "openat": (("EIO", "EMFILE"), (1, 2, 3, 4)),
            "pread64": (("EIO",), (1, 20)),
            "fcntl": (("EIO",), (1, 9, 31)),
            "flock": (("EIO",), (1,)),
        },
    ),
    "init": Work(
        lambda folder: ["init", "--db", str(folder / "new" / "book.db")],
        begun,
        {
            "pwrite64": (ERRORS, (1, 60)),
            "fdatasync": (("EIO",), (1, 7)),
            "fsync": (("EIO",), (1, 2)),
            "rename": (("EIO",), (1,)),
            "mkdir": (("ENOSPC",), (1,)),
            "unlink": (("EIO",), (1,)),
        },
        stride=7,
    ),
    "backup": Work(
        lambda folder: ["backup", str(folder / "copy.db")],
        copied,
        {
            "pwrite64": (ERRORS, (1, 9)),
            "write": (ERRORS, (1,)),
            "fsync": (("EIO",), (1, 2, 3, 4)),
            "linkat": (("EIO", "EPERM"), (1,)),
            "ftruncate": (("EIO",), (1,)),
        },
        stride=7,
    ),
    "restore": Work(
        lambda folder: ["restore", str(folder / "old.db"), "--yes"],
        restored,
        {
            "write": (ERRORS, (1,)),
            "fsync": (("EIO",), (1, 2, 3)),
            "link": (("EIO", "EPERM"), (1,)),
            "rename": (("EIO",), (1,)),
        },
    ),
    "config": Work(
        lambda folder: ["config", "set", "date_order", "mdy"],
        set_up,
        {"write": (ERRORS, (1,)), "fsync": (("EIO",), (1, 2)), "rename": (("EIO",), (1,))},
        is_once=True,
    ),
}


def watched(folder: Path) -> list[str]:
    """The paths at which a call fails, as words for strace."""
    names = [
        folder,
        folder.parent,
        *(
            folder / name
            for name in (
                "backups",
                "new",
                "copy.db",
                ".copy.db.kam.part",
                ".copy.db.kam.part-journal",
                "old.db",
            )
        ),
        *(
            folder / f"book.db{end}"
            for end in ("", "-journal", ".lock", ".restore.part", ".restore.part-journal")
        ),
        *(folder / "new" / f"book.db{end}" for end in ("", ".new", ".new-journal", ".lock")),
        folder / "config.toml",
    ]
    return [word for name in names for word in ("-P", str(name))]


def inject(folder: Path, call: str, error: str, when: str, argv: list[str]):
    """Run a command of which one call fails (``3+``: the third and on); gives what it did, and whether one failed."""
    log = folder.with_name("strace.log")
    fault = f"inject={call}:error={error}:when={when}"
    # What is written under a random name (the settings) is watched by its call alone.
    paths = [] if argv[0] == "config" else watched(folder)
    done = kam(
        *argv, before=["strace", "-f", "-qq", "-o", str(log), *paths, "-e", f"trace={call}", "-e", fault]
    )
    return done, "(INJECTED)" in log.read_text()


def judge(work: Work, folder: Path, done, before: str) -> str:
    """What is wrong after a failure, in a word."""
    is_there, after = work.is_there(folder), content(folder / "book.db")
    if (done.returncode == 0 or SAVED in done.stderr) and not is_there:
        return "lost"
    if "nothing was changed" in done.stderr and (is_there or after != before):
        return "denied"
    if after != before and not is_there:
        return "half done"
    if left := [name for name in os.listdir(folder) if name.endswith((".part", ".new"))]:
        return f"{left} left"
    return "; ".join(faults(folder / "book.db"))


def attempt(
    source: Path, folder: Path, work: Work, call: str, error: str, when: str
) -> tuple[str, str] | None:
    """What a command that failed so said, and what is wrong then; None where no call was left to fail."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    before = content(folder / "book.db")
    argv = work.argv(folder)
    done, fired = inject(folder, call, error, when, argv)
    if not fired:
        return None
    assert done.returncode in (0, 1, 6), done
    assert bool(done.stdout) == (done.returncode == 0), done
    assert not done.returncode or one_line(done.stderr), done
    wrong = judge(work, folder, done, before)
    if not wrong and not work.is_there(folder):
        again = kam(*argv)
        wrong = "" if again.returncode == 0 and work.is_there(folder) else f"and then: {again.stderr}"
    return done.stderr, wrong


@pytest.fixture
def source(kam_book, tmp_path, monkeypatch):
    """A folder with a book, and an older copy of it."""
    place, work = tmp_path / "source", tmp_path / "failing" / "work"
    place.mkdir()
    work.parent.mkdir()
    kam("backup", str(place / "old.db"))
    kam("log", "note", "acme", "later")
    shutil.copy(kam_book, place / "book.db")
    monkeypatch.setenv("KAM_DB", str(work / "book.db"))
    monkeypatch.setenv("KAM_CONFIG", str(work / "config.toml"))
    return place


@pytest.mark.parametrize("name", WORKS)
def test_what_is_said_holds_when_the_disk_fails(source, tmp_path, name):
    work, folder = WORKS[name], tmp_path / "failing" / "work"
    outcomes: dict[str, list[tuple]] = {}
    for call in work.failing:
        for error, way, numbers in ways(work, call):
            for number in numbers:
                outcome = attempt(source, folder, work, call, error, f"{number}{way}")
                if outcome is None:
                    break
                outcomes.setdefault(call, []).append((error, number, way, *outcome))
        assert call in outcomes, f"no {call} to fail"
    wrong = [(call, *one) for call, found in outcomes.items() for one in found if one[-1]]
    done = sum(1 for found in outcomes.values() for *_, stderr, _ in found if not stderr)
    figure(
        f"a system call of `kam {name}` fails, each in turn, once or from then on",
        f"{', '.join(f'{call} {len(found)}' for call, found in outcomes.items())}; {done} done all the same",
        f"{len(wrong)} said to be done and lost, denied and there, half done, or damaged",
    )
    assert not wrong


def ways(work: Work, call: str) -> Iterator[tuple[str, str, Iterable[int]]]:
    """With which error to fail, once ("") or from then on ("+"), and at which of the calls; the short form takes turns."""
    errors, some = work.failing[call]
    once_or_on = ("",) if work.is_once else ("", "+")
    if LONG:
        numbers = range(1, MOST, work.stride if call == "pwrite64" else 1) if len(some) > 1 else some
        yield from ((error, way, numbers) for error, way in product(errors, once_or_on))
    else:
        yield from zip(cycle(errors), cycle(once_or_on), ((number,) for number in some))
