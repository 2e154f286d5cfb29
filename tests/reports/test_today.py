"""`kam today`: everything that waits, the most urgent first, on one screen."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli import agenda
from kam_cli.command import Context
from kam_cli.values.dates import next_anniversary

KEYS = ["noun", "id", "client_id", "client", "text", "due_on", "kind", "command"]


@pytest.fixture
def full(kam):
    """A book in which every section of the agenda holds something (today is Wednesday 2026-03-18)."""
    kam("client add 'Acme GmbH' --every 3w --birthday 20.3.1980 --kind person")
    kam("client add 'Łódź Bakery' --every 1w --date founded=1998-03-19")
    kam("contact add acme 'Jan Nowak' --birthday 18.3.")
    kam("log call acme 'spoke of the fair' --at '17 mar 10:00'")
    kam("log call bakery 'wants samples' --at 2026-03-01")
    kam("nps add acme 3 --reason 'late deliveries' --with jan --on 2026-03-17")
    kam("task add send the price list --client acme --due 2026-03-13")
    kam("task add 'write the minutes' --due today")
    kam("task add 'ring the forwarder' --client bakery --due 'today 16:00'")
    kam("log meeting bakery 'show the new line' --at 'today 23:59'")
    kam("log visit acme 'see the oven' --at '2026-03-20 11:00'")
    kam("deal add acme 'Oven 3000' --value 12k --close 2026-03-10")
    kam("deal add bakery 'Flour for a year' --value 9k --close 2026-03-20")
    return kam


def texts(kam, line="today") -> list[str]:
    return [row["text"] for row in kam.json(line)]


# --- what stands there, and in which order ------------------------------------------------------------------


def test_overdue_first_then_today_by_time_then_the_rest(full):
    rows = full.json("today")
    assert [(row["section"], row["noun"], row["kind"], row["text"]) for row in rows] == [
        ("overdue", "task", "task", "send the price list"),
        ("today", "task", "task", "ring the forwarder"),
        ("today", "log", "appointment", "meeting: show the new line"),
        ("today", "task", "task", "write the minutes"),
        ("cadence", "client", "cadence", "17 days silent, agreed 7"),
        ("critic", "client", "critic", "3: late deliveries (Jan Nowak)"),
        ("date", "contact", "birthday", "birthday: Jan Nowak"),
        ("date", "client", "date", "founded (28 years)"),
        ("date", "client", "birthday", "birthday (46)"),
        ("deal", "deal", "deal", "Oven 3000, in base"),
        ("next", "log", "appointment", "visit: see the oven"),
        ("next", "deal", "deal", "Flour for a year, in base"),
    ]
    assert all(list(row)[: len(KEYS)] == KEYS for row in rows)
    assert {row["client"] for row in rows} == {"Acme GmbH", "Łódź Bakery", None}
    assert [row["due_on"] for row in rows if row["kind"] == "critic"] == ["2026-03-20"]
    assert [row["due_on"] for row in rows if row["section"] == "cadence"] == ["2026-03-08"]


def test_every_command_works_as_it_stands(full):
    filled = {"…": "done", "--outcome …": "--outcome held", "--close …": "--close 2026-04-30"}
    for row in full.json("today --days 30"):
        command = row["command"].removeprefix("kam ")
        for dots, words in reversed(filled.items()):
            command = command.replace(dots, words)
        full(command)
    assert [
        row["kind"] for row in full.json("today --days 3") if row["kind"] not in ("birthday", "date")
    ] == []


def test_a_command_names_the_client_by_number_where_the_handle_names_two(kam):
    kam("client add Acme --every 1w")
    kam("client add 'Acme Berlin' --every 2w --force")
    for client in (1, 2):
        kam(f"log call {client} spoke --at 2026-03-01")
    commands = [row["command"] for row in kam.json("today")]
    assert commands == [
        "kam log call acme …",
        "kam log call acme-berlin …",
    ]  # the first one's name is no other's
    kam("client edit 1 --name 'Acme Wien'")
    kam("client add Acme --force --handle other")
    commands = [row["command"] for row in kam.json("today")]
    assert commands == ["kam log call 1 …", "kam log call acme-berlin …"]
    for command in commands:
        kam(command.removeprefix("kam ").replace("…", "spoke"))
    assert kam.book().column("SELECT client_id FROM interactions ORDER BY id") == [1, 2, 1, 2]


def test_an_appointment_without_an_outcome_is_overdue_until_somebody_says_what_came_of_it(kam):
    kam("client add Acme")
    kam("log meeting acme 'show the line' --at '2026-03-20 10:00' --today 2026-03-17")
    (row,) = kam.json("today")
    assert (row["section"], row["due_on"], row["due_time"]) == ("next", "2026-03-20", "10:00")
    (row,) = kam.json("today --today 2026-03-23")
    assert row["section"] == "overdue"
    kam("log edit 1 --outcome held --today 2026-03-23")
    assert kam.json("today --today 2026-03-23") == []


def test_a_broken_rhythm_is_mended_only_by_a_contact_that_reached_the_client(kam):
    kam("client add Acme --every 2w")
    kam("log call acme spoke --at 2026-03-01")
    assert kam.json("today --today 2026-03-14") == []
    assert texts(kam, "today --today 2026-03-15") == ["14 days silent, agreed 14"]
    kam("log call acme --outcome no-answer --at 2026-03-15 --today 2026-03-15")
    assert texts(kam, "today --today 2026-03-16") == ["15 days silent, agreed 14"]
    kam("log call acme spoke again --at 2026-03-16 --today 2026-03-16")
    assert kam.json("today --today 2026-03-16") == []


def test_a_client_never_reached_is_due_a_rhythm_after_he_came_in(kam, monkeypatch):
    for module in ("stamps", "book"):
        monkeypatch.setattr(f"kam_cli.{module}.utc_now", lambda: "2026-03-18T12:00:00Z")
    kam("client add Acme --every 1w")
    assert texts(kam, "today --today 2026-03-24") == []
    assert texts(kam, "today --today 2026-03-25") == ["never reached, agreed 7"]


def test_a_critic_stays_until_called_back(kam, tmp_path):
    kam("client add Acme")
    kam("log call acme before --at 2026-03-01")
    kam("nps add acme 5 --on 2026-03-10 --reason noise")
    assert [(row["text"], row["due_on"]) for row in kam.json("today")] == [("5: noise", "2026-03-13")]
    kam("log call acme --outcome left-message --at '2026-03-11 9:00'")
    assert len(kam.json("today")) == 1
    (tmp_path / "config.toml").write_text("critic_days = 10\n")
    assert kam.json("today")[0]["due_on"] == "2026-03-20"
    kam("log call acme apologised --at '2026-03-12 9:00'")
    assert kam.json("today") == []
    kam("nps add acme 2 --on 2026-03-17")
    kam("nps add acme 9 --on 2026-03-18")
    assert kam.json("today") == []


def test_what_is_done_removed_or_put_aside_is_not_there(full):
    full("task done 1")
    full("task remove 2")
    full("log remove 3")
    full("client archive acme")
    rows = full.json("today")
    assert {row["client"] for row in rows} == {"Łódź Bakery"}
    assert [row["kind"] for row in rows] == ["task", "cadence", "date", "deal"]
    full("undo 4 --yes")
    assert len(full.json("today")) == 12


def test_days_and_the_setting_say_how_far_ahead_it_looks(kam, tmp_path):
    for days in (1, 5, 7, 8, 30):
        kam(f"task add in{days} --due +{days}d")
    assert texts(kam) == ["in1", "in5", "in7"]
    assert texts(kam, "today --days 5") == ["in1", "in5"]
    assert texts(kam, "today --days 0") == []
    (tmp_path / "config.toml").write_text("agenda_days = 30\n")
    assert len(texts(kam)) == 5
    assert "--days" in kam("today --days soon", exit=2).err


# --- dates of the year --------------------------------------------------------------------------------------


def test_29_february_is_kept_on_28_february_in_common_years(kam):
    kam("client add Acme")
    kam("contact add acme Leap --birthday 29.2.2000")
    kam("contact add acme Eve --birthday 28.2.")
    assert [row["due_on"] for row in kam.json("today --today 2027-02-26")] == ["2027-02-28"] * 2
    assert kam.json("today --today 2027-03-01") == []
    assert [row["due_on"] for row in kam.json("today --today 2028-02-26")] == ["2028-02-28", "2028-02-29"]
    assert texts(kam, "today --today 2028-02-29") == ["birthday: Leap (28)"]


def test_the_turn_of_the_year(kam):
    kam("client add Acme --date founded=1999-01-02")
    kam("contact add acme Eve --birthday 31.12.1980")
    rows = kam.json("today --today 2026-12-30")
    assert [(row["due_on"], row["text"]) for row in rows] == [
        ("2026-12-31", "birthday: Eve (46)"), ("2027-01-02", "founded (28 years)"),
    ]  # fmt: skip


def test_a_date_of_a_year_to_come_is_no_anniversary_yet(kam):
    kam("client add Acme")
    kam.book().conn.execute(
        "INSERT INTO details (uid, client_id, kind, label, value, value_key, created_at, updated_at) "
        "VALUES ('u', 1, 'date', 'fair', '2027-03-20', '03-20', '', '')"
    )
    assert kam.json("today") == []
    assert texts(kam, "today --today 2027-03-18") == ["fair"]
    assert texts(kam, "today --today 2029-03-18") == ["fair (2 years)"]


def test_a_person_without_a_firm_can_have_a_birthday(kam):
    kam("client add Acme")
    kam("contact add acme Eve --birthday 19.3.")
    kam.book().conn.execute("UPDATE contacts SET client_id = NULL")
    (row,) = kam.json("today")
    assert (row["client"], row["command"]) == (None, "kam contact show 1")


DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 12, 31))


@given(DAYS, DAYS, st.integers(0, 400))
def test_dates_are_kept_on_the_day_on_which_they_return(born, today, days):
    kept = dict(agenda.anniversaries(today, days)).get(f"{born:%m-%d}")
    due = next_anniversary(f"--{born:%m-%d}", today)
    assert kept == (due.isoformat() if (due - today).days <= min(days, 364) else None)


# --- little or nothing --------------------------------------------------------------------------------------


def test_nothing_to_do_is_one_kind_line(kam):
    assert kam("today").out.count("\n") == 1 and "kam client add" in kam("today").out
    assert kam.json("today") == []
    kam("client add Acme")
    assert kam("today").out.startswith("Wed 2026-03-18: nothing is due, nor in the next 7 days.")
    assert kam("today --days 0").out.startswith("Wed 2026-03-18: nothing is due. ")


def test_kam_alone_is_today(full):
    assert full("").out == full("today").out
    assert full("--json").json == full.json("today")


def test_kam_alone_welcomes_where_there_is_no_book(nobook):
    out = nobook("").out
    assert "kam init" in out and "kam demo" in out and max(map(len, out.splitlines())) <= 80
    assert nobook("today", exit=6).out == ""
    assert nobook("--json", exit=6).out == ""
    nobook.db.write_text("not a book")
    assert "not a book" in nobook("", exit=6).err


def test_a_broken_record_hides_no_other(full):
    conn = full.book().conn
    conn.execute("UPDATE tasks SET due_on = '2026-02-99', due_time = 'noon' WHERE id = 1")
    conn.execute("UPDATE tasks SET title = CAST(x'ff61' AS TEXT) WHERE id = 2")
    conn.execute(
        "UPDATE interactions SET occurred_at = '2026-03-18T99:99:99Z' WHERE is_planned = 1 AND client_id = 2"
    )
    conn.execute("UPDATE contacts SET birthday = '----03-18'")
    rows = full.json("today")
    assert len(rows) == 12
    assert full("today").out.count("\n") > 12
    assert {"2026-02-99", "2026-03-18T99:99:99Z"} <= {row["due_on"] for row in rows}
    assert "\ufffda" in [row["text"] for row in rows]


def test_every_part_is_answered_by_an_index(full):
    c = Context({}, [])
    values = agenda.values(c, 7)
    for part in agenda.parts():
        for sql in (part.select(), part.select(now=True), part.count()):
            plan = [row["detail"] for row in c.book.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
            # Of the critics only those who still wait are in their index.
            small = ("VIRTUAL TABLE", "subquery", "clients_critics")
            assert not [one for one in plan if one.startswith("SCAN") and not any(s in one for s in small)], (
                part.kind
            )
    c.book.close()
