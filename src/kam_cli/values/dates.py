"""Days as people say them, the periods they lie in, and birthdays."""

from __future__ import annotations

import datetime as dt

from kam_cli.errors import BadValue
from kam_cli.values.calendar_days import UNITS, WEEKDAYS, calendar_day, check_year, named
from kam_cli.values.times import split_time
from kam_cli.values.tokens import cleaned, is_number, quoted, tokens

_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_ENDS = {"eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"}


def parse_day(text: str, today: dt.date, order: str = "dmy", prefer: str = "future") -> dt.date:
    """As :func:`parse_when`, where only a day is wanted: a time of day is refused."""
    day, at = parse_when(text, today, order, prefer)
    if at is not None:
        raise BadValue(f"{quoted(text)} has a time where a day is wanted: write the date alone")
    return day


def parse_when(
    text: str, today: dt.date, order: str = "dmy", prefer: str = "future"
) -> tuple[dt.date, dt.time | None]:
    """Read a day and, if one is said, a time of day.

    - ``2026-03-15``, ``20260315``; ``2026-03-15T15:00``. ISO is ISO whatever ``order`` says.
    - ``today``, ``yesterday``, ``tomorrow``; ``eow`` (Sunday), ``eom``, ``eoq``, ``eoy``: the last day of the
      running week, month, quarter, year.
    - ``+3d -2w +1m +1y``, ``in 2 weeks``, ``3 days ago``; a month from 31 January is the last of February.
    - ``next fri`` is the first Friday after today, ``last fri`` the last one before today; a bare ``fri`` is
      the one or the other by ``prefer`` ("future" or "past"). Today itself is none of them.
    - ``15 mar``, ``mar 15``, ``15.3.``, ``15/3``: the nearest such day by ``prefer``, today included.
      ``15 march 2026``, ``15.03.2026``, ``15/03/2026``: numbers are day first, or month first with
      ``order="mdy"``; with a year, a date that has one reading only is read so.
    - A weekday may stand before a date (``Fri 2026-11-27``) and must be right.
    - ``15:00``, ``3pm``, ``at 3:30pm`` after any of these, or alone for today.

    Names are English, whole or from three letters on. Raises BadValue for anything else, for two-digit years,
    days that do not exist and years outside 1900-2200.
    """
    day = _iso(text)
    if day is not None:
        return day, None
    words, at = split_time([word for word in tokens(cleaned(text, "date")) if word != ","], text)
    if not words and at is not None:
        return today, at
    try:
        day = (
            _by_name(words, today, prefer)
            or _by_distance(words, today)
            or _by_calendar(words, today, order, prefer, text)
        )
    except OverflowError:
        raise BadValue(f"date {quoted(text)} is too far away: write it like 2026-03-15") from None
    if day is None:
        raise BadValue(
            f"cannot read the date {quoted(text)}: write it like 2026-03-15, 15 mar, fri, +2w or tomorrow"
        )
    check_year(day.year, text)
    return day, at


