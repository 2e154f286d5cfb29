"""`kam client show`: the page to read before the phone is picked up, and the same as JSON."""

from __future__ import annotations

import datetime

import pytest

from golden import golden
from kam_cli.command import Context
from kam_cli.domains.clients import rules
from kam_cli.text import fold

DAY = datetime.date(2026, 3, 18)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1985-06-12", "12 Jun 1985 (40)"),
        ("--06-12", "12 Jun"),
        ("1985-03-18", "18 Mar 1985 (41), today"),
        ("1985-03-19", "19 Mar 1985 (40), 41 tomorrow"),
        ("--04-01", "1 Apr, in 14 days"),
        ("1988-02-29", "29 Feb 1988 (38)"),
        ("1985-05-02", "2 May 1985 (40), 41 in 45 days"),
        ("1985-05-03", "3 May 1985 (40)"),
    ],
)
def test_birthdays_are_said_with_the_age_and_counted_down(value, said):
    assert rules.say_birthday(value, DAY) == said


@pytest.mark.parametrize(
    ("days", "due", "said"),
    [
        (None, None, "none agreed"),
        (21, "2026-03-20", "every 3w, due Fri 2026-03-20 (in 2 days)"),
        (21, "2026-03-18", "every 3w, due Wed 2026-03-18 (today)"),
        (10, "2026-03-08", "every 10d, overdue since Sun 2026-03-08 (10 days ago)"),
        (7, None, "every 1w"),
    ],
)
def test_the_rhythm_is_said(days, due, said):
    assert rules.say_rhythm(days, due and datetime.date.fromisoformat(due), DAY) == said


CARD = """
--stage key --country PL --city Łódź --every 3w --tag vip --tag paper --phone 'switchboard=+48 42 555 01 00'
--phone '+48 42 555 01 01' --email biuro@zaklady.example --address 'ul. Długa 1' --postcode 90-338
--segment 'paper mills' --source fair --document PL7251801 --since 2019-05-06 --social linkedin=zaklady
--date founded=1911-10-02 --prefers 'visits=before 9:00' --note 'Decides by committee every first Monday.'
"""
JANA = """
--role decision-maker --title 'Head of purchasing' --birthday 1985-04-02 --phone 'mobile=+420 601 555 010'
--email jana@zaklady.example
"""
LONG = "Went through the plans of the hall,\nline by line. " + "Measured. " * 30


@pytest.fixture
def busy(kam, now):
    """A client with everything that a page can show."""
    kam(f"client add 'Zakłady Łódzkie sp. z o.o.' {CARD}")
    kam(f"contact add 1 Jana Nováková {JANA}")
    kam("contact add 1 נועה לוי --role user --note 'Speaks Polish.'")
    kam("contact add 1 Maximilian Alexander von und zu Hohenstein --title Board")
    book = kam.book()
    with book.write(["fixture"]):
        fill(book, now)
    book.close()
    return kam


