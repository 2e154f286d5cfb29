"""The calendar that goes out: read back by another program's eyes, and by kam itself."""

from __future__ import annotations

import datetime
import os
import stat

import pytest

icalendar = pytest.importorskip("icalendar", reason="pip install 'kam-cli[ical]'")


@pytest.fixture
def busy(kam):
    kam("client add Łódź Bakery --email office@bakery.example")
    kam("client add שלום --force")
    kam("contact add lodz Ewa Żak")
    kam("log meeting lodz Umowa; kawa, dwie --with ewa --at '2026-03-20 15:00' --minutes 45")
    kam("log call שלום --at 2026-03-30")
    kam("log call lodz done already")
    kam("task add send the list --client lodz --due 2026-03-20")
    kam("task add ring back --due '2026-03-21 09:15'")
    kam("task add some day")
    return kam


def read(text: str):
    return icalendar.Calendar.from_ical(text)


def test_appointments_and_tasks_are_events_with_alarms(busy):
    events = read(busy("export ical").out).walk("VEVENT")
    told = [
        (str(one["SUMMARY"]), one["DTSTART"].dt, one["DURATION"].dt if "DURATION" in one else None)
        for one in events
    ]
    utc = datetime.UTC
    assert told == [
        (
            "meeting: Łódź Bakery",
            datetime.datetime(2026, 3, 20, 14, tzinfo=utc),
            datetime.timedelta(minutes=45),
        ),
        ("call: שלום", datetime.date(2026, 3, 30), None),
        ("send the list (Łódź Bakery)", datetime.date(2026, 3, 20), None),
        ("ring back", datetime.datetime(2026, 3, 21, 8, 15, tzinfo=utc), datetime.timedelta(minutes=30)),
    ]
    assert [str(one["DESCRIPTION"]) for one in events if "DESCRIPTION" in one] == ["Umowa; kawa, dwie"]
    assert all(len(one.walk("VALARM")) == 1 for one in events)
    uids = [row["uid"] for row in [*busy.json("log list --sort id"), *busy.json("task list --sort id")]]
    assert {str(one["UID"]) for one in events} <= set(uids)


def test_the_same_book_gives_the_same_bytes(busy):
    assert busy("export ical").out == busy("export ical").out


def test_tasks_as_todos(busy):
    found = read(busy("export ical --todos").out)
    assert [str(one["SUMMARY"]) for one in found.walk("VTODO")] == [
        "send the list (Łódź Bakery)",
        "ring back",
    ]
    assert next(one["DUE"].dt for one in found.walk("VTODO")) == datetime.date(2026, 3, 20)
    assert len(found.walk("VEVENT")) == 2


def test_what_went_out_comes_in_elsewhere(busy, tmp_path):
    """Into another book, with the same clients: the appointments, and no task among them."""
    path = tmp_path / "kam.ics"
    busy(["export", "ical", "--to", str(path)])
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    other = str(tmp_path / "other.db")
    busy(["init", "--db", other, "--tz", "Europe/Warsaw"])
    for name in ("Łódź Bakery", "שלום"):
        busy(["client", "add", name, "--db", other])
    assert busy(["import", str(path), "--json", "--db", other]).json["created"] == 2
    columns = ("client", "kind", "occurred_at", "minutes", "text", "is_planned")
    want = [[row[name] for name in columns] for row in busy.json("log list --sort id") if row["is_planned"]]
    have = [
        [row[name] for name in columns] for row in busy.json(["log", "list", "--sort", "id", "--db", other])
    ]
    assert have == want


def test_an_empty_book_and_no_overwriting(kam, tmp_path):
    assert read(kam("export ical").out).walk("VEVENT") == []
    path = tmp_path / "kam.ics"
    path.write_text("mine")
    assert "--force" in kam(["export", "ical", "--to", str(path)], exit=1).err
    assert path.read_text() == "mine"
    kam(["export", "ical", "--to", str(path), "--force"])
    assert path.read_text().startswith("BEGIN:VCALENDAR")
