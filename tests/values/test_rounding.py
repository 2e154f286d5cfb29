"""The rule of rounding: halves up, away from zero, for amounts of any size."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.values.rounding import halves_up, share

AMOUNTS = st.integers(-(10**24), 10**24)
DIVISORS = st.integers(-(10**9), 10**9).filter(bool)


@pytest.mark.parametrize(
    ("dividend", "divisor", "rounded"),
    [
        (5, 2, 3),
        (-5, 2, -3),
        (5, -2, -3),
        (1, 3, 0),
        (2, 3, 1),
        (0, 7, 0),
        (7, 1, 7),
        (49, 100, 0),
        (50, 100, 1),
    ],
)
def test_what_it_says(dividend, divisor, rounded):
    assert halves_up(dividend, divisor) == rounded


@given(AMOUNTS, DIVISORS)
def test_it_is_the_nearest_and_a_half_goes_away_from_zero(dividend, divisor):
    exact = Fraction(dividend, divisor)
    off = halves_up(dividend, divisor) - exact
    assert abs(off) <= Fraction(1, 2)
    if abs(off) == Fraction(1, 2):
        assert (off > 0) == (exact > 0)


@given(AMOUNTS, st.integers(0, 7))
def test_it_is_the_half_up_of_decimals(dividend, places):
    exact = Decimal(dividend).scaleb(-places, Context(prec=60))
    assert halves_up(dividend, 10**places) == exact.to_integral_value(ROUND_HALF_UP)


@given(AMOUNTS, DIVISORS)
def test_it_knows_no_side(dividend, divisor):
    assert halves_up(-dividend, divisor) == -halves_up(dividend, divisor)


@given(st.integers(0, 10**15), st.integers(0, 10_000))
def test_a_share_and_its_rest_are_the_whole(amount, bp):
    assert share(amount, 10_000) == amount and share(amount, 0) == 0
    assert 0 <= share(amount, bp) <= amount
    assert share(amount, bp) + share(amount, 10_000 - bp) - amount in (0, 1)
