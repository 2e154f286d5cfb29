"""A clock that is set back, forward and back again, that changes with the season, and the ends of months and years."""

from __future__ import annotations

import re

import pytest
from inside import ask

TZ = {"Warsaw": "Europe/Warsaw", "New York": "America/New_York", "Lord Howe": "Australia/Lord_Howe"}


@pytest.fixture
def clock(kam, monkeypatch):
    """The command line without ``KAM_TODAY``; ``kam.clock(text)`` sets the UTC time of every later command."""
    monkeypatch.delenv("KAM_TODAY")

    def set_to(utc: str) -> None:
        for module in ("stamps", "book"):
            monkeypatch.setattr(f"kam_cli.{module}.utc_now", lambda: utc)

    kam.clock = set_to
    set_to("2026-03-18T13:00:00Z")
    return kam


def told(kam) -> list[str]:
    return kam("remind").out.splitlines()


# --- set back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", ["2026-03-18T12:00:00Z", "2026-03-17T13:00:00Z", "2016-03-18T13:00:00Z"])
def test_what_is_done_after_the_clock_was_set_back_comes_after(clock, back):
    clock("client add Acme --every 3w")
    clock("log call acme before")
    clock.clock(back)
    clock("client add Beta")
    clock("log call acme after")
    clock("client edit acme --city Kiel")
    ids = [row for (row,) in ask(clock.db, "SELECT id FROM clients ORDER BY created_at DESC")]
    assert ids == [1, 2] and clock.json("client list --sort id")[1]["created_at"] == back, (
        "the wall clock is told as it was"
    )
    lines = [row["line"] for row in clock.json("history")]
    assert [line.split()[2] for line in lines[:3]] == ["edit", "call", "add"] and "Beta" in lines[2], (
        "by order, not by time"
    )
    assert [row["changed"] for row in clock.json("history client 1")][-1] == "city: – → Kiel"
    assert "Kiel" in clock("undo --yes").err + clock("history").out
    assert clock.json("client show 1")["city"] is None
    assert clock.json("redo --yes") is not None and clock.json("client show 1")["city"] == "Kiel"
    assert clock.json("client list --sort id")[0]["last_contact_at"] == "2026-03-18T13:00:00Z", (
        "the latest, not the last typed"
    )
    clock("check --deep")


def test_uids_of_a_process_only_rise(monkeypatch):
    from kam_cli import stamps

    now = iter((5_000_000_000, 4_000_000_000, 4_000_000_000, 1, 6_000_000_000))
    monkeypatch.setattr("kam_cli.stamps.time.time_ns", lambda: next(now))
    monkeypatch.setattr(stamps, "_last_stamp", 0)
    found = [stamps.new_uid() for _ in range(5)]
    assert [uid[:13] for uid in found] == sorted(uid[:13] for uid in found) and len(set(found)) == 5
    assert all(
        re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uid)
        for uid in found
    )


def test_each_reminder_is_told_once_whatever_the_clock_does(clock):
    clock("client add Acme --every 2w")
    clock("log call acme --at 2026-03-01")
    clock("contact add acme Eve --birthday 18.3.")
    clock("task add 'send the list' --due 'today 14:00'")
    clock("task add 'write' --due 2026-03-16")
    clock("nps add acme 3")
    clock("log meeting acme offer --at 'today 14:30'")
    first = told(clock)
    assert len(first) == 6
    seen = set(first)
    for moment in (
        "2026-03-18T12:00:00Z", "2026-03-18T13:00:30Z", "2026-03-17T13:00:00Z", "2026-03-18T13:30:00Z", "2026-03-10T00:00:00Z",
        "2026-03-18T22:59:00Z", "2025-01-01T00:00:00Z", "2026-03-18T14:00:00Z",
    ):  # fmt: skip
        clock.clock(moment)
        again = told(clock)
        assert not [
            line for line in again if any(line.partition(": ")[2] == old.partition(": ")[2] for old in seen)
        ], f"{moment}: {again}"
        seen.update(again)
    clock.clock("2027-03-18T13:00:00Z")
    assert any("Eve" in line for line in told(clock)), "a birthday comes every year"


def test_backups_made_by_a_clock_that_was_wrong_do_no_harm(clock):
    clock("config set backup.daily 1")
    for rule in ("daily", "weekly", "monthly"):
        clock(f"config set backup.keep_{rule} 0")
    clock("config set backup.keep_last 1")
    clock.clock("2099-01-01T12:00:00Z")
    assert "backed up first" in clock("client add Acme").err
    clock.clock("2026-03-18T13:00:00Z")
    assert "backed up first" in clock("client add Beta").err, "the day has its own"
    made = [row["made_at"] for row in clock.json("backup --list")]
    assert "2026-03-18T13:00:00Z" in made, "the newest stays, though it looks older"
    clock("client add Gamma")
    assert [row["made_at"] for row in clock.json("backup --list")] == made
    paths = {clock.json("backup")["path"] for _ in range(3)}
    assert len(paths) == 3, "three in a second have three names"


def test_a_backup_from_the_future_does_not_say_that_all_is_well(clock):
    clock.clock("2099-01-01T12:00:00Z")
    clock("backup")
    clock.clock("2098-01-01T13:00:00Z")
    clock("client add Acme")
    from kam_cli.tools import surroundings

    assert any("no backup" in line for line in surroundings.aged(str(clock.db), 30))


