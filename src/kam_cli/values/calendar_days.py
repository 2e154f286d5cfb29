"""Days said by their place in the calendar: 2026-03-15, 15.3., 15/03/2026, mar 15, 15 march 2026."""

from __future__ import annotations

import datetime as dt

from kam_cli.errors import BadValue
from kam_cli.values.tokens import is_number, quoted

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
UNITS = {
    "d": "d", "day": "d", "days": "d",
    "w": "w", "week": "w", "weeks": "w",
    "m": "m", "month": "m", "months": "m",
    "y": "y", "year": "y", "years": "y",
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2200

# A shape has one letter a word: d a number of one or two digits, y of four, e of eight, M a month's name.
_YEAR_FIRST = ("y-d-d", "y/d/d", "y.d.d")
_NUMERIC = ("d.d", "d.d.", "d/d", "d.d.y", "d/d/y", "d-d-y")
_NAMED = ("dM", "dMy", "d.M", "d.My", "d-M-y", "Md", "Mdy")
_SHORT_YEAR = ("d.d.d", "d/d/d", "d-d-d", "dMd", "d.Md", "d-M-d", "Mdd")


def named(word: str, names: list[str]) -> int | None:
    """The place, from 0, of the name that ``word`` is or begins, in three letters or more."""
    if len(word) < 3:
        return None
    return next((place for place, name in enumerate(names) if name.startswith(word)), None)


def calendar_day(words: list[str], order: str, text: str) -> tuple[int | None, int, int] | None:
    """The year (None where it is left out), month and day that the tokens say; None for another grammar.

    Of a numeric date the day stands first, or the month with ``order="mdy"``; a date with its year that can
    be read in one way only is read in that way. Raises BadValue, quoting ``text``, for a two-digit year and
    for a day that no calendar has.
    """
    shape = "".join(map(_letter, words))
    if shape in _SHORT_YEAR:
        raise BadValue(f"date {quoted(text)} has a two-digit year: write all four digits")
    numbers = [int(word) for word in words if is_number(word)]
    year = numbers[-1] if shape.endswith("y") else None
    if shape == "e":
        year, month, day = numbers[0] // 10000, numbers[0] // 100 % 100, numbers[0] % 100
    elif shape in _YEAR_FIRST:
        year, month, day = numbers
    elif shape in _NAMED:
        day = numbers[0]
        month = next(place for word in words if (place := named(word, MONTHS)) is not None) + 1
    elif shape in _NUMERIC:
        first, second = numbers[:2]
        month_first = order == "mdy"
        if year is not None and (first if month_first else second) > 12:
            month_first = not month_first
        month, day = (first, second) if month_first else (second, first)
    else:
        return None
    _check(year, month, day, text)
    return year, month, day


def _letter(word: str) -> str:
    if is_number(word):
        return {1: "d", 2: "d", 4: "y", 8: "e"}.get(len(word), "?")
    return "M" if named(word, MONTHS) is not None else word if word in (".", "/", "-") else "?"


def _check(year: int | None, month: int, day: int, text: str) -> None:
    if year is not None:
        check_year(year, text)
    if not 1 <= month <= 12:
        raise BadValue(f"date {quoted(text)} has no month {month}: write it like 2026-03-15 or 15 mar")
    try:
        dt.date(year or 2000, month, day)
    except ValueError:
        which = f"{MONTHS[month - 1].capitalize()}{f' {year}' if year else ''}"
        raise BadValue(f"date {quoted(text)} is not in the calendar: {which} has no day {day}") from None


def check_year(year: int, text: str) -> None:
    """Raises BadValue outside 1900-2200, where a typing error is likelier than a date."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadValue(
            f"date {quoted(text)} is in the year {year}: only {FIRST_YEAR} to {LAST_YEAR} are read"
        )
