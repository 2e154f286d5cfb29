"""`kam log`: one line a contact, on every channel; what counts as having reached a client, and since when."""

from __future__ import annotations

import itertools
import os
import stat
import sys

import pytest

from dump import dump
from kam_cli.domains.interactions.rules import KINDS, OUTCOMES, next_working_day, reaches, read_outcome
from kam_cli.errors import BadValue
from kam_cli.text import fold

NOW = "2026-03-18T09:42:00Z"  # Wednesday 10:42 in Warsaw
NEVER = "2026-04-08"  # the due day of a client entered on the fixture's day and never reached, every 3 weeks


@pytest.fixture
def clock(monkeypatch):
    """The wall clock stands still at `NOW`; calling it sets it."""

    def at(utc: str) -> None:
        monkeypatch.setattr("kam_cli.book.utc_now", lambda: utc)

    at(NOW)
    return at


@pytest.fixture
def book(kam, clock):
    """Acme (#1, every 3 weeks): Jana #1, Piotr #2, a deal #1. Beta (#2): Petra #3, a deal #2."""
    kam("client add Acme GmbH --every 3w")
    kam("client add Beta")
    book = kam.book()
    with book.write(["fixture"]):
        for client_id, name in ((1, "Jana Nováková"), (1, "Piotr Łoś"), (2, "Petra Bar")):
            book.insert("contacts", {"client_id": client_id, "name": name, "name_key": fold(name)})
        stage = {
            "name": "offer",
            "name_key": "offer",
            "position": 99,
            "probability_pct": 50,
            "expected_days": 9,
        }
        stage_id = book.insert("stages", stage)
        for client_id, title in ((1, "Coffee machines"), (2, "Phase 3")):
            deal = {"client_id": client_id, "title": title, "title_key": fold(title), "currency": "EUR"}
            opened = {"stage_id": stage_id, "entered_stage_at": NOW, "opened_on": "2026-03-01"}
            book.insert("deals", {**deal, **opened})
    book.close()
    return kam


def client(kam, number: int = 1) -> dict:
    return next(row for row in kam.json("client list") if row["id"] == number)


def rhythm(kam) -> tuple[str | None, str | None]:
    acme = client(kam)
    return acme["last_contact_at"], acme["next_due_on"]


# --- one line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_channel_is_logged_with_one_line(book, kind):
    out = book(f"log {kind} acme wants the new price list").out
    assert out == f'#1 {kind} · Acme GmbH · Wed 2026-03-18 10:42 · "wants the new price list"\n'
    (row,) = book.json("log list")
    assert (row["kind"], row["text"], row["occurred_at"]) == (kind, "wants the new price list", NOW)


