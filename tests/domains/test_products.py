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
        ("product add Oak --strength dry", 2, "COMPETITOR=TEXT"), ("product add Oak --option dry", 2, "USE=TEXT"), ("product suggest", 2, "CLIENT"),
        ("product add Oak --from 2026-01-01", 2, "--price"), ("product quiz", 5, "--list"), ("product quiz --answer price:9=1", 3, "no question"),
        ("product quiz --answer nonsense", 2, "KEY=ANSWER"), ("product quiz --answers /nowhere", 2, "--answers"),
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


# --- what is known of a product -----------------------------------------------------------------------------


@pytest.fixture
def shop(kam):
    for line in (
        "product add Oak panel --price 24.50 --unit m2 --category Floor --stock-days 3 --order-days 14 --feature 'oiled twice' "
        "--strength 'Panel World=dries in a day' --option 'sauna=oiled with linseed' --packaging 'box of 2.2 m2'",
        "product add Pine board --price 9 --feature 'knots sealed' --strength 'Globex=no knots fall out' --option 'sauna=left raw' --stock out",
        "product add Ash plank --price 31 --feature 'grows in Poland' --strength 'Panel World=from one forest'",
        "product edit pine --substitute 'oak=harder' --substitute ash",
        "client add Acme --segment Retail", "client add Globex --segment Retail", "client add Beta --segment Retail", "client add Gamma",
    ):  # fmt: skip
        kam(line)
    return kam


def order(kam, client: int, *products: int, status: str = "", day: str = "2026-02-01") -> None:
    """An order with a line of each product."""
    lines = [word for one in products for word in (f"--item={one}×1", "--price=1")]
    number = kam.json(["order", "add", str(client), "--on", day, *lines])["id"]
    if status:
        kam(f"order {status} {number}")


def test_the_page_of_a_product(shop):
    shop("product price oak 26 --from 2027-01-01")
    shop("need add acme a dry floor --product oak --strength 4")
    shop("objection add acme too dear --product oak --answer 'it lasts' --worked")
    order(shop, 2, 1)
    order(shop, 2, 1, day="2026-03-01")
    order(shop, 3, 1, status="cancel")
    page = shop("product show oak").out
    for line in (
        "Oak panel · #1 · Floor", "price      24.50 EUR / m2", "in stock, delivered in 3 days; else in 14 days", "2027-01-01  26 EUR  to come",
        "  oiled twice", "Panel World  dries in a day", "sauna  oiled with linseed", "4 of 5  Acme  a dry floor", "Globex  2 orders, last on 2026-03-01",
        "Acme · too dear · worked: it lasts",
    ):  # fmt: skip
        assert line in page, line
    assert "Beta" not in page
    data = shop.json("product show pine")
    assert [(one["name"], one["note"], one["is_in_stock"]) for one in data["substitutes"]] == [
        ("Oak panel", "harder", True),
        ("Ash plank", None, True),
    ]
    assert data["strengths"] == [{"competitor": "Globex", "text": "no knots fall out"}]


def test_facts_are_added_once_and_taken_off(shop):
    assert "nothing differs" in shop("product edit oak --feature 'OILED twice'").out
    shop("product edit oak --feature 'from the Tatras' --drop feature=oiled")
    assert shop.json("product show oak")["features"] == ["from the Tatras"]
    shop("product edit pine --drop substitute=ash --drop strength=globex")
    assert [one["name"] for one in shop.json("product show pine")["substitutes"]] == ["Oak panel"]
    assert "from the Tatras" in shop("product edit oak --drop feature=nothing", exit=3).err
    assert "KIND=TEXT" in shop("product edit oak --drop nothing", exit=2).err
    assert "itself" in shop("product edit oak --substitute oak", exit=2).err
    shop("undo 2 --yes")
    assert shop.json("product show oak")["features"] == ["oiled twice"]
    assert "nothing found" in shop("find tatras").out
    assert "Oak panel" in shop("find linseed").out, "facts are found"


