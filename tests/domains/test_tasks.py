"""`kam task`: what is to be done, by when, and again."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dump import dump
from kam_cli.domains.tasks.rules import first_due, next_due
from kam_cli.text import fold

TODAY = date(2026, 3, 18)  # a Wednesday


@pytest.fixture
def book(kam):
    """Acme (#1): Jana #1, a deal #1. Beta (#2): Petra #2, a deal #2. Ivan #3, whose firm is not known."""
    kam("client add Acme GmbH")
    kam("client add Beta")
    book = kam.book()
    with book.write(["fixture"]):
        for client_id, name in ((1, "Jana Nováková"), (2, "Petra Bar"), (None, "Ivan")):
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
            opened = {
                "stage_id": stage_id,
                "entered_stage_at": "2026-03-01T00:00:00Z",
                "opened_on": "2026-03-01",
            }
            book.insert("deals", {**deal, **opened})
    book.close()
    return kam


def titles(kam, line: str) -> list[str]:
    return [row["title"] for row in kam.json(line)]


# --- add ----------------------------------------------------------------------------------------------------


def test_words_need_no_quotes_and_the_day_is_said_again(book):
    assert book("task add send the price list --client acme --due fri").out == (
        "task #1 send the price list · Acme GmbH · due Fri 2026-03-20 – added\n"
    )
    assert "no due date" in book("task add tidy up").out
    out = book("task add ring --with jana --deal coffee --due 'tomorrow 15:00' --every 2w").out
    assert out == (
        "task #3 ring · Acme GmbH · Jana Nováková · Coffee machines · due Thu 2026-03-19 15:00 · every 2w "
        "– added\n"
    )


def test_the_keys_of_a_list(book):
    row = book.json(
        "task add ring --client acme --with jana --due 'fri 9:00' --every 2w --from done --note 'on her "
        "mobile'"
    )
    wanted = {
        "id": 1, "title": "ring", "client_id": 1, "client": "Acme GmbH", "due_on": "2026-03-20",
        "due_time": "09:00",
        "repeat_rule": "2w", "repeat_from": "done", "done_at": None, "contact_id": 1,
        "contact": "Jana Nováková",
        "deal_id": None, "interaction_id": None, "note": "on her mobile",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    assert book.json("task list") == [row]


def test_the_client_follows_from_the_person_or_the_deal(book):
    assert book.json("task add ring --with petra")["client"] == "Beta"
    assert book.json("task add offer --deal coffee")["client"] == "Acme GmbH"
    assert book.json("task add ring --with ivan")["client"] is None


@pytest.mark.parametrize(
    "line",
    [
        "--client acme --with petra", "--client acme --with 2", "--client acme --deal 2",
        "--client acme --deal phase",
        "--with petra --deal 1", "--with ivan --deal 1", "--client acme --with ivan",
    ],
)  # fmt: skip
def test_person_and_deal_belong_to_the_client(book, line):
    error = book(f"task add ring {line}", exit=1).err
    assert "belongs to" in error and error.count("\n") == 1
    assert book.json("task list") == []


def test_what_cannot_be_read_is_refused_and_nothing_is_stored(book):
    for line, said in (
        ("task add", "TITLE"),
        ("task add x --due someday", "--due"),
        ("task add x --every sometimes", "--every"),
        ("task add x --from done", "--every"),
        ("task add x --every 2w --from now", "--from"),
        (["task", "add", "x" * 2001], "2000"),
        (["task", "add", "a\0b"], "TITLE"),
    ):
        error = book(line, exit=2).err
        assert said in error and error.count("\n") == 1
    book("task add x --client nobody", exit=3)
    assert book.json("task list") == []


@pytest.mark.parametrize("title", ["zadzwonić – żółć", "להתקשר מחר", "[red]x[/red] 5 %"])
def test_titles_of_any_script_come_back_and_are_found(book, title):
    book(["task", "add", *title.split()])
    assert titles(book, "task list") == [title]
    assert title in book("task list").out
    assert book.json(["task", "show", title])["title"] == title


# --- list ---------------------------------------------------------------------------------------------------


@pytest.fixture
def week(book):
    for title, due in (
        ("some day", ""), ("late", "--due 2026-03-10"), ("at nine", "--due 'today 9:00'"),
        ("sunday", "--due 2026-03-22"),
        ("today", "--due today"), ("monday", "--due 2026-03-23 --client acme --with jana --deal coffee"),
    ):  # fmt: skip
        book(f"task add {title} {due}")
    return book


def test_open_ones_by_day_and_time_those_without_a_day_last(week):
    assert titles(week, "task list") == ["late", "at nine", "today", "sunday", "monday", "some day"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("--due overdue", ["late"]),
        ("--due today", ["late", "at nine", "today"]),
        ("--due week", ["late", "at nine", "today", "sunday"]),
        ("--due 2026-03-23", ["late", "at nine", "today", "sunday", "monday"]),
        ("--due tomorrow", ["late", "at nine", "today"]),
        ("--client acme", ["monday"]),
        ("--with jana", ["monday"]),
        ("--deal 1", ["monday"]),
        ("--done", []),
        ("--limit 2", ["late", "at nine"]),
        ("--where due_on=2026-03-18", ["at nine", "today"]),
        ("--sort title --limit 1", ["at nine"]),
    ],
)
def test_filters(week, line, wanted):
    assert titles(week, f"task list {line}") == wanted


def test_done_ones_and_all(week):
    week("task done late")
    week("task done sunday")
    assert titles(week, "task list --done") == ["sunday", "late"]
    assert "late" not in titles(week, "task list") and len(titles(week, "task list --all")) == 6
    week("task list --due someday", exit=2)


def test_a_table_shows_no_column_of_dashes(book):
    book("task add tidy up")
    assert book("task list").out.split("\n")[0].split() == ["#", "title"]


# --- done ---------------------------------------------------------------------------------------------------


def test_done_is_done_once(book):
    book("task add ring --client acme --due fri")
    assert book("task done ring").out == "task #1 ring · Acme GmbH – done\n"
    assert book.json("task show 1")["done_at"].startswith("2026-03-18T")
    error = book("task done 1", exit=1).err
    assert "was done on Wed 2026-03-18" in error and "--clear done" in error
    assert book.json("task edit 1 --clear done")["done_at"] is None


def test_several_are_done_at_once_or_none(book):
    for title in ("one", "two", "three"):
        book(f"task add {title} --every 1w")
    book("task done one two one nobody", exit=3)
    assert len(book.json("task list")) == 3
    rows = book.json("task done one two one")
    assert [(row["id"], row["next_id"], row["next_due_on"]) for row in rows] == [
        (1, 4, "2026-03-25"),
        (2, 5, "2026-03-25"),
    ]
    book("task done 3 1", exit=1)
    assert [row["id"] for row in book.json("task list")] == [3, 4, 5]
    out = book("task done 3 4").out
    assert "task #3 three – done; again #6" in out and "task #4 one – done; again #7" in out
    assert book("task done 5 6 --quiet").out == ""
    book("undo --yes")
    assert [row["id"] for row in book.json("task list")] == [5, 6, 7]


def test_a_recurring_one_is_named_by_its_title_though_others_are_done(book):
    book("task add newsletter --due 2026-03-01 --every 1m")
    assert book("task done newsletter").out == "task #1 newsletter – done; again #2, due Wed 2026-04-01\n"
    assert book.json("task done newsletter")["next_id"] == 3
    assert book.json("task show newsletter")["id"] == 3
    book("task add newsletter --due 2026-03-05")
    assert "2 open tasks" in book("task done newsletter", exit=4).err
    book("task remove 3")
    book("task done 4")
    assert "#1 newsletter (done)" in book("task done newsletter", exit=4).err


def test_the_next_one_has_all_but_the_day(book):
    row = book.json(
        "task add ring --client acme --with jana --deal 1 --note why --due '2026-03-20 15:00' --every 2w "
        "--from done"
    )
    done = book.json("task done 1")
    again = book.json("task show 2")
    assert (done["next_id"], done["next_due_on"], again["due_on"]) == (2, "2026-04-01", "2026-04-01")
    own = {"id", "uid", "due_on", "created_at", "updated_at"}
    assert {k: v for k, v in again.items() if k not in own} == {k: v for k, v in row.items() if k not in own}


def days_of(kam, line: str, count: int) -> list[str]:
    """Due days of a task that is ticked off on each of them."""
    due = [kam.json(line)["due_on"]]
    for _ in range(count):
        due.append(kam.json(f"task done task --today {due[-1]}")["next_due_on"])
    return due


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("--due 2026-03-31 --every 1m", "2026-03-31 2026-04-30 2026-05-31 2026-06-30"),
        ("--due 2027-12-31 --every 1m", "2027-12-31 2028-01-31 2028-02-29 2028-03-31"),
        ("--due 2028-02-29 --every 1y", "2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29"),
        ("--every mon,thu", "2026-03-19 2026-03-23 2026-03-26 2026-03-30"),
        ("--every 'monthly on 31'", "2026-03-31 2026-04-30 2026-05-31"),
        ("--every 2w", "2026-03-18 2026-04-01 2026-04-15"),
        ("--every weekdays", "2026-03-18 2026-03-19 2026-03-20 2026-03-23"),
    ],
)
def test_series(book, line, wanted):
    assert " ".join(days_of(book, f"task add task {line}", wanted.count(" "))) == wanted