# --- the nights on which the clock is changed -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "when", "utc", "shown"),
    [
        # Set forward: the time that is skipped is read as if it had not been.
        ("Warsaw", "2026-03-29 02:30", "2026-03-29T01:30:00Z", "2026-03-29 03:30"),
        ("New York", "2026-03-08 02:30", "2026-03-08T07:30:00Z", "2026-03-08 03:30"),
        ("Lord Howe", "2026-10-04 02:15", "2026-10-03T15:45:00Z", "2026-10-04 02:45"),
        # Set back: of the time that comes twice the first is meant.
        ("Warsaw", "2025-10-26 02:30", "2025-10-26T00:30:00Z", "2025-10-26 02:30"),
        ("New York", "2025-11-02 01:30", "2025-11-02T05:30:00Z", "2025-11-02 01:30"),
        ("Lord Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z", "2026-04-05 01:45"),
        # The last and the first minute of a year.
        ("Warsaw", "2025-12-31 23:59", "2025-12-31T22:59:00Z", "2025-12-31 23:59"),
        ("Lord Howe", "2026-01-01 00:00", "2025-12-31T13:00:00Z", "2026-01-01 00:00"),
    ],
)  # fmt: skip
def test_a_moment_of_such_a_night(clock, zone, when, utc, shown):
    clock.clock("2026-12-18T13:00:00Z")
    clock(f"config set book.tz {TZ[zone]}")
    clock("client add Acme --every 1w")
    clock(["log", "call", "acme", "late", f"--at={when}"])
    assert clock.json("log list")[0]["occurred_at"] == utc
    assert shown in clock("log list").out
    day = when[:10]
    assert len(clock.json(f"log list --since {day} --until {day}")) == 1, "it is of its local day"
    assert clock("check --deep").out == ""


@pytest.mark.parametrize(
    ("zone", "day", "before", "after"),
    [
        ("Warsaw", "2026-03-29", "2026-03-28T22:59:59Z", "2026-03-29T21:59:59Z"),
        ("Warsaw", "2026-10-25", "2026-10-24T21:59:59Z", "2026-10-25T22:59:59Z"),
        ("New York", "2026-11-01", "2026-11-01T03:59:59Z", "2026-11-02T04:59:59Z"),
        ("Lord Howe", "2026-10-04", "2026-10-03T13:29:59Z", "2026-10-04T12:59:59Z"),
        ("Lord Howe", "2026-04-05", "2026-04-04T12:59:59Z", "2026-04-05T13:29:59Z"),
    ],
)  # fmt: skip
def test_today_begins_and_ends_with_the_local_day(clock, zone, day, before, after):
    """``before`` is the last second of the day before, ``after`` the last of the day."""
    clock(f"config set book.tz {TZ[zone]}")
    clock.clock(before)
    clock(f"task add rest --due {day}")
    assert told(clock) == []
    clock.clock(after)
    assert len(told(clock)) == 1 and told(clock) == []
    clock.clock(before)
    assert told(clock) == [], "and it is told once, though its day is still to come again"


def test_a_weekly_series_keeps_its_hour_through_both_nights(clock):
    clock.clock("2026-03-22T07:00:00Z")
    clock("task add 'weekly call' --due '2026-03-22 09:00' --every 1w")
    days = []
    for moment in ("2026-03-22T08:30:00Z", "2026-03-29T07:30:00Z", "2026-04-05T07:30:00Z"):
        clock.clock(moment)
        task = clock.json("task list")[0]
        days.append((task["due_on"], task["due_time"]))
        assert len(told(clock)) == 1
        clock(f"task done {task['id']}")
    assert days == [("2026-03-22", "09:00"), ("2026-03-29", "09:00"), ("2026-04-05", "09:00")]


# --- 29 February, the 31st, the end of the year ---------------------------------------------------------------


def test_a_birthday_on_29_february_is_kept_on_the_28th_in_common_years(clock):
    clock("client add Acme")
    clock("contact add acme Eve --birthday 1992-02-29")
    seen = {}
    for day in ("2027-02-27", "2027-02-28", "2027-03-01", "2028-02-28", "2028-02-29"):
        clock.clock(f"{day}T10:00:00Z")
        seen[day] = [line for line in told(clock) if "Eve" in line]
    assert [day for day, lines in seen.items() if lines] == ["2027-02-28", "2028-02-29"]


@pytest.mark.parametrize(
    ("due", "rule", "days"),
    [
        ("2028-02-29", "1y", ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        ("2027-01-31", "monthly on 31", ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        ("2027-01-31", "1m", ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        ("2026-12-31", "1w", ["2027-01-07", "2027-01-14"]),
        ("2026-12-31", "1d", ["2027-01-01", "2027-01-02"]),
    ],
)  # fmt: skip
def test_a_series_comes_back_to_its_day(clock, due, rule, days):
    clock.clock(f"{due}T10:00:00Z")
    clock(["task", "add", "again", f"--due={due}", f"--every={rule}"])
    found = []
    for _ in days:
        task = clock.json("task list")[0]
        clock.clock(f"{task['due_on']}T10:00:00Z")
        clock(f"task done {task['id']}")
        found.append(clock.json("task list")[0]["due_on"])
    assert found == days


def test_the_end_of_the_year_parts_the_figures(clock):
    clock.clock("2027-01-01T10:00:00Z")
    clock("client add Acme")
    for at in ("2026-12-31 23:59", "2027-01-01 00:00"):
        clock(["log", "call", "acme", "x", f"--at={at}"])
    clock("nps add acme 9 --on 2026-12-31")
    clock("nps add acme 3 --on 2027-01-01")
    assert [row["responses"] for row in clock.json("nps score --by year")] == [1, 1]
    assert (
        len(clock.json("log list --until 2026-12-31")) == 1 == len(clock.json("log list --since 2027-01-01"))
    )
