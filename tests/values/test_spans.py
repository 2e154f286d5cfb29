"""Rhythms, durations, percentages, and the days on which a task comes back."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_cli.errors import BadValue
from kam_cli.values.spans import (
    format_every,
    next_repeat,
    parse_every,
    parse_minutes,
    parse_percent,
    parse_repeat,
)

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2190, 12, 31))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3w", 21),
        ("3 W", 21),
        ("2 weeks", 14),
        ("1 week", 7),
        ("10d", 10),
        ("10", 10),
        ("1m", 30),
        ("6 months", 180),
        ("1y", 365),
        ("10 years", 3650),
        ("daily", 1),
        ("weekly", 7),
        ("monthly", 30),
        ("quarterly", 91),
        ("Yearly", 365),
        ("3660", 3660),
    ],
)
def test_a_rhythm_is_read(text: str, days: int) -> None:
    assert parse_every(text) == days


@pytest.mark.parametrize(
    ("days", "text"), [(21, "3w"), (30, "1m"), (60, "2m"), (365, "1y"), (10, "10d"), (91, "13w")]
)
def test_a_rhythm_is_shown_in_its_largest_whole_unit(days: int, text: str) -> None:
    assert format_every(days) == text


def test_every_rhythm_reads_back() -> None:
    assert all(parse_every(format_every(days)) == days for days in range(1, 3661))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45", 45),
        ("45m", 45),
        ("45 min", 45),
        ("45 minutes", 45),
        ("0", 0),
        ("1h", 60),
        ("2 hours", 120),
        ("1h30", 90),
        ("1h30m", 90),
        ("1 h 30 min", 90),
        ("1h05", 65),
        ("1:30", 90),
        ("0:45", 45),
        ("1.5h", 90),
        ("1,25 h", 75),
        ("24h", 1440),
    ],
)
def test_a_duration_is_read(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@given(st.integers(0, 1440))
@settings(deadline=None)
def test_every_duration_reads_exactly(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    for text in [
        f"{minutes}",
        f"{minutes}m",
        f"{hours}h{rest}",
        f"{hours}h {rest:02}m",
        f"{hours}:{rest:02}",
    ]:
        assert parse_minutes(text) == minutes
    if rest % 3 == 0:
        assert parse_minutes(f"{minutes / 60:.2f}h") == minutes


@pytest.mark.parametrize(("text", "percent"), [("40", 40), ("40%", 40), ("40 %", 40), ("0", 0), ("100", 100)])
def test_a_percentage_is_read(text: str, percent: int) -> None:
    assert parse_percent(text) == percent


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2w", "2w"),
        ("02 weeks", "2w"),
        ("every 2 weeks", "2w"),
        ("3d", "3d"),
        ("week", "1w"),
        ("every month", "1m"),
        ("1y", "1y"),
        ("daily", "1d"),
        ("weekly", "1w"),
        ("monthly", "1m"),
        ("quarterly", "3m"),
        ("yearly", "1y"),
        ("mon", "mon"),
        ("every Monday", "mon"),
        ("thu, mon", "mon,thu"),
        ("Thursday and Monday", "mon,thu"),
        ("thu mon thu", "mon,thu"),
        ("weekdays", "mon,tue,wed,thu,fri"),
        ("monthly on 15", "monthly on 15"),
    ],
)
def test_a_repetition_is_read(text: str, rule: str) -> None:
    assert parse_repeat(text) == rule
    assert parse_repeat(rule) == rule


@pytest.mark.parametrize(
    ("parse", "text", "hint"),
    [
        (parse_every, "0", "out of range: 1 to 3660 days"),
        (parse_every, "3661", "out of range"),
        (parse_every, "11y", "out of range"),
        (parse_every, "1.5w", "write it like 3w, 10d, 2m or quarterly"),
        (parse_every, "-3", "write it like 3w"),
        (parse_every, "fortnight", "cannot read the rhythm 'fortnight'"),
        (parse_every, "", "rhythm is empty"),
        (parse_minutes, "25h", "out of range: 0 to 1440 minutes"),
        (parse_minutes, "1441", "out of range"),
        (parse_minutes, "1.33h", "no whole number of minutes"),
        (parse_minutes, "1:5", "write it like 45, 1h30, 1:30 or 1.5h"),
        (parse_minutes, "1:75", "cannot read the duration"),
        (parse_minutes, "1h75", "cannot read the duration"),
        (parse_minutes, "1.5", "cannot read the duration"),
        (parse_minutes, "-45", "cannot read the duration"),
        (parse_minutes, "nm", "cannot read the duration"),
        (parse_minutes, "٤٥", "digits 0-9"),
        (parse_percent, "101", "out of range: 0 to 100"),
        (parse_percent, "40.5", "write a whole number such as 40"),
        (parse_percent, "-1", "write a whole number"),
        (parse_percent, "%", "cannot read the percentage"),
        (parse_repeat, "0d", "out of range: 1d to 3660d"),
        (parse_repeat, "11y", "out of range: 1y to 10y"),
        (parse_repeat, "monthly on 32", "write it like 2w, 1m, mon,thu or monthly on 15"),
        (parse_repeat, "mon-fri", "cannot read the repetition"),
        (parse_repeat, "every", "cannot read the repetition"),
        (parse_repeat, "10", "cannot read the repetition"),
        (parse_repeat, ",", "cannot read the repetition"),
    ],
)
def test_is_refused_with_a_hint(parse: Callable[[str], object], text: str, hint: str) -> None:
    with pytest.raises(BadValue, match=re.escape(hint)):
        parse(text)


@given(
    st.sampled_from([parse_every, parse_minutes, parse_percent, parse_repeat]),
    st.text() | st.text(alphabet="0123456789 .,:%hdwmyinevrtuo", max_size=12),
)
@settings(deadline=None, max_examples=500)
def test_any_text_is_read_or_a_bad_value(parse: Callable[[str], object], text: str) -> None:
    try:
        value = parse(text)
    except BadValue as refused:
        assert "\n" not in str(refused)
    else:
        assert isinstance(value, str) or 0 <= value <= 3660


def series(rule: str, anchor: dt.date, count: int) -> list[str]:
    days, day = [], anchor
    for _ in range(count):
        day = next_repeat(rule, day, anchor)
        days.append(day.isoformat())
    return days


@pytest.mark.parametrize(
    ("rule", "anchor", "expected"),
    [
        ("2w", "2026-12-25", "2027-01-08 2027-01-22"),
        ("3d", "2028-02-27", "2028-03-01 2028-03-04"),
        ("1m", "2026-01-31", "2026-02-28 2026-03-31 2026-04-30 2026-05-31"),
        ("1m", "2028-01-30", "2028-02-29 2028-03-30"),
        ("3m", "2026-11-30", "2027-02-28 2027-05-30"),
        ("1y", "2028-02-29", "2029-02-28 2030-02-28 2031-02-28 2032-02-29"),
        ("mon,thu", "2026-12-28", "2026-12-31 2027-01-04 2027-01-07"),
        ("sun", "2026-11-29", "2026-12-06"),
        ("monthly on 31", "2026-01-15", "2026-01-31 2026-02-28 2026-03-31"),
        ("monthly on 1", "2026-12-15", "2027-01-01 2027-02-01"),
    ],
)
def test_a_series(rule: str, anchor: str, expected: str) -> None:
    days = expected.split()
    assert series(rule, dt.date.fromisoformat(anchor), len(days)) == days


def test_missed_days_are_skipped_and_the_beat_is_kept() -> None:
    anchor = dt.date(2026, 1, 31)
    assert next_repeat("1m", dt.date(2026, 6, 30), anchor) == dt.date(2026, 7, 31)
    assert next_repeat("2w", dt.date(2026, 3, 1), anchor) == dt.date(2026, 3, 14)
    assert next_repeat("monthly on 15", dt.date(2026, 3, 14), anchor) == dt.date(2026, 3, 15)
    assert next_repeat("monthly on 15", dt.date(2026, 3, 15), anchor) == dt.date(2026, 4, 15)


def test_nothing_comes_before_the_anchor() -> None:
    assert next_repeat("2w", dt.date(2026, 1, 1), dt.date(2026, 5, 5)) == dt.date(2026, 5, 5)
    assert next_repeat("mon", dt.date(2026, 1, 1), dt.date(2026, 5, 5)) == dt.date(2026, 5, 11)


@pytest.mark.parametrize("rule", ["10y", "120m", "3660d", "monthly on 5", "mon"])
def test_the_end_of_the_calendar_is_said(rule: str) -> None:
    with pytest.raises(BadValue, match="leaves the calendar"):
        next_repeat(rule, dt.date(9999, 12, 31))


def moved(anchor: dt.date, count: int, unit: str) -> dt.date:
    """A step counted by hand, with a day that the month lacks taken back to its last one."""
    if unit in "dw":
        return anchor + dt.timedelta(count * (7 if unit == "w" else 1))
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + count * (12 if unit == "y" else 1), 12)
    return dt.date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))


@given(st.integers(1, 10), st.sampled_from("dwmy"), DAYS, st.integers(1, 40), st.integers(-2, 2))
@settings(deadline=None)
def test_the_next_one_is_the_first_of_the_series(
    size: int, unit: str, anchor: dt.date, steps: int, near: int
) -> None:
    after = max(anchor, moved(anchor, steps * size, unit) + dt.timedelta(near))
    expected = next(day for k in range(steps + 4) if (day := moved(anchor, k * size, unit)) > after)
    assert next_repeat(f"{size}{unit}", after, anchor) == expected


RULES = (
    st.builds("{}{}".format, st.integers(1, 10), st.sampled_from("dwmy"))
    | st.builds("monthly on {}".format, st.integers(1, 31))
    | st.sets(st.sampled_from(["mon", "tue", "fri", "sun"]), min_size=1).map(
        lambda days: parse_repeat(",".join(days))
    )
)


@given(RULES, DAYS, st.integers(0, 2000))
@settings(deadline=None)
def test_a_jump_lands_where_the_steps_do(rule: str, anchor: dt.date, distance: int) -> None:
    after = anchor + dt.timedelta(distance)
    found = next_repeat(rule, after, anchor)
    assert found > after
    day = after if distance < 60 else after - dt.timedelta(60)
    while (day := next_repeat(rule, day, anchor)) <= after:
        pass
    assert day == found
    if rule[-1] in "my" and rule[0].isdigit():
        assert found.day == anchor.day or (found + dt.timedelta(1)).day == 1
