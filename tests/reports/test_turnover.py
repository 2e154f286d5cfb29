"""The figures of orders: turnover, Pareto, RFM, on time and in full; published ones and those of invented books."""

from __future__ import annotations

import csv
import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden import golden
from kam_cli.domains.orders import portfolio_rules, rules
from kam_cli.reports.metrics import _revenue

METRICS = ("revenue", "pareto", "rfm", "delivery")

WORLD = """
client add Acme --segment offices --country DE
client add Beta --segment hotels --country PL
client add Цех --segment hotels
product add Oak --price 12.50 --category Floor --from 2026-01-01
order add acme --item oak×40 --on 2026-01-12 --due 2026-01-20 --tag web
order deliver 1 --on 2026-01-20
order add acme --item oak×3 --item Nails×2.5 --price 12.50 --price 0.33 --discount 5% --on 2026-02-02 --due 2026-02-10 --tag web --tag fair
order deliver 2 1×1 --on 2026-02-08
order deliver 2 --on 2026-02-13
order add beta --total 900 --on 2026-02-20 --due 2026-03-01
order add beta --item oak×1 --price 'JPY 700' --on 2026-03-02
order add beta --total 77 --on 2026-03-03
order cancel 5 --reason budget
order add цех --total 10 --on 2026-03-03 --due 2026-03-10
order deliver 6 --on 2026-03-09
order return 6
--today 2026-03-02 order hand 3 Workshop cut --due 2026-03-05
order hand 3 Workshop oil --due 2026-03-20
order hand 1 Paint oil --due 2026-03-15
"""
MADE: list[bytes] = []


@pytest.fixture
def world(kam):
    """Three clients with six orders, one of them cancelled, one returned, one in yen; made once, then copied."""
    if not MADE:
        for line in WORLD.strip().splitlines():
            if line == "order hand 1 Paint oil --due 2026-03-15":
                kam("--today 2026-03-10 order hand 3 Paint oil --due 2026-03-15")
                kam("order done paint --on 2026-03-15")
            else:
                kam(line)
        MADE.append(kam.db.read_bytes())
    kam.db.write_bytes(MADE[0])
    return kam


def by(rows, value="revenue", key="group"):
    return {
        row[key] if row.get("currency", "EUR") == "EUR" else (row[key], row["currency"]): row[value]
        for row in rows
    }


@pytest.mark.parametrize(
    "line",
    ["revenue", "revenue --by month", "pareto", "rfm", "delivery --by client", "delivery --by department"],
)
def test_the_table(world, line):
    golden(f"metrics_{line.replace(' --by ', '_')}.txt", world(f"metrics {line}").out)


@pytest.mark.parametrize("metric", METRICS)
def test_an_empty_book_has_no_figures(kam, metric):
    kam(f"metrics {metric}")
    for row in kam.json(f"metrics {metric}"):
        assert not any(value for name, value in row.items() if name not in ("group", "currency"))


def test_turnover_counts_what_was_neither_cancelled_nor_returned(world):
    assert by(world.json("metrics revenue")) == {"all": 1436.40875, ("all", "JPY"): 700}
    assert by(world.json("metrics revenue --by client")) == {
        "Beta": 900,
        "Acme": 536.40875,
        ("Beta", "JPY"): 700,
    }
    assert by(world.json("metrics revenue --by segment")) == {
        "hotels": 900,
        "offices": 536.40875,
        ("hotels", "JPY"): 700,
    }
    assert by(world.json("metrics revenue --by product")) == {
        "Oak": 535.625,
        "Nails": 0.78375,
        None: 900,
        ("Oak", "JPY"): 700,
    }
    assert by(world.json("metrics revenue --by category")) == {
        "Floor": 535.625,
        None: 900.78375,
        ("Floor", "JPY"): 700,
    }
    assert by(world.json("metrics revenue --by tag")) == {
        "web": 536.40875,
        "fair": 36.40875,
        None: 900,
        (None, "JPY"): 700,
    }
    assert by(world.json("metrics revenue --by quarter --until 2026-02-15")) == {"2026-Q1": 536.40875}
    assert "1 436.41 EUR" in world("metrics revenue").out  # halves up: 1436.40875


def test_on_time_and_in_full(world):
    rows = {row["group"]: row for row in world.json("metrics delivery --by client")}
    assert (
        rows["Acme"]["judged"],
        rows["Acme"]["otif"],
        rows["Acme"]["otif_pct"],
        rows["Acme"]["days_late"],
    ) == (2, 1, 50, 3)
    assert (
        rows["Beta"]["orders"],
        rows["Beta"]["judged"],
        rows["Beta"]["overdue"],
        rows["Beta"]["days_late"],
    ) == (2, 1, 1, 17)
    assert rows["Цех"]["otif_pct"] == 100  # it came in time, and went back
    assert rows["Acme"]["days_to_deliver"] == 9.5
    parts = {row["group"]: row for row in world.json("metrics delivery --by department")}
    assert (parts["Workshop"]["orders"], parts["Workshop"]["judged"], parts["Workshop"]["otif_pct"]) == (
        2,
        1,
        0,
    )
    assert parts["Paint"]["otif_pct"] == 100
    assert [row["group"] for row in world.json("metrics delivery --by month --until 2026-02-28")] == [
        "2026-01",
        "2026-02",
    ]


# --- the field's data ---------------------------------------------------------------------------------------


