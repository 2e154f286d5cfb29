"""Periods: half-open, ISO weeks, no gap between one and the next."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_cli.values.dates import period, period_label

WEDNESDAY = dt.date(2026, 11, 25)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))


@pytest.mark.parametrize(
    ("kind", "start", "end", "label"),
    [
        ("day", "2026-11-25", "2026-11-26", "2026-11-25"),
        ("week", "2026-11-23", "2026-11-30", "2026-W48"),
        ("month", "2026-11-01", "2026-12-01", "2026-11"),
        ("quarter", "2026-10-01", "2027-01-01", "2026-Q4"),
        ("year", "2026-01-01", "2027-01-01", "2026"),
    ],
)
def test_periods(kind: str, start: str, end: str, label: str) -> None:
    assert tuple(map(str, period(WEDNESDAY, kind))) == (start, end)
    assert period_label(WEDNESDAY, kind) == label


def test_a_week_belongs_to_its_iso_year() -> None:
    assert period_label(dt.date(2027, 1, 1), "week") == "2026-W53"
    assert period_label(dt.date(2024, 12, 30), "week") == "2025-W01"


@given(DAYS, st.sampled_from(["day", "week", "month", "quarter", "year"]))
@settings(deadline=None)
def test_periods_cover_the_calendar_without_gap_or_overlap(day: dt.date, kind: str) -> None:
    start, end = period(day, kind)
    last = end - dt.timedelta(1)
    assert start <= day < end
    assert period(start, kind) == period(last, kind) == (start, end)
    assert period(end, kind)[0] == end
    assert period_label(start, kind) == period_label(last, kind) != period_label(end, kind)
