"""The disk fails at one system call, or from one on: "saved" is never said of what is not there
afterwards, "nothing was changed" never of what is, and the book is sound as soon as the disk is.
"""

from __future__ import annotations

import shutil

import pytest
from faultkit import LONG, ask, content, faults, figure, kam, one_line

if shutil.which("strace") is None:
    pytest.skip("strace is not installed (apt-get install strace)", allow_module_level=True)

# What can fail, how, and at which of its calls to try the short version.
FAILING = {
    "pwrite64": (("EIO", "ENOSPC"), (1, 2, 30, 50)),
    "fdatasync": (("EIO",), (1, 2, 3, 4, 5)),
    "unlink": (("EIO", "EROFS"), (1,)),
    "openat": (("EIO", "EMFILE"), (1, 2, 3, 4)),
    "pread64": (("EIO",), (1, 20)),
    "fcntl": (("EIO",), (1, 9, 31)),
}


def inject(book, call: str, error: str, when: str, *argv: str):
    """Run a command of which one call on the book, its journal or folder fails (``3+``: the third and on)."""
    paths = [word for name in (book, f"{book}-journal", book.parent) for word in ("-P", str(name))]
    log = book.with_name("strace.log")
    strace = ["strace", "-f", "-qq", "-o", str(log), *paths, "-e", f"inject={call}:error={error}:when={when}"]
    done = kam(*argv, "--db", str(book), before=strace)
    return done, "(INJECTED)" in log.read_text()


def judge(book, mark: str, done, before: str) -> str:
    """What is wrong after a failure, in a word."""
    there = ask(book, "SELECT count(*) FROM interactions WHERE text = ?", (mark,))[0][0]
    if done.returncode == 0 and not there:
        return "lost"
    if done.returncode and ("nothing was changed" in done.stderr) and content(book) != before:
        return "denied"
    if not there and content(book) != before:
        return "half done"
    return "; ".join(faults(book))


def attempt(source, book, call: str, error: str, when: str) -> tuple[str, str] | None:
    """What a command that failed so said, and what is wrong then; None where no call was left to fail."""
    shutil.rmtree(book.parent, ignore_errors=True)
    book.parent.mkdir()
    shutil.copy(source, book)
    mark = "mark " + "x" * 5000
    done, fired = inject(book, call, error, when, "log", "call", "acme", mark)
    assert done.returncode in (0, 1, 6), done
    assert bool(done.stdout) == (done.returncode == 0), done
    assert not done.returncode or one_line(done.stderr), done
    return (done.stderr, judge(book, mark, done, content(source))) if fired else None


@pytest.mark.parametrize("call", FAILING)
def test_what_is_said_holds_when_the_disk_fails(kam_book, tmp_path, call):
    errors, some = FAILING[call]
    outcomes = []
    for error in errors:
        for suffix in ("", "+"):
            for number in range(1, 1000) if LONG else some:
                outcome = attempt(
                    kam_book, tmp_path / "failing" / "book.db", call, error, f"{number}{suffix}"
                )
                if outcome is None:
                    break
                outcomes.append((error, number, suffix, *outcome))
    wrong = [one for one in outcomes if one[-1]]
    saved = sum(1 for *_, stderr, _ in outcomes if not stderr)
    figure(f"`{call}` fails, each call in turn, once or from then on",
           f"{len(outcomes)} failures, {saved} changes saved all the same",
           f"{len(wrong)} said to be saved and lost, half done, or damaged")  # fmt: skip
    assert outcomes
    assert not wrong