def test_northwind_as_published(kam, shared):
    folder = shared / "sales" / "northwind"
    for file, noun in (
        ("customers", "clients"),
        ("products", "products"),
        ("orders", "orders"),
        ("order_details", "order-lines"),
    ):
        kam(
            f"import {folder}/{file}.csv --as {noun} --source nw"
            + " --map EmployeeID=tags" * (noun == "orders")
        )
    seller = {
        row["EmployeeID"]: row["LastName"] for row in csv.DictReader(open_text(folder / "employees.csv"))
    }
    for number in ("3", "4"):
        kam(f"order retag {number} {seller[number]}")
    shown = kam("metrics revenue --by tag").out
    assert (
        "232 890.85 USD" not in shown
        and "232 890.85 EUR" in shown
        and "202 812.84" in shown
        and "1 265 793.04" in shown
    )
    months = by(kam.json("metrics revenue --by month"))
    assert round(Decimal(str(months["1997-05"])), 2) == Decimal("53781.29")
    assert round(Decimal(str(months["1998-01"])), 2) == Decimal("94222.11")
    first = kam.json("metrics pareto")[0]
    assert (first["client"], first["revenue"], first["class"]) == ("QUICK-Stop", 110277.305, "A")
    assert "110 277.31" in kam("metrics pareto").out
    assert kam.json("metrics delivery")[0]["otif"] == 772  # 809 were sent, 37 of them late; 21 were not


def test_cdnow_repeat_purchases_are_those_of_the_literature(kam, shared):
    folder = shared / "sales" / "cdnow"
    kam(
        f"import {folder}/CDNOW_sample.txt --as orders --no-header --create --map 2=client --map 3=ordered_on --map 5=total --map 1="
    )
    known = {
        row["ID"].zfill(4): int(row["frequency"])
        for row in csv.DictReader(open_text(folder / "cdnow_customers_summary.csv"))
    }
    found = kam.json("metrics rfm --until 1997-09-30")
    assert {row["client"]: row["frequency"] for row in found} == known
    assert {row["r"] for row in found} <= {1, 2, 3, 4, 5} and {row["m"] for row in found} == {1, 2, 3, 4, 5}


def test_days_to_send_and_the_share_within_three_days(kam, shared):
    folder = shared / "sales" / "prepbench_031_order_status"
    kam(f"import {folder}/input_01.csv --as orders --create --map City=tags")
    sent = {
        row["Customer"]: row["Avg Time to Send"]
        for row in csv.DictReader(open_text(folder / "gt_output_01.csv"))
    }
    rows = kam.json("metrics delivery --by client")
    assert {row["group"]: row["days_to_deliver"] for row in rows} == {
        name: float(days) if days else None for name, days in sent.items()
    }
    kpi = list(csv.DictReader(open_text(folder / "gt_output_04.csv")))
    rows = {row["group"]: row for row in kam.json("metrics delivery --within 3d --by tag")}
    for row in kpi:
        mine = rows[row["City"]]
        assert mine["orders"] == int(row["Orders per City"])
        assert abs(mine["otif_pct"] - float(row["% Orders meeting 3 Day KPI"])) < 1e-6


def open_text(path):
    return path.read_text(encoding="utf-8-sig").splitlines()


# --- rules --------------------------------------------------------------------------------------------------

lines = st.tuples(
    st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10_000), st.none() | st.integers(0, 10**12)
)


@given(st.lists(lines, max_size=30))
def test_the_sum_of_lines_is_the_total(some):
    exact = sum(rules.exact_net(*one) for one in some)
    amounts = [
        rules.amount(*one) for one in some if rules.exact_net(*one) <= rules.LARGEST_MINOR * rules.SCALE
    ]
    if len(amounts) == len(some):
        minor, rest = rules.total(amounts)
        assert minor * rules.SCALE + rest == exact
        assert -rules.SCALE // 2 <= rest < rules.SCALE // 2
        assert _revenue.minor(exact) == (
            Decimal(exact).scaleb(-7) if exact % rules.SCALE else exact // rules.SCALE
        )


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.booleans())
def test_quintiles_keep_the_order_and_ties(values, inverted):
    scores = portfolio_rules.quintiles(values, inverted=inverted)
    pairs = sorted(zip(values, scores, strict=True), reverse=inverted)
    assert all(a[1] <= b[1] for a, b in itertools.pairwise(pairs))
    assert len(set(pairs)) == len(set(values)) and min(scores) == 1 and max(scores) <= 5


def test_classes_and_concentration():
    assert portfolio_rules.classes([60, 25, 11, 4]) == ["A", "A", "B", "C"]
    assert portfolio_rules.classes([]) == []
    assert portfolio_rules.concentration([50, 30, 20]) == 3800
    assert portfolio_rules.graded([1, 30, 31, 400], [30, 90, 180, 365], inverted=True) == [5, 5, 4, 1]
    assert portfolio_rules.graded([0, 1, 3, 9], [1, 2, 4, 7]) == [1, 2, 3, 5]


@given(st.integers(0, 40), st.integers(0, 40), st.none() | st.integers(0, 40))
def test_on_time_is_not_late(ordered, due, shipped):
    import datetime

    day = datetime.date(2026, 1, 1)
    promised, today = day + datetime.timedelta(due), day + datetime.timedelta(ordered)
    sent = None if shipped is None else day + datetime.timedelta(shipped)
    late, otif = rules.days_late(promised, sent, today), rules.is_otif(promised, sent, today)
    assert (late is None) == (otif is None) == (sent is None and today <= promised)
    assert otif is None or otif == (late == 0)
