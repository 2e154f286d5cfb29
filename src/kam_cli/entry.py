"""The program: from its first line to its last a signal is answered in one line, and by the exit that shells expect.

An interrupt ends in 130. SIGTERM and SIGHUP end the process as they would without kam, once what was not saved is
taken back. Before a command is at work, and at a second signal, the end is at once; a change is all or nothing then too.
"""

import os
import sys

# `signal` would load `enum` first.
from _signal import SIG_DFL, SIG_IGN, SIGHUP, SIGINT, SIGTERM, getsignal, signal  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

WORDS = {SIGINT: "interrupted", SIGTERM: "stopped by SIGTERM", SIGHUP: "stopped by SIGHUP"}
state = "starting"  # then: working, stopping, over


def answer(number: int, frame: object) -> None:
    """The handler: raises Stopped in a command at work."""
    global state
    if state == "working":
        from kam_cli.errors import Stopped

        state, Stopped.came = "stopping", Stopped(number, WORDS[number])
        raise Stopped.came
    if state != "over":
        leave(number, f"kam: {WORDS[number]}.\n")


for _number in WORDS:
    if getsignal(_number) != SIG_IGN:  # as nohup and a shell's `&` leave it
        signal(_number, answer)


def run() -> int:
    """Run the command line of this process; gives its exit code."""
    global state
    from kam_cli.__main__ import main
    from kam_cli.errors import Stopped

    sys.unraisablehook = _unraisable
    code = 0
    try:
        state = "working"
        code = main()
        state = "over"
    except Stopped:
        pass  # before or after the command, or while a failure was told
    if Stopped.came:
        leave(Stopped.came.number, "" if Stopped.came.is_told else f"kam: {Stopped.came.line(_saved())}\n")
    # Ending, Python gives handled signals their default meaning back: what is done would look as if it were not.
    for number in WORDS:
        signal(number, SIG_IGN)
    return code


def leave(number: int, line: str) -> "NoReturn":
    """End now, as the signal has it."""
    try:  # noqa: SIM105 - to load contextlib here would take longer than the end
        os.write(2, line.encode())
    except OSError:
        pass
    if number == SIGINT:
        os._exit(130)  # what is still to be printed nobody wants, and a pipe may not take
    signal(number, SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(128 + number)


def _saved() -> bool:
    """Whether a change was committed."""
    book = sys.modules.get("kam_cli.book")
    return book is not None and book.Write.commits > 0


def _unraisable(what: "sys.UnraisableHookArgs") -> None:
    """A signal that fell into a destructor is known by `Stopped.came`; nothing is said of it here."""
    if type(what.exc_value).__name__ != "Stopped":
        sys.__unraisablehook__(what)
