"""How much of something: read for certain, or refused."""

from __future__ import annotations

import pytest

from kam_cli.errors import BadValue
from kam_cli.values.quantities import parse_discount, parse_item, parse_quantity


@pytest.mark.parametrize(
    ("text", "milli"),
    [("40", 40_000), ("2.5", 2500), ("0,125", 125), ("1 000", 1_000_000), ("7.500", 7500), (" 3 ", 3000)],
)
def test_quantities(text, milli):
    assert parse_quantity(text) == milli


@pytest.mark.parametrize("text", ["0", "-1", "", "1.2345", "x", "1e3", "nan", "٣", "1.2.3", "9" * 13, ".5"])
def test_no_quantities(text):
    with pytest.raises(BadValue):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "bp"), [("5", 500), ("12.5%", 1250), ("0", 0), ("100 %", 10_000), ("0,25", 25)]
)
def test_discounts(text, bp):
    assert parse_discount(text) == bp


@pytest.mark.parametrize("text", ["100.01", "-5", "5.555", "half", "5%%"])
def test_no_discounts(text):
    with pytest.raises(BadValue):
        parse_discount(text)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Oak panel×40", ("Oak panel", 40_000)),
        ("Oak panel x 2.5", ("Oak panel", 2500)),
        ("oak*40", ("oak", 40_000)),
        ("oak", ("oak", 1000)),
        ("Screw M6x40", ("Screw M6x40", 1000)),
        ("Screw M6x40 x 12", ("Screw M6x40", 12_000)),
        ("Linux", ("Linux", 1000)),
        ("שולחן×3", ("שולחן", 3000)),
    ],
)
def test_items(text, item):
    assert parse_item(text) == item


def test_an_item_without_a_product_is_refused():
    with pytest.raises(BadValue, match="names no product"):
        parse_item("×40")
