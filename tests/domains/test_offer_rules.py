"""Pricing a basket: what the rules give, that they never contradict themselves, in currencies of 0, 2 and 3 decimals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.domains.offers.rules import KINDS, price
from kam_cli.values.rounding import halves_up

EMPTY = dict.fromkeys(
    ("client_id", "product_id", "category_key", "quantity_milli", "amount_minor", "currency", "pay_days",
     "valid_from", "valid_until")
) | {"is_on_top": 0}  # fmt: skip
DAY = "2026-03-18"


def rule(number: int, kind: str, bp: int, **more):
    return {**EMPTY, "id": number, "kind": kind, "name": f"{kind} {number}", "discount_bp": bp, **more}


def line(
    milli: int, list_minor: int, floor: int | None = None, product: int = 1, category: str | None = None
):
    return {"quantity_milli": milli, "list_minor": list_minor, "floor_minor": floor, "product_id": product,
            "category_key": category}  # fmt: skip


def priced(lines, rules, pay_days=14, currency="EUR", day=DAY, **more):
    return price(lines, rules, client_id=7, pay_days=pay_days, day=day, currency=currency, **more)


def names(row) -> list[str]:
    return [step["name"] for step in row["steps"]]


def one(rules, milli=40_000, pay_days=14, **more):
    return priced([line(milli, 1000)], rules, pay_days, **more)[0]


# --- how rules go together ----------------------------------------------------------------------------------


def test_without_a_rule_it_is_the_list_price():
    row = one([])
    assert (row["list_total_minor"], row["net_minor"], names(row)) == (40_000, 40_000, ["list price"])


def test_the_best_volume_tier_that_is_reached_is_given():
    tiers = [rule(1, "volume", 500, quantity_milli=40_000), rule(2, "volume", 800, quantity_milli=100_000)]
    assert one(tiers, 39_999)["net_minor"] == 39_999
    assert one(tiers, 40_000)["net_minor"] == 38_000
    assert one(tiers, 100_000)["net_minor"] == 92_000


def test_a_tier_counts_all_that_it_covers():
    tier = rule(1, "volume", 1000, quantity_milli=10_000, category_key="floor")
    lines = [
        line(6_000, 100, category="floor"),
        line(4_000, 200, product=2, category="floor"),
        line(9_000, 100, product=3),
    ]
    assert [row["net_minor"] for row in priced(lines, [tier])] == [540, 720, 900]
    worth = rule(2, "volume", 1000, amount_minor=2_300, currency="EUR")
    assert [row["net_minor"] for row in priced(lines, [worth])] == [540, 720, 810]
    assert [row["net_minor"] for row in priced(lines, [{**worth, "amount_minor": 2_301}])] == [600, 800, 900]
    assert [row["net_minor"] for row in priced(lines, [{**worth, "currency": "PLN"}])] == [600, 800, 900]


def test_promotion_and_terms_of_the_client_do_not_add_up_unless_marked():
    sale, terms = rule(1, "promotion", 1000), rule(2, "client", 800, client_id=7)
    assert names(one([sale, terms])) == ["list price", "promotion 1"]
    both = one([sale, {**terms, "is_on_top": 1}])
    assert names(both) == ["list price", "promotion 1", "client 2"] and both["net_minor"] == 33_120


def test_payment_comes_last_and_a_bonus_is_in_no_price():
    rules = [
        rule(1, "payment", 200, pay_days=7), rule(2, "bonus", 300, client_id=7),
        rule(3, "volume", 500, quantity_milli=1), rule(4, "promotion", 1000),
    ]  # fmt: skip
    row = one(rules, pay_days=7, agreed_bp=100)
    assert names(row) == ["list price", "volume 3", "promotion 4", "for this offer", "payment 1"]
    assert [step["left_minor"] for step in row["steps"]] == [40_000, 38_000, 34_200, 33_858, 33_181]


@pytest.mark.parametrize(
    ("pay_days", "name"),
    [(0, "payment 2"), (7, "payment 2"), (8, "payment 1"), (14, "payment 1"), (15, None), (59, None),
     (60, "payment 3"), (89, "payment 3"), (90, "payment 4"), (900, "payment 4")],
)  # fmt: skip
def test_early_payment_is_cheaper_and_deferred_dearer(pay_days, name):
    rules = [
        rule(1, "payment", 100, pay_days=14), rule(2, "payment", 200, pay_days=7),
        rule(3, "payment", -150, pay_days=60), rule(4, "payment", -300, pay_days=90),
    ]  # fmt: skip
    assert names(one(rules, pay_days=pay_days))[1:] == ([name] if name else [])


def test_a_client_may_defer_for_nothing():
    rules = [rule(1, "payment", -150, pay_days=30), rule(2, "payment", 0, pay_days=60, client_id=7)]
    assert one(rules, pay_days=45)["net_minor"] == 40_000
    assert one(rules, pay_days=61)["net_minor"] == 40_600


def test_rules_of_others_of_other_days_and_other_products_do_not_count():
    rules = [
        rule(1, "client", 800, client_id=8), rule(2, "promotion", 800, valid_until="2026-03-17"),
        rule(3, "promotion", 800, valid_from="2026-03-19"), rule(4, "volume", 800, product_id=2, quantity_milli=1),
        rule(5, "promotion", 800, category_key="roof"),
    ]  # fmt: skip
    assert names(one(rules)) == ["list price"]


def test_the_floor_stops_a_price_unless_it_is_overridden():
    sale = [rule(1, "promotion", 5000)]
    row = priced([line(40_000, 1000, 900)], sale)[0]
    assert (row["net_minor"], row["is_at_floor"], row["steps"][-1]["kind"]) == (36_000, True, "floor")
    row = priced([line(40_000, 1000, 900)], sale, is_free=True)[0]
    assert (row["net_minor"], row["is_at_floor"], row["steps"][-1]["kind"]) == (20_000, False, "override")
    assert priced([line(333, 100, 100)], sale)[0]["net_minor"] == 34  # a part of a minor unit would break it


# --- whatever the rules -------------------------------------------------------------------------------------

BP = st.integers(1, 10_000)
CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD"])
MAYBE_DAY = st.sampled_from([None, "2026-03-17", DAY, "2026-03-19"])


@st.composite
def any_rule(draw, kinds=KINDS):
    kind = draw(st.sampled_from(kinds))
    more = {
        "client_id": draw(st.sampled_from([None, 7, 8])), "valid_from": draw(MAYBE_DAY), "valid_until": draw(MAYBE_DAY),
        "product_id": draw(st.sampled_from([None, 1, 2])), "category_key": draw(st.sampled_from([None, "a"])),
        "is_on_top": draw(st.integers(0, 1)),
    }  # fmt: skip
    bp = draw(BP)
    if kind == "payment":
        more["pay_days"] = draw(st.sampled_from([0, 7, 14, 30, 60]))
        bp = draw(st.sampled_from([bp, 0, -bp]))
    elif draw(st.booleans()):
        more["quantity_milli"] = draw(st.integers(1, 300_000))
    elif draw(st.booleans()):
        more |= {"amount_minor": draw(st.integers(1, 10**7)), "currency": draw(CURRENCIES)}
    return rule(draw(st.integers(1, 10**6)), kind, bp, **more)


RULES = st.lists(any_rule(), max_size=9, unique_by=lambda one: one["id"])
LINES = st.lists(
    st.builds(
        line, st.integers(1, 10**6), st.integers(0, 10**7), st.none() | st.integers(0, 10**6),
        st.sampled_from([1, 2, 3]), st.sampled_from([None, "a", "b"]),
    ),
    min_size=1, max_size=6,
)  # fmt: skip
PAY = st.sampled_from([0, 7, 14, 30, 60, 90])


@given(LINES, RULES, PAY, CURRENCIES, st.integers(0, 10_000), st.booleans())
def test_every_step_follows_from_the_one_before(lines, rules, pay_days, currency, agreed, free):
    known = {one["id"]: one for one in rules}
    for row, given_line in zip(
        priced(lines, rules, pay_days, currency, agreed_bp=agreed, is_free=free), lines, strict=True
    ):
        first, *others = row["steps"]
        left = Fraction(given_line["quantity_milli"] * given_line["list_minor"], 1000)
        assert first["kind"] == "list" and first["left_minor"] == row["list_total_minor"]
        for step in others:
            left = left * (10_000 - step["discount_bp"]) / 10_000
            if step["rule"]:
                assert known[step["rule"]]["discount_bp"] == step["discount_bp"]
            if step["kind"] != "floor":
                assert step["left_minor"] == halves_up(left.numerator, left.denominator)
        assert row["steps"][-1]["left_minor"] == row["net_minor"]
        assert [step["kind"] for step in others].count("volume") <= 1
        assert [step["kind"] for step in others].count("payment") <= 1


@given(LINES, RULES, PAY, CURRENCIES, st.integers(0, 10_000))
def test_no_floor_is_broken(lines, rules, pay_days, currency, agreed):
    for row, given_line in zip(
        priced(lines, rules, pay_days, currency, agreed_bp=agreed), lines, strict=True
    ):
        assert row["net_minor"] * 1000 >= given_line["quantity_milli"] * (given_line["floor_minor"] or 0)
        assert row["is_at_floor"] == (row["steps"][-1]["kind"] == "floor")


@given(LINES, RULES, PAY, CURRENCIES, st.randoms())
def test_the_order_of_rules_and_lines_changes_nothing(lines, rules, pay_days, currency, chance):
    before = priced(lines, rules, pay_days, currency)
    shuffled, order = list(rules), list(range(len(lines)))
    chance.shuffle(shuffled)
    chance.shuffle(order)
    after = priced([lines[at] for at in order], shuffled, pay_days, currency)
    assert after == [before[at] for at in order]


@given(LINES, RULES, PAY, CURRENCIES, st.integers(1, 10**6), st.data())
def test_more_of_it_is_never_dearer_a_piece(lines, rules, pay_days, currency, more, data):
    """But for the rounding of each line: half a minor unit, or a whole one at a floor."""
    at = data.draw(st.integers(0, len(lines) - 1))
    larger = [
        {**one, "quantity_milli": one["quantity_milli"] + more * (place == at)}
        for place, one in enumerate(lines)
    ]
    before, after = (priced(some, rules, pay_days, currency) for some in (lines, larger))
    for old, new, a, b in zip(lines, larger, before, after, strict=True):
        slack = Fraction(1, old["quantity_milli"]) + Fraction(1, new["quantity_milli"])
        assert (
            Fraction(b["net_minor"], new["quantity_milli"])
            <= Fraction(a["net_minor"], old["quantity_milli"]) + slack
        )


@given(LINES, RULES, any_rule(("volume", "promotion", "client")), PAY, CURRENCIES)
def test_a_further_discount_never_makes_it_dearer(lines, rules, another, pay_days, currency):
    before = priced(lines, rules, pay_days, currency)
    after = priced(
        lines, [*(one for one in rules if one["id"] != another["id"]), another], pay_days, currency
    )
    if another["id"] not in {one["id"] for one in rules}:
        assert all(b["net_minor"] <= a["net_minor"] for a, b in zip(before, after, strict=True))