def fill(book, now: str) -> None:
    stage = book.value("SELECT id FROM stages WHERE name = 'needs'")
    jana = {"client_id": 1, "contact_id": 1}
    deal = {**jana, "currency": "EUR", "stage_id": stage, "entered_stage_at": now, "opened_on": "2026-02-01"}
    for title, value, close, status in (
        ("Roof panels", 1200000, "2026-04-30", "open"),
        ("Insulation of the new hall", 4850050, "2026-03-01", "open"),
        ("Old roof", 100, "2025-03-01", "won"),
    ):
        row = {"title": title, "title_key": fold(title), "value_minor": value, "close_on": close}
        book.insert("deals", {**deal, **row, "status": status})
    for at, kind, outcome, who, text, planned in (
        ("2026-03-11T13:05", "call", "reached", 1, "Wants the new price list before Monday's committee.", 0),
        ("2026-03-02T11:00", "meeting", "held", 1, LONG, 0),
        ("2026-02-20T11:00", "email", "no-answer", None, None, 0),
        ("2026-02-18T23:30", "visit", "held", 2, "Saw the store room.", 0),
        ("2026-03-24T14:00", "meeting", None, 1, "Sign", 1),
    ):
        row = {"client_id": 1, "occurred_at": f"{at}:00Z", "kind": kind, "outcome": outcome, "text": text}
        book.insert("interactions", {**row, "contact_id": who, "is_planned": planned})
    book.conn.execute("INSERT INTO interaction_people (interaction_id, contact_id) VALUES (2, 2)")
    for title, due, done in (("Send the list", "2026-03-16", None), ("Ask", None, None), ("Old", None, now)):
        row = {**jana, "title": title, "title_key": fold(title), "due_on": due, "done_at": done}
        book.insert("tasks", row)
    for score, day, reason in ((6, "2025-11-03", "Always late"), (9, "2026-02-10", "Short answers")):
        row = {**jana, "score": score, "reason": reason, "product": "panels", "answered_on": day}
        book.insert("nps_answers", {**row, "answered_at": f"{day}T12:00:00Z"})


@pytest.mark.parametrize(("width", "file"), [(80, "client_show.txt"), (120, "client_show_wide.txt")])
def test_the_page_on_a_terminal(busy, monkeypatch, width, file):
    monkeypatch.setattr(Context, "terminal", property(lambda c: True))
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    lines = busy("client show zaklady --last 3").out.splitlines()
    assert max(len(line.replace("\u200e", "")) for line in lines) <= width
    golden(file, "".join(line.rstrip() + "\n" for line in lines))


def test_the_page_in_a_pipe_is_whole(busy):
    page = busy("client show zaklady --last 3").out
    assert "…" not in page and "Measured. " * 29 in page
    assert "1 more: kam log list --client zaklady-lodzkie" in page
    assert "Maximilian Alexander von und zu Hohenstein" in page


def test_the_page_as_json_nests(busy):
    card = busy.json("client show zaklady")
    assert list(card)[:4] == ["id", "uid", "handle", "name"] and card["nps_group"] == "promoter"
    assert [row["id"] for row in card["contacts"]] == [1, 2, 3], "who decides stands first"
    assert card["contacts"][0]["phones"] == "+420 601 555 010"
    assert [row["id"] for row in card["interactions"]] == [1, 2, 3, 4]
    assert card["interactions"][1]["others"] == "נועה לוי" and card["interactions"][1]["text"] == LONG
    assert card["interactions"][0]["is_planned"] is False
    deals = [(row["title"], row["value"], row["currency"], row["stage"]) for row in card["deals"]]
    assert deals == [
        ("Insulation of the new hall", 48500.5, "EUR", "needs"),
        ("Roof panels", 12000, "EUR", "needs"),
    ]
    assert [row["title"] for row in card["tasks"]] == ["Send the list", "Ask"]
    assert [(row["score"], row["nps_group"]) for row in card["answers"]] == [(9, "promoter"), (6, "critic")]
    assert [row["text"] for row in card["appointments"]] == ["Sign"]
    assert [row["kind"] for row in card["details"]].count("phone") == 2


def test_the_last_contacts_are_as_many_as_asked_for(busy):
    assert len(busy.json("client show 1 --last 2")["interactions"]) == 2
    assert "2 more: kam log list" in busy("client show 1 --last 2").out
    assert "more:" not in busy("client show 1 --last 4").out
    busy("client show 1 --last 0", exit=2)


def test_a_bare_card_has_a_page(kam):
    kam("client add Bare")
    assert kam("client show bare").out.splitlines()[:2] == ["Bare · bare · prospect", "  rhythm  none agreed"]
    card = kam.json("client show bare")
    lists = ("contacts", "interactions", "appointments", "deals", "tasks", "answers", "details", "aliases")
    assert [card[name] for name in lists] == [[]] * 8
