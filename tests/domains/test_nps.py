"""`kam nps`: answers in and out, the score by every grouping, who moved, who is to be asked."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import Counter, defaultdict

import pytest

from kam_cli.book import new_uid, utc_now
from kam_cli.domains.nps import rules
from kam_cli.text import fold

KEYS = [
    "group", "responses", "promoters", "passives", "critics", "nps", "margin", "nps_adjusted",
    "margin_adjusted",
]  # fmt: skip


def fill(kam, answers, clients=()):
    """Clients as (name, card) and answers as (client, contact, score, product, day), in bulk."""
    now = utc_now()
    book = kam.book()
    with book.write(["fill"]):
        for name, card in clients:
            book.insert(
                "clients",
                {"handle": fold(name).replace(" ", "-"), "name": name, "name_key": fold(name), **card},
            )
        names = ["uid", "client_id", "contact_id", "score", "product", "answered_on"]
        names += ["answered_at", "created_at", "updated_at"]
        rows = ((new_uid(), *four, day, f"{day}T22:59:59Z", now, now) for *four, day in answers)
        book.insert_many("nps_answers", names, rows)
    book.close()


def scores(kam, client, **card):
    """The maintained columns of a client."""
    row = next(row for row in kam.json("client list") if row["name"] == client)
    return row["nps_score"], row["nps_group"]


@pytest.fixture
def acme(kam):
    kam("client add Acme --segment Retail --country DE --source fair")
    kam('contact add acme "Jana Nowak"')
    return kam


def insert_contact(kam, client_id, name):
    book = kam.book()
    with book.write(["contact"]):
        row_id = book.insert("contacts", {"client_id": client_id, "name": name, "name_key": fold(name)})
    book.close()
    return row_id


# --- add, list, show, edit, remove --------------------------------------------------------------------------


def test_a_critic_is_stored_and_the_call_back_is_named(acme):
    done = acme('nps add acme 6 --reason "spóźnione dostawy" --with jana --product Tour')
    assert done.out == (
        "nps #1 Acme, Jana Nowak · 6 critic · Wed 2026-03-18 · Tour · “spóźnione dostawy” – "
        "call back by Sat 2026-03-21: kam log call acme …\n"
    )
    [row] = acme.json("nps list")
    assert (row["client"], row["contact"], row["score"], row["nps_group"]) == (
        "Acme",
        "Jana Nowak",
        6,
        "critic",
    )
    assert (row["reason"], row["product"], row["answered_on"]) == ("spóźnione dostawy", "Tour", "2026-03-18")
    assert scores(acme, "Acme") == (6, "critic")


@pytest.mark.parametrize(
    ("score", "hint"),
    [(7, "kam task add Make an offer --client acme"), (9, "kam task add Ask for a referral --client acme")],
)
def test_passives_and_promoters_get_a_hint(acme, score, hint):
    done = acme(f"nps add acme {score}")
    assert hint in done.err and hint not in done.out


def test_every_score_gets_its_group(acme):
    for score in range(11):
        assert acme.json(f"nps add acme {score}")["nps_group"] == rules.group_of(score)


@pytest.mark.parametrize("score", ["11", "-1", "9.5", "ten", "", "９", "1e1"])
def test_a_score_off_the_scale_is_wrong_usage(acme, score):
    acme(["nps", "add", "acme", score], exit=2)
    assert acme.json("nps list") == []


def test_an_answer_of_today_is_now_and_an_earlier_one_ends_its_day(acme):
    assert acme.json("nps add acme 9")["answered_at"] != "2026-03-18T22:59:59Z"
    assert acme.json("nps add acme 9 --on yesterday")["answered_at"] == "2026-03-17T22:59:59Z"
    assert acme.json("nps add acme 9 --on 2025-07-01")["answered_at"] == "2025-07-01T21:59:59Z"


def test_nobody_has_answered_tomorrow(acme):
    error = acme("nps add acme 9 --on tomorrow", exit=2).err
    assert error == "kam: --on: 2026-03-19 is in the future; an answer is given today or before\n"
    acme("nps add acme 9")
    acme("nps edit 1 --on tomorrow", exit=2)
    assert acme.json("nps show 1")["answered_on"] == "2026-03-18"


def test_unknown_client_and_person_are_refused(acme):
    acme("nps add nobody 9", exit=3)
    acme("client add Beta")
    acme("nps add beta 9 --with jana", exit=3)
    assert acme.json("nps list") == []


def test_a_later_answer_of_a_day_counts(acme):
    acme("nps add acme 3 --on 2026-03-10")
    acme("nps add acme 9 --on 2026-03-10")
    assert scores(acme, "Acme") == (9, "promoter")
    [now] = acme.json("nps score --latest")
    assert (now["responses"], now["promoters"]) == (1, 1)
    acme("nps add acme 1 --on 2026-03-09")
    assert scores(acme, "Acme") == (9, "promoter")


def test_the_echo_says_who_fell_and_who_rose(acme):
    acme("nps add acme 9 --on 2026-01-10")
    assert " · 4 critic, fell from 9 promoter · " in acme("nps add acme 4 --on 2026-02-10").out
    assert " · 8 passive, rose from 4 critic · " in acme("nps add acme 8").out
    # The person is another respondent than the client.
    assert " · 2 critic · " in acme("nps add acme 2 --with jana").out


def test_what_an_overtaken_answer_asks_for_is_not_said(acme):
    acme("nps add acme 9")
    done = acme("nps add acme 3 --on 2026-03-01")
    assert "call back" not in done.out + done.err


def test_filters_of_the_list(acme):
    acme("client add Beta")
    for line in (
        "acme 3 --on 2026-01-05 --product Tour",
        "beta 8 --on 2026-02-05",
        "acme 10 --on 2026-03-05",
    ):
        acme(f"nps add {line}")

    def found(options):
        return [row["score"] for row in acme.json(f"nps list {options}")]

    assert found("") == [10, 8, 3], "the newest first"
    assert found("--client acme") == [10, 3]
    assert found("--group detractor") == found("--group critics") == [3]
    assert found("--group passive") == [8] and found("--group promoter") == [10]
    assert found("--since 2026-02-05") == [10, 8] and found("--until 2026-02-05") == [8, 3]
    assert found("--product tour") == [3]
    assert found("--sort score --limit 2") == [3, 8]
    assert found("--where nps_group=passive") == [8]
    acme("nps list --since 2026-03-01 --until 2026-02-01", exit=2)


def test_show_has_the_others_of_the_respondent(acme):
    acme("nps add acme 9 --on 2026-01-10 --reason kept")
    acme("nps add acme 5 --reason האוטובוס")
    acme("nps add acme 1 --with jana")
    page = acme("nps show 2").out
    assert "5 critic, fell from 9 promoter" in page and "האוטובוס" in page
    assert "#1  2026-01-10  9 promoter  kept" in page and "1 critic" not in page
    record = acme.json("nps show 2")
    assert [other["score"] for other in record["others"]] == [9]
    acme("nps show 99", exit=3)


def test_edit_and_remove_keep_the_client_right_and_can_be_undone(acme):
    acme("nps add acme 9 --on 2026-01-10 --reason good")
    acme("nps add acme 2 --on 2026-02-10 --reason bad --with jana")
    assert scores(acme, "Acme") == (2, "critic")
    acme("nps edit 2 --score 7 --reason better")
    assert scores(acme, "Acme") == (7, "passive")
    acme("nps edit 2 --on 2026-01-09")
    assert scores(acme, "Acme") == (9, "promoter"), "now the other one is the last"
    acme("undo --yes")
    assert scores(acme, "Acme") == (7, "passive")
    acme("nps remove 2")
    assert scores(acme, "Acme") == (9, "promoter")
    assert [row["id"] for row in acme.json("nps list")] == [1]
    acme("undo --yes")
    assert scores(acme, "Acme") == (7, "passive")
    acme("nps edit 2 --clear reason --clear with")
    row = acme.json("nps show 2")
    assert (row["reason"], row["contact_id"]) == (None, None)
    acme("nps edit 2 --with jana")
    assert acme.json("nps show 2")["contact"] == "Jana Nowak"
    assert "nothing differs" in acme("nps edit 2 --score 7").out
    acme("nps remove 1")
    acme("nps remove 1", exit=3)


def test_a_changed_score_keeps_its_time_of_day(acme):
    before = acme.json("nps add acme 9")["answered_at"]
    assert acme.json("nps edit 1 --score 8 --on today")["answered_at"] == before


def test_a_reason_is_found(acme):
    acme('nps add acme 3 --reason "האוטובוס איחר"')
    book = acme.book()
    found = book.value(
        "SELECT count(*) FROM search WHERE search MATCH 'body : \"' || ? || '\"'", (fold("איחר"),)
    )
    book.close()
    assert found == 1


# --- the score ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "index", "margin", "centre", "spread"),
    [
        ((5, 3, 2), 30, 48.4, 23.1, 42.1),
        ((10, 0, 0), 100, 0, 76.9, 29.4),
        ((50, 30, 20), 30, 15.3, None, None),
    ],
)
def test_vectors_from_the_command_line(acme, counts, index, margin, centre, spread):
    given = [score for score, count in zip((9, 7, 0), counts, strict=True) for _ in range(count)]
    if len(given) > 20:
        fill(acme, [(1, None, score, None, "2026-03-01") for score in given])
    else:
        for score in given:
            acme(f"nps add acme {score}")
    [row] = acme.json("nps score")
    assert list(row) == KEYS
    assert [row[k] for k in KEYS[:5]] == ["all", sum(counts), *counts]
    assert row["nps"] == index
    assert row["margin"] == pytest.approx(margin, abs=0.05)
    if centre is not None:
        assert row["nps_adjusted"] == pytest.approx(centre, abs=0.05)
        assert row["margin_adjusted"] == pytest.approx(spread, abs=0.05)
        assert row["nps_adjusted"] == 100 * (counts[0] - counts[2]) / (sum(counts) + 3), "not rounded"


def test_no_answer_is_null_and_not_zero(acme):
    assert acme.json("nps score") == [
        dict.fromkeys(KEYS) | {"group": "all", "responses": 0, "promoters": 0, "passives": 0, "critics": 0}
    ]
    assert acme.json("nps score --by month") == []
    assert "no answers" in acme("nps score").out and "no answers" in acme("nps score --by month").out
    assert acme("nps score --by month --csv").out.splitlines() == [",".join(KEYS)]


def test_page_and_table(acme):
    for line in ("9 --on 2025-12-31", "10 --on 2026-01-01", "7 --on 2026-01-02", "0 --on 2026-03-18"):
        acme(f"nps add acme {line}")
    page = acme("nps score").out.splitlines()
    assert page[0].startswith("NPS +25.0 ± ") and page[0].endswith("   4 answers")
    assert page[1].split() == ["promoter", "2", "50.0", "%", "█" * 15]
    table = acme("nps score --by month").out
    lines = [line.split() for line in table.splitlines()]
    assert lines[0] == ["NPS", "by", "month", "4", "answers"]
    assert lines[3][:7] == ["2025-12", "1", "1", "0", "0", "100.0", "0.0"]
    assert [line[0] for line in lines[3:6]] == ["2025-12", "2026-01", "2026-03"]
    assert lines[-1][:6] == ["all", "4", "2", "1", "1", "25.0"]
    assert "│████████" in table and "████████│" in table


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("week", ["2026-W01", "2026-W02", "2026-W12"]),
        ("month", ["2025-12", "2026-01", "2026-03"]),
        ("quarter", ["2025-Q4", "2026-Q1"]),
        ("year", ["2025", "2026"]),
    ],
)
def test_periods_go_by_the_local_day_of_the_answer(acme, kind, labels):
    for day in ("2025-12-29", "2026-01-04", "2026-01-05", "2026-03-18"):
        acme(f"nps add acme 9 --on {day}")
    assert [row["group"] for row in acme.json(f"nps score --by {kind}")] == labels


def test_groups_without_a_name(acme):
    acme("client add Beta")
    acme("nps add acme 9 --product Tour")
    acme("nps add beta 3")
    for by, name in (("segment", "Retail"), ("source", "fair"), ("country", "DE"), ("product", "Tour")):
        rows = acme.json(f"nps score --by {by}")
        assert [(row["group"], row["nps"]) for row in rows] == [(name, 100), (None, -100)]
        assert "\n–   " in acme(f"nps score --by {by}").out
    assert [row["group"] for row in acme.json("nps score --by client")] == ["Acme", "Beta"]


def test_since_and_until_count_both_days(acme):
    for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"):
        acme(f"nps add acme 9 --on {day}")
    assert acme.json("nps score --since 2026-02-01 --until 2026-02-28")[0]["responses"] == 2
    assert acme.json("nps score --since 2026-02-28")[0]["responses"] == 2
    assert acme.json("nps score --until 2026-02-01")[0]["responses"] == 2
    acme("nps score --since 2026-03-01 --until 2026-02-01", exit=2)
    acme("nps score --all --latest", exit=2)


def test_latest_is_the_last_answer_of_each_respondent(acme):
    acme("nps add acme 2 --on 2026-01-10")
    acme("nps add acme 9 --on 2026-02-10")
    acme("nps add acme 10 --on 2026-01-20 --with jana")
    acme("nps add acme 0 --on 2026-03-01 --with jana")
    [now] = acme.json("nps score --latest")
    assert (now["promoters"], now["critics"]) == (1, 1), "the client and the person are two respondents"
    [then] = acme.json("nps score --latest --until 2026-02-28")
    assert (then["promoters"], then["critics"]) == (2, 0)
    [since] = acme.json("nps score --latest --since 2026-03-01")
    assert (since["promoters"], since["critics"]) == (0, 1)
    assert [row["group"] for row in acme.json("nps score --latest --by month")] == ["2026-02", "2026-03"]


def test_a_finite_book_narrows_the_margin_and_says_so(acme):
    for number in range(9):
        acme(["client", "add", f"Client {'abcdefghi'[number] * 4}", "--force"])
    for name, score in (("acme", 9), ("aaaa", 9), ("bbbb", 3), ("cccc", 8)):
        acme(f"nps add {name} {score}")
    [plain] = acme.json("nps score")
    done = acme("nps score --population --json")
    [row] = done.json
    assert row["population"] == 10 and "N clients in the book" in done.err
    assert row["margin"] == pytest.approx(plain["margin"] * (6 / 9) ** 0.5)
    assert row["nps"] == plain["nps"]
    by = {row["group"]: row for row in acme.json("nps score --population --by segment")}
    assert by["Retail"]["population"] == 1 and by["Retail"]["margin"] is None
    assert by[None]["population"] == 9


def reference(answers, clients, by, latest):
    """The report, computed the slow and obvious way."""
    if latest:
        last = {}
        for row in sorted(answers, key=lambda row: row[4]):
            last[row[1] or -row[0]] = row
        answers = list(last.values())
    groups = defaultdict(Counter)
    for client, _, score, product, day in answers:
        date = dt.date.fromisoformat(day)
        year, week, _ = date.isocalendar()
        key = {
            None: "all", "week": f"{year}-W{week:02}", "month": day[:7], "product": product,
            "quarter": f"{day[:4]}-Q{(date.month + 2) // 3}", "client": clients[client - 1][0],
        }.get(by, clients[client - 1][1].get(by))  # fmt: skip
        groups[key][rules.group_of(score)] += 1
    return {key: (n["promoter"], n["passive"], n["critic"]) for key, n in groups.items()}


@pytest.mark.parametrize("latest", [False, True])
def test_every_grouping_agrees_with_counting_by_hand(kam, latest):
    chance = random.Random(7)
    clients = [
        (f"Client {n}", {"segment": chance.choice(["A", "B", None]), "source": chance.choice(["web", None]),
                         "country": chance.choice(["PL", "IL", None])})
        for n in range(12)
    ]  # fmt: skip
    fill(kam, [], clients)
    people = [insert_contact(kam, 1 + n % 12, f"Person {n}") for n in range(5)]
    answers = []
    for _ in range(400):
        person = chance.choice([None, None, *range(5)])
        client = chance.randint(1, 12) if person is None else 1 + person % 12
        day = dt.date(2025, 1, 1) + dt.timedelta(chance.randrange(440))
        contact = None if person is None else people[person]
        answers.append((client, contact, chance.randint(0, 10), chance.choice(["x", None]), day.isoformat()))
    fill(kam, answers)
    for by in (None, "week", "month", "quarter", "segment", "source", "country", "product", "client"):
        rows = kam.json(f"nps score{f' --by {by}' if by else ''}{' --latest' if latest else ''}")
        found = {row["group"]: (row["promoters"], row["passives"], row["critics"]) for row in rows}
        assert found == reference(answers, clients, by, latest), by
        assert all(row["responses"] == sum(found[row["group"]]) for row in rows)
        assert all(row["nps"] == rules.nps(*found[row["group"]]) for row in rows)


def test_a_month_is_a_range_on_the_index(kam):
    from kam_cli.domains.nps import store

    book = kam.book()
    where, args = store._answers("month", "2026-03-01", "2026-04-01", False)
    plan = book.rows(
        f"EXPLAIN QUERY PLAN SELECT answered_on, sum(score >= 9) FROM {where} GROUP BY answered_on", args
    )
    book.close()
    assert [row["detail"] for row in plan] == [
        "SEARCH nps_answers USING INDEX nps_answers_period (answered_on>? AND answered_on<?)"
    ]


def test_published_answers_about_ninety_nine_airlines(kam, shared):
    """PrepBench case 122: 5,907 answers in two files; of Prep Air 184, with an index of 21.1957."""
    folder = shared / "nps" / "prepbench_122_airlines_nps"
    answers = []
    for name in ("input_01.csv", "input_02.csv"):
        with (folder / name).open(encoding="utf-8-sig", newline="") as lines:
            answers += [tuple(row.values()) for row in csv.DictReader(lines)]
    airlines = list(dict.fromkeys(airline for airline, _, _ in answers))
    number = {airline: place for place, airline in enumerate(airlines, 1)}
    fill(
        kam,
        [(number[airline], None, int(score), None, "2021-06-01") for airline, _, score in answers],
        [(airline, {}) for airline in airlines],
    )
    rows = kam.json("nps score --by client")
    assert len(rows) == 99
    assert sum(row["responses"] for row in rows) == 5907
    prep = next(row for row in rows if row["group"] == "Prep Air")
    assert prep["responses"] == 184
    assert prep["nps"] == pytest.approx(21.1957, abs=0.00005)
    # The published Z-score was computed from whole percents.
    large = [
        100 * row["promoters"] // row["responses"] - 100 * row["critics"] // row["responses"]
        for row in rows
        if row["responses"] >= 50
    ]
    assert len(large) == 59
    mean = sum(large) / 59
    deviation = (sum((nps - mean) ** 2 for nps in large) / 58) ** 0.5
    assert (21 - mean) / deviation == pytest.approx(1.12, abs=0.005)


# --- movements ----------------------------------------------------------------------------------------------


def test_who_rose_who_fell_and_after_what(kam):
    for name in ("Anna", "Beta", "Cleo", "Dora", "Emil", "Fred"):
        kam(["client", "add", name, "--force"])
    for line in (
        "anna 3 --on 2025-11-01", "anna 9 --on 2026-02-01 --reason mended",
        "beta 10 --on 2025-12-31", "beta 7 --on 2026-01-01", "beta 6 --on 2026-03-18 --reason rude",
        "cleo 7 --on 2025-05-05", "cleo 8 --on 2026-01-15",
        "dora 9 --on 2026-03-01",
        "emil 2 --on 2025-10-10",
        "fred 1 --on 2026-01-10", "fred 10 --on 2026-03-10",
    ):  # fmt: skip
        kam(f"nps add {line}")
    book = kam.book()
    with book.write(["call"]):
        calls = (("2026-01-20T12:00:00Z", "apologised"), ("2026-02-02T12:00:00Z", "too late to matter"))
        for at, text in calls:
            book.insert("interactions", {"client_id": 1, "kind": "call", "occurred_at": at, "text": text})
    book.close()
    rows = {row["client"]: row for row in kam.json("nps moves")}
    assert {name: row["change"] for name, row in rows.items()} == {
        "Anna": "rose", "Beta": "fell", "Cleo": "same", "Dora": "new", "Fred": "rose",
    }  # fmt: skip
    assert list(rows["Anna"]) == [
        "client_id", "client", "contact", "from_group", "to_group", "from_score", "to_score", "change",
        "reason", "after", "on",
    ]  # fmt: skip
    assert (rows["Beta"]["from_score"], rows["Beta"]["to_score"], rows["Beta"]["reason"]) == (10, 6, "rude")
    assert rows["Anna"]["after"] == "call 2026-01-20: apologised"
    assert (rows["Fred"]["from_group"], rows["Fred"]["to_group"]) == ("critic", "promoter"), (
        "within the period"
    )
    assert (rows["Dora"]["from_group"], rows["Dora"]["from_score"]) == (None, None)
    page = kam("nps moves").out
    assert page.startswith("Moves from 2026-01-01 to 2026-03-18: 2 rose, 1 fell, 1 stayed, 1 new\n")
    matrix = [line.split() for line in page.splitlines()[1:5]]
    assert matrix[1] == ["critic", "·", "·", "2"] and matrix[3] == ["promoter", "1", "·", "·"]
    past = kam.json("nps moves --since 2026-01-01 --until 2026-01-31")
    assert {row["client"]: row["change"] for row in past} == {"Beta": "fell", "Cleo": "same", "Fred": "new"}
    assert kam.json("nps moves --since 2024-01-01 --until 2024-02-01") == []
    assert kam("nps moves --since 2024-01-01 --until 2024-02-01").out.startswith("nobody answered")
    kam("nps moves --since 2026-02-01 --until 2026-01-01", exit=2)


def test_a_person_who_changed_jobs_is_still_the_same_respondent(acme):
    acme("client add Beta")
    acme("nps add acme 3 --on 2026-01-10 --with jana")
    book = acme.book()
    with book.write(["move"]):
        book.update("contacts", 1, {"client_id": 2})
    book.close()
    acme("nps add beta 9 --on 2026-03-10 --with jana")
    [row] = acme.json("nps moves --since 2026-02-01")
    assert (row["client"], row["contact"], row["change"]) == ("Beta", "Jana Nowak", "rose")
    assert acme.json("nps score --latest")[0]["responses"] == 1


# --- who is to be asked -------------------------------------------------------------------------------------


def test_who_was_never_asked_or_long_ago(kam):
    for name, stage in (
        ("Old", "regular"),
        ("Fresh", "regular"),
        ("Never", "key"),
        ("Gone", "lost"),
        ("Aside", "new"),
    ):
        kam(f"client add {name} --stage {stage}")
    kam("client archive aside")
    kam("nps add old 9 --on 2025-09-19")
    kam("nps add fresh 9 --on 2025-09-20")
    rows = kam.json("nps due")
    assert [(row["client"], row["answered_on"], row["days"]) for row in rows] == [
        ("Never", None, None),
        ("Old", "2025-09-19", 180),
    ]
    assert rows[0]["command"] == "kam nps add 3 SCORE --reason …"
    assert [row["client"] for row in kam.json("nps due --older 179d")] == ["Never", "Old", "Fresh"]
    assert [row["client"] for row in kam.json("nps due --older 1y")] == ["Never"]
    assert [row["client"] for row in kam.json("nps due --where days>=180")] == ["Old"]
    kam("client archive never")
    kam("nps add old 9")
    assert kam("nps due").out == "everybody was asked lately\n"
