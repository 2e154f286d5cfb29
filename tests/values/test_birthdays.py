"""Birthdays: with the year or without it, and 29 February."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_cli.errors import BadValue
from kam_cli.values.dates import age_on, next_anniversary, parse_birthday

TODAY = dt.date(2026, 11, 25)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("15 mar", "--03-15"),
        ("mar 15", "--03-15"),
        ("15.3.", "--03-15"),
        ("--0315", "--03-15"),
        ("--03-15", "--03-15"),
        ("29 feb", "--02-29"),
        ("1985-03-15", "1985-03-15"),
        ("19850315", "1985-03-15"),
        ("15.03.1985", "1985-03-15"),
        ("15 march 1985", "1985-03-15"),
        ("2026-11-25", "2026-11-25"),
    ],
)
def test_is_read(text: str, stored: str) -> None:
    assert parse_birthday(text, TODAY) == stored


def test_month_first_where_configured() -> None:
    assert parse_birthday("3/4", TODAY, "mdy") == "--03-04"
    assert parse_birthday("--0304", TODAY, "dmy") == "--03-04"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2026-11-26", "is in the future"),
        ("15.03.85", "two-digit year"),
        ("30 feb", "February has no day 30"),
        ("29.02.1985", "February 1985 has no day 29"),
        ("--1315", "has no month 13"),
        ("1850-01-01", "in the year 1850"),
        ("", "birthday is empty"),
    ]
    + [
        (text, "write it like 1985-03-15 or 15 mar")
        for text in ("today", "fri", "+3d", "1985", "15", "--", "--3-15", "--0a15", "--031", "15 mar 3pm")
    ],
)
def test_is_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(BadValue, match=re.escape(hint)):
        parse_birthday(text, TODAY)


@pytest.mark.parametrize(
    ("value", "today", "found"),
    [
        ("1985-03-15", "2026-03-15", "2026-03-15"),
        ("1985-03-15", "2026-03-16", "2027-03-15"),
        ("--03-15", "2026-03-14", "2026-03-15"),
        ("--01-01", "2026-12-31", "2027-01-01"),
        ("--02-29", "2026-02-28", "2026-02-28"),
        ("--02-29", "2026-03-01", "2027-02-28"),
        ("--02-29", "2027-03-01", "2028-02-29"),
        ("2000-02-29", "2100-01-01", "2100-02-28"),
        ("2000-02-29", "2000-02-01", "2000-02-29"),
    ],
)
def test_next_anniversary(value: str, today: str, found: str) -> None:
    assert next_anniversary(value, dt.date.fromisoformat(today)).isoformat() == found


@pytest.mark.parametrize(
    ("value", "day", "age"),
    [
        ("1985-03-15", "2026-03-14", 40),
        ("1985-03-15", "2026-03-15", 41),
        ("2000-02-29", "2026-02-27", 25),
        ("2000-02-29", "2026-02-28", 26),
        ("2000-02-29", "2028-02-28", 27),
        ("2000-02-29", "2028-02-29", 28),
        ("2000-02-29", "2000-02-29", 0),
        ("--03-15", "2026-03-15", None),
        ("2027-01-01", "2026-03-15", None),
    ],
)
def test_age(value: str, day: str, age: int | None) -> None:
    assert age_on(value, dt.date.fromisoformat(day)) == age


@pytest.mark.parametrize("value", ["", "--", "--02-30", "1985-02-29", "15 mar", "--2-29", "03-15"])
def test_other_forms_are_no_birthday(value: str) -> None:
    with pytest.raises(BadValue, match="write YYYY-MM-DD or --MM-DD"):
        next_anniversary(value, TODAY)
    with pytest.raises(BadValue):
        age_on(value, TODAY)


@given(DAYS, DAYS)
@settings(deadline=None)
def test_stored_birthdays_read_back_and_return_within_a_year(born: dt.date, today: dt.date) -> None:
    yearless = f"--{born:%m-%d}"
    assert parse_birthday(born.isoformat(), dt.date(2200, 12, 31)) == born.isoformat()
    assert parse_birthday(yearless, today) == yearless
    ahead = next_anniversary(born.isoformat(), today)
    assert ahead == next_anniversary(yearless, today)
    assert 0 <= (ahead - today).days <= 366
    if born < today:
        before = age_on(born.isoformat(), today)
        assert before is not None
        assert age_on(born.isoformat(), ahead) == before + (ahead != today)


@given(st.text() | st.text(alphabet="0123456789-./ marfeb", max_size=12))
@settings(deadline=None, max_examples=300)
def test_any_text_is_a_birthday_or_a_bad_value(text: str) -> None:
    try:
        stored = parse_birthday(text, TODAY)
    except BadValue:
        return
    assert parse_birthday(stored, TODAY) == stored
