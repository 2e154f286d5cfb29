"""Receivables at any day, days sales outstanding, balances of accounts: against the formulas and real files."""

from __future__ import annotations

import csv
import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from kam_cli.domains.invoices import rules
from kam_cli.errors import BadValue


def test_days_sales_outstanding_by_the_book():
    assert rules.dso(5_000_000, 20_000_000, 365) == Fraction("91.25")
    assert rules.dso(1, 0, 365) is None


def test_buckets_are_configurable():
    assert rules.buckets([30, 60, 90]) == ["not_due", "d1_30", "d31_60", "d61_90", "d90_plus"]
    assert rules.buckets([14]) == ["not_due", "d1_14", "d14_plus"]
    firsts = rules.due_from(datetime.date(2026, 3, 18), [30, 60, 90])
    days = [(0, 0), (-1, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)]
    for late, index in days:
        due = datetime.date(2026, 3, 18) - datetime.timedelta(days=late)
        assert rules.bucket_of(due.isoformat(), firsts) == index, late
    for text in ("", "30,30", "60,30", "0,5", "a"):
        with pytest.raises(BadValue):
            rules.bounds(text)


@pytest.mark.parametrize(
    "day,by,first,last",
    [
        ("2026-03-18", "week", "2026-03-16", "2026-03-22"), ("2026-12-31", "month", "2026-12-01", "2026-12-31"),
        ("2026-11-02", "quarter", "2026-10-01", "2026-12-31"), ("2024-02-29", "month", "2024-02-01", "2024-02-29"),
    ],
)  # fmt: skip
def test_periods(day, by, first, last):
    assert rules.period_of(datetime.date.fromisoformat(day), by) == tuple(
        map(datetime.date.fromisoformat, (first, last))
    )


@pytest.fixture
def owing(kam):
    for line in (
        "client add Acme", "client add Globex", "invoice add acme 100.50 --on 2026-01-01 --due 2026-01-31",
        "invoice add acme 200 --on 2026-02-01 --due 2026-03-20", "invoice add globex 'JPY 900' --on 2025-06-01 --due 2025-06-30",
        "payment add acme 60 --on 2026-02-10", "payment add acme 40.50 --on 2026-03-10", "payment add globex 'JPY 1000' --on 2026-03-12",
    ):  # fmt: skip
        kam(line)
    return kam


