"""Dates: every form of the grammar, the hint of every refusal, and nothing misread."""

from __future__ import annotations

import calendar
import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_cli.errors import BadValue
from kam_cli.values.dates import echo_day, parse_day, parse_when

WEDNESDAY = dt.date(2026, 11, 25)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
NAMES = list(calendar.month_name)[1:]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-03-15", "Sun 2026-03-15"),
        ("2026-3-5", "Thu 2026-03-05"),
        ("20260315", "Sun 2026-03-15"),
        ("today", "Wed 2026-11-25"),
        ("Tomorrow", "Thu 2026-11-26"),
        (" yesterday ", "Tue 2026-11-24"),
        ("mon", "Mon 2026-11-30"),
        ("wed", "Wed 2026-12-02"),
        ("fri", "Fri 2026-11-27"),
        ("sunday", "Sun 2026-11-29"),
        ("thurs", "Thu 2026-11-26"),
        ("next fri", "Fri 2026-11-27"),
        ("next wed", "Wed 2026-12-02"),
        ("last tue", "Tue 2026-11-24"),
        ("last wed", "Wed 2026-11-18"),
        ("+3d", "Sat 2026-11-28"),
        ("+ 3 days", "Sat 2026-11-28"),
        ("-2w", "Wed 2026-11-11"),
        ("+1m", "Fri 2026-12-25"),
        ("+1y", "Thu 2027-11-25"),
        ("in 2 weeks", "Wed 2026-12-09"),
        ("in 1 month", "Fri 2026-12-25"),
        ("3 days ago", "Sun 2026-11-22"),
        ("2w ago", "Wed 2026-11-11"),
        ("eow", "Sun 2026-11-29"),
        ("eom", "Mon 2026-11-30"),
        ("eoq", "Thu 2026-12-31"),
        ("eoy", "Thu 2026-12-31"),
        ("15 mar", "Mon 2027-03-15"),
        ("mar 15", "Mon 2027-03-15"),
        ("25 nov", "Wed 2026-11-25"),
        ("26 nov", "Thu 2026-11-26"),
        ("15 march 2026", "Sun 2026-03-15"),
        ("March 15, 2026", "Sun 2026-03-15"),
        ("15. mar 2026", "Sun 2026-03-15"),
        ("15-MAR-2026", "Sun 2026-03-15"),
        ("15.3.", "Mon 2027-03-15"),
        ("15.3", "Mon 2027-03-15"),
        ("15/3", "Mon 2027-03-15"),
        ("15.03.2026", "Sun 2026-03-15"),
        ("15. 3. 2026", "Sun 2026-03-15"),
        ("15/03/2026", "Sun 2026-03-15"),
        ("15-03-2026", "Sun 2026-03-15"),
        ("03/04/2026", "Fri 2026-04-03"),
        ("03/15/2026", "Sun 2026-03-15"),
        ("2026/03/15", "Sun 2026-03-15"),
        ("29.2.2028", "Tue 2028-02-29"),
        ("Fri 2026-11-27", "Fri 2026-11-27"),
        ("Fri, 27 Nov 2026", "Fri 2026-11-27"),
        ("2026-03-15T15:00", "Sun 2026-03-15 15:00"),
        ("2026-03-15 15:00", "Sun 2026-03-15 15:00"),
        ("2026-03-15 15:00:59", "Sun 2026-03-15 15:00"),
        ("15:00", "Wed 2026-11-25 15:00"),
        ("0:05", "Wed 2026-11-25 00:05"),
        ("3pm", "Wed 2026-11-25 15:00"),
        ("3:30pm", "Wed 2026-11-25 15:30"),
        ("12am", "Wed 2026-11-25 00:00"),
        ("12pm", "Wed 2026-11-25 12:00"),
        ("at 3 PM", "Wed 2026-11-25 15:00"),
        ("yesterday 15:00", "Tue 2026-11-24 15:00"),
        ("fri at 3pm", "Fri 2026-11-27 15:00"),
        ("+3d 9:15", "Sat 2026-11-28 09:15"),
        ("in 2 weeks 3pm", "Wed 2026-12-09 15:00"),
        ("15 mar 3pm", "Mon 2027-03-15 15:00"),
        ("15.3. 15:00", "Mon 2027-03-15 15:00"),
        ("15 mar 20:26", "Mon 2027-03-15 20:26"),
        ("eom 17:00", "Mon 2026-11-30 17:00"),
    ],
)
def test_is_read(text: str, shown: str) -> None:
    assert echo_day(*parse_when(text, WEDNESDAY)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mon", "Mon 2026-11-23"),
        ("wed", "Wed 2026-11-18"),
        ("fri", "Fri 2026-11-20"),
        ("next fri", "Fri 2026-11-27"),
        ("last fri", "Fri 2026-11-20"),
        ("15 mar", "Sun 2026-03-15"),
        ("25.11.", "Wed 2026-11-25"),
        ("26.11.", "Wed 2025-11-26"),
    ],
)
def test_prefers_the_past_where_asked(text: str, shown: str) -> None:
    assert echo_day(parse_day(text, WEDNESDAY, prefer="past")) == shown


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("03/04/2026", "2026-03-04"),
        ("03.04.2026", "2026-03-04"),
        ("12/1", "2026-12-01"),
        ("15/03/2026", "2026-03-15"),
        ("2026-03-04", "2026-03-04"),
        ("2026/03/04", "2026-03-04"),
        ("4 mar 2026", "2026-03-04"),
    ],
)
def test_month_first_where_configured(text: str, iso: str) -> None:
    assert parse_day(text, WEDNESDAY, "mdy").isoformat() == iso


