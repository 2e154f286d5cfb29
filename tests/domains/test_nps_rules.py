"""The Net Promoter Score against the published vectors, and what must hold for any numbers."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.domains.nps.rules import (
    GROUPS,
    adjusted,
    finite_population,
    group_of,
    margin,
    moves,
    nps,
    parse_group,
)
from kam_cli.errors import BadValue

counts = st.tuples(*[st.integers(0, 10**6)] * 3)
answers = st.dictionaries(st.integers(0, 20), st.integers(0, 10))


def test_groups_of_every_score() -> None:
    assert [group_of(score) for score in range(11)] == ["critic"] * 7 + ["passive"] * 2 + ["promoter"] * 2


@pytest.mark.parametrize("score", [-1, 11, 100])
def test_a_score_off_the_scale_is_refused(score: int) -> None:
    with pytest.raises(BadValue, match=str(score)):
        group_of(score)


@pytest.mark.parametrize(
    ("text", "group"),
    [("promoters", "promoter"), ("Passive", "passive"), ("critics", "critic"),
     ("detractor", "critic"), (" DETRACTORS ", "critic")],
)  # fmt: skip
def test_words_for_the_groups(text: str, group: str) -> None:
    assert parse_group(text) == group


@pytest.mark.parametrize("text", ["", "s", "criticss", "unasked", "9"])
def test_other_words_are_refused_with_a_hint(text: str) -> None:
    with pytest.raises(BadValue, match="write promoters, passives or critics"):
        parse_group(text)


@pytest.mark.parametrize(
    ("answered", "index", "plus_minus", "index_adjusted", "plus_minus_adjusted"),
    [
        ((5, 3, 2), 30, 48.4, 23.1, 42.1),
        ((10, 0, 0), 100, 0, 76.9, 29.4),
        ((50, 30, 20), 30, 15.3, None, None),
    ],
)
def test_vectors(
    answered: tuple[int, int, int],
    index: float,
    plus_minus: float,
    index_adjusted: float | None,
    plus_minus_adjusted: float | None,
) -> None:
    assert nps(*answered) == index
    assert margin(*answered) == pytest.approx(plus_minus, abs=0.05)
    if index_adjusted is not None:
        assert adjusted(*answered) == pytest.approx((index_adjusted, plus_minus_adjusted), abs=0.05)


def test_published_answers_of_an_airline(shared: Path) -> None:
    source = shared / "nps" / "prepbench_122_airlines_nps" / "input_02.csv"
    with source.open(encoding="utf-8-sig", newline="") as lines:
        scores = [int(row["How likely are you to recommend this airline?"]) for row in csv.DictReader(lines)]
    found = Counter(map(group_of, scores))
    assert nps(found["promoter"], found["passive"], found["critic"]) == pytest.approx(21.1957, abs=0.00005)


def test_nobody_answered_is_unknown_not_zero() -> None:
    assert nps(0, 0, 0) is None
    assert margin(0, 0, 0) is None
    assert adjusted(0, 0, 0) == (None, None)


def test_finite_population() -> None:
    assert finite_population(48.4, 10, 50) == pytest.approx(48.4 * (40 / 49) ** 0.5)
    assert finite_population(48.4, 50, 50) == 0
    assert finite_population(48.4, 1, 50) == 48.4
    assert finite_population(None, 10, 50) is None
    assert finite_population(48.4, 1, 1) is None
    assert finite_population(48.4, 60, 50) is None


def test_moves_between_groups() -> None:
    before = {"ann": 3, "bob": 10, "cleo": 7, "dan": 9, "gone": 5}
    after = {"ann": 9, "bob": 6, "cleo": 8, "dan": 9, "eve": 0}
    who, matrix = moves(before, after)
    assert who == {"rose": ["ann"], "fell": ["bob"], "same": ["cleo", "dan"], "new": ["eve"]}
    assert GROUPS == ("critic", "passive", "promoter")
    assert matrix == [[0, 0, 1], [0, 1, 0], [1, 0, 1]]


@given(counts)
def test_index_and_margins_stay_in_bounds(answered: tuple[int, int, int]) -> None:
    if not sum(answered):
        return
    index, plus_minus = nps(*answered), margin(*answered)
    centre, spread = adjusted(*answered)
    assert index is not None and plus_minus is not None and centre is not None and spread is not None
    assert -100 <= index <= 100
    assert 0 <= plus_minus <= 196
    assert 0 < spread <= 196
    assert abs(centre) <= abs(index), "the three added answers pull towards 0"


@given(counts)
def test_swapping_promoters_and_critics_mirrors_the_index(answered: tuple[int, int, int]) -> None:
    promoters, passives, critics = answered
    if not sum(answered):
        return
    index, centre = nps(*answered), adjusted(*answered)[0]
    assert index is not None and centre is not None
    assert nps(critics, passives, promoters) == -index
    assert margin(critics, passives, promoters) == margin(*answered)
    assert adjusted(critics, passives, promoters) == (-centre, adjusted(*answered)[1])


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_one_more_promoter_never_lowers_the_index(promoters: int, passives: int, critics: int) -> None:
    index, more = nps(promoters, passives, critics), nps(promoters + 1, passives, critics)
    assert more is not None
    assert index is None or more >= index


@given(st.floats(0, 200), st.integers(1, 1000), st.integers(2, 1000))
def test_a_finite_book_only_narrows_the_margin(plus_minus: float, n: int, population: int) -> None:
    narrowed = finite_population(plus_minus, n, population)
    assert (narrowed is None) == (n > population)
    assert narrowed is None or 0 <= narrowed <= plus_minus


@given(answers, answers)
def test_movements_add_up(before: dict[int, int], after: dict[int, int]) -> None:
    who, matrix = moves(before, after)
    assert sorted(chain(*who.values())) == sorted(after)
    assert sum(map(sum, matrix)) == len(before.keys() & after.keys())
    assert sum(matrix[i][j] for i in range(3) for j in range(3) if j > i) == len(who["rose"])
    assert sum(matrix[i][j] for i in range(3) for j in range(3) if j < i) == len(who["fell"])
    back, mirrored = moves(after, before)
    assert set(back["rose"]) == set(who["fell"])
    assert mirrored == [list(column) for column in zip(*matrix, strict=True)]