def test_a_series_that_was_put_off_keeps_its_days(book):
    book("task add report --due 2026-03-31 --every 1m")
    book("task snooze report 2026-04-02")
    assert book.json("task done report --today 2026-04-02")["next_due_on"] == "2026-04-30"
    assert book.json("task done report --today 2026-04-30")["next_due_on"] == "2026-05-31"


def test_from_done_counts_from_the_day_it_was_done(book):
    book("task add water --due 2026-03-01 --every 10d --from done")
    assert book.json("task done water")["next_due_on"] == "2026-03-28"
    book("task edit water --from due --due 2026-03-28")
    assert book.json("task done water --today 2026-04-20")["next_due_on"] == "2026-04-27"


# --- the rule -----------------------------------------------------------------------------------------------

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
rules = st.sampled_from(["1d", "3d", "2w", "1m", "2m", "3m", "1y", "mon,thu", "monthly on 31", "sun"])


@given(rules, st.sampled_from(["due", "done"]), days, days, days)
def test_the_next_one_lies_after_today_and_after_the_last(rule, counts_from, due, anchor, today):
    again = next_due(rule, counts_from, due, min(anchor, due), today)
    assert again > today
    assert counts_from == "done" or again > due
    assert next_due(rule, counts_from, None, None, today) > today


