"""Reliability: the score and its reasons, the limit that follows, what the book tells by itself, and whether a limit is passed."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import run
from dump import dump
from kam_cli.domains.risk import behaviour, rules, store
from kam_cli.migrations import run_script

# --- the rules ----------------------------------------------------------------------------------------------

finding = st.fixed_dictionaries(
    {
        "sign": st.text("abc", min_size=1, max_size=3),
        "weight": st.integers(1, 100),
        "seen": st.one_of(st.none(), st.integers(0, 1000)),
        "evidence": st.just(""),
    }
)
findings = st.lists(finding, max_size=20)


def test_a_score_worked_out_by_hand():
    rows = [
        {"sign": "a", "weight": 15, "seen": 0, "evidence": ""},
        {"sign": "b", "weight": 8, "seen": 1000, "evidence": "mailbox"},
        {"sign": "c", "weight": 10, "seen": 500, "evidence": ""},
        {"sign": "d", "weight": 67, "seen": None, "evidence": ""},
    ]
    # 100 − 100 × (8 + 5) ÷ 33 = 60.6
    result = rules.score(rows)
    assert (result["score"], result["known_pct"]) == (61, 33)
    assert [(row["sign"], round(row["points"], 1)) for row in result["reasons"]] == [
        ("b", 24.2),
        ("c", 15.2),
        ("a", 0),
    ]


@given(findings)
def test_a_score_lies_between_0_and_100_and_its_reasons_add_up(rows):
    result = rules.score(rows)
    if all(row["seen"] is None for row in rows):
        assert (result["score"], result["known_pct"]) == (None, 0)
        return
    assert 0 <= result["score"] <= 100 and 0 <= result["known_pct"] <= 100
    assert abs(100 - sum(row["points"] for row in result["reasons"]) - result["score"]) <= 0.5 + 1e-9


@given(findings, st.integers(1, 100))
def test_what_is_unknown_changes_nothing_but_how_much_is_known(rows, weight):
    more = [*rows, {"sign": "x", "weight": weight, "seen": None, "evidence": ""}]
    assert rules.score(more)["score"] == rules.score(rows)["score"]
    assert rules.score(more)["known_pct"] <= rules.score(rows)["known_pct"]


@given(findings, st.integers(0, 19))
def test_a_sign_that_is_seen_more_never_raises_the_score(rows, index):
    if index < len(rows) and rows[index]["seen"] is not None:
        worse = [dict(row) for row in rows]
        worse[index]["seen"] = 1000
        assert rules.score(worse)["score"] <= rules.score(rows)["score"]


amount = st.integers(0, 10**14)


@given(st.integers(0, 100), amount, amount, st.integers(0, 365))
def test_a_limit_grows_with_the_score_and_what_is_bought(score, turnover, average, days):
    limit = rules.suggested_limit(score, 100, turnover, average, days)
    exposure = max(turnover * (days + 30) // 365, average)
    if exposure == 0:
        assert limit is None
        return
    assert 0 <= limit <= exposure
    assert limit <= rules.suggested_limit(min(100, score + 20), 100, turnover, average, days)
    assert limit <= rules.suggested_limit(score, 100, turnover * 2, average, days)
    assert rules.suggested_limit(score, rules.KNOWN_PCT - 1, turnover, average, days) is None


def test_limits_worked_out_by_hand():
    # 365 000.00 a year, 20 days to pay and 30 of grace: 50 000.00 are owed at any time.
    found = [rules.suggested_limit(score, 80, 36_500_000, 0, 20) for score in (80, 79, 60, 59, 40, 39)]
    assert found == [5_000_000, 2_500_000, 2_500_000, 1_200_000, 1_200_000, 0]
    assert rules.suggested_limit(90, 80, 0, 123_456, 14) == 120_000
    assert [rules.two_digits(one) for one in (0, 9, 99, 101, 123_456)] == [0, 9, 99, 100, 120_000]


@given(amount, amount, amount)
def test_a_limit_is_passed_by_what_does_not_fit(limit, owed, new):
    over = rules.passed_by(limit, owed, new)
    assert over == max(0, owed + new - limit)


# --- through the command line -------------------------------------------------------------------------------

WELL = " ".join(
    f"--no {sign!r}"
    for sign in ("registration", "bad references", "payment history", "disputes", "accounts", "address")
)


def test_a_new_book_has_signs_each_with_its_own_uid(kam):
    rows = kam.json("risk signs")
    assert sum(row["weight"] for row in rows if not row["measure"]) == 97
    assert {row["measure"] for row in rows} == {None, "days-late", "broken-promises", "overdue"}
    assert len({row["uid"] for row in rows}) == len(rows) and all(
        len(row["uid"]) == 36 and row["uid"][14] == "7" for row in rows
    )


def test_a_migration_that_is_broken_off_is_refused():
    conn = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        run_script(conn, "CREATE TABLE a (b);\nINSERT INTO a VALUES ('an open 'quote');\n")


def test_what_was_found_stands_until_it_is_said_anew(acme):
    acme(f"risk assess acme {WELL}")
    row = acme.json(
        "risk assess acme --sign 'address=a mailbox at Regus' --note 'looked again' --today 2026-03-19"
    )
    assert (row["score"], row["known_pct"], row["signs"]) == (87, 46, "address")
    page = acme.json("risk show acme --today 2026-03-19")
    assert page["reasons"][0]["evidence"] == "a mailbox at Regus" and len(page["unknown"]) == 9
    assert "−12.7  address (weight 8): a mailbox at Regus" in acme("risk show acme").out
    row = acme.json("risk assess acme --unknown address --today 2026-03-20")
    assert (row["score"], row["known_pct"], row["signs"]) == (100, 40, "")
    assert acme.json("risk assess acme --fresh --sign disputes --today 2026-03-21")["score"] == 0
    assert [one["id"] for one in acme.json("risk list")] == [4] and len(
        acme.json("risk list --client acme")
    ) == 4
    acme("risk remove 4")
    assert [one["id"] for one in acme.json("risk list")] == [3]
    assert acme.json("client show acme")["risk"]["score"] == 100


def test_how_he_pays_is_taken_from_the_book_as_of_today(acme):
    acme(f"risk assess acme {WELL}")
    acme("invoice add acme 3000 --on 2026-01-01 --due 2026-01-15")
    acme("payment add acme 3000 --on 2026-01-30")
    told = behaviour.of_clients(acme.book(), "2026-03-18", 1)[1]
    assert (told["invoices"], told["late_invoices"], told["days_late"], told["oldest_days"]) == (
        1,
        1,
        15.0,
        None,
    )
    page = acme.json("risk show acme")
    # 15 days late of 30: half of its weight; nothing is overdue: 100 − 100 × 7.5 ÷ (63 + 30) = 91.9
    assert page["score"] == 92 and page["reasons"][0]["sign"] == "late payments"
    acme("invoice add acme 3000 --on 2026-01-02 --due 2026-02-01")
    page = acme.json("risk show acme")
    assert page["score"] == round(100 - 100 * (15 * 15 / 30 + 15 * 45 / 90) / 93)
    assert behaviour.of_clients(acme.book(), "2026-01-10", 1) == {}


def test_broken_promises(acme):
    acme("invoice add acme 3000 --on 2026-01-01 --due 2026-03-30")
    with acme.book().write(["fill"]) as write:
        for amount, promised, due in (
            (1000, "2026-02-01", "2026-02-10"),
            (2000, "2026-02-01", "2026-02-10"),
            (9, "2026-03-01", "2026-04-01"),
        ):
            row = {
                "client_id": 1,
                "promised_on": promised,
                "due_on": due,
                "amount_minor": amount * 100,
                "currency": "EUR",
            }
            write.book.insert("promises", row)
    acme("payment add acme 1000 --on 2026-02-10")
    told = behaviour.of_clients(acme.book(), "2026-03-18", 1)[1]
    assert (told["promises"], told["broken_promises"]) == (2, 1)
    assert rules.measured("broken-promises", told) == (500, "1 of 2 promises broken")


def test_limits_that_are_kept_and_passed(acme):
    assert "no credit limit" in acme("risk check acme 1", exit=1).err
    assert "needs no limit" in acme("risk check acme 1 --terms 0").out
    acme("invoice add acme 4000 --on 2026-03-01")
    acme(f"risk assess acme {WELL} --set-limit 5k")
    assert store.limit_passed(acme.book(), 1, 100_000, "EUR", "2026-03-18") is None
    passed = store.limit_passed(acme.book(), 1, 100_001, "EUR", "2026-03-18")
    assert passed == {
        "limit_minor": 500_000,
        "currency": "EUR",
        "is_agreed": True,
        "owed_minor": 400_000,
        "new_minor": 100_001,
        "over_minor": 1,
    }
    assert store.limit_passed(acme.book(), 1, 10**9, "PLN", "2026-03-18") is None
    assert "the agreed limit of 5 000.00 EUR is kept" in acme("risk check acme 1000 --terms 30d").out
    done = acme("risk check acme 1000.01 --json", exit=1)
    assert done.json["over"] == 0.01 and "is passed by 0.01 EUR" in done.err
    assert "cannot be compared" in acme("risk check acme 'PLN 5'", exit=1).err
    acme("order add acme --total 900")
    assert "is passed by" in acme("risk check acme 101", exit=1).err, "what is ordered will be owed"
    acme("risk check acme 100")
    acme("terms set acme --pay 14d")
    assert "his terms are 14 days" in acme("risk check acme 10 --terms 60d").out


def test_the_suggested_limit(acme):
    acme(f"risk assess acme {WELL}")
    assert "46 % of the signs" in acme("risk show acme").out
    assert "only 46 %" in acme("risk assess acme --set-limit suggested", exit=1).err
    acme("risk assess acme --no changes --no unreachable --no deferral")
    assert "no invoices or orders in EUR" in acme("risk show acme").out
    acme("invoice add acme 36500 --on 2026-03-01 --due 2026-03-20")
    # 36 500.00 × (14 + 30) ÷ 365, but at least the average invoice
    assert acme.json("risk show acme")["suggested"] == {"limit": 36000, "currency": "EUR"}
    assert acme.json("risk assess acme --set-limit suggested")["limit"] == 36000
    assert acme.json("terms show acme")["limit"] == 36000
    assert len(acme.json("risk list --client acme")) == 2, "a limit alone is no new assessment"
    acme("undo --yes")
    assert acme.json("risk show acme")["limit"]["is_agreed"] is False


def test_stale_ones_and_the_worst_first(acme):
    acme("client add Łódzka Piekarnia")
    acme("client add קפה")
    acme("risk assess acme --sign address --no disputes --on 2025-01-05")
    acme("risk assess lodz --sign disputes --no address")
    acme("risk assess קפה --no address")
    assert [(row["client"], row["is_stale"]) for row in acme.json("risk list")] == [
        ("Łódzka Piekarnia", False), ("Acme GmbH", True), ("קפה", False),
    ]  # fmt: skip
    assert [row["client"] for row in acme.json("risk list --stale")] == ["Acme GmbH"]
    assert [row["client"] for row in acme.json("risk list --where 'score>=50' --sort -score")] == [
        "קפה",
        "Acme GmbH",
    ]
    acme("config set risk.stale_days 999")
    assert acme.json("risk list --stale") == []


def test_a_person_is_asked_sign_by_sign(acme):
    answers = "y struck off in May\nmaybe\nn\n" + "\n" * 20
    code, _, said = run(["risk", "assess", "acme"], answers=answers)
    assert code == 0 and "y, n or u, please" in said and "registration: not found in the register" in said
    page = acme.json("risk show acme")
    assert (
        page["reasons"][0]["sign"] == "registration" and page["reasons"][0]["evidence"] == "struck off in May"
    )
    assert page["known_pct"] == 17
    code, _, said = run(["risk", "assess", "acme"], answers="\n" * 20)
    assert "[y]" in said and acme.json("risk show acme")["reasons"] == page["reasons"], "Enter keeps"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("assess acme", 2, "say what was found"),
        ("assess acme --sign wealth", 3, "no warning sign 'wealth'; there are registration"),
        ("assess acme --sign re", 4, "matches 3 signs"),
        ("assess acme --sign 'late payments'", 3, "told by the book itself"),
        ("assess acme --sign address --no address", 2, "named twice"),
        ("assess acme --no address --on tomorrow", 2, "--on"),
        ("assess acme --no address --set-limit much", 2, "--set-limit"),
        ("sign address", 2, "say what changes"),
        ("sign address --weight 0", 2, "--weight"),
        ("sign address --new --weight 3 --text x", 4, "there is a sign 'address'"),
        ("sign tax --new", 2, "--weight"),
        ("sign address --rename disputes", 4, "there is a sign 'disputes'"),
        ("edit 7 --note x", 3, "no risk '7'"),
    ],
)
def test_what_is_refused(acme, line, code, says):
    before = dump(acme.book())
    assert says in acme(f"risk {line}", exit=code).err
    assert dump(acme.book()) == before


def test_signs_are_changed_added_and_taken_off(acme):
    acme("risk assess acme --sign address --no disputes")
    assert acme.json("risk show acme")["score"] == round(100 - 100 * 8 / 18)
    acme("risk sign address --weight 30")
    assert acme.json("risk show acme")["score"] == 25
    row = acme.json("risk sign długi podatkowe --new --weight 12 --text 'owes taxes'")
    assert (row["name"], row["weight"]) == ("długi podatkowe", 12)
    acme("risk assess acme --no dlugi")
    acme("risk sign address --remove")
    assert acme.json("risk show acme")["score"] == 100
    acme("undo --yes")
    assert acme.json("risk show acme")["score"] == round(100 - 100 * 30 / 52)


@pytest.mark.parametrize(
    "line",
    ["assess acme --sign address --note x --set-limit 5k", "edit 1 --note y --on 2026-01-01", "remove 1", "sign address --weight 9", "sign tax --new --weight 9 --text y"],
)  # fmt: skip
def test_undo_restores_every_row(acme, line):
    acme("risk assess acme --no address")
    before = dump(acme.book())
    acme(f"risk {line}")
    assert dump(acme.book()) != before
    acme("undo --yes")
    assert dump(acme.book()) == before


def test_a_large_book_is_listed_quickly_enough(acme):
    with acme.book().write(["fill"]) as write:
        book = write.book
        names = ("uid", "name", "name_key", "handle", "created_at", "updated_at")
        from kam_cli.book import new_uid

        at = "2026-01-01T00:00:00Z"
        ids = book.insert_many(
            "clients", names, [(new_uid(), f"K {n}", f"k {n}", f"k{n}", at, at) for n in range(3000)]
        )
        for client_id in ids:
            store.add(book, client_id, "2026-01-01", None, {2: {"is_seen": client_id % 2, "evidence": None}})
    rows = acme.json("risk list --limit 10")
    assert len(rows) == 10 and rows[0]["score"] == 0
