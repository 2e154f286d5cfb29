"""`kam segment`: the groups by the last answer of each client, and the clients of one group."""

from __future__ import annotations

import pytest


@pytest.fixture
def asked(kam):
    """Two critics (one was called since), a passive, a promoter, one who was not asked, one put aside."""
    for name in ("Ada Foods", "Basil Inns", "Cara Tours", "Dora Bank", "Ewa Mill", "Fritz"):
        kam(["client", "add", name, "--segment", "Retail" if name < "C" else "Other"])
    for line in (
        "ada 9 --on 2026-01-01 --reason first", "ada 3 --on 2026-03-01 --reason spóźnienia",
        "basil 0 --on 2026-03-10", "cara 8 --on 2026-03-02 --reason יקר", "dora 10 --on 2026-03-03",
        "fritz 10",
    ):  # fmt: skip
        kam(f"nps add {line}")
    kam("client archive fritz")
    book = kam.book()
    with book.write(["call"]):
        at = "2026-03-12T10:00:00Z"
        book.insert("interactions", {"client_id": 2, "kind": "call", "outcome": "reached", "occurred_at": at})
    book.close()
    return kam


def test_one_row_a_group(asked):
    rows = asked.json("segment list")
    assert [(row["nps_group"], row["clients"], row["share_pct"]) for row in rows] == [
        ("promoter", 1, 20), ("passive", 1, 20), ("critic", 2, 40), ("unasked", 1, 20),
    ]  # fmt: skip
    assert [row["command"] for row in rows] == [
        f"kam segment list {name}" for name in ("promoters", "passives", "critics", "unasked")
    ]
    assert asked("segment list").out.startswith("NPS -25.0 ± ")
    assert [row["nps_group"] for row in asked.json("segment list --where clients>1")] == ["critic"]
    assert asked.json("segments list --sort -clients --limit 1")[0]["nps_group"] == "critic"


def test_the_value_is_that_of_open_deals_in_the_currency_of_the_book(asked):
    book = asked.book()
    stage = book.value("SELECT min(id) FROM stages")
    deals = (
        (1, 120_000, "EUR", "open"),
        (2, 5_000, "EUR", "open"),
        (1, 7_000, "USD", "open"),
        (1, 9, "EUR", "won"),
    )
    with book.write(["deals"]):
        for client, value, currency, status in deals:
            row = {"client_id": client, "value_minor": value, "currency": currency, "status": status}
            more = {"title": "x", "title_key": "x", "stage_id": stage, "opened_on": "2026-01-01"}
            book.insert("deals", row | more | {"entered_stage_at": "2026-01-01T00:00:00Z"})
    book.close()
    done = asked("segment list --json")
    assert [(r["nps_group"], r["value"], r["currency"]) for r in done.json][1:3] == [
        ("passive", 0, "EUR"),
        ("critic", 1250, "EUR"),
    ]
    assert done.err == "1 open deals are in other currencies than EUR and not in the value\n"


def test_an_empty_book(kam):
    assert [(row["clients"], row["share_pct"]) for row in kam.json("segment list")] == [(0, None)] * 4
    assert "–" in kam("segment list").out
    assert kam.json("segment list critics") == []


def test_critics_with_what_they_said_and_until_when_to_call(asked):
    rows = asked.json("segment list critics")
    assert [(row["name"], row["reason"], row["answered_on"], row["due_on"]) for row in rows] == [
        ("Ada Foods", "spóźnienia", "2026-03-01", "2026-03-04"),
        ("Basil Inns", None, "2026-03-10", None),
    ], "who waits for a call comes first; who was called since does not wait"
    first = rows[0]
    keys = (
        "id uid name stage segment country nps_score nps_group nps_answered_at last_contact_at reason command"
    )
    assert set(keys.split()) <= set(first)
    assert (first["nps_score"], first["nps_group"]) == (3, "critic")
    assert first["command"] == "kam log call ada-foods …"
    assert asked.json("segment list detractors") == asked.json("segment list critic") == rows
    assert [row["name"] for row in asked.json("segment list critics --where segment=retail --limit 1")] == [
        "Ada Foods"
    ]


def test_the_days_of_a_critic_are_a_setting(asked, monkeypatch, tmp_path):
    (tmp_path / "config.toml").write_text("critic_days = 10\n")
    assert asked.json("segment list critics")[0]["due_on"] == "2026-03-11"


def test_the_other_groups_have_their_own_deeds(asked):
    [passive] = asked.json("segment list passives")
    assert (passive["name"], passive["reason"]) == ("Cara Tours", "יקר")
    assert passive["command"] == "kam task add Make an offer --client cara-tours"
    [promoter] = asked.json("segment list promoters")
    assert promoter["command"] == "kam task add Ask for a referral --client dora-bank"
    [unasked] = asked.json("segment list unasked")
    assert (unasked["name"], unasked["nps_score"], unasked["nps_group"]) == ("Ewa Mill", None, None)
    assert unasked["command"] == "kam nps add ewa-mill SCORE --reason …"
    asked("segment list nobody", exit=2)


def test_the_commands_that_are_shown_can_be_typed(asked):
    for group in ("critics", "passives", "promoters", "unasked"):
        command = asked.json(f"segment list {group}")[0]["command"]
        line = command.removeprefix("kam ").replace("SCORE", "9").replace("…", "because")
        asked(line)


def test_a_person_sees_the_deed_above_the_table(asked):
    shown = asked("segment list critics").out.splitlines()
    assert shown[0] == "Critics – call back and put it right: kam log call CLIENT …"
    assert "due" in shown[1] and "reason" in shown[1]
    assert "due" not in asked("segment list promoters").out