def test_what_is_spoken_of_is_not_removed(shop):
    shop("need add acme --product oak")
    assert "archive" in shop("product remove oak", exit=1).err
    shop("product remove ash")
    assert len(prices(shop)) == 2


def test_prices_are_shown_and_withdrawn(shop):
    shop("product price oak 26 --from 2027-01-01 --floor 20")
    assert [(row["price"], row["floor"]) for row in shop.json("product price oak")] == [
        (26, 20),
        (24.5, None),
    ]
    shop("product price oak --withdraw --from 2027-01-01")
    assert len(shop.json("product price oak")) == 1
    assert shop("product price oak --withdraw --from 2027-01-01", exit=3)


# --- what to suggest ----------------------------------------------------------------------------------------


def suggested(kam, line):
    return {row["product"]: row["reason"] for row in kam.json(line)}


def test_for_a_use(shop):
    rows = shop.json("product suggest --for saun")
    assert [row["product"] for row in rows] == ["Oak panel", "Ash plank"], "pine is out of stock"
    assert rows[0]["reason"].startswith(
        "for sauna: oiled with linseed; in place of Pine board, out of stock (harder)"
    )
    assert rows[1]["instead_of"] == "Pine board"
    assert suggested(shop, "product suggest --for poland") == {
        "Ash plank": "'poland' is spoken of on its page"
    }
    assert shop.json("product suggest --for boats") == []


def test_for_a_client(shop):
    assert shop.json("product suggest acme") == []
    assert "nothing to suggest yet" in shop("product suggest acme").out
    shop("need add acme a dry floor --product oak --strength 5")
    order(shop, 1, 2)
    order(shop, 1, 2)
    order(shop, 2, 2, 3)
    order(shop, 3, 3)
    order(shop, 4, 2, 1)
    found = suggested(shop, "product suggest acme")
    assert found == {
        "Oak panel": "he needs 'a dry floor', 5 of 5, 2026-03-18; in place of Pine board, out of stock (harder): he ordered it 2 times; "
        "1 of 2 clients who buy the same as he buy it",
        "Ash plank": "in place of Pine board, out of stock: he ordered it 2 times; 2 of 2 clients in Retail buy it; "
        "1 of 2 clients who buy the same as he buy it",
    }  # fmt: skip
    shop("product archive ash")
    assert list(suggested(shop, "product suggest acme")) == ["Oak panel"]


def test_an_empty_book_suggests_nothing(kam):
    kam("client add Acme")
    assert kam.json("product suggest acme") == kam.json("product suggest --for roofs") == []
    assert (
        kam.json("product list") == kam.json("product quiz --list") == kam.json("product quiz --score") == []
    )


# --- the quiz -----------------------------------------------------------------------------------------------


def test_questions_come_from_prices_delivery_facts_and_substitutes(shop):
    rows = shop.json("product quiz --list")
    kinds = {row["kind"] for row in rows}
    assert kinds == {
        "price",
        "stock-days",
        "order-days",
        "packaging",
        "feature",
        "strength",
        "option",
        "substitute",
    }
    assert not any("answers" in row for row in rows)
    feature = next(row for row in rows if row["key"] == "feature:1")
    assert sorted(feature["choices"]) == ["grows in Poland", "knots sealed", "oiled twice"]
    assert {row["product"] for row in shop.json("product quiz --list --product ash")} == {"Ash plank"}
    assert {row["product"] for row in shop.json("product quiz --list --category floor")} == {"Oak panel"}
    assert len(shop.json("product quiz --list --questions 3")) == 3
    assert rows == shop.json("product quiz --list"), "the same all day"


