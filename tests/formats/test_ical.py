"""Calendars become meetings: with whom, when by whose clock, how often; a broken event spoils no other."""

from __future__ import annotations

import datetime
import random
import sys

import pytest

from dump import dump
from kam_cli.formats.ical import AHEAD, BACK, events

pytest.importorskip("icalendar", reason="pip install 'kam-cli[ical]'")
TODAY = datetime.date(2026, 3, 18)


def event(*lines: str, who: str = "ewa@bakery.example") -> str:
    people = [f"ATTENDEE;CN=Ewa:mailto:{who}"] if who else []
    return "\n".join(["BEGIN:VEVENT", "UID:1@x", "SUMMARY:Zażółć", *people, *lines, "END:VEVENT", ""])


def calendar(*parts: str) -> str:
    return "BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(parts) + "END:VCALENDAR\n"


@pytest.fixture
def people(kam):
    kam("client add Łódź Bakery --email office@bakery.example")
    kam("contact add lodz Ewa Żak --email ewa@bakery.example")
    return kam


@pytest.fixture
def load(people, tmp_path):
    def run(*parts: str, more: tuple[str, ...] = (), exit: int = 0):
        path = tmp_path / "a.ics"
        path.write_text(calendar(*parts), encoding="utf-8")
        return people(["import", str(path), "--json", *more], exit=exit).json

    return run


def logged(kam, *names: str):
    return [
        tuple(row[name] for name in names) for row in kam.json("log list --sort occurred_at --limit 2000")
    ]


def test_a_meeting_held_and_one_to_come(people, load):
    held = event("DTSTART;TZID=Europe/Berlin:20260303T093000", "DTEND;TZID=Europe/Berlin:20260303T103000")
    planned = event("DTSTART:20260402T080000Z", "DURATION:PT45M", "LOCATION:Kyiv").replace("1@x", "2@x")
    assert load(held, planned)["created"] == 2
    assert logged(people, "client", "contact", "kind", "occurred_at", "minutes", "is_planned", "text") == [
        ("Łódź Bakery", "Ewa Żak", "meeting", "2026-03-03T08:30:00Z", 60, False, "Zażółć"),
        ("Łódź Bakery", "Ewa Żak", "meeting", "2026-04-02T08:00:00Z", 45, True, "Zażółć\nKyiv"),
    ]
    assert load(held, planned)["created"] == 0
    assert any("Zażółć" in row["text"] for row in people.json("today --days 20"))
    people("undo --yes")
    assert logged(people, "id") == []


def test_a_moved_and_a_cancelled_meeting(people, load):
    load(event("DTSTART:20260402T080000Z"))
    assert load(event("DTSTART:20260403T090000Z", "STATUS:CANCELLED"), more=("--update",))["updated"] == 1
    assert logged(people, "occurred_at", "outcome") == [("2026-04-03T09:00:00Z", "cancelled")]


def test_clocks_floating_days_own_zones_and_windows_names(people, load):
    zone = "BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0500\nTZOFFSETTO:+0500\nEND:STANDARD\nEND:VTIMEZONE\n"
    starts = (
        ("DTSTART:20260303T093000", "2026-03-03T08:30:00Z"),
        ("DTSTART;TZID=Office:20260304T093000", "2026-03-04T04:30:00Z"),
        ("DTSTART;TZID=Eastern Standard Time:20260305T093000", "2026-03-05T14:30:00Z"),
        ("DTSTART;VALUE=DATE:20260306", "2026-03-06T11:00:00Z"),
    )
    load(zone, *(event(line).replace("1@x", f"{n}@x") for n, (line, _) in enumerate(starts)))
    assert [row[0] for row in logged(people, "occurred_at")] == [utc for _, utc in starts]


def test_nine_o_clock_stays_nine_o_clock(people, load):
    load(
        event(
            "DTSTART;TZID=Europe/Warsaw:20260316T090000",
            "RRULE:FREQ=WEEKLY;COUNT=4",
            "EXDATE;TZID=Europe/Warsaw:20260323T090000",
        )
    )
    assert [row[0] for row in logged(people, "occurred_at")] == [
        "2026-03-16T08:00:00Z",
        "2026-03-30T07:00:00Z",
        "2026-04-06T07:00:00Z",
    ]


def test_a_moved_time_of_a_series(people, load):
    series = event("DTSTART:20260316T090000Z", "RRULE:FREQ=DAILY;COUNT=3")
    moved = event("RECURRENCE-ID:20260317T090000Z", "DTSTART:20260317T150000Z")
    load(moved, series)
    assert [row[0][8:13] for row in logged(people, "occurred_at")] == ["16T09", "17T15", "18T09"]


