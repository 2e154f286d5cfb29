"""The first step of reading a typed value: refuse the hopeless, then cut it into words, numbers and marks."""

from __future__ import annotations

from kam_cli.errors import BadValue

LONGEST = 60
_SPACES = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u2009\u200a\u202f", " "))


def quoted(text: str) -> str:
    """The input as an error shows it: quoted, at most 40 characters of it, control characters escaped."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


def cleaned(text: str, what: str) -> str:
    """``text`` without outer spaces, every kind of space inside a plain one.

    ``what`` names the value in the error. Raises BadValue when nothing is left, when it is longer than
    60 characters, and for digits other than 0-9 (which ``int()`` would read without a word).
    """
    if len(text) > LONGEST:
        raise BadValue(f"{what} {quoted(text)} is too long: write at most {LONGEST} characters")
    clean = text.translate(_SPACES).strip()
    if not clean:
        raise BadValue(f"{what} is empty")
    if not clean.isascii() and any(c.isnumeric() and not c.isascii() for c in clean):
        raise BadValue(f"{what} {quoted(text)} has unusual digits: write it with the digits 0-9")
    return clean


def tokens(clean: str) -> list[str]:
    """Runs of digits, lower-case runs of letters, and single marks; spaces part them and are dropped."""
    found: list[str] = []
    previous = " "
    for c in clean.lower():
        if found and ((c.isdigit() and previous.isdigit()) or (c.isalpha() and previous.isalpha())):
            found[-1] += c
        elif c != " ":
            found.append(c)
        previous = c
    return found


def is_number(token: str) -> bool:
    """Whether a token is a run of the digits 0-9."""
    return token.isascii() and token.isdigit()