def test_every_option_in_one_line(book):
    line = (
        "log call acme wants the new list --with jana --with piotr --in --outcome reached --minutes 1h30 "
        "--deal coffee "
        "--wish 'cheaper beans' --wish 'a sample' --decision 'three weeks on trial' --next 'send the list' "
        "--due 'fri 9:00'"
    )
    row = book.json(line)
    wanted = {
        "id": 1, "client_id": 1, "client": "Acme GmbH", "kind": "call", "contact": "Jana Nováková",
        "direction": "in",
        "others": "Piotr Łoś", "outcome": "reached", "minutes": 90, "deal_id": 1, "deal": "Coffee machines",
        "wishes": "cheaper beans; a sample", "decisions": "three weeks on trial", "is_planned": False,
        "is_timed": True,
        "task_id": 1, "task_due_on": "2026-03-20",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    (task,) = book.json("task list")
    wanted = {
        "title": "send the list", "client_id": 1, "contact_id": 1, "deal_id": 1, "interaction_id": 1,
        "due_on": "2026-03-20", "due_time": "09:00",
    }  # fmt: skip
    assert {key: task[key] for key in wanted} == wanted


def test_the_echo_says_all_that_was_stored(book):
    out = book(
        "log call acme wants the new price list --with jana --out --minutes 12 --outcome ok --deal 1 --at "
        "'15 mar 9:30' "
        "--wish 'cheaper beans' --decision 'a trial' --next 'send list' --due fri"
    ).out
    assert out == (
        "#1 outgoing call · Acme GmbH · Jana Nováková · Sun 2026-03-15 09:30 · reached · 12 min · deal #1 "
        "Coffee machines · "
        '"wants the new price list" · wish "cheaper beans" · decision "a trial" → task #1 send list, due '
        "Fri 2026-03-20\n"
    )


def test_a_call_needs_no_text_and_a_note_does(book):
    assert book("log call acme").out == "#1 call · Acme GmbH · Wed 2026-03-18 10:42\n"
    assert book.json("log list")[0]["text"] is None
    assert "TEXT" in book("log note acme", exit=2).err
    assert book("log note acme --wish 'a sample'").out


def test_the_keys_of_a_list(book):
    book("log call acme hello")
    keys = set(book.json("log list")[0])
    assert {
        "id",
        "client_id",
        "client",
        "kind",
        "occurred_at",
        "direction",
        "outcome",
        "minutes",
        "text",
    } <= keys
    assert {"contact_id", "contact", "deal_id", "is_planned", "wishes", "decisions"} <= keys
    assert book.json("log list --kind fax") == []


def test_options_that_do_not_go_together_are_refused_and_nothing_is_stored(book):
    for line, said in (
        ("log call acme x --in --out", "--in and --out"),
        ("log call acme x --due fri", "--next"),
        ("log call acme x --outcome no-show", "reached, no-answer, left-message, cancelled"),
        ("log note acme x --outcome held", "note has no outcome"),
        ("log call acme x --minutes 2000", "--minutes"),
        ("log call acme x --at someday", "--at"),
        ("log call acme x --next 'send it' --due someday", "--due"),
        ("log call", "CLIENT"),
    ):
        error = book(line, exit=2).err
        assert said in error and error.count("\n") == 1, error
    assert book.json("log list") == [] and book.json("task list") == []


def test_the_next_step_without_a_day_is_due_on_the_next_working_day(book):
    assert book("log call acme --next 'ring again'").out.endswith(
        "→ task #1 ring again, due Thu 2026-03-19\n"
    )
    assert "due Mon 2026-03-23" in book("log call acme --next 'ring again' --today 2026-03-20").out
    # After a meeting that is still to come, not before it.
    assert (
        "due Mon 2026-03-30"
        in book("log meeting acme --at 'next fri 10:00' --next minutes --today 2026-03-20").out
    )


def test_next_working_day():
    from datetime import date

    days = [next_working_day(date(2026, 3, day)).day for day in range(16, 23)]  # Monday to Sunday
    assert days == [17, 18, 19, 20, 23, 23, 23]


def test_a_date_is_read_backwards_and_a_due_date_forwards(book):
    row = book.json("log call acme --at mon --next x --due mon")
    assert row["occurred_at"][:10] == "2026-03-16" and row["task_due_on"] == "2026-03-23"


# --- references ---------------------------------------------------------------------------------------------


def test_a_client_who_is_not_there_or_not_clear(book):
    book("client add Acme Berlin --force")
    assert "#1 Acme GmbH" in book("log call acme hello", exit=4).err
    assert book("log call nobody hello", exit=3).out == ""
    assert book.json("log list") == []


def test_the_deal_and_the_people_are_the_clients_own(book):
    for line in ("--deal 2", "--deal phase", "--with petra", "--with '#3'"):
        error = book(f"log call acme hello {line}", exit=1).err
        assert "Beta, not to Acme GmbH" in error and error.count("\n") == 1
    # The number of a deal is never taken for a word of another deal's title.
    book("log call beta hello --deal 3", exit=0)
    assert "Acme GmbH, not to Beta" in book("log call beta hello --deal 1", exit=1).err
    book("log call acme --with nobody", exit=3)
    assert len(book.json("log list")) == 1


def test_a_person_named_twice_took_part_once(book):
    row = book.json("log meeting acme --with jana --with 1 --with piotr --with jana")
    assert (row["contact"], row["others"]) == ("Jana Nováková", "Piotr Łoś")


def test_interactions_are_named_by_number_or_uid(book):
    row = book.json("log call acme wants the list")
    assert book.json("log show 1")["uid"] == book.json(f"log show {row['uid']}")["uid"] == row["uid"]
    book("log show wants", exit=3)
    book("log show 99", exit=3)


# --- outcomes -----------------------------------------------------------------------------------------------


def test_every_outcome_of_every_kind_is_taken_and_no_other():
    every = {one for outcomes in OUTCOMES.values() for one in outcomes}
    for kind, outcomes in OUTCOMES.items():
        for outcome in outcomes:
            assert (
                read_outcome(kind, outcome)
                == read_outcome(kind, outcome.upper().replace("-", " "))
                == outcome
            )
        for other in every - set(outcomes) - {"held", "reached"}:
            with pytest.raises(BadValue):
                read_outcome(kind, other)


@pytest.mark.parametrize(
    ("kind", "word", "meant"),
    [
        ("call", "held", "reached"), ("meeting", "reached", "held"), ("call", "voicemail", "left-message"),
        ("call", "canceled", "cancelled"), ("visit", "noshow", "no-show"), ("email", "rep", "replied"),
        ("call", "no", "no-answer"),
    ],
)  # fmt: skip
def test_other_words_and_beginnings(kind, word, meant):
    assert read_outcome(kind, word) == meant


@pytest.mark.parametrize("word", ["", "re", "nonsense", "x" * 10_000])
def test_an_outcome_that_is_none_is_refused_with_the_list(word):
    with pytest.raises(BadValue, match="sent, received, replied, bounced") as error:
        read_outcome("email", word)
    assert len(str(error.value)) < 200


def test_the_rule_agrees_with_the_column(book):
    opened = book.book()
    every = [None, *{one for outcomes in OUTCOMES.values() for one in outcomes}]
    with opened.write(["test"]):
        for kind, outcome, planned in itertools.product(KINDS, every, (0, 1)):
            row = {
                "client_id": 1,
                "kind": kind,
                "occurred_at": NOW,
                "outcome": outcome,
                "is_planned": planned,
            }
            number = opened.insert("interactions", row)
            got = opened.value("SELECT is_reached FROM interactions WHERE id = ?", (number,))
            assert bool(got) == reaches(kind, outcome, None, bool(planned)), row
    opened.close()


# --- the rhythm ---------------------------------------------------------------------------------------------


def test_a_contact_restarts_the_rhythm(book):
    book("log call acme --at 2026-03-10")
    assert rhythm(book) == ("2026-03-10T11:00:00Z", "2026-03-31")
    book("log email acme")
    assert rhythm(book) == (NOW, NEVER)
    book("log visit acme --at 2026-03-12")
    assert rhythm(book) == (NOW, NEVER)


@pytest.mark.parametrize(
    "line",
    [
        "log call acme --outcome no-answer", "log call acme --outcome left-message",
        "log meeting acme --outcome no-show",
        "log meeting acme --outcome cancelled", "log email acme --outcome bounced", "log note acme likes tea",
        "log meeting acme --at tomorrow", "log meeting acme --at tomorrow --outcome held",
        "log call acme --at 15:00",
    ],
)  # fmt: skip
def test_what_does_not_reach_the_client_leaves_the_rhythm(book, line):
    book("log call acme --at 2026-03-10")
    before = rhythm(book)
    book(line)
    assert rhythm(book) == before


def test_removing_editing_and_undoing_move_the_rhythm_back(book):
    book("log call acme --at 2026-03-10")
    book("log call acme")
    book("log remove 2")
    assert rhythm(book) == ("2026-03-10T11:00:00Z", "2026-03-31")
    book("undo --yes")
    assert rhythm(book) == (NOW, NEVER)
    book("log edit 2 --outcome no-answer")
    assert rhythm(book) == ("2026-03-10T11:00:00Z", "2026-03-31")
    book("log edit 2 --at 2026-03-15 --clear outcome")
    assert rhythm(book) == ("2026-03-15T11:00:00Z", "2026-04-05")
    book("log edit 2 --client beta")
    assert rhythm(book) == ("2026-03-10T11:00:00Z", "2026-03-31")
    assert client(book, 2)["last_contact_at"] == "2026-03-15T11:00:00Z"
    book("undo 4 --yes")
    assert rhythm(book)[0] == "2026-03-10T11:00:00Z"


# --- planned ------------------------------------------------------------------------------------------------


def test_what_is_in_the_future_is_planned(book):
    for at, planned, timed in (
        ("15:00", True, True), ("9:00", False, True), ("today", False, False), ("tomorrow", True, False),
        ("'next fri 10:00'", True, True), ("yesterday", False, False), ("10:42", False, True),
        ("10:43", True, True),
    ):  # fmt: skip
        row = book.json(f"log meeting acme --at {at}")
        assert (row["is_planned"], row["is_timed"]) == (planned, timed), at
    assert {row["is_planned"] for row in book.json("log list --planned")} == {True}
    assert len(book.json("log list --planned")) == 4
    assert " · Fri 2026-03-20 10:00 · planned" in book("log meeting acme --at 'next fri 10:00'").out


def test_a_planned_one_given_an_outcome_ahead_stays_planned(book):
    row = book.json("log meeting acme --at tomorrow --outcome held")
    assert (row["is_planned"], row["outcome"], row["is_reached"]) == (True, "held", False)
    assert book.json("log edit 1 --outcome cancelled")["is_planned"] is True
    assert book.json("log list")[0]["result"] == "planned, cancelled"


@pytest.mark.parametrize("at", ["'next fri 10:00'", "'next fri'"])
def test_an_outcome_closes_a_planned_one_whose_time_has_come(book, clock, at):
    book(f"log meeting acme agree terms --at {at}")
    clock("2026-03-20T08:00:00Z")  # 9:00 in Warsaw: the day has come, the hour has not
    row = book.json("log edit 1 --outcome held --today 2026-03-20")
    assert row["is_planned"] is (":" in at)
    clock("2026-03-20T10:00:00Z")
    row = book.json("log edit 1 --outcome held --minutes 40 --next 'send it' --today 2026-03-20")
    assert (row["is_planned"], row["outcome"], row["minutes"]) == (False, "held", 40)
    assert rhythm(book) == (row["occurred_at"], "2026-04-10")
    assert book.json("task list")[0]["interaction_id"] == 1


def test_a_no_show_closes_it_and_reaches_nobody(book, clock):
    book("log meeting acme --at tomorrow")
    row = book.json("log edit 1 --outcome no-show --today 2026-03-20")
    assert (row["is_planned"], row["is_reached"]) == (False, False)
    assert rhythm(book) == (None, NEVER)


def test_moving_it_in_time_plans_it_and_holds_it(book):
    book("log call acme")
    assert book.json("log edit 1 --at +3d")["is_planned"] is True
    assert rhythm(book)[0] is None
    row = book.json("log edit 1 --at 'yesterday 9:00'")
    assert (row["is_planned"], row["occurred_at"]) == (False, "2026-03-17T08:00:00Z")


# --- local days ---------------------------------------------------------------------------------------------


def texts(kam, line: str) -> list[str]:
    return [row["text"] for row in kam.json(line)]


def test_late_in_the_evening_it_is_still_today(book, clock, monkeypatch):
    monkeypatch.delenv("KAM_TODAY")
    clock("2026-03-18T22:30:00Z")  # 23:30 in Warsaw
    book("log call acme late")
    book("log call acme before --at 'yesterday 23:30'")
    assert texts(book, "log list --since today") == ["late"]
    assert texts(book, "log list --until yesterday") == ["before"]
    assert rhythm(book)[1] == NEVER
    clock("2026-03-18T23:30:00Z")  # half an hour into the 19th
    book("log call acme early")
    assert texts(book, "log list --since today") == ["early"]
    assert texts(book, "log list --until yesterday") == ["late", "before"]
    assert "Thu 2026-03-19 00:30" in book("log call acme").out


def test_the_rhythm_counts_local_days(book):
    book("log call acme --at '2026-03-18 00:30'")  # still the 17th in Greenwich
    assert rhythm(book)[1] == "2026-04-08"


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_a_day_of_23_or_25_hours(book, night):
    from datetime import date, timedelta

    day = date.fromisoformat(night)
    for one, times in (
        (day - timedelta(1), ["23:59"]),
        (day, ["00:00", "02:30", "23:59"]),
        (day + timedelta(1), ["00:00"]),
    ):
        for time in times:
            book(["log", "call", "acme", f"{one} {time}", "--at", f"{one} {time}"])
    listed = texts(book, f"log list --since {night} --until {night} --today 2026-12-01")
    assert listed == [f"{night} 23:59", f"{night} 02:30", f"{night} 00:00"]


# --- texts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "chce nową ofertę – żółć",
        "רוצה את המחירון החדש",
        "ціни 价格 🙂",
        "[bold]x[/bold] 'quoted' \"twice\" 5 %",
    ],
)
def test_texts_of_any_script_come_back_as_typed(book, text):
    book(["log", "call", "acme", *text.split(" "), "--wish", text, "--decision", text])
    row = book.json("log show 1")
    assert (row["text"], row["wishes"], row["decisions"]) == (text, [text], [text])
    assert text in book("log list").out


