"""Invoices and payments: what pays what, in whatever order they are entered, changed and removed."""

from __future__ import annotations


def opens(kam) -> dict:
    """Number of the invoice → what is open of it."""
    return {row["number"]: row["open"] for row in kam.json("invoice list --status all --sort id")}


def credit(kam) -> float:
    return sum(row["free"] for row in kam.json("payment list"))


def filled(kam) -> None:
    kam("client add Acme")
    kam("invoice add acme 100 --number FV/1 --on 2026-01-01")
    kam("invoice add acme 200 --number FV/2 --on 2026-02-01")


def test_the_oldest_is_paid_first_and_what_is_left_is_credit(kam):
    filled(kam)
    kam("payment add acme 250")
    assert opens(kam) == {"FV/1": 0, "FV/2": 50}
    kam("payment add acme 80")
    assert opens(kam) == {"FV/1": 0, "FV/2": 0} and credit(kam) == 30
    told = kam("invoice add acme 50 --number FV/3")
    assert opens(kam)["FV/3"] == 20 and credit(kam) == 0 and "20.00 EUR open" in told.out


def test_a_named_invoice_goes_before_older_ones(kam):
    filled(kam)
    kam("payment add acme 150 --invoice FV/2")
    assert opens(kam) == {"FV/1": 100, "FV/2": 50}
    kam("payment add acme 70 --invoice FV/2")
    assert opens(kam) == {"FV/1": 80, "FV/2": 0}
    told = kam("payment add acme 10 --invoice FV/2")
    assert "nothing open" in told.err and opens(kam)["FV/1"] == 70


def test_terms_say_when_an_invoice_is_due(kam):
    filled(kam)
    kam("terms set acme --pay 30d --limit 10k --language pl")
    assert kam.json("invoice add acme 1 --on 2026-03-01")["due_on"] == "2026-03-31"
    kam("terms remove acme")
    assert kam.json("invoice add acme 1 --on 2026-03-01")["due_on"] == "2026-03-15"
    kam("config set money.pay_days 7")
    assert kam.json("invoice add acme 1 --on 2026-03-01")["due_on"] == "2026-03-08"
    assert "before the day of issue" in kam("invoice add acme 1 --due 2026-01-01", exit=2).err


def test_a_number_is_given_once(kam):
    filled(kam)
    assert "invoice #2" in kam("invoice add acme 1 --number fv/2", exit=4).err
    kam("invoice add acme 1 --number fv/2 --force")


def test_removing_gives_back_and_undo_restores(kam):
    filled(kam)
    kam("payment add acme 250")
    kam("payment remove 1")
    assert opens(kam) == {"FV/1": 100, "FV/2": 200}
    kam("undo --yes")
    assert opens(kam) == {"FV/1": 0, "FV/2": 50}
    kam("invoice remove FV/1")
    assert opens(kam) == {"FV/2": 0} and credit(kam) == 50
    kam("undo --yes")
    assert opens(kam) == {"FV/1": 0, "FV/2": 50} and credit(kam) == 0


def test_edits_keep_both_sides_whole(kam):
    filled(kam)
    kam("payment add acme 250")
    kam("invoice edit FV/1 --amount 40")
    assert opens(kam) == {"FV/1": 0, "FV/2": 0} and credit(kam) == 10
    kam("payment edit 1 --amount 30")
    assert opens(kam) == {"FV/1": 10, "FV/2": 200} and credit(kam) == 0
    kam("payment edit 1 --invoice FV/2")
    assert opens(kam) == {"FV/1": 40, "FV/2": 170}
    kam("client add Globex")
    kam("payment edit 1 --client globex")
    assert opens(kam) == {"FV/1": 40, "FV/2": 200} and credit(kam) == 30
    kam("invoice edit FV/1 --client globex")
    assert opens(kam) == {"FV/1": 10, "FV/2": 200} and credit(kam) == 0


def test_a_write_off_is_no_credit(kam):
    filled(kam)
    kam("payment add acme 40")
    assert "written off" in kam("invoice write-off FV/1 --reason insolvent").out
    assert opens(kam) == {"FV/1": 0, "FV/2": 200}
    kam("invoice edit FV/1 --amount 20")
    assert opens(kam) == {"FV/1": 0, "FV/2": 180} and credit(kam) == 0
    kam("invoice write-off FV/1", exit=1)
    assert "write-off" in kam("payment edit 2 --amount 5", exit=1).err
    kam("payment remove 2")


def test_credit_is_paid_back(kam):
    kam("client add Acme")
    kam("payment add acme 100")
    kam("payment refund acme 30")
    assert credit(kam) == 70 and kam.json("invoice list") == []
    assert "70.00 EUR" in kam("payment refund acme 80", exit=1).err


def test_currencies_are_never_mixed(kam):
    filled(kam)
    kam("payment add acme 'USD 500'")
    assert opens(kam) == {"FV/1": 100, "FV/2": 200} and credit(kam) == 500
    assert "is in EUR" in kam("payment add acme 'USD 5' --invoice FV/1", exit=2).err
    kam("client add Globex")
    assert "belongs to Acme" in kam("payment add globex 5 --invoice FV/1", exit=1).err


def test_money_for_an_order_waits_for_its_invoice(kam):
    kam("client add Acme")
    kam("client add Globex")
    kam("order add acme --total 980 --number PO-1")
    kam("payment add acme 100 --order PO-1")
    kam("invoice add acme 30 --number FV/1")
    assert opens(kam)["FV/1"] == 30 and credit(kam) == 100
    kam("invoice add --order PO-1 --number FV/2")
    assert opens(kam) == {"FV/1": 30, "FV/2": 880}
    assert "is invoiced" in kam("invoice add --order PO-1", exit=1).err
    kam("payment add acme 890 --order PO-1")
    assert opens(kam) == {"FV/1": 20, "FV/2": 0}
    assert "CLIENT is missing" in kam("invoice add", exit=2).err
    assert "belongs to Acme" in kam("invoice add globex --order PO-1", exit=1).err


def test_clients_made_one_have_one_account(kam):
    filled(kam)
    kam("client add Akme")
    kam("payment add akme 120")
    kam("terms set acme --pay 30d")
    kam("terms set akme --pay 10d")
    kam("client merge acme akme --yes")
    assert opens(kam) == {"FV/1": 0, "FV/2": 180} and credit(kam) == 0
    assert [row["pay_days"] for row in kam.json("terms list")] == [10]
    kam("undo --yes")
    assert opens(kam) == {"FV/1": 100, "FV/2": 200} and credit(kam) == 120
    assert len(kam.json("terms list")) == 2


def test_amounts_have_a_limit_so_that_they_add_up(kam, tmp_path):
    kam("client add Acme")
    assert "too large" in kam("invoice add acme 10000000000000.01", exit=2).err
    assert "too large" in kam("payment add acme 10000000000000.01", exit=2).err
    assert "AMOUNT" in kam("payment add acme 0", exit=2).err
    for _ in range(3):
        kam("invoice add acme 10000000000000")
    assert kam.json("debt list")[0]["owed"] == 30000000000000
    (tmp_path / "i.csv").write_text("client,issued_on,amount_minor\nAcme,2026-01-01,1000000000000001\n")
    assert "too large" in kam(f"import {tmp_path}/i.csv --as invoices", exit=1).err
