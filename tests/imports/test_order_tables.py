"""Tables of orders: real ones give the published figures, lines find their order, and what goes out comes back exactly."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from kam_cli.domains.orders import rules


def exact(kam, where: str = "1") -> Decimal:
    """Turnover in major units of two decimals, unrounded."""
    book = kam.book()
    row = book.row(f"SELECT sum(total_minor) AS minor, sum(total_rest) AS rest FROM orders o WHERE {where}")
    book.close()
    return (Decimal(row["minor"]) + Decimal(row["rest"]) / rules.SCALE) / 100


def count(kam, table: str) -> int:
    book = kam.book()
    found = book.value(f"SELECT count(*) FROM {table}")
    book.close()
    return found


@pytest.fixture
def northwind(kam, shared):
    folder = shared / "sales" / "northwind"
    kam(f"import {folder}/customers.csv --as clients --source nw")
    kam(f"import {folder}/products.csv --as products --source nw")
    kam(f"import {folder}/orders.csv --as orders --source nw --map EmployeeID=tags")
    return kam


QUICK = "client_id = (SELECT id FROM clients WHERE name = 'QUICK-Stop')"


@pytest.mark.parametrize("file", ["order_details.csv", "northwind.sqlite"])
def test_northwind_comes_to_the_published_figures(northwind, shared, file):
    path = shared / "sales" / "northwind" / file
    sheet = "--sheet 'Order Details'" if file.endswith("sqlite") else ""
    done = northwind.json(f"import {path} {sheet} --as order-lines --source nw")
    assert (done["read"], done["created"], count(northwind, "orders")) == (2155, 2155, 830)
    assert exact(northwind) == Decimal("1265793.0395")
    assert exact(northwind, QUICK) == Decimal("110277.305")
    again = northwind.json(f"import {path} {sheet} --as order-lines --source nw --update")
    assert (again["created"], again["updated"], again["skipped"]) == (0, 0, 2155)
    shown = northwind.json("order show 10248")
    assert (shown["total"], shown["shipped_on"], shown["is_otif"], shown["tags"]) == (
        440,
        "1996-07-16",
        True,
        ["5"],
    )
    northwind("undo --yes")
    assert exact(northwind) == 0 and count(northwind, "order_lines") == 0


def test_a_table_of_purchases_without_a_header(kam, shared):
    path = shared / "sales" / "cdnow" / "CDNOW_sample.txt"
    line = f"import {path} --as orders --no-header --create --map 1=client --map 3=ordered_on --map 4=quantity --map 5=total"
    done = kam.json(line)
    assert (done["created"], done["also"]["clients"]) == (6919, 2357)
    assert exact(kam) == Decimal("244091.94")
    assert kam.json(line)["created"] == 0


def test_states_of_other_programs(kam, shared):
    folder = shared / "sales" / "jaffle_shop"
    kam(f"import {folder}/raw_customers.csv --as clients --source jaffle")
    assert kam.json(f"import {folder}/raw_orders.csv --as orders --source jaffle")["created"] == 99
    states = [row["status"] for row in kam.json("order list")]
    # 67 completed, 13 shipped and 2 that are to be returned; 13 placed; 4 returned
    assert {one: states.count(one) for one in set(states)} == {"delivered": 82, "taken": 13, "returned": 4}


def test_rows_that_tell_what_became_of_an_order(kam, shared):
    path = shared / "sales" / "prepbench_031_order_status" / "input_01.csv"
    done = kam.json(f"import {path} --as orders --create --map City=tags")
    assert (done["read"], done["created"]) == (24, 10)
    found = {
        row["number"]: (row["status"], row["ordered_on"], row["shipped_on"]) for row in kam.json("order list")
    }
    assert found["1136"] == ("delivered", "2019-01-01", "2019-01-03")  # reviewed later
    assert found["1137"] == ("taken", "2019-01-02", None)


def test_numbers_that_are_no_ids_are_told_and_taken_as_numbers(kam, shared):
    path = shared / "sales" / "prepbench_195_mixed_dates" / "input_01.csv"
    assert "map the column to number" in kam(f"import {path} --as orders --create", exit=1).err
    assert kam.json(f"import {path} --as orders --create --map 'Order Number=number'")["created"] == 1000
    expected = list(
        csv.DictReader(io.StringIO(path.with_name("gt_output_01.csv").read_text(encoding="utf-8-sig")))
    )
    days = sorted((row["Order Number"], "-".join(reversed(row["Order Date"].split("/")))) for row in expected)
    assert sorted((row["number"], row["ordered_on"]) for row in kam.json("order list")) == days


# --- invented tables ----------------------------------------------------------------------------------------

TABLE = """order id,client,order date,product,quantity,unit price,discount,tags,due date
A-1,Acme,2026-01-05,Oak,40,12.50,0.05,web,2026-01-20
A-1,Acme,2026-01-05,Nails,2.5,0.33,0.0500000007,web;urgent,2026-01-20
B-2,Beta,2026-01-06,Oak,1,,,,
"""


@pytest.fixture
def priced(kam):
    for name in ("Acme", "Beta"):
        kam(f"client add {name}")
    kam("product add Oak --price 12 --from 2025-01-01")
    kam("product add Nails")
    return kam


def load(kam, text: str, *options: str, exit: int | None = 0, name: str = "orders"):
    path = kam.db.parent / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return kam(["import", str(path), "--as", "orders", *options, "--json"], exit=exit)


def test_rows_with_one_id_are_one_order(priced):
    done = load(priced, TABLE).json
    assert (done["read"], done["created"], done["also"]) == (3, 2, {"order-lines": 3})
    first, second = priced.json("order list --sort id")
    assert (first["number"], first["total"], first["tags"], first["due_on"]) == (
        "A-1",
        475.78,
        "web, urgent",
        "2026-01-20",
    )
    assert second["total"] == 12  # the list price of its day
    assert load(priced, TABLE).json["skipped"] == 3
    changed = load(priced, TABLE.replace("40,12.50", "41,12.50"), "--update").json
    assert (changed["created"], changed["updated"]) == (0, 1)
    assert priced.json("order show A-1")["total"] == 487.66
    priced("undo 2 --yes")
    assert priced.json("order list") == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("C,Acme,2026-01-05,Oak,0,1,,,", "quantity"), ("C,Acme,2026-01-05,Oak,1,1,5,,", "discount_pct"),
        ("C,Acme,2026-01-05,Marble,1,1,,,", "Marble"), ("C,Nobody,2026-01-05,Oak,1,1,,,", "Nobody"),
        ("C,Acme,2026-01-05,Nails,1,,,,", "no list price"), ("C,Acme,,Oak,1,1,,,", "ordered_on is missing"),
        ("A-1,Beta,2026-01-05,Oak,1,1,,,", "another client"), ("C,Acme,2026-01-05,Oak,1,-1,,,", "negative"),
        ("C,Acme,2026-01-05,Oak,999999999,99999999999,,,", "comes to more"), ("A-1,Acme,2026-01-05,Marble,1,1,,,", "Marble"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_nothing_is_stored(priced, row, said):
    done = load(priced, TABLE + row + "\n", exit=1)
    assert [error["line"] for error in done.json["errors"]] == [5] and said in done.json["errors"][0][
        "message"
    ]
    assert priced.json("order list") == []


def test_an_order_of_thousands_of_lines(priced):
    lines = "".join(
        f"A,Acme,2026-01-05,Nails,1,0.33{n % 3 or ''},,,\n".replace("0.33", "0.3") for n in range(2500)
    )
    load(priced, TABLE.splitlines()[0] + "\n" + lines)
    assert count(priced, "order_lines") == 2500 and len(priced.json("order list")) == 1


def test_lines_of_orders_in_other_currencies(priced):
    load(
        priced, "id,client,ordered_on,total,currency\n1,Acme,2026-01-05,500,JPY\n2,Beta,2026-01-05,1.5,KWD\n"
    )
    path = priced.db.parent / "lines.csv"
    path.write_text("order,product,quantity,unit_price\n1,Oak,3,7\n2,Oak,1,0.125\n")
    priced(f"import {path} --as order-lines --source orders")
    assert [(row["total"], row["currency"]) for row in priced.json("order list --sort id")] == [
        (21, "JPY"),
        (0.125, "KWD"),
    ]
    path.write_text("order,product,quantity,unit_price\n1,Oak,3,7.5\n9,Oak,1,1\n1,Nails,1,USD 3\n")
    errors = priced(f"import {path} --as order-lines --source orders --json", exit=1).json["errors"]
    assert [one["line"] for one in errors] == [3, 2, 4] or [one["line"] for one in errors] == [2, 3, 4]


def test_what_goes_out_comes_back_exactly(priced, tmp_path, monkeypatch):
    priced(
        "order add acme --item 'oak×40' --item 'nails×2.5' --price 12.50 --price 0.33 --discount 12.5% --tag 'a, b' --tag web --due +2w"
    )
    priced("order add beta --item 'Loose ::: end×3' --price 'KWD 01.234' --number '=1+1' --note 'two\nlines'")
    priced("order add beta --total 'JPY 500' --on 2026-01-05")
    priced("order deliver 1 1×15 2")
    priced("order hand 1 'a=b' cut ::: them --due fri")
    priced("order hand 1 paint oil")
    priced("order done 1")
    priced("order cancel 3 --reason changed")
    priced("offer create beta --item oak×2")
    priced("offer accept 1")
    before = parts(priced)
    for noun in ("clients", "products", "orders"):
        priced(f"export {noun} --to {tmp_path / noun}.csv")
    other = type(priced)(tmp_path / "other.db")
    monkeypatch.setenv("KAM_DB", str(other.db))
    other("init --currency EUR --tz Europe/Warsaw -q")
    for noun in ("clients", "products", "orders"):
        other(f"import {tmp_path / noun}.csv --as {noun}")
    assert parts(other) == before
    done = other.json(f"import {tmp_path}/orders.csv --as orders --update")
    assert (done["updated"], done["skipped"]) == (0, 4)


def parts(kam) -> dict[str, list]:
    """What the book holds of orders, without numbers and stamps of its own."""
    book = kam.book()
    queries = {
        "orders": "SELECT o.uid, c.uid, number, number_key, status, ordered_on, due_on, shipped_on, currency, given_minor, total_minor, "
        "total_rest, reason, o.note FROM orders o JOIN clients c ON c.id = o.client_id",
        "lines": "SELECT o.uid, p.uid, l.title, quantity_milli, unit_price_minor, discount_bp, net_minor, amount_minor, amount_rest "
        "FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN products p ON p.id = l.product_id ORDER BY l.id",
        "tags": "SELECT o.uid, tag, tag_key FROM order_tags t JOIN orders o ON o.id = t.order_id ORDER BY tag",
        "sent": "SELECT o.uid, l.title, s.shipped_on, s.quantity_milli FROM shipments s JOIN orders o ON o.id = s.order_id "
        "JOIN order_lines l ON l.id = s.order_line_id ORDER BY s.id",
        "handed": "SELECT o.uid, department, department_key, text, x.handed_on, x.due_on, x.done_on FROM order_parts x JOIN orders o ON o.id = x.order_id ORDER BY x.id",
    }
    found = {name: book.fetch(sql)[1] for name, sql in queries.items()}
    book.close()
    return found


def test_a_table_that_was_worked_on_changes_what_differs(priced):
    priced("order add acme --item 'oak×40' --price 12.50")
    text = priced("export orders").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["lines"] == "40×12.50 Oak" and rows[0]["total"] == "500"
    load(priced, text.replace("40×12.50 Oak", "30×12.50 Oak").replace(",taken,", ",in-work,"), "--update")
    assert (priced.json("order show 1")["total"], priced.json("order show 1")["status"]) == (375, "in-work")