@given(st.integers(1, 12), days, st.integers(0, 4000))
def test_a_monthly_one_keeps_the_day_of_its_anchor(months, anchor, late):
    due = next_due(f"{months}m", "due", anchor, anchor, anchor + timedelta(days=late))
    assert due.day == min(anchor.day, monthrange(due.year, due.month)[1])
    assert ((due.year - anchor.year) * 12 + due.month - anchor.month) % months == 0


@given(rules, days)
def test_a_series_begins_today_or_on_its_first_day(rule, today):
    first = first_due(rule, today)
    assert first >= today
    assert first == today or not rule[0].isdigit()
    assert rule != "sun" or (first.weekday() == 6 and (first - today).days < 7)


# --- snooze, edit, remove -----------------------------------------------------------------------------------


def test_snooze_is_until_tomorrow_and_keeps_the_time(book):
    book("task add ring --due 'mon 15:00' --client acme")
    assert book("task snooze ring").out == "task #1 ring · Acme GmbH · due Thu 2026-03-19 15:00 – put off\n"
    assert book.json("task snooze 1 next fri")["due_time"] == "15:00"
    row = book.json("task snooze 1 +1w 9:30")
    assert (row["due_on"], row["due_time"]) == ("2026-03-25", "09:30")
    book("task snooze 1 someday", exit=2)
    book("task done 1")
    assert "was done" in book("task snooze 1", exit=1).err


