"""A time of day at the end of what a person typed: 15:00, 3pm, 3:30 pm, at 15:00."""

from __future__ import annotations

import datetime as dt

from kam_cli.errors import BadValue
from kam_cli.values.tokens import is_number, quoted


def split_time(words: list[str], text: str) -> tuple[list[str], dt.time | None]:
    """The tokens before the time of day, and the time; all of them and None where no time is at the end.

    Minutes have two digits; ``12am`` is midnight and ``12pm`` noon. Raises BadValue for a time that is not on
    the clock, quoting ``text``.
    """
    half = words[-1] if words and words[-1] in ("am", "pm") else ""
    rest = words[:-1] if half else words
    start = len(rest) - 1
    while start >= 2 and rest[start - 1] == ":" and len(rest) - start < 5:
        start -= 2
    numbers = rest[start::2]
    if start < 0 or not (half or len(numbers) > 1):
        return words, None
    well_formed = all(map(is_number, numbers)) and len(numbers[0]) <= 2
    if not well_formed or any(len(number) != 2 for number in numbers[1:]):
        raise _bad(text)
    hour, minute, second = [*map(int, numbers), 0, 0][:3]
    if half:
        if not 1 <= hour <= 12:
            raise _bad(text)
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise _bad(text)
    before = rest[:start]
    if before and (before[-1] == "at" or (before[-1] == "t" and len(before) == 6)):
        before = before[:-1]
    return before, dt.time(hour, minute, second)


def _bad(text: str) -> BadValue:
    return BadValue(f"no such time of day in {quoted(text)}: write it like 15:00 or 3:30pm")
