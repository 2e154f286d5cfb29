"""Tables of products: real ones, price lists brought up to date, and everything back from an export."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

STATE = {
    "products": "SELECT uid, name, name_key, sku, category, category_key, unit, packaging, conditions, description, is_in_stock, "
    "stock_days, order_days, archived_at, note FROM products WHERE deleted_at IS NULL",
    "prices": "SELECT p.uid, x.currency, x.valid_from, x.price_minor, x.floor_minor FROM prices x JOIN products p ON p.id = x.product_id",
    "facts": "SELECT p.uid, f.kind, f.label, f.label_key, f.text FROM product_facts f JOIN products p ON p.id = f.product_id",
    "substitutes": "SELECT p.uid, o.uid, s.note FROM substitutes s JOIN products p ON p.id = s.product_id JOIN products o ON o.id = s.other_id",
}  # fmt: skip


def state(kam) -> dict[str, list]:
    book = kam.book()
    found = {name: sorted(map(repr, book.fetch(sql)[1])) for name, sql in STATE.items()}
    book.close()
    return found


def second(kam, tmp_path):
    """Another book, empty, in the place of the first."""
    other = type(kam)(tmp_path / "other.db")
    other.db.unlink(missing_ok=True)
    os.environ["KAM_DB"] = str(other.db)  # put back by the fixture's monkeypatch
    other("init --currency EUR --tz Europe/Warsaw --quiet")
    return other


def table(tmp_path, text: str, name: str = "list.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


# --- real files ---------------------------------------------------------------------------------------------


def test_the_catalogue_of_northwind(kam, shared):
    path = str(shared / "sales/northwind/products.csv")
    told = kam.json(["import", path])
    assert (told["read"], told["created"], told["errors"]) == (77, 77, [])
    chai = kam.json("product show Chai")
    assert (chai["price"], chai["currency"], chai["valid_from"]) == (18, "EUR", "2026-03-18")
    assert (chai["packaging"], chai["is_in_stock"]) == ("10 boxes x 20 bags", True)
    assert len(kam.json("product list")) == 69 and len(kam.json("product list --archived")) == 8
    assert kam.json("sql 'SELECT sum(price_minor) AS total FROM prices'") == [{"total": 222271}]
    assert kam.json(["import", path])["skipped"] == 77
    kam("undo --yes")
    assert kam.json("product list") == []


def test_the_database_of_northwind_holds_the_same(kam, shared):
    path = str(shared / "sales/northwind/northwind.sqlite")
    assert kam.json(["import", path, "--sheet", "Products", "--as", "products"])["created"] == 77
    assert kam.json("product show 'Côte de Blaye'")["price"] == 263.5


def test_products_with_article_numbers_and_a_currency(kam, shared):
    path = str(shared / "crm/datablist/products-100.csv")
    assert kam.json(["import", path])["created"] == 100
    rows = kam.json("product list")
    assert len(rows) == 100 and {row["currency"] for row in rows} == {"USD"}
    first = kam.json("product show 2091465262179")
    assert (first["name"], first["price"]) == ("Compact Printer Air Advanced Digital", 265)
    assert len(kam.json("product list --in-stock")) == 37
    assert kam.json(["import", path])["skipped"] == 100
    assert kam.json(["import", path, "--update"])["skipped"] == 100


# --- a price list brought up to date ------------------------------------------------------------------------


def test_a_price_that_differs_is_a_new_price_from_the_day_of_the_import(kam, tmp_path):
    kam(["import", table(tmp_path, "SKU,Name,Price\nA-1,Oak,10\nA-2,Pine,5\n"), "--source", "erp"])
    kam("product price oak 10 --floor 8")
    path = table(tmp_path, "SKU,Name,Price\nA-1,Oak,12\nA-2,Pine,5\nA-3,Ash,7\n")
    told = kam.json(["import", path, "--source", "erp", "--update", "--today", "2026-04-01"])
    assert (told["created"], told["updated"], told["skipped"]) == (1, 1, 1)
    oak = kam.json("product list --on 2026-04-01 --where sku=A-1")[0]
    assert (oak["price"], oak["floor"], oak["valid_from"]) == (12, 8, "2026-04-01")
    assert kam.json("product list --on 2026-03-31 --where sku=A-1")[0]["price"] == 10
    rows = "SELECT count(*) AS n FROM prices x JOIN products p ON p.id = x.product_id WHERE p.name = 'Pine'"
    assert kam.json(["sql", rows]) == [{"n": 1}]


def test_a_price_may_say_from_when_it_holds(kam, tmp_path):
    path = table(tmp_path, "name,price,currency,valid from,minimum price\nOak,10,USD,2026-01-05,8\n")
    kam(["import", path])
    assert kam.json("product list --on 2026-01-04")[0]["price"] is None
    row = kam.json("product list --on 2026-01-05")[0]
    assert (row["price"], row["currency"], row["floor"]) == (10, "USD", 8)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("name,price\nOak,dear\n", "price", "cannot read the amount"), ("name,price\n,3\n", "name", "missing"),
        ("name,price,floor\nOak,3,4\n", "floor", "above"), ("name,floor\nOak,4\n", "floor", "without a price"),
        ("name,price,in stock\nOak,3,perhaps\n", "in stock", "in or out"), ("name,price,prices\nOak,3,EUR 5\n", "prices", "CURRENCY"),
        ("name,price,prices\nOak,3,EUR 2026-02-30 5\n", "prices", "no day"), ("name,price,strengths\nOak,3,dry\n", "strengths", "COMPETITOR="),
        ("name,price,substitutes\nOak,3,Ash\n", "substitutes", "no products are called so"),
        ("name,price,substitutes\nOak,3,Oak\n", "substitutes", "the product itself"),
    ],
)  # fmt: skip
def test_bad_rows(kam, tmp_path, text, column, said):
    told = kam(["import", table(tmp_path, text), "--as", "products", "--json"], exit=1).json
    assert [error["column"] for error in told["errors"]] == [column]
    assert said in told["errors"][0]["message"] and told["errors"][0]["line"] == 2
    assert kam.json("product list --archived") == kam.json("product list") == []


def test_rows_of_one_article_number_are_all_kept(kam, tmp_path):
    path = table(tmp_path, "sku,name,price\nA,Oak S,1\nA,Oak M,2\n,Oak L,3\n")
    assert kam.json(["import", path])["created"] == 3
    assert kam.json(["import", path])["skipped"] == 3


def test_other_tables_make_the_products_that_they_name(kam, tmp_path):
    kam(["import", table(tmp_path, "product id,name,price\n7,Oak,1\n"), "--source", "erp"])
    assert kam("product show 7", exit=3)
    kam("undo --yes")


# --- out and in again ---------------------------------------------------------------------------------------

_words = (
    st.text("abΩł=,;:\\'\"- ", min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text not in ("", "-"))
)
_labels = _words.map(lambda text: text.replace("=", "").strip()).filter(bool)
_amounts = st.integers(0, 10**7)


@st.composite
def products(draw) -> list[list[str]]:
    """Command lines that make a price list."""
    lines = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        line = [
            "product",
            "add",
            "--force",
            f"--price=JPY {draw(_amounts)}",
            f"--from=2026-0{draw(st.integers(1, 9))}-01",
        ]
        for option in draw(
            st.sets(
                st.sampled_from(["sku", "category", "unit", "packaging", "conditions", "description", "note"])
            )
        ):
            line.append(f"--{option}={draw(_words)}")
        line += [f"--feature={draw(_words)}" for _ in range(draw(st.integers(0, 2)))]
        line += [f"--strength={draw(_labels)}={draw(_words)}" for _ in range(draw(st.integers(0, 2)))]
        line += [f"--option={draw(_labels)}={draw(_words)}" for _ in range(draw(st.integers(0, 1)))]
        lines.append([*line, "--stock", draw(st.sampled_from(["in", "out"])), "--", draw(_words)])
        lines.append(["product", "price", str(number), f"{draw(st.integers(0, 10**5))}.5", "--floor", "0.1"])
        if number > 1:
            lines.append(["product", "edit", str(number - 1), f"--substitute={number}={draw(_words)}"])
    return lines


@pytest.mark.parametrize("ending", ["csv", "json"])
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lines=products())
def test_a_price_list_comes_back_exactly(kam, tmp_path, ending, lines):
    first = second(kam, tmp_path / "..")
    for line in lines:
        first(line)
    before = state(first)
    path = str(tmp_path / f"products.{ending}")
    first(["export", "products", "--to", path, "--force"])
    other = second(kam, tmp_path)
    told = other.json(["import", path, "--as", "products"])
    assert not told["errors"]
    assert state(other) == before
    assert other.json(["import", path, "--as", "products", "--update"])["updated"] == 0
    assert state(other) == before