KEYS = ["client", "currency", "total", "not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "credit"]


def test_receivables_at_any_day(owing):
    def rows(day: str, *more: str) -> list[list]:
        found = owing.json(["metrics", "receivables", "--at", day, *more])
        return [[row[key] for key in KEYS] for row in found]

    assert rows("2026-01-15") == [
        ["Acme", "EUR", 100.5, 100.5, 0, 0, 0, 0, 0],
        ["Globex", "JPY", 900, 0, 0, 0, 0, 900, 0],
    ]
    assert rows("2026-02-05")[0] == ["Acme", "EUR", 300.5, 200, 100.5, 0, 0, 0, 0]
    assert rows("2026-02-10")[0] == ["Acme", "EUR", 240.5, 200, 40.5, 0, 0, 0, 0]
    assert rows("2026-03-09")[0] == ["Acme", "EUR", 240.5, 200, 0, 40.5, 0, 0, 0]
    assert rows("2026-03-18") == [
        ["Acme", "EUR", 200, 200, 0, 0, 0, 0, 0],
        ["Globex", "JPY", 0, 0, 0, 0, 0, 0, 100],
    ]
    assert rows("2025-01-01") == []
    assert owing.json("metrics receivables --at 2025-01-01 --by total")[0]["total"] == 0
    assert [row[1:3] for row in rows("2026-02-05", "--by", "currency")] == [["EUR", 300.5], ["JPY", 900]]
    owing("config set money.buckets 15,45")
    row = owing.json("metrics receivables --until 2026-03-09")[0]
    assert (row["d1_15"], row["d16_45"], row["d45_plus"]) == (0, 40.5, 0)
    told = owing("metrics receivables --at 2026-03-09").out
    assert "16–45" in told and "over 45" in told and " 40.50 EUR" in told


def test_dso_of_a_book(owing):
    eur, jpy = owing.json("metrics dso")
    assert (eur["currency"], eur["receivables"], eur["sales"]) == ("EUR", 200, 300.5)
    assert eur["dso"] == pytest.approx(200 / 300.5 * 365) and jpy["dso"] == 0
    assert owing.json("metrics dso --days 30 --by client") == [
        {
            "client_id": 1,
            "client": "Acme",
            "receivables": 200,
            "sales": 0,
            "currency": "EUR",
            "days": 30,
            "dso": None,
        }
    ]


def test_the_balance_of_an_account(owing):
    owing("terms set acme --limit 150")
    january, february, march = owing.json("metrics balance --by month --client acme --until 2026-03-31")
    assert (
        january["start_on"] == "2026-01-01"
        and january["days_below_zero"] == 30
        and january["days_beyond_limit"] == 0
    )
    assert (
        january["balance_average"] == pytest.approx(-100.5 * 30 / 31)
        and january["transaction_average"] == 100.5
    )
    assert february["balance_average"] == pytest.approx((-100.5 - 8 * 300.5 - 19 * 240.5) / 28)
    assert (march["days_beyond_limit"], march["transactions"], march["transaction_average"]) == (31, 0, None)
    assert owing.json("metrics balance --client globex")[0]["days_beyond_limit"] is None


MAP = {  # the files' columns → ours
    "Days Beyond Max Credit": "days_beyond_limit", "Beyond Max Credit": "days_beyond_limit",
    "Days Below Zero balance?": "days_below_zero", "Below Zero balance?": "days_below_zero",
}  # fmt: skip


def test_balances_of_real_accounts(kam, tmp_path, shared):
    """Each transaction is an invoice; what lifts a balance is a payment, what lowers it beyond that is paid back."""
    folder = shared / "payments" / "prepbench_013_credit_balance"
    with open(folder / "input_01.csv", newline="") as file:
        given = list(csv.DictReader(file))
    with open(folder / "input_02.csv", newline="") as file:
        accounts = {row["Account"]: row for row in csv.DictReader(file)}
    invoices, payments, holds = [], [], {}
    for row in given:
        account, day = row["Account"], row["Date"]
        step = int(row["Balance"]) - holds.get(account, 0)
        if step > 0:
            payments.append([account, day, step])
        elif step < 0:
            invoices.append([account, day, day, -step, "refund"])
        invoices.append([account, day, day, row["Transaction"], "invoice"])
        holds[account] = int(row["Balance"]) - int(row["Transaction"])
    clients = [[one["Account"], one["Name"]] for one in accounts.values()]
    limits = [[one["Account"], one["Max Credit"]] for one in accounts.values()]
    for noun, header, rows in (
        ("clients", "external_id,name", clients), ("terms", "client,limit", limits),
        ("invoices", "client,issued_on,due_on,amount,kind", invoices), ("payments", "client,paid_on,amount", payments),
    ):  # fmt: skip
        with open(tmp_path / f"{noun}.csv", "w", newline="") as file:
            csv.writer(file).writerows([header.split(","), *rows])
        kam(f"import {tmp_path}/{noun}.csv --as {noun} --source bank -q")
    span = "--since 2019-01-01 --until 2019-06-30"
    for number, by, words in (
        (1, "month", ("Monthly Avg Transactions", "Monthly Avg Balances")),
        (2, "quarter", ("Quartlery Avg Transaction", "Quarterly Avg Balance")),
        (3, "week --week-start sun", ("Weekly Avg Transactions", "Weekly Avg Balances")),
    ):
        found = {
            (row["client"], row["start_on"]): row for row in kam.json(f"metrics balance --by {by} {span}")
        }
        with open(folder / f"gt_output_0{number}.csv", newline="") as file:
            wanted = list(csv.DictReader(file))
        assert len(wanted) == len(found)
        for row in wanted:
            day = datetime.datetime.strptime(row["Date"], "%d/%m/%Y").date().isoformat()
            mine = found[row["Name"], day]
            for theirs, ours in MAP.items():
                if theirs in row:
                    assert mine[ours] == int(row[theirs]), (row, mine)
            for word, name, places in (
                (words[0], "transaction_average", "1"),
                (words[1], "balance_average", "0.01"),
            ):
                rounded = Decimal(str(mine[name])).quantize(Decimal(places), ROUND_HALF_UP)
                assert rounded == Decimal(row[word]), (row, mine)
