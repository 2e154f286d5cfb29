"""`kam remind`: what is due now, once on each channel, whatever happens."""

from __future__ import annotations

import subprocess
import sys

import pytest

from test_output import on_a_terminal

NOW = "2026-03-18T13:00:00Z"  # 14:00 in Warsaw


@pytest.fixture
def at_two(kam, monkeypatch):
    """The command line at 14:00 of Wednesday 2026-03-18; ``clock(text)`` sets another UTC time."""

    def clock(text: str) -> None:
        for module in ("stamps", "book"):
            monkeypatch.setattr(f"kam_cli.{module}.utc_now", lambda: text)

    kam.clock = clock
    kam.clock(NOW)
    return kam


@pytest.fixture
def due(at_two):
    """Two things that are due."""
    at_two("client add 'Łódź Bakery'")
    at_two("task add send the price list --client bakery --due 2026-03-16")
    at_two("task add 'write the minutes' --due today")
    return at_two


def lines(kam, options: str = "") -> list[str]:
    result = kam(f"remind {options}")
    assert result.err == ""
    return result.out.splitlines()


def program(folder, name: str, code: int = 0):
    """A program that keeps what it gets in ``folder``: a line a call in ``calls``, stdin in ``stdin``."""
    path = folder / name
    path.write_text(
        f'#!/bin/sh\ncd "{folder}"\necho call >>calls\nprintf "%s\\0" "$@" >args\ncat >stdin\nexit {code}\n'
    )
    path.chmod(0o755)
    return path


def steps(kam) -> list[str]:
    return kam.book().column("SELECT line FROM commands")


# --- what is due now ----------------------------------------------------------------------------------------


def test_an_item_a_line_with_its_command(due):
    assert lines(due) == [
        "overdue since Mon 16 Mar: send the price list – Łódź Bakery → kam task done 1",
        "today: write the minutes → kam task done 2",
    ]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("task add x --due 'today 14:00'", True), ("task add x --due 'today 14:01'", False),
        ("task add x --due today", True),
        ("task add x --due tomorrow", False), ("task add x --due '2026-03-17 23:00'", True),
        ("task add x", False),
        ("log call acme --at 'today 15:00'", True), ("log call acme --at 'today 15:01'", False),
        ("log call acme --at 'today 14:30'", True), ("log call acme --at 'tomorrow 9:00'", False),
        ("nps add acme 3", True), ("nps add acme 7", False), ("nps add acme 3 --on 2026-03-17", True),
        ("nps add acme 3 --on 2026-03-01", False),
        ("contact add acme Eve --birthday 18.3.", True), ("contact add acme Eve --birthday 19.3.", False),
        ("client edit acme --date founded=2000-03-18", True),
        ("client edit acme --date founded=2000-03-19", False),
        ("client edit acme --every 2w", True), ("client edit acme --every 3w", False),
        ("deal add acme Oven --value 1k --close 2026-03-01", False),
    ],
)  # fmt: skip
def test_what_is_due_now(at_two, command, told):
    at_two("client add Acme")
    at_two("log call acme spoke --at 2026-03-04")
    assert lines(at_two) == []
    at_two(command)
    assert len(lines(at_two)) == told


def test_a_passed_appointment_and_one_after_midnight(at_two):
    at_two("client add Acme")
    at_two("log meeting acme 'before lunch' --at 'today 15:30'")
    at_two("log call acme 'from Tokyo' --at '2026-03-19 0:15'")
    assert lines(at_two) == []
    at_two.clock("2026-03-18T22:20:00Z")
    assert lines(at_two) == [
        "today 15:30: meeting: before lunch – Acme → kam log edit 1 --outcome …",
        "by Thu 19 Mar: call: from Tokyo – Acme → kam log edit 2 --outcome …",
    ]


def test_a_timed_task_is_told_from_its_time_on(at_two):
    at_two("task add ring --due 'today 15:00'")
    assert lines(at_two) == []
    at_two.clock("2026-03-18T14:00:00Z")
    assert lines(at_two) == ["today 15:00: ring → kam task done 1"]


# --- once a channel -----------------------------------------------------------------------------------------


