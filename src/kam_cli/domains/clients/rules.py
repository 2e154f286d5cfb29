"""What may stand on a card of a client or a contact, and how its dates and its rhythm are said."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.text import nfc, safe
from kam_cli.values.tokens import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime

LONGEST_NAME = 500
LONGEST_HANDLE = 40
LONGEST_DETAIL = 2000
SOON = 45  # days before a birthday from which on it is counted down
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Soft hyphen, zero-width space, word joiner, byte order mark: they come with a pasted name and mean nothing.
_PASTED = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))


def check_name(name: str) -> str:
    """A name of one line as it is stored.

    Raises BadValue for one that is longer than 500 characters, holds control or turning characters, or would
    be read as a record's number (``#12``).
    """
    # What a mark kept apart is composed once it has gone.
    name = nfc(" ".join(name.translate(_PASTED).split()))
    if not name:
        raise BadValue("it is empty; type a name")
    if safe(name) != name:
        raise BadValue(f"{quoted(name)} holds a character that cannot be seen; leave it out")
    if len(name) > LONGEST_NAME:
        raise BadValue(f"a name of {len(name)} characters; at most {LONGEST_NAME}, the rest is a --note")
    if name[0] == "#" and name[1:].isdigit():
        raise BadValue(f"{quoted(name)} would be read as a number; write a name")
    return name


def check_handle(handle: str) -> str:
    """A handle as it is stored, in lower case. Raises BadValue for what cannot be typed or is a number."""
    plain = handle.replace("-", "")
    if not (plain.isascii() and plain.isalnum()) or plain.isdigit() or handle[0] == "-":
        raise BadValue(
            f"{quoted(handle)} is no handle; use letters, digits and '-', with a letter among them"
        )
    if len(handle) > LONGEST_HANDLE:
        raise BadValue(f"{quoted(handle)} is too long for a handle; at most {LONGEST_HANDLE} characters")
    return handle.lower()


def say_counts(counts: dict[str, int]) -> str:
    """``1 deal, 2 open tasks`` of counts by plural noun."""
    return ", ".join(f"{n} {name if n != 1 else name.removesuffix('s')}" for name, n in counts.items())


def say_day(value: str) -> str:
    """``12 Jun 1985`` of ``1985-06-12``, ``12 Jun`` of ``--06-12``."""
    year = "" if value.startswith("--") else f" {value[:4]}"
    return f"{int(value[-2:])} {MONTHS[int(value[-5:-3]) - 1]}{year}"


def say_birthday(value: str, today: datetime.date) -> str:
    """``12 Jun 1985 (40)``, and from 45 days before on how soon: ``12 Jun 1985 (40), 41 in 12 days``."""
    from kam_cli.values.dates import age_on, next_anniversary

    age = age_on(value, today)
    day = next_anniversary(value, today)
    ahead = (day - today).days
    parts = say_day(value) + (f" ({age})" if age is not None else "")
    if ahead > SOON:
        return parts
    turning = age_on(value, day)
    soon = say_distance(ahead)
    return f"{parts}, {turning} {soon}" if turning is not None and ahead else f"{parts}, {soon}"


def say_distance(days: int) -> str:
    """``today``, ``tomorrow``, ``in 12 days``, ``yesterday``, ``12 days ago``."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")


def say_rhythm(cadence_days: int | None, due: datetime.date | None, today: datetime.date) -> str:
    """``every 3w, due Fri 2026-03-20 (in 2 days)``, ``overdue since …``, or ``none agreed``."""
    from kam_cli.values.dates import echo_day
    from kam_cli.values.spans import format_every

    if cadence_days is None:
        return "none agreed"
    rhythm = f"every {format_every(cadence_days)}"
    if due is None:
        return rhythm
    ahead = (due - today).days
    word = "due" if ahead >= 0 else "overdue since"
    return f"{rhythm}, {word} {echo_day(due)} ({say_distance(ahead)})"
