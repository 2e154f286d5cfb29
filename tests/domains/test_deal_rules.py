"""The pipeline's figures against the vectors, and what must hold for any pipeline."""

from __future__ import annotations

import statistics
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.domains.deals.rules import (
    conversion,
    coverage,
    days_in_stage,
    is_rotten,
    is_slipped,
    median,
    needed,
    velocity,
    weighted,
    win_rate,
)

money = st.integers(0, 2**63 - 1)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
paths = st.lists(st.frozensets(st.integers(1, 10), min_size=1), max_size=20)


def test_weighted_value() -> None:
    assert weighted(50_000_00, 40) == 20_000_00
    assert weighted(333, 33) == Decimal("109.89"), "unrounded"
    assert weighted(50_000_00, 100) == 50_000_00, "won"
    assert weighted(50_000_00, 0) == 0, "lost"


@given(money, st.integers(0, 100))
def test_weighted_value_is_exact(value: int, probability: int) -> None:
    assert Fraction(weighted(value, probability)) == Fraction(value * probability, 100)
    assert 0 <= weighted(value, probability) <= value
    assert weighted(value, probability) + weighted(value, 100 - probability) == value


def test_win_rate_by_count_and_by_value() -> None:
    assert win_rate(1, 3) == 0.25
    assert win_rate(90_000_00, 10_000_00) == 0.9
    assert win_rate(0, 5) == 0
    assert win_rate(0, 0) is None


@given(money, money)
def test_win_rate_is_a_share(won: int, lost: int) -> None:
    rate, opposite = win_rate(won, lost), win_rate(lost, won)
    if rate is None or opposite is None:
        assert won == lost == 0
    else:
        assert 0 <= rate <= 1
        assert rate + opposite == pytest.approx(1)


def test_conversion_counts_those_who_entered_and_went_on() -> None:
    deals = [{1}, {1, 2}, {1, 2, 3}, {1, 4}, {3, 4}]
    assert conversion(deals, 1) == 3 / 4
    assert conversion(deals, 2) == 1 / 2
    assert conversion(deals, 3) == 1 / 2
    assert conversion(deals, 4) == 0
    assert conversion(deals, 5) is None
    assert conversion([(1, 3, 2)], 2) == 1, "it went further before it came back"


@given(paths, st.integers(1, 10))
def test_conversion_is_a_share_of_those_who_entered(deals: list[frozenset[int]], stage: int) -> None:
    share = conversion(deals, stage)
    assert (share is None) == (not any(stage in path for path in deals))
    assert share is None or 0 <= share <= 1


@given(paths, st.integers(0, 19), st.integers(1, 10))
def test_a_deal_that_goes_on_never_lowers_the_stages_behind_it(
    deals: list[frozenset[int]], which: int, stage: int
) -> None:
    if which >= len(deals):
        return
    reached = max(deals[which]) + 1
    later = [*deals[:which], deals[which] | {reached}, *deals[which + 1 :]]
    before, after = conversion(deals, stage), conversion(later, stage)
    if stage < reached and before is not None:
        assert after is not None and after >= before


def test_ageing() -> None:
    assert days_in_stage(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert days_in_stage(date(2024, 3, 1), date(2024, 3, 1)) == 0


@pytest.mark.parametrize(
    ("age", "expected", "rotten"),
    [(14, 10, False), (15, 10, True), (10, 7, False), (11, 7, True), (900, None, False), (900, 0, False)],
)
def test_rotten_at_one_and_a_half_times_the_expected_days(
    age: int, expected: int | None, rotten: bool
) -> None:
    assert is_rotten(age, expected) is rotten


@given(st.integers(0, 10_000), st.integers(1, 1000))
def test_what_is_rotten_stays_rotten(age: int, expected: int) -> None:
    assert is_rotten(age, expected) == (Fraction(age) >= Fraction(3, 2) * expected)
    assert is_rotten(age + 1, expected) or not is_rotten(age, expected)


def test_velocity() -> None:
    assert velocity(100, 0.25, 50_000, 60) == pytest.approx(20_833.33, abs=0.01)
    assert velocity(0, 0.25, 50_000, 60) == 0
    assert velocity(100, 0.25, 50_000, 0) is None
    assert velocity(100, None, 50_000, 60) is None
    assert velocity(100, 0.25, None, 60) is None
    assert velocity(100, 0.25, 50_000, None) is None


def test_coverage_and_what_is_needed() -> None:
    assert coverage(300_000, 100_000) == 3
    assert coverage(0, 100_000) == 0
    assert coverage(300_000, 0) is None
    assert coverage(300_000, -1) is None, "quota exceeded"
    assert needed(0.25) == 4
    assert needed(0.0) is None
    assert needed(None) is None


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_needed_coverage_is_at_least_one(won: int, lost: int) -> None:
    ratio = needed(win_rate(won, lost))
    assert ratio is not None and ratio >= 1


APRIL = date(2024, 4, 1)


@pytest.mark.parametrize(
    ("was", "now", "open_on", "slipped"),
    [
        (date(2024, 3, 31), date(2024, 4, 1), date(2024, 3, 1), True),
        (date(2024, 3, 10), date(2024, 3, 31), date(2024, 3, 1), False),
        (date(2024, 4, 1), date(2024, 5, 1), date(2024, 3, 1), False),
        (None, date(2024, 3, 1), date(2024, 3, 2), True),
        (None, date(2024, 3, 1), date(2024, 3, 1), False),
        (date(2024, 3, 1), None, date(2024, 3, 2), False),
    ],
)
def test_slipped(was: date | None, now: date | None, open_on: date, slipped: bool) -> None:
    assert is_slipped(was, now, APRIL, open_on) is slipped


@given(days, days, days)
def test_a_date_slips_when_it_passes_not_when_it_is_pulled_in(was: date, now: date, period_end: date) -> None:
    assert is_slipped(was, now, period_end, now + timedelta(days=1))
    assert not is_slipped(max(was, now), min(was, now), period_end, min(was, now))


def test_median() -> None:
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 3, 2]) == 2.5
    assert median([7]) == 7
    assert median([]) is None


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1))
def test_median_is_the_one_of_the_standard_library(values: list[int]) -> None:
    assert median(values) == statistics.median(values)
