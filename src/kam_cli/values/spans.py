"""Spans people agree on: a rhythm of contact, the minutes of a call, a percentage, how a task comes back."""

from __future__ import annotations

import datetime as dt

from kam_cli.errors import BadValue
from kam_cli.values.calendar_days import UNITS, WEEKDAYS, named
from kam_cli.values.tokens import cleaned, is_number, quoted, tokens

LONGEST_DAYS = 3660
_DAYS = {"y": 365, "m": 30, "w": 7, "d": 1}
_RHYTHMS = {"daily": 1, "weekly": 7, "monthly": 30, "quarterly": 91, "yearly": 365}
_REPEATS = {"daily": "1d", "weekly": "1w", "monthly": "1m", "quarterly": "3m", "yearly": "1y"}
_MOST = {"d": 3660, "w": 520, "m": 120, "y": 10}
_CLOCK = {
    "h": "h", "hour": "h", "hours": "h",
    "m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    ":": ":", ".": ".", ",": ".",
}  # fmt: skip


def parse_every(text: str) -> int:
    """Days, 1-3660, of ``3w``, ``2 weeks``, ``10d``, ``monthly`` or ``10``; a month is 30 days, a year 365.

    Raises BadValue.
    """
    match tokens(cleaned(text, "rhythm")):
        case [word] if word in _RHYTHMS:
            days = _RHYTHMS[word]
        case [number] if is_number(number):
            days = int(number)
        case [number, unit] if is_number(number) and unit in UNITS:
            days = int(number) * _DAYS[UNITS[unit]]
        case _:
            raise BadValue(f"cannot read the rhythm {quoted(text)}: write it like 3w, 10d, 2m or quarterly")
    if not 1 <= days <= LONGEST_DAYS:
        raise BadValue(f"rhythm {quoted(text)} is out of range: 1 to {LONGEST_DAYS} days")
    return days


def format_every(days: int) -> str:
    """The days in their largest whole unit, as it reads back: 365 ``1y``, 60 ``2m``, 21 ``3w``, 8 ``8d``."""
    unit = next(unit for unit, size in _DAYS.items() if days % size == 0)
    return f"{days // _DAYS[unit]}{unit}"


def parse_minutes(text: str) -> int:
    """Minutes, 0-1440, of ``45``, ``45m``, ``1h``, ``1h30``, ``1:30`` or ``1.5h``. Raises BadValue."""
    words = tokens(cleaned(text, "duration"))
    shape = "".join("n" if is_number(word) else _CLOCK.get(word, "?") for word in words)
    numbers = [int(word) for word in words if is_number(word)]
    minutes = None
    if shape in ("n", "nm"):
        minutes = numbers[0]
    elif shape == "nh":
        minutes = numbers[0] * 60
    elif shape == "n.nh":
        minutes, rest = divmod(int(words[0] + words[2]) * 60, 10 ** len(words[2]))
        if rest:
            raise BadValue(f"duration {quoted(text)} is no whole number of minutes: write it like 1h20")
    elif shape in ("nhn", "nhnm", "n:n") and numbers[1] < 60 and (len(words[2]) == 2 or "h" in shape):
        minutes = numbers[0] * 60 + numbers[1]
    if minutes is None:
        raise BadValue(f"cannot read the duration {quoted(text)}: write it like 45, 1h30, 1:30 or 1.5h")
    if minutes > 1440:
        raise BadValue(f"duration {quoted(text)} is out of range: 0 to 1440 minutes")
    return minutes


def parse_percent(text: str) -> int:
    """Whole percents, 0-100, of ``40`` or ``40%``. Raises BadValue."""
    number = cleaned(text, "percentage").removesuffix("%").rstrip()
    if not is_number(number):
        raise BadValue(f"cannot read the percentage {quoted(text)}: write a whole number such as 40")
    if int(number) > 100:
        raise BadValue(f"percentage {quoted(text)} is out of range: 0 to 100")
    return int(number)


def parse_repeat(text: str) -> str:
    """A rule in its one spelling: ``3d``, ``2w``, ``1m``, ``1y``, ``mon,thu`` or ``monthly on 15``.

    Reads ``every 2 weeks``, ``week``, ``quarterly``, ``weekdays`` and ``Thursday and Monday`` too; ten years
    are the longest step, and here a month is a month of the calendar. Raises BadValue.
    """
    words = [word for word in tokens(cleaned(text, "repetition")) if word not in (",", "and")]
    if words and words[0] == "every":
        del words[0]
    days = {named(word, WEEKDAYS) for word in words}
    match words:
        case [word] if word in _REPEATS:
            return _REPEATS[word]
        case ["weekdays"]:
            return "mon,tue,wed,thu,fri"
        case [unit] if unit in UNITS:
            return f"1{UNITS[unit]}"
        case [number, unit] if is_number(number) and unit in UNITS:
            letter = UNITS[unit]
            if not 1 <= int(number) <= _MOST[letter]:
                raise BadValue(
                    f"repetition {quoted(text)} is out of range: 1{letter} to {_MOST[letter]}{letter}"
                )
            return f"{int(number)}{letter}"
        case ["monthly", "on", number] if is_number(number) and 1 <= int(number) <= 31:
            return f"monthly on {int(number)}"
        case [_, *_] if None not in days:
            return ",".join(name[:3] for day, name in enumerate(WEEKDAYS) if day in days)
    raise BadValue(
        f"cannot read the repetition {quoted(text)}: write it like 2w, 1m, mon,thu or monthly on 15"
    )


def next_repeat(rule: str, after: dt.date, anchor: dt.date | None = None) -> dt.date:
    """The first day of the series strictly after ``after``, and not before ``anchor``.

    ``anchor`` is a day of the series (by default ``after``) from which every step is counted, so that the end
    of a month does not drift: from 31 January, ``1m`` gives 28 February and then 31 March; from 29 February,
    ``1y`` gives 28 February in common years. Raises BadValue for a rule that :func:`parse_repeat` refuses,
    and where the calendar ends.
    """
    rule = parse_repeat(rule)
    anchor = after if anchor is None else anchor
    try:
        floor = max(after + dt.timedelta(1), anchor)
        if rule[0].isdigit():
            return _step(int(rule[:-1]), rule[-1], floor, anchor)
        if rule.startswith("monthly"):
            return _on_day_of_month(int(rule.split()[-1]), floor)
        wanted = rule.split(",")
        week = (floor + dt.timedelta(ahead) for ahead in range(7))
        return next(day for day in week if WEEKDAYS[day.weekday()][:3] in wanted)
    except OverflowError:
        raise BadValue(f"repetition {quoted(rule)} leaves the calendar after {after.isoformat()}") from None


def _step(count: int, unit: str, floor: dt.date, anchor: dt.date) -> dt.date:
    """The first day from ``floor`` on that is a whole number of steps after ``anchor``."""
    if unit in "dw":
        size = count * _DAYS[unit]
        return anchor + dt.timedelta(-((anchor - floor).days // size) * size)
    from kam_cli.values.dates import add_months

    size = count * (12 if unit == "y" else 1)
    steps = ((floor.year - anchor.year) * 12 + floor.month - anchor.month) // size
    day = add_months(anchor, steps * size)
    return day if day >= floor else add_months(anchor, (steps + 1) * size)


def _on_day_of_month(number: int, floor: dt.date) -> dt.date:
    from kam_cli.values.dates import add_months

    # January has all 31 days: every month is counted from there, and cut to its own last day.
    start = dt.date(floor.year, 1, number)
    day = add_months(start, floor.month - 1)
    return day if day >= floor else add_months(start, floor.month)
