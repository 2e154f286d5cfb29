"""The rules of products, whatever they are given: boxes of the quiz, answers, what others buy."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from kam_cli.domains.products import rules
from kam_cli.values.money import format_money

BOXES = st.integers(0, len(rules.BOX_DAYS) - 1)
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2090, 1, 1))
TEXTS = st.text("abcdeząא 1", min_size=1, max_size=20).map(str.strip).filter(bool)


def question(kind: str, answers: list[str], choices: list[str] | None = None, currency: str = "EUR") -> dict:
    return {"kind": kind, "answers": answers, "choices": choices or [], "currency": currency}


@given(BOXES, DAYS, st.booleans())
def test_a_wrong_answer_comes_back_sooner_than_a_right_one(box, today, is_due):
    right, wrong = (rules.comes_again(rules.next_box(box, one, is_due), today) for one in (True, False))
    assert wrong == today and (right > today if is_due or box else right == today)


@given(BOXES)
def test_a_box_is_left_upwards_one_at_a_time_and_only_when_due(box):
    assert rules.next_box(box, True, False) == box
    assert rules.next_box(box, True, True) == min(box + 1, len(rules.BOX_DAYS) - 1)
    assert list(rules.BOX_DAYS) == sorted(set(rules.BOX_DAYS))


@given(st.integers(0, 10**9), st.sampled_from(["EUR", "JPY", "KWD"]), st.integers(1, 10**6))
def test_an_amount_is_right_whatever_way_it_is_written(minor, currency, off):
    asked = question("price", [format_money(minor, currency)], currency=currency)
    shown = format_money(minor, currency)
    for said in (shown, shown.replace(" ", ""), f"{currency} {shown.removesuffix(currency)}"):
        assert rules.is_right(asked, said), said
    assert not rules.is_right(asked, format_money(minor + off, currency))
    assert not rules.is_right(asked, "") and not rules.is_right(asked, "a lot")


@given(TEXTS, st.lists(TEXTS, min_size=2, max_size=3, unique=True))
def test_a_choice_is_named_by_its_letter_or_its_words(right, wrong):
    choices = rules.shuffled([right, *wrong], "seed")
    asked = question("feature", [right], choices)
    letter = rules.CHOICES[choices.index(right)]
    for said in (letter, f" {letter.upper()}) ", right, right.upper()):
        assert rules.is_right(asked, said) or (
            len(said.strip()) == 1 and said.strip().casefold() in rules.CHOICES
        )
    assert not rules.is_right(asked, "")


def test_of_a_text_two_thirds_of_the_words_are_enough():
    asked = question("strength", ["dries in one single day at last", "costs less"])
    assert rules.is_right(asked, "it DRIES in a single day, at last")
    assert rules.is_right(asked, "less it costs") and not rules.is_right(asked, "it dries")
    assert rules.is_right(question("stock-days", ["3 days"]), "3") and not rules.is_right(
        question("stock-days", ["3 days"]), "13 days"
    )


@given(st.lists(TEXTS), TEXTS)
def test_an_order_depends_on_nothing_but_texts_and_seed(texts, seed):
    assert rules.shuffled(texts, seed) == rules.shuffled(texts[::-1], seed)
    assert set(rules.shuffled(texts, seed)) == set(texts)


_group = st.dictionaries(st.integers(1, 9), st.integers(1, 20), max_size=6).map(
    lambda counts: ("x", counts, max(counts.values(), default=0) + 1)
)


@given(st.sets(st.integers(1, 9)), st.lists(_group, max_size=3))
def test_what_he_buys_himself_is_never_suggested_and_the_usual_comes_first(mine, groups):
    found = rules.bought_by_others(mine, groups)
    products = [product for product, _ in found]
    assert set(products) == {product for _, counts, _ in groups for product in counts} - mine
    assert len(products) == len(set(products))
    shares = [
        max((counts[p] + 1) / (size + 2) for _, counts, size in groups if p in counts) for p in products
    ]
    assert shares == sorted(shares, reverse=True)


def test_nine_of_ten_weigh_more_than_one_of_one():
    assert [p for p, _ in rules.bought_by_others([], [("a", {1: 1}, 1), ("b", {2: 9}, 10)])] == [2, 1]