def test_edit(book):
    book("task add ring --client acme --with jana --due 'fri 9:00' --note why")
    row = book.json("task edit ring --title 'ring again' --due mon --deal coffee --every 1w --note because")
    wanted = {
        "title": "ring again",
        "due_on": "2026-03-23",
        "due_time": "09:00",
        "deal": "Coffee machines",
        "note": "because",
    }
    assert {key: row[key] for key in wanted} == wanted
    assert book.json("task show again")["id"] == 1
    assert "nothing differs" in book("task edit 1 --note because").out
    row = book.json(
        "task edit 1 --client beta --clear deal --with petra --clear time --clear every --clear note"
    )
    assert (row["client"], row["contact"], row["due_time"], row["repeat_rule"], row["note"]) == (
        "Beta",
        "Petra Bar",
        None,
        None,
        None,
    )
    row = book.json("task edit 1 --clear due --clear with --clear client")
    assert (row["due_on"], row["contact"], row["client"]) == (None, None, None)
    assert book.json("task edit 1 --every fri")["due_on"] == "2026-03-20"


def test_an_edit_is_refused_where_things_do_not_fit(book):
    book("task add ring --client acme --with jana --every 1w")
    for line, code, said in (
        ("--client beta", 1, "belongs to Acme GmbH, not to Beta"),
        ("--with petra", 1, "belongs to Beta, not to Acme GmbH"),
        ("--deal 2", 1, "belongs to Beta"),
        ("--clear due", 2, "--clear every"),
        ("--clear every --from done", 2, "--every"),
        ("--clear nonsense", 2, "client, with, deal, due"),
        ("--due someday", 2, "--due"),
    ):
        error = book(f"task edit 1 {line}", exit=code).err
        assert said in error and error.count("\n") == 1
    assert book.json("task show 1")["contact"] == "Jana Nováková"


def test_a_new_due_day_begins_the_series_anew(book):
    book("task add report --due 2026-03-31 --every 1m")
    book("task edit report --due 2026-03-30")
    assert book.json("task done report --today 2026-03-30")["next_due_on"] == "2026-04-30"
    assert book.json("task done report --today 2026-04-30")["next_due_on"] == "2026-05-30"


def test_show_says_all_of_it(book):
    book("task add ring --client acme --with jana --due 'fri 9:00' --every 2w --note 'on her mobile'")
    out = book("task show ring").out
    for said in (
        "#1 ring",
        "Fri 2026-03-20 09:00",
        "every 2w",
        "Acme GmbH (#1)",
        "Jana Nováková (#1)",
        "on her mobile",
    ):
        assert said in out


def test_what_is_removed_is_in_no_list_and_does_not_come_back(book):
    book("task add ring --every 1w")
    assert book("task remove ring").out.endswith("– removed\n")
    assert book.json("task list --all") == []
    book("task done 1", exit=3)


@pytest.mark.parametrize(
    "line",
    [
        "task add ring --client acme --with jana --deal 1 --due fri --every 2w --note why",
        "task done old other", "task done old", "task snooze old", "task remove old",
        "task edit old --client acme --title new --due +3d --every mon --clear note",
    ],
)  # fmt: skip
def test_undo_restores_the_book(book, line):
    book("task add old --due 2026-03-01 --every 1m --note why")
    book("task add other --due today")
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