def test_series_are_bounded():
    for rule in ("FREQ=DAILY", "FREQ=DAILY;UNTIL=99991231T000000Z", "FREQ=DAILY;COUNT=99999"):
        found = events(event("DTSTART:20200101T090000Z", f"RRULE:{rule}"), {}, TODAY)
        days = [one.start.date() for one in found]
        assert 900 < len(days) <= 1000
        assert TODAY - datetime.timedelta(BACK) <= days[0] and days[-1] <= TODAY + datetime.timedelta(AHEAD)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=HOURLY;INTERVAL=5",
    ],
)
def test_series_without_an_end_of_work_are_refused(people, load, rule):
    told = load(event("DTSTART:20200101T090000Z", f"RRULE:{rule}"), exit=1)
    assert "cannot be read" in told["errors"][0]["message"] and told["errors"][0]["line"] == 3
    assert logged(people, "id") == []


def test_a_declined_meeting_and_strangers_are_left_out(people, load):
    declined = event("DTSTART:20260303T093000Z", who="").replace(
        "SUMMARY", "ATTENDEE;PARTSTAT=DECLINED:mailto:ewa@bakery.example\nSUMMARY"
    )
    stranger = event("DTSTART:INVALID", who="x@y.example")
    told = load(declined, stranger)
    assert (told["created"], told["skipped"]) == (0, 2)
    assert load(event("DTSTART:INVALID"), exit=1)["errors"][0]["message"] == "occurred_at is missing"


def test_what_is_no_calendar(people, load, tmp_path):
    assert load("BEGIN:VEVENT\nUID:1\n", exit=1)["errors"][0]["line"] == 3
    assert load()["read"] == 0
    path = tmp_path / "b.ics"
    path.write_bytes(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\0b\nEND:VEVENT\nEND:VCALENDAR\n")
    assert "line 3" in people(["import", str(path)], exit=1).err
    path.write_bytes(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Łódź\nEND:VEVENT\nEND:VCALENDAR\n".encode("cp1250")
    )
    assert "line 3" in people(["import", str(path)], exit=1).err
    people(["import", str(path), "--encoding", "cp1250"])


def test_without_the_library_it_is_said_how_to_get_it(people, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    path = tmp_path / "a.ics"
    path.write_text(calendar())
    said = people(["import", str(path)], exit=1).err
    assert "kam-cli[ical]" in said and said.count("\n") == 1


# What is in the real calendars around 2018-01-01: events (each time of a series counted), those that are known people's.
REAL = {
    "icalendar/alarm_google_future": 1, "icalendar/alarm_thunderbird_2_future": 1, "icalendar/america_new_york": 1,
    "icalendar/bom_calendar": 0, "icalendar/broken_dtstart": 1, "icalendar/empty": 0, "icalendar/example": 3,
    "icalendar/issue_127_categories_with_commas": 1, "icalendar/issue_526_calendar_with_events": 2,
    "icalendar/issue_722_missing_timezones": 3, "icalendar/multiple_calendar_components": 3, "icalendar/timezoned": 1,
    "ics-parser/ical-monthly": 7, "khal/event_d": 1, "khal/event_dt_duration": 1, "khal/event_dt_long": 1,
    "khal/event_dt_no_end": 1, "khal/event_dt_partstat": 1, "khal/event_dt_rr": 0, "khal/event_dt_simple": 1,
    "khal/event_dt_two_tz": 1,
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_calendars(shared, kam, name):
    kam("client add Nord --email frank@nord.tld")
    kam("client add Doe --email jdoe@example.com")
    result = kam(["import", str(shared / "calendar" / f"{name}.ics"), "--json", "--today", "2018-01-01"]).json
    known = name in ("khal/event_dt_duration", "khal/event_dt_partstat")
    assert (result["read"], result["created"]) == (REAL[name], int(known))


def test_a_real_calendar_with_everything(shared, kam):
    kam("client add Google --email l.page@google.com")
    kam("client add Mine --email my.name@mydomain.com")
    result = kam(
        ["import", str(shared / "calendar" / "ics-parser" / "ICal.ics"), "--json", "--today", "2018-01-01"]
    ).json
    assert result["created"] == 2 and result["errors"] == []
    assert logged(kam, "client", "occurred_at") == [
        ("Mine", "2016-01-05T09:00:00Z"),
        ("Google", "2016-01-12T11:00:00Z"),
    ]


def test_mutated_calendars_end_well(people, tmp_path, shared):
    """No traceback and no half import, whatever becomes of a calendar."""
    dice = random.Random(7)
    files = [path.read_bytes() for path in sorted((shared / "calendar").rglob("*.ics"))]
    path = tmp_path / "m.ics"
    for _ in range(100):
        data = bytearray(dice.choice(files)[:6000])
        for _ in range(dice.randrange(12)):
            place = dice.randrange(len(data))
            data[place : place + dice.randrange(4)] = dice.choice(
                (b"\0", b"\xff", b"\n", b":", b";", b"BEGIN:VEVENT\n", b"9", b"T", b'"')
            )
        path.write_bytes(bytes(data))
        before = dump(people.book())
        for code in (0, 1, 2):
            try:
                result = people(["import", str(path), "--as", "interactions", "--json"], exit=code)
                break
            except AssertionError:
                if code == 2:
                    raise
        assert "Traceback" not in result.err and "mistake" not in result.err
        assert dump(people.book()) == before or result.json["created"]