def _iso(text: str) -> dt.date | None:
    """A well-formed ISO date, without the cost of the rest of the grammar."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not text.isascii():
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    check_year(day.year, text)
    return day


def _by_name(words: list[str], today: dt.date, prefer: str) -> dt.date | None:
    match words:
        case [word] if word in _NEAR:
            return today + dt.timedelta(_NEAR[word])
        case [word] if word in _ENDS:
            return period(today, _ENDS[word])[1] - dt.timedelta(1)
        case [word]:
            direction = "next" if prefer == "future" else "last"
        case ["next" | "last" as direction, word]:
            pass
        case _:
            return None
    weekday = named(word, WEEKDAYS)
    if weekday is None:
        return None
    if direction == "next":
        return today + dt.timedelta((weekday - today.weekday() - 1) % 7 + 1)
    return today - dt.timedelta((today.weekday() - weekday - 1) % 7 + 1)


def _by_distance(words: list[str], today: dt.date) -> dt.date | None:
    match words:
        case ["+" | "in", number, unit]:
            sign = 1
        case ["-", number, unit] | [number, unit, "ago"]:
            sign = -1
        case _:
            return None
    if not is_number(number) or unit not in UNITS:
        return None
    count = sign * int(number)
    letter = UNITS[unit]
    if letter in "dw":
        return today + dt.timedelta(count * (7 if letter == "w" else 1))
    return add_months(today, count * (12 if letter == "y" else 1))


def _by_calendar(words: list[str], today: dt.date, order: str, prefer: str, text: str) -> dt.date | None:
    weekday = named(words[0], WEEKDAYS) if words else None
    said = calendar_day(words if weekday is None else words[1:], order, text)
    if said is None:
        return None
    year, month, day = said
    if year is None:
        here = (today.month, today.day)
        year = today.year + ((month, day) < here if prefer == "future" else -((month, day) > here))
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise BadValue(f"{year} has no 29 February: write the year after {quoted(text)}") from None
    if weekday not in (None, found.weekday()):
        raise BadValue(
            f"{quoted(text)} does not fit together: that day is a {WEEKDAYS[found.weekday()].title()}"
        )
    return found


def add_months(day: dt.date, months: int) -> dt.date:
    """``day`` some months later or earlier, on the last day of the month where it has no such day.

    Raises OverflowError outside the years 1-9999.
    """
    from dateutil.relativedelta import relativedelta

    if abs(months) > 120_000:
        raise OverflowError
    try:
        moved: dt.date = day + relativedelta(months=months)
    except ValueError:
        raise OverflowError from None
    return moved


def echo_day(day: dt.date, at: dt.time | None = None) -> str:
    """What was understood, to be checked at a glance: ``Fri 2026-11-27``, ``Fri 2026-11-27 15:00``."""
    weekday = WEEKDAYS[day.weekday()][:3].title()
    return f"{weekday} {day.isoformat()}" + (f" {at.hour:02}:{at.minute:02}" if at is not None else "")


def echo_iso(day: str) -> str:
    """The same of a stored local date."""
    return echo_day(dt.date.fromisoformat(day))


def period(day: dt.date, kind: str) -> tuple[dt.date, dt.date]:
    """The first day of the day, week, month, quarter or year (``kind``) around ``day``, and of the next.

    Weeks are ISO weeks, from Monday.
    """
    if kind == "day":
        return day, day + dt.timedelta(1)
    if kind == "week":
        start = day - dt.timedelta(day.weekday())
        return start, start + dt.timedelta(7)
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    first = (day.month - 1) // months * months
    year, month = divmod(day.year * 12 + first + months, 12)
    return dt.date(day.year, first + 1, 1), dt.date(year, month + 1, 1)


def period_label(day: dt.date, kind: str) -> str:
    """``2026-11-27``, ``2026-W48``, ``2026-11``, ``2026-Q4`` or ``2026``; a week belongs to its ISO year."""
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if kind == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[kind]]


def parse_birthday(text: str, today: dt.date, order: str = "dmy") -> str:
    """Read a calendar date, with its year or without: ``YYYY-MM-DD`` or ``--MM-DD``.

    Takes the calendar dates of :func:`parse_when`, and ``--0315`` or ``--03-15`` as vCard writes them. Raises
    BadValue, also for a date after ``today``.
    """
    clean = cleaned(text, "birthday")
    if clean.startswith("--"):
        bare = clean[2:].replace("-", "", 1) if len(clean) == 7 and clean[4] == "-" else clean[2:]
        words = [bare[:2], "/", bare[2:]] if len(bare) == 4 else []
        order = "mdy"
    else:
        words = [word for word in tokens(clean) if word != ","]
    said = calendar_day(words, order, text)
    if said is None:
        raise BadValue(f"cannot read the birthday {quoted(text)}: write it like 1985-03-15 or 15 mar")
    year, month, day = said
    if year is None:
        return f"--{month:02}-{day:02}"
    if dt.date(year, month, day) > today:
        raise BadValue(f"birthday {quoted(text)} is in the future: write it like 1985-03-15 or 15 mar")
    return f"{year}-{month:02}-{day:02}"


def next_anniversary(value: str, today: dt.date) -> dt.date:
    """The first return of ``YYYY-MM-DD`` or ``--MM-DD`` on ``today`` or after it.

    29 February is kept on 28 February in common years. Raises BadValue for another form.
    """
    _, month, day = _parts(value)
    this = _in_year(today.year, month, day)
    return this if this >= today else _in_year(today.year + 1, month, day)


def age_on(value: str, day: dt.date) -> int | None:
    """Full years from ``YYYY-MM-DD`` to ``day``; None before it, or where ``value`` has no year."""
    year, month, day_of_month = _parts(value)
    if year is None or day < dt.date(year, month, day_of_month):
        return None
    return day.year - year - (day < _in_year(day.year, month, day_of_month))


def _parts(value: str) -> tuple[int | None, int, int]:
    try:
        date = dt.date.fromisoformat(f"2000{value[1:]}" if value.startswith("--") else value)
    except ValueError:
        raise BadValue(f"{quoted(value)} is not a birthday: write YYYY-MM-DD or --MM-DD") from None
    return (None if value.startswith("--") else date.year), date.month, date.day


def _in_year(year: int, month: int, day: int) -> dt.date:
    if (month, day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400)):
        day = 28
    return dt.date(year, month, day)
