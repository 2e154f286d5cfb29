"""The few ways in which a command can fail, each with the exit code that scripts rely on."""

from __future__ import annotations


class Stopped(BaseException):
    """A signal asks a command to end (see `kam_cli.entry`): its ``number``, and the ``word`` for it.

    ``came`` is the one that this process got: it counts also where a callback of SQLite has swallowed the exception.
    """

    came: Stopped | None = None

    def __init__(self, number: int, word: str) -> None:
        super().__init__(word)
        self.number = number
        self.word = word
        self.is_told = False

    def line(self, is_saved: bool) -> str:
        """What is said of it."""
        return f"{self.word}{f'; {SAVED}' if is_saved else ''}."


SAVED = "what was asked is done and saved"


class KamError(Exception):
    """Refused by a rule, or failed (exit 1).

    ``str(error)`` is one line that says what is wrong, where, and what to do; ``details`` are further
    lines (candidates, bad rows) which are printed below it, indented.
    """

    code = 1

    def __init__(self, message: str, details: list[str] | None = None) -> None:
        super().__init__(message)
        self.details = details or []


class BadValue(KamError):
    """Wrong usage, or a value that cannot be read for certain (exit 2)."""

    code = 2


def named(label: str, error: BadValue) -> BadValue:
    """The same refusal, led by the parameter that it is about (``--due``), unless it is already."""
    return error if str(error).startswith(label) else BadValue(f"{label}: {error}", error.details)


class NotFound(KamError):
    """What was named is not in the book (exit 3)."""

    code = 3


class Ambiguous(KamError):
    """Several records match, or a new one looks like an old one (exit 4)."""

    code = 4


class Cancelled(KamError):
    """A question was answered with no, or needs ``--yes`` where nobody can be asked (exit 5)."""

    code = 5


class NoBook(KamError):
    """There is no book, or it is locked, damaged, foreign, or from a newer kam (exit 6)."""

    code = 6
