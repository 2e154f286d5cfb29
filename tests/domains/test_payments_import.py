"""Invoices and payments from tables, and out again."""

from __future__ import annotations

import csv


def table(folder, name: str, *lines: str) -> str:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def opens(kam) -> dict:
    return {row["number"]: row["open"] for row in kam.json("invoice list --status all --sort id")}


def test_invoices_with_their_payments(kam, tmp_path):
    kam("client add Acme")
    kam("terms set acme --pay 30d")
    path = table(
        tmp_path, "inv.csv", "Invoice number,Customer,Invoice date,Due date,Total,Currency,Payment date,Amount paid",
        "A1,Acme,2026-01-10,2026-01-20,100.50,EUR,2026-02-01,", "A2,Acme,2026-01-11,,200,EUR,2026-02-02,50",
        "A3,Acme,2026-01-12,,1234,JPY,,", "A4,Acme,2026-01-13,,10,EUR,,15",
    )  # fmt: skip
    done = kam.json(f"import {path} --as invoices")
    assert (done["read"], done["created"], done["also"]) == (4, 4, {"payments": 3})
    assert opens(kam) == {"A1": 0, "A2": 145, "A3": 1234, "A4": 0}
    assert kam.json("invoice show A2")["due_on"] == "2026-02-10"
    assert [row["paid_on"] for row in kam.json("payment list --sort id")] == [
        "2026-02-01",
        "2026-02-02",
        "2026-03-18",
    ]
    assert kam.json(f"import {path} --as invoices")["skipped"] == 4
    later = table(
        tmp_path, "inv2.csv", "Invoice number,Customer,Invoice date,Total,Payment date,Amount paid",
        "A2,Acme,2026-01-11,200,2026-03-01,", "A1,Acme,2026-01-10,100.50,2026-02-01,",
    )  # fmt: skip
    done = kam.json(f"import {later} --as invoices --source inv --update")
    assert (done["updated"], done["skipped"], done["also"]) == (1, 1, {"payments": 1})
    assert opens(kam)["A2"] == 0
    kam("undo 2 --yes")
    assert kam.json("invoice list --status all") == kam.json("payment list") == []


def test_a_payment_without_an_invoice_pays_the_oldest(kam, tmp_path):
    kam("client add Acme")
    kam("client add Globex")
    for number, due in (("A1", "2026-02-10"), ("A2", "2026-01-31"), ("A3", "2026-03-01")):
        kam(f"invoice add acme 100 --number {number} --on 2026-01-01 --due {due}")
    kam("invoice add globex 'KWD 01.234' --number G1 --on 2026-01-01")
    path = table(
        tmp_path, "pay.csv", "client,invoice,paid_on,amount,currency,method", "Acme,,2026-02-01,150,,card", ",A3,2026-02-02,30,,",
        "Globex,G1,2026-02-03,0.234,KWD,cash", ",G1,2026-02-03,0.5,KWD,",
    )  # fmt: skip
    kam(f"import {path} --as payments")
    assert opens(kam) == {"A1": 50, "A2": 0, "A3": 70, "G1": 0.5}
    bad = table(
        tmp_path, "bad.csv", "client,invoice,paid_on,amount,currency", "Globex,A1,2026-02-01,1,EUR", "Acme,A1,2026-02-01,1,USD",
        "Acme,Z9,2026-02-01,1,EUR", ",,2026-02-01,5,EUR",
    )  # fmt: skip
    failed = kam(f"import {bad} --as payments --json", exit=1)
    assert sorted(one["line"] for one in failed.json["errors"]) == [2, 3, 4, 5]
    assert len(kam.json("payment list")) == 4


def test_partial_payments_in_cents_of_a_real_shop(kam, tmp_path, shared):
    shop = shared / "sales" / "jaffle_shop"
    kam(f"import {shop}/raw_customers.csv --as clients --source jaffle")
    with open(shop / "raw_orders.csv", newline="") as file:
        orders = list(csv.DictReader(file))
    with open(shop / "raw_payments.csv", newline="") as file:
        paid = list(csv.DictReader(file))
    totals = {
        order["id"]: sum(int(one["amount"]) for one in paid if one["order_id"] == order["id"])
        for order in orders
    }
    rows = [f"{one['id']},{one['user_id']},{one['order_date']},{totals[one['id']]}" for one in orders]
    path = table(tmp_path, "orders.csv", "id,client,issued_on,amount_minor", *rows)
    kam(f"import {path} --as invoices --source jaffle")
    done = kam.json(
        f'import {shop}/raw_payments.csv --as payments --source jaffle --map "amount=amount_minor" --map "order_id=invoice"'
    )
    assert done["created"] == 113
    payments = kam.json("payment list")
    assert sum(round(one["amount"] * 100) for one in payments) == 167200
    assert not any(one["free"] for one in payments) and kam.json("invoice list") == []
    methods = [one["method"] for one in payments]
    assert {word: methods.count(word) for word in set(methods)} == {
        "credit_card": 55, "bank_transfer": 33, "coupon": 13, "gift_card": 12,
    }  # fmt: skip


