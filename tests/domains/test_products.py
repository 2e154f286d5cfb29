"""Products: the price list on a day and in a currency, what is known of each, and what the book does with them."""

from __future__ import annotations

import pytest

from kam_cli.domains.products import store


def prices(kam, line="product list"):
    return {row["name"]: (row["price"], row["currency"]) for row in kam.json(line)}


def test_a_product_has_a_price_from_a_day_on(kam):
    done = kam("product add Oak panel --price 24.50 --floor 21 --unit m2 --stock-days 3 --sku OP-1")
    assert done.out == "product #1 Oak panel · OP-1 · 24.50 EUR / m2 – added\n"
    kam("product price oak 26 --from 2027-01-01")
    assert prices(kam) == {"Oak panel": (24.5, "EUR")}
    assert prices(kam, "product list --on 2026-12-31") == {"Oak panel": (24.5, "EUR")}
    assert prices(kam, "product list --on 2027-01-01") == {"Oak panel": (26, "EUR")}
    assert prices(kam, "product list --on 2026-03-17") == {"Oak panel": (None, None)}


def test_a_price_list_is_in_the_books_currency_first(kam):
    kam("product add Oak --price 24.50")
    kam("product price oak 'USD 30'")
    kam("product add Pine --price 'JPY 300'")
    assert prices(kam) == {"Oak": (24.5, "EUR"), "Pine": (300, "JPY")}
    assert prices(kam, "product list --currency usd") == {"Oak": (30, "USD"), "Pine": (None, None)}
    assert [row["name"] for row in kam.json("product list --where 'price>25'")] == ["Pine"]


def test_the_price_on_a_day_is_what_others_ask_for(kam):
    kam("product add Oak --price 10 --from 2026-01-01")
    kam("product price oak 12 --from 2026-02-01")
    book = kam.book()
    assert store.price_on(book, 1, "EUR", "2025-12-31") is None
    assert store.price_on(book, 1, "EUR", "2026-01-31")["price_minor"] == 1000
    assert store.price_on(book, 1, "EUR", "2026-02-01")["price_minor"] == 1200
    assert store.price_on(book, 1, "USD", "2026-02-01") is None
    assert store.find_by_name(book, "OAK") == [1]


def test_a_price_that_holds_already_is_not_written_again(kam):
    kam("product add Oak --price 10 --from 2026-01-01")
    assert "nothing differs" in kam("product price oak 10").out
    kam("product price oak 11")
    kam("product price oak 12")  # the same day: corrected
    assert [row["price_minor"] for row in store.prices(kam.book(), 1)] == [1200, 1000]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("product add Oak --floor 3", 2, "--price"), ("product add Oak --price 3 --floor 4", 2, "above the price"),
        ("product add Oak --price 3 --floor 'USD 1'", 2, "USD"), ("product price oak 10", 3, "no product 'oak'"),
        ("product add Oak --price -1", 2, "--price"), ("product add Oak --stock maybe", 2, "--stock"),
        ("product list --currency XXZ", 2, "--currency"), ("product add Oak --stock-days 9999", 2, "--stock-days"),
    ],
)  # fmt: skip
def test_what_is_refused(kam, line, code, said):
    assert said in kam(line, exit=code).err


def test_a_floor_stays_until_the_price_goes_below_it(kam):
    kam("product add Oak --price 10 --floor 8")
    kam("product price oak 9")
    assert kam.json("product show oak")["floor"] == 8
    assert "floor" in kam("product price oak 7", exit=1).err
    kam("product price oak 7 --floor 6")
    assert kam.json("product show oak")["floor"] == 6


def test_another_of_the_same_name_is_a_question(kam):
    kam("product add Oak")
    assert "#1 Oak" in kam("product add OAK", exit=4).err
    kam("product add OAK --force")
    assert len(kam.json("product list")) == 2


def test_what_is_no_longer_sold_leaves_the_list(kam):
    kam("product add Oak --category Floor --stock out")
    kam("product add Pine --category Roof")
    kam("product archive oak")
    assert list(prices(kam)) == ["Pine"]
    assert list(prices(kam, "product list --archived")) == ["Oak"]
    kam("product archive oak --back")
    assert list(prices(kam, "product list --in-stock")) == ["Pine"]
    assert list(prices(kam, "product list --category FLOOR")) == ["Oak"]
    kam("undo 1 --yes")
    assert list(prices(kam)) == ["Pine"]