CANNOT = "write it like 2026-03-15, 15 mar, fri, +2w or tomorrow"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("31.02", "'31.02' is not in the calendar: February has no day 31"),
        ("31.04.2026", "April 2026 has no day 31"),
        ("2026-02-29", "February 2026 has no day 29"),
        ("29 feb", "2027 has no 29 February: write the year"),
        ("0.3.2026", "March 2026 has no day 0"),
        ("2026-13-01", "has no month 13"),
        ("13/13/2026", "has no month 13"),
        ("12.30", "has no month 30"),
        ("15.3.26", "two-digit year: write all four digits"),
        ("15/3/26", "two-digit year"),
        ("15 mar 26", "two-digit year"),
        ("1899-12-31", "in the year 1899: only 1900 to 2200 are read"),
        ("2201-01-01", "in the year 2201"),
        ("+99999d", "in the year 2300"),
        ("-9999m", "in the year 1193"),
        ("+" + "9" * 40 + "d", "too far away"),
        ("+" + "9" * 40 + "y", "too far away"),
        ("thu 2026-11-27", "does not fit together: that day is a Friday"),
        ("25:00", "no such time of day"),
        ("15:60", "no such time of day"),
        ("13pm", "no such time of day"),
        ("0am", "no such time of day"),
        ("3:7", "no such time of day"),
        ("fri pm", "no such time of day"),
        ("", "date is empty"),
        (",", CANNOT),
        ("soon", CANNOT),
        ("15", CANNOT),
        ("2026", CANNOT),
        ("mar 2026", CANNOT),
        ("2026-03", CANNOT),
        ("mo", CANNOT),
        ("ma 15", CANNOT),
        ("3d", CANNOT),
        ("+3", CANNOT),
        ("+3h", CANNOT),
        ("+1.5w", CANNOT),
        ("next week", CANNOT),
        ("fri 9", CANNOT),
        ("15:00 fri", CANNOT),
        ("15/03.2026", CANNOT),
        ("2 0 2 6-03-15", CANNOT),
        ("2026-03-15T15:00Z", CANNOT),
        ("2026-03-15\x00", CANNOT),
        ("15 märz", CANNOT),
        ("٣ mar", "write it with the digits 0-9"),
        ("２０２６-03-15", "write it with the digits 0-9"),
        ("1" * 10**6, "too long"),
    ],
)
def test_is_refused_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(BadValue, match=re.escape(hint)):
        parse_when(text, WEDNESDAY)


def test_a_day_has_no_time() -> None:
    with pytest.raises(BadValue, match="write the date alone"):
        parse_day("fri 15:00", WEDNESDAY)


@pytest.mark.parametrize(
    ("today", "text", "iso"),
    [
        (dt.date(2026, 1, 31), "+1m", "2026-02-28"),
        (dt.date(2028, 1, 31), "+1m", "2028-02-29"),
        (dt.date(2028, 2, 29), "+1y", "2029-02-28"),
        (dt.date(2026, 3, 31), "1 month ago", "2026-02-28"),
        (dt.date(2026, 12, 31), "tomorrow", "2027-01-01"),
        (dt.date(2026, 12, 31), "+1m", "2027-01-31"),
        (dt.date(2027, 1, 1), "yesterday", "2026-12-31"),
        (dt.date(2026, 12, 31), "eow", "2027-01-03"),
        (dt.date(2026, 12, 31), "1 jan", "2027-01-01"),
        (dt.date(2028, 2, 1), "eom", "2028-02-29"),
        (dt.date(2028, 2, 1), "29 feb", "2028-02-29"),
    ],
)
def test_ends_of_months_and_years(today: dt.date, text: str, iso: str) -> None:
    assert parse_day(text, today).isoformat() == iso