def test_partial_payments_of_the_orders_of_a_real_shop(kam, shared):
    shop = shared / "sales" / "jaffle_shop"
    kam(f"import {shop}/raw_customers.csv --as clients --source jaffle")
    kam(f"import {shop}/raw_orders.csv --as orders --source jaffle")
    given = '--map "amount=amount_minor" --map "order_id=order"'
    done = kam.json(f"import {shop}/raw_payments.csv --as payments --source jaffle {given}")
    assert (done["created"], done["errors"]) == (113, [])
    rows = kam.json("payment list")
    assert (
        sum(round(row["amount"] * 100) for row in rows)
        == sum(round(row["free"] * 100) for row in rows)
        == 167200
    )
    assert all(row["order"] for row in rows)
    days = {row["id"]: row["ordered_on"] for row in kam.json("order list --status all")}
    assert all(row["paid_on"] == days[row["order_id"]] for row in rows)
    owner = rows[0]["client_id"]
    kam(f"invoice add {owner} 1")
    # What was paid for an order waits for the invoice of that order.
    assert kam.json("invoice list")[0]["open"] == 1
    assert kam.json(f"import {shop}/raw_payments.csv --as payments --source jaffle {given}")["skipped"] == 113


def test_payments_of_orders_come_before_their_invoices(kam, tmp_path):
    kam("client add Acme")
    kam("order add acme --total 90 --number PO-1 --on 2026-02-01")
    path = table(
        tmp_path,
        "pay.csv",
        "id,order_id,payment_method,amount",
        "1,PO-1,card,2000",
        "2,PO-1,card,3000",
        "3,PO-1,coupon,0",
    )
    done = kam.json(f'import {path} --as payments --map "amount=amount_minor" --map "order_id=order"')
    assert done["created"] == 3
    rows = kam.json("payment list --sort id")
    assert [(row["paid_on"], row["amount"], row["free"], row["order"]) for row in rows] == [
        ("2026-02-01", 20, 20, "PO-1"), ("2026-02-01", 30, 30, "PO-1"), ("2026-02-01", 0, 0, "PO-1"),
    ]  # fmt: skip
    bills = table(tmp_path, "inv.csv", "invoice number,order,amount", "A1,PO-1,90")
    kam(f"import {bills} --as invoices")
    assert opens(kam) == {"A1": 40} and kam.json("invoice list")[0]["issued_on"] == "2026-02-01"
    missing = table(tmp_path, "bad.csv", "order,amount,paid_on", "PO-9,5,2026-02-02")
    assert "import the orders first" in kam(f"import {missing} --as payments --create", exit=1).err


def dump(kam, noun: str) -> list[dict]:
    return kam(f"export {noun} --json").json


def test_an_export_comes_back_exactly(kam, tmp_path):
    kam("client add Łódź")
    kam("client add שלום")
    kam("terms set 1 --pay 21d --limit 10k --language pl")
    for line in (
        "invoice add 1 100 --number FV/1 --on 2026-01-01", "invoice add 1 200 --number FV/2 --on 2026-01-02 --note '=x'",
        "invoice add 2 'KWD 01.234'", "invoice add 2 'JPY 900' --number FV/1 --force", "payment add 1 150 --invoice FV/2 --method card",
        "payment add 1 120", "order add 1 --total 70 --number PO-1", "payment add 1 10 --order PO-1", "payment add 2 'JPY 1000'", "invoice write-off 3 --reason gone", "payment refund 2 'JPY 40'",
    ):  # fmt: skip
        kam(line)
    before = {noun: dump(kam, noun) for noun in ("clients", "terms", "orders", "invoices", "payments")}
    for noun in before:
        kam(f"export {noun} --to {tmp_path}/{noun}.csv")
    other = type(kam)(tmp_path / "other.db")
    kam(f"init --currency EUR --tz Europe/Warsaw --db {other.db} -q")
    for noun in before:
        kam(f"import {tmp_path}/{noun}.csv --as {noun} --db {other.db}")
    for noun, rows in before.items():
        assert kam(f"export {noun} --json --db {other.db}").json == rows
    # … and again, with what changed elsewhere
    kam(f"payment edit 2 --invoice FV/2 --db {other.db}")
    again = kam.json(f"import {tmp_path}/payments.csv --as payments --update --db {other.db}")
    assert again["updated"] >= 1 and kam(f"export payments --json --db {other.db}").json == before["payments"]