def test_a_text_of_a_megabyte_from_stdin(book):
    text = "ž" * 600_000 + "\n" + "wants the list " * 30_000
    out = book(["log", "note", "acme", "-"], input=text).out
    assert len(out) < 200 and out.count("\n") == 1 and "…" in out
    assert book.json("log show 1")["text"] == text.strip()
    book(["log", "edit", "1", "--text", "-"], input="shorter")
    assert book.json("log show 1")["text"] == "shorter"


def test_real_notes_are_logged_as_words_on_the_line(book, shared):
    import csv

    notes = []
    for path in sorted((shared / "notes").rglob("input_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            notes += [row["Notes"] for row in csv.DictReader(file)]
    assert len(notes) >= 18
    for note in notes:
        book(["log", "call", "acme", *note.split(), "--at", "mon"])
    assert texts(book, "log list --sort id") == [" ".join(note.split()) for note in notes]


def test_stdin_is_read_only_where_a_dash_is_given(book):
    assert book.json("log call acme", input="not this")["text"] is None
    assert book.json("log call acme - or so", input="not this")["text"] == "- or so"
    assert book.json("log call acme -", input="this\n\nand that\n")["text"] == "this\n\nand that"
    book("log call acme -", input="  \n", exit=2)
    assert book("log call --json acme -- -5 percent").json["text"] == "-5 percent"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["a\0b"], "TEXT"), (["x", "--wish", "a\0b"], "--wish"),
        (["x", "--decision", "a\udc80b"], "--decision"),
        (["x", "--next", "a\0b"], "--next"), (["a\ud800"], "TEXT"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused_by_the_name_of_its_field(book, words, field):
    error = book(["log", "call", "acme", *words], exit=2).err
    assert error.startswith(f"kam: {field}: ") and error.count("\n") == 1
    assert book.json("log list") == []


def test_bytes_that_are_no_utf8_are_refused(book):
    book("log call acme -", input=b"caf\xe9", exit=2)


# --- the editor ---------------------------------------------------------------------------------------------


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Make $EDITOR a Python script with this body; ``path`` is the file it is given."""

    def make(body: str) -> None:
        script = tmp_path / "my editor.py"
        script.write_text(f"import os, sys\npath = sys.argv[1]\n{body}\n", encoding="utf-8")
        monkeypatch.setenv("EDITOR", f"{sys.executable} '{script}'")

    monkeypatch.delenv("VISUAL", raising=False)
    return make


def test_a_text_is_written_in_the_editor(book, editor, tmp_path):
    seen = tmp_path / "seen"
    editor(
        f"os.umask(0)\nopen({str(seen)!r}, 'w').write(path + ' ' + "
        "oct(os.stat(path).st_mode & 0o777) + ' ' + oct(os.stat(os.path.dirname(path)).st_mode & 0o777))\n"
        "assert open(path).read() == 'begun\\n'\nopen(path, 'w').write('begun, žluť\\n\\nand ended\\n')"
    )
    assert book.json("log call acme begun --edit")["text"] == "begun, žluť\n\nand ended"
    path, mode, folder = seen.read_text().split()
    assert (mode, folder) == ("0o600", "0o700")
    assert not os.path.exists(path) and not os.path.exists(os.path.dirname(path))


def test_the_editor_holds_up_nobody(book, editor):
    editor(
        "import subprocess\n"
        "subprocess.run([sys.executable, '-m', 'kam_cli', 'task', 'add', 'meanwhile', '-q'], check=True)\n"
        "open(path, 'a').write('done')"
    )
    assert book.json("log call acme --edit")["text"] == "done"
    assert [task["title"] for task in book.json("task list")] == ["meanwhile"]


@pytest.mark.parametrize("body", ["sys.exit(3)", "open(path, 'w').write('  \\n')", "os.remove(path)"])
def test_an_editor_that_leaves_nothing_logs_nothing(book, editor, body):
    editor(body)
    error = book("log call acme begun --edit", exit=5).err
    assert "nothing was changed" in error
    assert book.json("log list") == []


def test_without_an_editor_or_with_a_wrong_one(book, monkeypatch):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    assert "EDITOR" in book("log call acme --edit", exit=2).err
    monkeypatch.setenv("EDITOR", "/nonexistent/editor")
    assert "EDITOR" in book("log call acme --edit", exit=1).err
    assert book.json("log list") == []


def test_an_old_text_is_edited(book, editor):
    book("log call acme hello")
    editor("open(path, 'a').write('again')")
    assert book.json("log edit 1 --edit")["text"] == "hello\nagain"


# --- list, show, edit, remove -------------------------------------------------------------------------------


def test_the_list_is_newest_first_and_filtered(book):
    book("log call acme one --at '2026-03-10 9:00' --with jana --deal 1 --outcome no-answer")
    book("log meeting acme two --at '2026-03-12 9:00' --with piotr --with jana")
    book("log call beta three --at '2026-03-11 9:00' --with petra")
    book("log email acme four --at '2026-03-12 9:00'")
    for line, wanted in (
        ("", ["four", "two", "three", "one"]),
        ("--client acme", ["four", "two", "one"]),
        ("--kind call", ["three", "one"]),
        ("--kind call --kind email", ["four", "three", "one"]),
        ("--with jana", ["two", "one"]),
        ("--deal coffee", ["one"]),
        ("--outcome no-answer", ["one"]),
        ("--since 2026-03-11 --until 2026-03-11", ["three"]),
        ("--since 11.3.", ["four", "two", "three"]),
        ("--planned", []),
        ("--limit 1", ["four"]),
        ("--where kind=call --sort text", ["one", "three"]),
    ):
        assert texts(book, f"log list {line}") == wanted, line


def test_a_table_shows_no_column_of_dashes(book):
    book("log call acme hello")
    assert book("log list").out.split("\n")[0].split() == ["#", "when", "kind", "client", "text"]


def test_show_has_everything(book):
    book(
        "log call acme hello --with jana --with piotr --wish one --wish two --decision three --next four "
        "--in --minutes 5"
    )
    row = book.json("log show 1")
    assert [one["name"] for one in row["people"]] == ["Jana Nováková", "Piotr Łoś"]
    assert (row["wishes"], row["decisions"], [one["title"] for one in row["tasks"]]) == (
        ["one", "two"],
        ["three"],
        ["four"],
    )
    out = book("log show 1").out
    for said in (
        "call · Acme GmbH",
        "Wed 2026-03-18 10:42",
        "Jana",
        "Piotr",
        "hello",
        "one",
        "two",
        "three",
        "#1 four",
    ):
        assert said in out


def test_edit_changes_what_is_said_and_nothing_else(book):
    book("log call acme hello --with jana --in --minutes 5 --deal 1 --wish one")
    before = book.json("log show 1")
    row = book.json(
        "log edit 1 --text 'hello again' --minutes 6 --out --wish two --decision three --with piotr --with "
        "jana"
    )
    wanted = {
        "text": "hello again", "minutes": 6, "direction": "out", "wishes": "one; two", "decisions": "three",
        "contact": "Piotr Łoś", "others": "Jana Nováková",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    for same in ("occurred_at", "is_planned", "deal_id", "outcome", "uid", "kind"):
        assert row[same] == before[same]
    row = book.json("log edit 1 --clear with --clear deal --clear minutes --clear direction --clear text")
    assert {row[key] for key in ("contact", "others", "deal", "minutes", "direction", "text")} == {None}
    assert "nothing differs" in book("log edit 1 --clear minutes").out
    assert "left-message" in book("log edit 1 --outcome held-up", exit=2).err


def test_an_edit_keeps_to_the_client_too(book):
    book("log call acme hello")
    for option in ("--with petra", "--deal 2"):
        assert "belongs to Beta" in book(f"log edit 1 {option}", exit=1).err
    book("log edit 1 --client beta --with petra --deal 2")
    assert book.json("log show 1")["contact"] == "Petra Bar"


def test_moved_to_another_client_it_leaves_people_and_deal_and_takes_its_task(book):
    book("log call acme hello --with jana --with piotr --deal 1 --next 'send it'")
    done = book("log edit 1 --client beta")
    assert "Jana Nováková, Piotr Łoś, deal #1" in done.err and "task #1 send it goes along" in done.err
    row = book.json("log show 1")
    assert (row["client"], row["contact"], row["others"], row["deal"]) == ("Beta", None, None, None)
    assert book.json("task list --client beta")[0]["id"] == 1


def test_what_is_removed_is_in_no_list(book):
    book("log call acme hello")
    assert book("log remove 1").out.endswith("– removed\n")
    assert book.json("log list") == []
    book("log show 1", exit=3)


@pytest.mark.parametrize(
    "line",
    [
        "log meeting acme hello --with jana --with piotr --wish one --decision two --next three --deal 1",
        "log edit 1 --text other --with piotr --with jana --wish more --next step --minutes 3",
        "log edit 1 --client beta --outcome no-answer",
        "log edit 1 --at +3d --clear with",
        "log remove 1",
    ],
)
def test_undo_restores_the_book(book, line):
    book("log call acme first --with jana --with piotr --wish one --next 'ring again' --deal 1")
    opened = book.book()
    before = dump(opened)
    book(line)
    after = dump(opened)
    assert after != before
    book("undo --yes")
    assert dump(opened) == before
    book("redo --yes")
    assert dump(opened) == after
    opened.close()


def test_help_of_each_kind_names_it(kam):
    page = kam("log --help").out
    for kind in KINDS:
        assert f"Log one {kind}" in page and f"kam log {kind} acme" in page
        assert "{" not in kam(f"log {kind} --help").out


def test_nobody_else_can_read_the_book(book):
    book("log call acme hello")
    assert stat.S_IMODE(os.stat(book.db).st_mode) == 0o600
