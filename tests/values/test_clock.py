"""Local time and UTC: both nights on which the clock is changed, and days without a midnight."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_cli.errors import BadValue
from kam_cli.values.clock import check_tz, local_day_bounds, parse_instant, to_local, to_utc, utc_text

WARSAW = "Europe/Warsaw"
ZONES = st.sampled_from([
    WARSAW, "America/New_York", "Asia/Jerusalem", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo",
    "Pacific/Apia", "Asia/Kathmandu", "UTC",
])  # fmt: skip


@pytest.mark.parametrize(
    ("day", "at", "tz", "utc"),
    [
        ((2026, 1, 15), dt.time(15), WARSAW, "2026-01-15T14:00:00Z"),
        ((2026, 7, 15), dt.time(15), WARSAW, "2026-07-15T13:00:00Z"),
        ((2026, 7, 15), None, WARSAW, "2026-07-15T10:00:00Z"),
        ((2026, 7, 15), dt.time(0), WARSAW, "2026-07-14T22:00:00Z"),
        ((2027, 1, 1), dt.time(0, 30), WARSAW, "2026-12-31T23:30:00Z"),
        ((2026, 7, 15), None, "UTC", "2026-07-15T12:00:00Z"),
        # Set forward: 02:30 is not on the clock, and read as 03:30.
        ((2026, 3, 29), dt.time(1, 59), WARSAW, "2026-03-29T00:59:00Z"),
        ((2026, 3, 29), dt.time(2, 30), WARSAW, "2026-03-29T01:30:00Z"),
        ((2026, 3, 29), dt.time(3, 30), WARSAW, "2026-03-29T01:30:00Z"),
        # Set back: 02:30 comes twice, and the first one is meant.
        ((2026, 10, 25), dt.time(2, 30), WARSAW, "2026-10-25T00:30:00Z"),
        ((2026, 10, 25), dt.time(3), WARSAW, "2026-10-25T02:00:00Z"),
    ],
)
def test_to_utc(day: tuple[int, int, int], at: dt.time | None, tz: str, utc: str) -> None:
    assert to_utc(dt.date(*day), at, tz) == utc


def test_both_half_past_two_are_told_apart_by_their_offset() -> None:
    first, second = (to_local(f"2026-10-25T0{hour}:30:00Z", WARSAW) for hour in (0, 1))
    assert first.isoformat() == "2026-10-25T02:30:00+02:00"
    assert second.isoformat() == "2026-10-25T02:30:00+01:00"


@pytest.mark.parametrize(
    ("day", "tz", "hours"),
    [
        ((2026, 3, 29), WARSAW, 23),
        ((2026, 10, 25), WARSAW, 25),
        ((2026, 12, 31), WARSAW, 24),
        ((2018, 11, 4), "America/Sao_Paulo", 23),
        ((2018, 2, 17), "America/Sao_Paulo", 25),
        ((2011, 12, 30), "Pacific/Apia", 0),
    ],
)
def test_how_long_a_local_day_is(day: tuple[int, int, int], tz: str, hours: int) -> None:
    start, end = map(dt.datetime.fromisoformat, local_day_bounds(dt.date(*day), tz))
    assert end - start == dt.timedelta(hours=hours)


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1)), ZONES)
@settings(deadline=None)
def test_an_instant_lies_in_its_local_day(moment: dt.datetime, tz: str) -> None:
    text = utc_text(moment.replace(tzinfo=dt.UTC))
    local = to_local(text, tz)
    assert utc_text(local) == text
    start, end = local_day_bounds(local.date(), tz)
    assert start <= text < end
    assert local_day_bounds(local.date() + dt.timedelta(1), tz)[0] == end
    if not local.fold:
        assert to_utc(local.date(), local.time(), tz) == text


def test_utc_text() -> None:
    zone = dt.timezone(dt.timedelta(hours=2))
    assert utc_text(dt.datetime(2026, 1, 1, 1, 0, 5, 999999, zone)) == "2025-12-31T23:00:05Z"
    with pytest.raises(ValueError, match="without a zone"):
        utc_text(dt.datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-15T15:00:00Z", "2026-03-15T15:00:00Z"),
        ("2026-03-15 15:00Z", "2026-03-15T15:00:00Z"),
        ("2026-03-15T15:00:00.250+02:00", "2026-03-15T13:00:00Z"),
        ("2026-03-15T15:00", "2026-03-15T14:00:00Z"),
        ("2026-03-15 15:00", "2026-03-15T14:00:00Z"),
        ("2026-03-15", "2026-03-15T11:00:00Z"),
        ("yesterday 15:00", "2026-11-24T14:00:00Z"),
        ("15:00", "2026-11-25T14:00:00Z"),
        ("mon", "2026-11-23T11:00:00Z"),
        ("15.3.", "2026-03-15T11:00:00Z"),
    ],
)
def test_an_instant_is_read(text: str, utc: str) -> None:
    assert parse_instant(text, dt.date(2026, 11, 25), WARSAW) == utc


@given(st.text() | st.text(alphabet="0123456789-:TZ+. ", max_size=28) | st.datetimes().map(str))
@settings(deadline=None, max_examples=300)
def test_any_text_is_an_instant_or_a_bad_value(text: str) -> None:
    try:
        instant = parse_instant(text, dt.date(2026, 11, 25), WARSAW)
    except BadValue:
        return
    local = to_local(instant, WARSAW)
    assert 1900 <= local.year <= 2200 or text[-6:-5] in ("+", "-") or text.endswith("Z")
    assert utc_text(local) == instant


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T10:00Z"]
)
def test_an_instant_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_instant(text, dt.date(2026, 11, 25), WARSAW)


@pytest.mark.parametrize(
    ("typed", "name"),
    [(WARSAW, WARSAW), ("europe/warsaw", WARSAW), ("america/new york", "America/New_York"), ("UTC", "UTC")],
)
def test_a_zone_is_known(typed: str, name: str) -> None:
    assert check_tz(typed) == name


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("Warsaw", WARSAW),
        ("Europe/Warsav", WARSAW),
        ("New York", "America/New_York"),
        ("", WARSAW),
        ("../etc/passwd", ""),
        ("right/Europe/Warsaw", WARSAW),
        ("Europe", ""),
        ("\x00", ""),
        ("x" * 10**5, ""),
    ],
)
def test_an_unknown_zone_is_refused_with_a_near_one(typed: str, suggestion: str) -> None:
    with pytest.raises(BadValue, match=f"write an IANA name such as {suggestion}") as refused:
        check_tz(typed)
    assert str(refused.value).isprintable()
