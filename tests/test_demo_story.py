"""The invented book behind ``kam demo``: whole, believable, and the same for the same day."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

import pytest

from kam_cli.demo.diary import workday
from kam_cli.demo.story import story
from kam_cli.domains.interactions.rules import NOT_REACHED, OUTCOMES, reaches
from kam_cli.domains.nps.rules import group_of, moves, nps

DAYS = [date(2026, 3, 11), date(2028, 2, 29), date(2027, 1, 1), date(2026, 1, 8)]
ORDER = ("base", "appointment", "preparation", "contact", "needs", "presentation", "objections", "closing")
STAGES = dict(zip(ORDER, (14, 21, 7, 14, 21, 14, 14, 21), strict=True))  # days that a deal should stay
UNASSIGNED = re.compile(
    r"\+(48 555|49 (30 23125|40 66969|89 99998|69 90009|221 4710)|45 10 555|420 100 555|380 10 555|972 6 555"
    r"|30 200 555|33 1 99 00|34 555|44 1632 960|39 555|81 10 5550|852 1055|1 202 555 01)[ \d]+"
)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request):
    return request.param


@pytest.fixture(scope="module")
def book(today):
    return story(today)


def by_key(rows):
    return {row["key"]: row for row in rows}


def of(rows, client):
    return [row for row in rows if row["client"] == client]


def on(text):
    return date.fromisoformat(text)


def reached(row):
    return reaches(
        row["kind"], row["outcome"], row["direction"], row["outcome"] is None and row["kind"] != "note"
    )


def test_the_same_day_tells_the_same_story(today, book):
    assert story(today) == book


def test_neither_hash_order_nor_zone_nor_locale_changes_it():
    code = "from kam_cli.demo.story import *; print(ascii(story(date(2026, 3, 11))))"
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == ascii(story(date(2026, 3, 11)))


def test_counts(book):
    counts = {noun: len(rows) for noun, rows in book.items()}
    assert 600 <= counts.pop("interactions") <= 900
    sale = {"products": 8, "orders": 35, "terms": 4, "promises": 2, "assessments": 2, "contracts": 4}
    assert counts == {"clients": 45, "contacts": 67, "tasks": 26, "nps": 123, "deals": 45, **sale}


def test_every_reference_resolves(book):
    clients, contacts, deals = by_key(book["clients"]), by_key(book["contacts"]), by_key(book["deals"])
    assert len(clients) == len(book["clients"]) and len(contacts) == len(book["contacts"])
    for row in (*book["contacts"], *book["interactions"], *book["nps"], *book["deals"]):
        assert row["client"] in clients
    for row in (*book["interactions"], *book["nps"], *book["deals"], *book["tasks"]):
        if row.get("contact"):
            assert contacts[row["contact"]]["client"] == row["client"]
    for row in book["interactions"]:
        assert row["deal"] is None or deals[row["deal"]]["client"] == row["client"]


def test_nothing_is_there_twice(book):
    cards = [*book["clients"], *book["contacts"]]
    for values in (
        [row["name"] for row in cards],
        [mail for row in cards for mail in row["emails"]],
        [re.sub(r"\D", "", phone) for row in cards for phone in row["phones"]],
    ):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_nothing_can_reach_a_real_person(book):
    text = json.dumps(book, ensure_ascii=False)
    hosts = re.findall(r"[\w.+-]+@((?:[\w-]+\.)+\w+)", text) + re.findall(r"https?://([\w.-]+)", text)
    assert hosts and [host for host in hosts if not host.endswith(".example")] == []
    phones = [phone for row in (*book["clients"], *book["contacts"]) for phone in row["phones"]]
    assert [phone for phone in phones if not UNASSIGNED.fullmatch(phone)] == []


def test_cards_are_of_many_kinds(book):
    clients = book["clients"]
    assert {row["stage"] for row in clients} == {"prospect", "new", "regular", "key", "lost"}
    assert {row["kind"] for row in clients} == {"company", "person"}
    assert len({row["country"] for row in clients}) == 14
    names = " ".join(row["name"] for row in (*clients, *book["contacts"]))
    for script in "[ł]", "[ř]", "[ø]", "[а-я]", "[א-ת]", "[α-ω]", "[一-龯]":
        assert re.search(script, names), script
    assert len({row["role"] for row in book["contacts"]}) == 6
    kinds = {detail["kind"] for row in (*clients, *book["contacts"]) for detail in row["details"]}
    assert kinds == {"social", "address", "date", "hobby", "family", "preference"}


def test_birthdays(today, book):
    found = [row["birthday"] for row in (*book["contacts"], *book["clients"]) if row["birthday"]]
    for text in found:
        assert date.fromisoformat(text if text[0] != "-" else f"2000{text[1:]}") < today
    coming = {f"{today + timedelta(days=days):%m-%d}" for days in range(8)}
    assert sum(text[-5:] in coming for text in found) >= 4


def test_days_make_sense(today, book):
    for row in book["clients"]:
        assert (row["since_on"] is None) == (row["stage"] == "prospect")
        assert row["since_on"] is None or on(row["since_on"]) < today
    for row in book["interactions"]:
        assert today - timedelta(days=380) < on(row["day"]) <= today + timedelta(days=14)
        assert row["time"] is None or re.fullmatch(r"[0-2]\d:[0-5]\d", row["time"])
    for row in book["nps"]:
        assert today - timedelta(days=365) < on(row["answered_on"]) < today
    assert [row["day"] for row in book["interactions"]] == sorted(row["day"] for row in book["interactions"])


def test_offices_are_open_when_they_are_called(today, book):
    countries = {row["key"]: row["country"] for row in book["clients"]}
    for row in book["interactions"]:
        if on(row["day"]) != today:
            assert on(row["day"]) == workday(on(row["day"]), countries[row["client"]])
    assert workday(date(2026, 12, 27)) == date(2026, 12, 23)
    assert workday(date(2026, 8, 15), "IL") == date(2026, 8, 13)
    assert workday(date(2026, 8, 15), "PL", 1) == date(2026, 8, 17)


def test_planned_contacts_have_no_outcome_yet(today, book):
    planned = [row for row in book["interactions"] if on(row["day"]) >= today]
    assert len(planned) == 8
    assert all(row["outcome"] is None and row["minutes"] is None and row["time"] for row in planned)
    assert sum(on(row["day"]) == today for row in planned) == 2
    assert "lost" not in {by_key(book["clients"])[row["client"]]["stage"] for row in planned}


def test_outcomes_fit_their_kind(today, book):
    assert {row["kind"] for row in book["interactions"]} == set(OUTCOMES)
    for row in book["interactions"]:
        assert row["outcome"] is None or row["outcome"] in OUTCOMES[row["kind"]], row
        if on(row["day"]) < today and row["kind"] != "note":
            assert row["outcome"]
        is_remote = row["kind"] in ("call", "email", "chat", "letter", "fax")
        assert (row["direction"] is not None) == is_remote, row
        assert row["minutes"] is None or row["outcome"] in ("held", "reached")
    missed = [row for row in book["interactions"] if row["outcome"] in NOT_REACHED]
    assert 0.03 < len(missed) / len(book["interactions"]) < 0.2


def test_notes_read_like_notes(book):
    texts = [row["text"] for row in book["interactions"]]
    texts += [point for row in book["interactions"] for point in (*row["wishes"], *row["decisions"])]
    for text in texts:
        assert text.strip() == text and "{" not in text and "//" not in text and "  " not in text, text
        assert 3 < len(text) < 260, text
    for noted in "wishes", "decisions":
        assert sum(bool(row[noted]) for row in book["interactions"]) > 40


def test_notes_do_not_repeat(book):
    texts = Counter((row["client"], row["text"]) for row in book["interactions"])
    assert [text for text, times in texts.items() if times > 1] == []
    different = {row["text"] for row in book["interactions"]}
    assert len(different) > 0.98 * len(book["interactions"])
    # Without names, numbers and days a note shows its template.
    shapes = {" ".join(word for word in text.split() if "a" <= word[0] <= "z") for text in different}
    assert len(shapes) >= 300


def test_most_clients_are_kept_in_their_rhythm(today, book):
    late = set()
    for row in book["clients"]:
        if row["cadence_days"] is None:
            # The planted double has no history of its own.
            assert row["stage"] == "lost" or row["key"] == "verbovets"
            continue
        days = [
            on(one["day"])
            for one in of(book["interactions"], row["key"])
            if reached(one) and on(one["day"]) < today
        ]
        if max(days) + timedelta(days=row["cadence_days"]) < today:
            late.add(row["key"])
    assert late == {"mohn", "alkyona", "quill", "gelso", "oksana"}


def test_deals_walk_through_the_stages(today, book):
    order = (*ORDER, "support", "recommendation")
    for deal in book["deals"]:
        names = [step["stage"] for step in deal["history"]]
        days = [on(step["on"]) for step in deal["history"]]
        assert names == sorted(set(names), key=order.index), deal
        assert days == sorted(days) and days[-1] < today and deal["opened_on"] == deal["history"][0]["on"]
        assert (names[-1] in ("support", "recommendation")) == (deal["status"] == "won"), deal
        assert (deal["closed_on"] is None) == (deal["status"] == "open")
        assert ("reason" in deal) == (deal["status"] == "lost")
        assert re.fullmatch(r"[1-9]\d*", deal["value"])
        if deal["status"] == "won":
            assert {"stage": "support", "on": deal["closed_on"]} in deal["history"]
        elif deal["status"] == "lost":
            assert days[-1] < on(deal["closed_on"]) < today
    assert {deal["currency"] for deal in book["deals"]} == {
        "EUR",
        "PLN",
        "GBP",
        "USD",
        "CZK",
        "DKK",
        "ILS",
        "JPY",
    }
    assert {deal["history"][-1]["stage"] for deal in book["deals"] if deal["status"] == "open"} == set(STAGES)


def test_every_step_of_a_deal_is_in_the_diary(book):
    seen = {(row["deal"], row["day"]) for row in book["interactions"] if row["deal"]}
    for deal in book["deals"]:
        for step in deal["history"]:
            assert (deal["key"], step["on"]) in seen, deal["title"]
        if deal["closed_on"]:
            assert (deal["key"], deal["closed_on"]) in seen, deal["title"]


def test_pipeline_has_its_troubles(today, book):
    status = Counter(deal["status"] for deal in book["deals"])
    assert 0.36 <= status["won"] / (status["won"] + status["lost"]) <= 0.44
    opened = [deal for deal in book["deals"] if deal["status"] == "open"]
    assert sum(on(deal["close_on"]) < today for deal in opened) == 3
    rotten = [
        deal
        for deal in opened
        if (today - on(deal["history"][-1]["on"])).days > 1.5 * STAGES[deal["history"][-1]["stage"]]
    ]
    assert {"valdoro", "quill"} <= {deal["client"] for deal in rotten}
    assert len(rotten) < 6


def test_the_voice_of_the_client(book):
    groups = Counter(group_of(row["score"]) for row in book["nps"])
    assert 27 <= nps(groups["promoter"], groups["passive"], groups["critic"]) <= 33
    assert all(row["reason"] and row["product"] for row in book["nps"])
    people: dict[tuple[str, str | None], list[int]] = {}
    for row in book["nps"]:
        people.setdefault((row["client"], row["contact"]), []).append(row["score"])
    moved, _ = moves(
        {who: scores[0] for who, scores in people.items()},
        {who: scores[-1] for who, scores in people.items()},
    )
    assert len(moved["rose"]) >= 8 and len(moved["fell"]) >= 5


def test_critics_are_called_back_but_for_three(today, book):
    waiting = set()
    for answer in book["nps"]:
        if group_of(answer["score"]) != "critic":
            continue
        later = [
            row
            for row in of(book["interactions"], answer["client"])
            if reached(row) and on(answer["answered_on"]) < on(row["day"]) < today
        ]
        if not later:
            waiting.add(answer["client"])
        else:
            soon = on(answer["answered_on"]) + timedelta(days=8)
            assert any(row["contact"] == answer["contact"] and on(row["day"]) <= soon for row in later), (
                answer
            )
    assert waiting == {"heron", "kapr", "ciguena"}


def test_tasks(today, book):
    tasks = book["tasks"]
    still = [on(row["due_on"]) for row in tasks if not row["done"]]
    assert sum(day < today for day in still) == 4
    assert still.count(today) == 3
    assert sum(today < day <= today + timedelta(days=14) for day in still) >= 5
    assert all(on(row["due_on"]) < today for row in tasks if row["done"])
    assert any(row["due_time"] for row in tasks)
    assert {row["repeat"] for row in tasks} == {None, "1w", "1m"}


def test_the_sale_of_the_demo_shows_debtors_late_orders_and_a_renewal(nobook, tmp_path):
    db = f"--db {tmp_path / 'demo.db'}"
    nobook(f"demo {db} --json")
    late = nobook.json(f"order list --late {db}")
    assert {row["client"] for row in late} == {"Palarnia Nad Łódką", "Brasserie du Héron Pensif"}
    owed = nobook.json(f"metrics receivables {db}")
    assert len({row["client"] for row in owed}) >= 4 and {row["currency"] for row in owed} >= {"EUR", "GBP"}
    assert any(row["d61_90"] for row in owed)
    items = nobook.json(f"today {db}")
    assert [row["client"] for row in items if row["kind"] == "renewal"] == ["Hotel Sinobrzeg"]
    assert nobook.json(f"risk list {db}")[0]["client"] == "Distribuzione Valdoro S.r.l."
    assert nobook(f"check --deep {db}").out == ""
