"""Every failure in one line and an exit code: kam refuses, SQLite does, the system, or a mistake of ours."""

from __future__ import annotations

from kam_cli.errors import SAVED, KamError, Stopped

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from kam_cli.command import Context

LONGEST = 1000  # characters of a message
# What became of a change: none was made, it is saved, or the disk failed when the way back had gone.
KEPT = {False: "nothing was changed", True: SAVED, None: "whether it was kept shows: kam history"}


def failed(error: BaseException, debug: bool, c: Context | None = None) -> int:
    """Say in one line what went wrong, and give the exit code. Re-raises what is no failure of a command.

    ``c`` tells which book it was, and whether the change was committed before.
    """
    saved = False if c is None or c._book is None else c._book.saved
    if isinstance(error, KeyboardInterrupt) or Stopped.came:
        stopped = Stopped.came or Stopped(2, "interrupted")
        _tell(error, stopped.line(bool(saved)), [], 0, debug)
        stopped.is_told = True
        return 128 + stopped.number
    if isinstance(error, FileNotFoundError) and not error.filename:
        error = _missing(error)
    if isinstance(error, OSError) and not error.filename:
        from kam_cli.output import drop_stdout

        drop_stdout()
        if isinstance(error, BrokenPipeError):
            return 0
    if not isinstance(error, Exception):
        raise error
    # The draft is gone, and what it said is in no history of a shell.
    written = (
        ["what was written:", *c.written.split("\n")] if c is not None and c.written and not saved else []
    )
    if isinstance(error, KamError):
        return _tell(error, str(error), error.details, error.code, debug, written)
    book = f"the book {c.db_path}" if c is not None else "the book"
    message, code = _outside(error, book, KEPT[saved])
    return _tell(error, message, [], code, debug, written)


def _missing(error: FileNotFoundError) -> Exception:
    """What is not there where no file was named: the folder that the command was started in, or one for what is kept
    for a moment."""
    import os

    if "temporary" in str(error):
        return KamError("there is no folder for temporary files. Name one that can be written: TMPDIR=…")
    try:
        os.getcwd()
    except OSError:
        return KamError(
            "the folder you are in is gone, so no file can be named from here. Change to another: cd"
        )
    return error


def _outside(error: Exception, book: str, kept: str) -> tuple[str, int]:
    """The line and exit code for what is no refusal of kam; ``kept`` says what became of the change."""
    import sqlite3

    if isinstance(error, sqlite3.Error):
        return _sqlite(error, book, kept)
    if isinstance(error, OSError):
        where = f"{error.filename} cannot be used" if error.filename else "the output could not be written"
        return f"{f'{SAVED}, but ' if kept == SAVED else ''}{where}: {error.strerror or error}", 1
    return f"a mistake in kam itself ({type(error).__name__}: {error}); {kept}. --debug shows where", 1


def _sqlite(error: sqlite3.Error, book: str, kept: str) -> tuple[str, int]:
    import sqlite3

    text, kind = str(error), getattr(error, "sqlite_errorname", None) or ""
    if "locked" in text or "busy" in text:
        return f"{book} is in use by another program and did not come free in time. Try again", 6
    if kept == KEPT[None]:
        return f"the disk failed at the last step of the change ({text}); {kept}. Then try: kam check", 1
    if kind.startswith("SQLITE_IOERR") and "LOCK" in kind:
        return f"{book} cannot be locked ({text}); {kept}. Keep it on a disk of this machine", 6
    if kind.startswith("SQLITE_IOERR") and kind.endswith(("IOERR", "WRITE", "FSYNC", "TRUNCATE", "DELETE")):
        return f"the disk did not take the change ({text}); {kept}. See to the disk and try again", 1
    if kind == "SQLITE_READONLY_DBMOVED":
        return f"{book} was replaced while this command waited for it; {kept}. Try again", 6
    if any(
        words in text for words in ("malformed", "not a database", "disk I/O", "vtable constructor failed")
    ):
        return f"{book} cannot be read ({text}). Try: kam check, then kam restore", 6
    if "readonly" in text or "unable to open" in text:
        return f"{book} cannot be written ({text}). Check the owner and mode of the file and its folder", 6
    if "full" in text:
        return f"the disk is full; {kept}. Free some space and try again", 1
    if isinstance(error, sqlite3.IntegrityError):
        return f"refused by a rule of the book ({text}); {kept}", 1
    return f"SQLite refused: {text}; {kept}. --debug shows where", 1


def _tell(
    error: BaseException,
    message: str,
    details: list[str],
    code: int,
    debug: bool,
    written: Sequence[str] = (),
) -> int:
    from kam_cli.output import say

    if debug:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            say(line)
    say(f"kam: {_short(message)}")
    for line in (*map(_short, details), *written):
        say(f"  {line}")
    return code


def _short(line: str) -> str:
    """The line with its middle left out where what was typed, or stands in a file, makes it endless."""
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"