def test_what_was_answered_wrong_comes_back_sooner(shop):
    told = shop.json(
        "product quiz --answer 'price:1=24,50 €' --answer stock-days:1=4 --answer feature:1=oiled"
    )
    assert [(row["key"], row["is_right"], row["due_on"]) for row in told] == [
        ("price:1", True, "2026-03-19"), ("stock-days:1", False, "2026-03-18"), ("feature:1", False, "2026-03-18"),
    ]  # fmt: skip
    due = [row["key"] for row in shop.json("product quiz --list")]
    assert due[:2] in (["stock-days:1", "feature:1"], ["feature:1", "stock-days:1"]) and "price:1" not in due
    assert "price:1" in [row["key"] for row in shop.json("product quiz --list --all")]
    assert "price:1" in [row["key"] for row in shop.json("product quiz --list --today 2026-03-19")]
    for day, after in (("2026-03-19", "2026-03-22"), ("2026-03-22", "2026-03-29")):
        assert shop.json(f"product quiz --answer price:1=24.5 --today {day}")[0]["due_on"] == after
    assert shop.json("product quiz --answer price:1=24.5 --today 2026-03-23")[0]["due_on"] == "2026-03-30", (
        "early: no box up"
    )
    assert shop.json("product quiz --answer price:1=1 --today 2026-03-29")[0]["due_on"] == "2026-03-29"


def test_answers_from_a_file_are_all_taken_or_none(shop, tmp_path):
    path = tmp_path / "answers.txt"
    path.write_text(
        'substitute:2=ASH plank\n\n{"key": "order-days:1", "answer": "14 days"}\n', encoding="utf-8"
    )
    assert [row["is_right"] for row in shop.json(["product", "quiz", "--answers", str(path)])] == [True, True]
    assert "2 of 2 right" in shop("product quiz --answers -", input=path.read_text()).out
    assert shop("product quiz --answers -", input="price:1=24.5\nprice:77=1\n", exit=3)
    assert "line 2" in shop("product quiz --answers -", input="price:1=24.5\nwhat\n", exit=2).err
    (row,) = [row for row in shop.json("product quiz --score") if row["product"] == "Oak panel"]
    assert (row["asked"], row["was_right"], row["right_pct"]) == (2, 2, 100)


def test_scores_are_outside_undo_and_in_the_archive(shop, tmp_path):
    before = len(shop.json("sql 'SELECT id FROM commands'"))
    shop("product quiz --answer price:1=24.5")
    assert len(shop.json("sql 'SELECT id FROM commands'")) == before
    shop("undo --yes")
    assert shop.json("sql 'SELECT question, is_right FROM quiz_answers'") == [
        {"question": "price:1", "is_right": 1}
    ]
    path = str(tmp_path / "book.jsonl")
    shop(["export", "archive", "--to", path])
    other = type(shop)(tmp_path / "other.db")
    other(["init", "--db", str(other.db), "--quiet"])
    other(["import", path, "--db", str(other.db)])
    assert other(["product", "quiz", "--score", "--db", str(other.db), "--json"]).json[0]["asked"] == 1


def test_a_person_is_asked_and_asked_again_what_was_wrong(shop):
    from calls import run

    code, out, _ = run(["product", "quiz", "--product", "3", "--questions", "1"], answers="\nq\n")
    assert code == 0 and "0 of 1 right" in out
    key = shop.json("sql 'SELECT question FROM quiz_answers'")[0]["question"]
    (row,) = shop.json("product quiz --list --product 3 --questions 1")
    assert row["key"] == key, "the wrong one comes first"
    right = {"price": "31", "feature": "grows in Poland", "strength": "from one forest"}[row["kind"]]
    code, out, err = run(
        ["product", "quiz", "--product", "3", "--questions", "1"], answers=f"dunno\n{right}\n"
    )
    assert code == 0 and "1 of 2 right, 50 %" in out and "   right" in err


@pytest.mark.parametrize("product", ["Дубова дошка", "לוח אלון", "Żółta łata"])
def test_names_in_other_scripts(kam, product):
    kam(["product", "add", product, "--price", "3", "--feature", product, "--substitute", "x"], exit=3)
    kam(["product", "add", product, "--price", "3", "--feature", product])
    assert kam.json(["product", "show", product.casefold()])["name"] == product
    assert kam.json(["product", "quiz", "--answer", f"feature:1={product}"])[0]["is_right"] is True