def test_each_item_once_and_a_new_one_alone(due):
    assert len(lines(due)) == 2
    assert due("remind").out == ""
    due("task add third --due today")
    assert lines(due) == ["today: third → kam task done 3"]
    assert lines(due) == []
    assert len(lines(due, "--again")) == 3
    assert lines(due) == []


def test_a_new_due_day_is_told_anew(due):
    lines(due)
    due("task snooze 2 tomorrow")
    assert lines(due, "--today 2026-03-19") == ["today: write the minutes → kam task done 2"]


def test_json_is_an_array_also_of_nothing(due):
    rows = due.json("remind")
    assert [(row["noun"], row["id"], row["kind"], row["due_on"], row["command"]) for row in rows] == [
        ("task", 1, "task", "2026-03-16", "kam task done 1"),
        ("task", 2, "task", "2026-03-18", "kam task done 2"),
    ]  # fmt: skip
    assert "key" not in rows[0]
    assert due.json("remind") == [] and due("remind").out == ""


def test_telling_is_no_step_of_undo(due):
    before = steps(due)
    assert len(lines(due)) == 2
    assert steps(due) == before
    due("undo --yes")
    assert lines(due) == []
    due("redo --yes")
    assert lines(due) == []


def test_a_terminal_shows_it_every_time_and_takes_it_from_nobody(due):
    for _ in range(2):
        assert "kam task done 1" in on_a_terminal("remind")
    assert len(lines(due)) == 2


def test_channels_count_apart(due, tmp_path):
    due(f"config set mail.sendmail {program(tmp_path, 'sendmail')}")
    assert due("remind --notify mail --to ewa@example.com").out == ""
    assert len(lines(due)) == 2
    due("remind --notify mail --to ewa@example.com")
    assert (tmp_path / "calls").read_text().count("\n") == 1


def test_nothing_due_is_silence(at_two):
    at_two("client add Acme")
    for options in ("", "--notify mail --to ewa@example.com", "--notify desktop", "--again"):
        result = at_two(f"remind {options}")
        assert (result.out, result.err) == ("", "")


# --- come what may ------------------------------------------------------------------------------------------


def test_a_crash_after_the_telling_repeats_and_loses_nothing(due, tmp_path, monkeypatch):
    due(f"config set mail.sendmail {program(tmp_path, 'sendmail')}")
    with monkeypatch.context() as broken:
        broken.setattr("kam_cli.domains.reminders.store.record", lambda *_: 1 / 0)
        due("remind --notify mail --to ewa@example.com", exit=1)
    due("remind --notify mail --to ewa@example.com")
    due("remind --notify mail --to ewa@example.com")
    assert (tmp_path / "calls").read_text().count("\n") == 2


def test_output_that_could_not_be_written_is_not_told(due):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kam_cli", "remind"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1 and "could not be written" in done.stderr
    assert len(lines(due)) == 2


def test_one_bad_record_never_stops_the_others(due):
    due("client add Acme --every 1w")
    due("log call acme --at 2026-03-01")
    due("nps add acme 2 --on 2026-03-10")
    due("log call acme --at 'today 14:30'")
    conn = due.book().conn
    conn.execute("UPDATE tasks SET due_on = '2026-02-31', due_time = 'noon' WHERE id = 1")
    conn.execute("UPDATE interactions SET occurred_at = '2026-03-18T1' WHERE is_planned = 1")
    conn.execute("UPDATE nps_answers SET answered_on = 'last week', reason = 'a\nb\x1b[31m'")
    told = lines(due)
    assert told[0] == "due 2026-02-31: send the price list – Łódź Bakery → kam task done 1"
    assert any("write the minutes" in line for line in told)
    assert any("2: a b\\x1b[31m" in line for line in told)
    assert len(told) == 5
    assert lines(due) == []


def test_a_bare_environment_is_enough(kam):
    kam("task add send the list --due 2026-03-16")
    command = [
        "env",
        "-i",
        sys.executable,
        "-m",
        "kam_cli",
        "--db",
        str(kam.db),
        "remind",
        "--today",
        "2026-03-18",
    ]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    assert (done.stdout.decode(), done.stderr) == (
        "overdue since Mon 16 Mar: send the list → kam task done 1\n",
        b"",
    )
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_without_a_book(nobook):
    assert "kam init" in nobook("remind", exit=6).err