@given(DAYS, DAYS, st.sampled_from(["dmy", "mdy"]), st.sampled_from(["future", "past"]))
@settings(deadline=None, max_examples=300)
def test_every_written_date_reads_as_itself(day: dt.date, today: dt.date, order: str, prefer: str) -> None:
    y, m, d = day.year, day.month, day.day
    first, second = (d, m) if order == "dmy" else (m, d)
    name = NAMES[m - 1]
    for text in [
        day.isoformat(),
        f"{y}{m:02}{d:02}",
        echo_day(day),
        f"{y}-{m}-{d}",
        f"{first}.{second}.{y}",
        f"{first:02}/{second:02}/{y}",
        f"{first:02}-{second:02}-{y}",
        f"{d} {name} {y}",
        f"{d} {name[:3].lower()} {y}",
        f"{name[:3]} {d}, {y}",
        f"{d}-{name[:3].upper()}-{y}",
    ]:
        assert parse_day(text, today, order, prefer) == day, text
    at = dt.time(d % 24, m)
    assert parse_when(echo_day(day, at), today, order) == (day, at)
    assert parse_when(f"{day.isoformat()}T{at}", today, order) == (day, at)
    assert parse_when(f"{d} {name} {y} {at:%I:%M%p}", today, order) == (day, at)


@given(DAYS.filter(lambda day: 1900 < day.year < 2200), st.integers(1, 12), st.integers(1, 28))
@settings(deadline=None)
def test_without_a_year_it_is_the_nearest(today: dt.date, month: int, day: int) -> None:
    for text in [
        f"{day}.{month}.",
        f"{day}/{month}",
        f"{day} {NAMES[month - 1][:3]}",
        f"{NAMES[month - 1]} {day}",
    ]:
        ahead, behind = parse_day(text, today), parse_day(text, today, prefer="past")
        assert (ahead.month, ahead.day) == (behind.month, behind.day) == (month, day)
        assert dt.timedelta(0) <= ahead - today < dt.timedelta(366)
        assert dt.timedelta(0) <= today - behind < dt.timedelta(366)


@given(DAYS.filter(lambda day: 1900 < day.year < 2200), st.integers(0, 6))
@settings(deadline=None)
def test_a_weekday_is_within_the_next_or_the_last_seven_days(today: dt.date, weekday: int) -> None:
    name = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][weekday]
    ahead, behind = parse_day(name, today), parse_day(name[:3], today, prefer="past")
    assert ahead.weekday() == behind.weekday() == weekday
    assert 1 <= (ahead - today).days <= 7
    assert 1 <= (today - behind).days <= 7
    assert parse_day(f"next {name}", today, prefer="past") == ahead
    assert parse_day(f"last {name}", today) == behind


@given(DAYS.filter(lambda day: 1910 < day.year < 2190), st.integers(0, 3000))
@settings(deadline=None)
def test_distances_count_days(today: dt.date, count: int) -> None:
    assert (
        parse_day(f"+{count}d", today) == parse_day(f"in {count} days", today) == today + dt.timedelta(count)
    )
    assert (
        parse_day(f"-{count}d", today) == parse_day(f"{count} days ago", today) == today - dt.timedelta(count)
    )


WORDS = st.sampled_from([
    "+", "-", "in", "ago", "next", "last", "at", "t", "fri", "mon", "mar", "may", "feb", "d", "w", "m", "y",
    "pm", "eom", "today", "2026", "15", "3", "29", "31", "0", "99999", ".", "/", ":", ",", " ", "12:30",
    "2026-03-15",
])  # fmt: skip


@given(st.text() | st.lists(WORDS, max_size=7).map(" ".join) | st.lists(WORDS, max_size=7).map("".join), DAYS)
@settings(deadline=None, max_examples=700)
def test_any_text_is_a_date_or_a_bad_value(text: str, today: dt.date) -> None:
    try:
        day, at = parse_when(text, today)
    except BadValue as refused:
        assert "\n" not in str(refused)
    else:
        assert 1900 <= day.year <= 2200
        assert parse_when(echo_day(day, at), today) == (day, at and at.replace(second=0))
