"""Whatever is entered, changed, moved, removed and undone in any order: no invoice and no payment gives more than it has."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam_cli.domains.invoices import owed, rules
from kam_cli.domains.invoices import store as invoices
from kam_cli.domains.payments import rules as paying
from kam_cli.domains.payments import store as payments

CURRENCIES = ("EUR", "JPY", "KWD")
FIRST = datetime.date(2026, 1, 1)
days = st.integers(0, 120).map(lambda number: (FIRST + datetime.timedelta(number)).isoformat())
amounts = st.integers(1, 400)
one = st.integers(0, 30)
STEPS = st.one_of(
    st.tuples(st.just("invoice"), st.integers(1, 2), amounts, st.sampled_from(CURRENCIES), days, st.integers(0, 40)),
    st.tuples(st.just("pay"), st.integers(1, 2), amounts, st.sampled_from(CURRENCIES), days, st.lists(one, max_size=2)),
    st.tuples(st.just("edit invoice"), one, st.sampled_from(("amount_minor", "issued_on", "client_id", "currency")), amounts, days),
    st.tuples(st.just("edit payment"), one, st.sampled_from(("amount_minor", "paid_on", "client_id", "currency", "name")), amounts, days),
    st.tuples(st.just("remove invoice"), one), st.tuples(st.just("remove payment"), one), st.tuples(st.just("write off"), one),
)  # fmt: skip


@pytest.fixture
def empty(nobook, monkeypatch, request):
    """A book with two clients, and a copy of it to begin again with."""
    kam = nobook
    if os.path.isdir("/dev/shm"):
        # Hundreds of durable writes need no disk here.
        folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
        request.addfinalizer(lambda: shutil.rmtree(folder))
        kam.db = folder / "book.db"
        monkeypatch.setenv("KAM_DB", str(kam.db))
    kam("init --currency EUR --tz UTC --quiet")
    for name in ("Acme", "Globex"):
        kam(f"client add {name}")
    shutil.copy(kam.db, kam.db.parent / "kept.db")
    return kam


def pick(book, table: str, number: int) -> int | None:
    ids = book.column(f"SELECT id FROM {table} WHERE deleted_at IS NULL ORDER BY id")
    return ids[number % len(ids)] if ids else None


def field(name: str, amount: int, day: str) -> dict:
    values = {"client_id": amount % 2 + 1, "currency": CURRENCIES[amount % 3], "amount_minor": amount}
    return {name: values.get(name, day)}


def apply(book, step: tuple) -> None:
    kind, *rest = step
    if kind == "invoice":
        client, amount, currency, day, more = rest
        due = (datetime.date.fromisoformat(day) + datetime.timedelta(more)).isoformat()
        invoices.add(
            book,
            {
                "client_id": client,
                "amount_minor": amount,
                "currency": currency,
                "issued_on": day,
                "due_on": due,
            },
        )
    elif kind == "pay":
        client, amount, currency, day, named = rest
        ids = book.column(
            "SELECT id FROM invoices WHERE client_id = ? AND currency = ? AND deleted_at IS NULL",
            (client, currency),
        )
        chosen = [ids[one % len(ids)] for one in named if ids]
        payments.add(
            book, {"client_id": client, "amount_minor": amount, "currency": currency, "paid_on": day}, chosen
        )
    elif kind == "edit invoice" and (number := pick(book, "invoices", rest[0])):
        fields = field(*rest[1:])
        if "issued_on" in fields:
            fields["due_on"] = fields["issued_on"]
        invoices.edit(book, number, fields)
    elif kind == "edit payment" and (number := pick(book, "payments", rest[0])):
        row = payments.get(book, number)
        if rest[1] == "name":
            ids = book.column(
                "SELECT id FROM invoices WHERE client_id = ? AND currency = ? AND deleted_at IS NULL",
                (row["client_id"], row["currency"]),
            )
            payments.edit(book, number, {}, ids[-1:])
        elif row["kind"] == "payment":
            payments.edit(book, number, field(*rest[1:]))
    elif kind == "remove invoice" and (number := pick(book, "invoices", rest[0])):
        invoices.remove(book, number)
    elif kind == "remove payment" and (number := pick(book, "payments", rest[0])):
        payments.remove(book, number)
    elif kind == "write off" and (number := pick(book, "invoices", rest[0])):
        row = invoices.get(book, number)
        if row["open_minor"] > 0:
            off = {name: row[name] for name in ("client_id", "currency")}
            off |= {"kind": "write-off", "amount_minor": row["open_minor"], "paid_on": row["due_on"]}
            payments.add(book, off, [number])


def check(book) -> None:
    sums = "SELECT t.*, coalesce((SELECT sum(amount_minor) FROM allocations WHERE {0}_id = t.id), 0) AS used FROM {0}s t"
    for row in book.rows(sums.format("invoice")):
        assert 0 <= row["used"] <= row["amount_minor"]
        assert row["open_minor"] == (row["amount_minor"] - row["used"] if row["deleted_at"] is None else 0)
        assert row["deleted_at"] is None or row["used"] == 0
    for row in book.rows(sums.format("payment")):
        assert 0 <= row["used"] <= row["amount_minor"]
        assert row["deleted_at"] is None or row["used"] == 0
        is_credit = row["kind"] == "payment" and row["deleted_at"] is None
        assert row["free_minor"] == (row["amount_minor"] - row["used"] if is_credit else 0)
    both = (
        "SELECT count(*) FROM payments p JOIN invoices i ON i.client_id = p.client_id AND i.currency = p.currency "
        "WHERE p.free_minor > 0 AND i.open_minor > 0"
    )
    assert not book.value(both), "credit and an open invoice of one client in one currency"
    mixed = (
        "SELECT count(*) FROM allocations a JOIN payments p ON p.id = a.payment_id JOIN invoices i ON i.id = a.invoice_id "
        "WHERE p.client_id <> i.client_id OR p.currency <> i.currency OR a.allocated_on <> max(p.paid_on, i.issued_on) "
        "OR a.credit_from IS NOT CASE WHEN p.paid_on < i.issued_on THEN p.paid_on END"
    )
    assert not book.value(mixed)
    for number in (0, 20, 45, 77, 110, 160):
        check_day(book, FIRST + datetime.timedelta(number))


def check_day(book, day: datetime.date) -> None:
    """The buckets of a day are what the formula says, by either way to read them."""
    plain: dict[tuple, list[int]] = {}
    bounds = [10, 30, 60]
    firsts = rules.due_from(day, bounds)
    for row in book.rows(
        "SELECT * FROM invoices WHERE deleted_at IS NULL AND issued_on <= ?", (day.isoformat(),)
    ):
        sql = "SELECT coalesce(sum(amount_minor), 0) FROM allocations WHERE invoice_id = ? AND allocated_on <= ?"
        left = row["amount_minor"] - book.value(sql, (row["id"], day.isoformat()))
        sums = plain.setdefault((row["client_id"], row["currency"]), [0] * 5)
        sums[rules.bucket_of(row["due_on"], firsts)] += left
    plain = {key: sums for key, sums in plain.items() if any(sums)}
    names = [f"{name}_minor" for name in rules.buckets(bounds)]
    found = owed.receivables(book, day, bounds, by_client=True)
    assert {
        (row["client_id"], row["currency"]): [row[name] for name in names]
        for row in found
        if row["total_minor"]
    } == plain
    assert all(row["total_minor"] == sum(row[name] for name in names) for row in found)
    values = {"day": day.isoformat()}
    for source in (owed._THEN, f"{owed._NOW} UNION ALL {owed._SINCE}"):
        rows = owed._grouped(book, source, firsts, values, True)
        assert {(one[0], one[2]): list(one[4:-1]) for one in rows} == plain
    paid = book.rows(
        "SELECT * FROM payments WHERE deleted_at IS NULL AND kind = 'payment' AND paid_on <= ?",
        (day.isoformat(),),
    )
    sql = "SELECT coalesce(sum(amount_minor), 0) FROM allocations WHERE payment_id = ? AND allocated_on <= ?"
    credit = sum(row["amount_minor"] - book.value(sql, (row["id"], day.isoformat())) for row in paid)
    assert sum(row["credit_minor"] for row in found) == credit


def state(book) -> list:
    return [
        book.rows(f"SELECT * FROM {table} ORDER BY id") for table in ("invoices", "payments", "allocations")
    ]


# The book is put back before each example.
@settings(max_examples=25, suppress_health_check=[*HealthCheck])
@given(st.lists(STEPS, min_size=4, max_size=14), st.integers(1, 4))
def test_neither_side_is_ever_exceeded_and_undo_restores(empty, steps, back):
    shutil.copy(empty.db.parent / "kept.db", empty.db)
    book, states = empty.book(), []
    try:
        for number, step in enumerate(steps):
            changes = book.value("SELECT count(*) FROM commands")
            before = state(book)
            with book.write(["step", str(number)]):
                apply(book, step)
            check(book)
            if book.value("SELECT count(*) FROM commands") > changes:
                states.append(before)
    finally:
        book.close()
    back = min(back, len(states))
    if back:
        empty(f"undo {back} --yes -q")
        book = empty.book()
        assert state(book) == states[-back]
        check(book)
        book.close()


frees = st.lists(st.tuples(st.integers(0, 50), st.sampled_from((None, 1, 2)), st.integers(0, 1)), max_size=6)
owes = st.lists(st.tuples(st.integers(0, 50), st.sampled_from((None, 1, 2))), max_size=6)


@given(frees, owes)
def test_matching_gives_no_more_than_there_is(free, owe):
    given_ = [
        paying.Free(n, f"2026-01-{n + 10}", minor, order, bound)
        for n, (minor, order, bound) in enumerate(free)
    ]
    taken = [paying.Open(n, f"2026-01-{n + 11}", minor, order) for n, (minor, order) in enumerate(owe)]
    found = paying.match(given_, taken)
    for one in given_:
        assert sum(row[2] for row in found if row[0] == one.id) <= one.minor
    for one in taken:
        assert sum(row[2] for row in found if row[1] == one.id) <= one.minor
    assert all(row[2] > 0 for row in found)
    left = sum(one.minor for one in given_ if not one.is_bound) - sum(
        row[2] for row in found if not given_[row[0]].is_bound
    )
    assert left == 0 or sum(row[2] for row in found) == sum(one.minor for one in taken)


@given(st.lists(st.integers(1, 50), max_size=6), st.integers(0, 200))
def test_what_is_given_back_is_no_more_than_needed(minors, most):
    parts = list(enumerate(minors))
    left = dict(parts) | dict(paying.beyond(parts, most))
    assert sum(left.values()) == min(sum(minors), most) and all(left[n] <= minor for n, minor in parts)
