"""`undo`, `redo` and `history`: what will be changed is said before, and what somebody else wrote is never lost."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from dump import dump
from kam_cli import migrations
from kam_cli.migrations import FOLDER, STEPS


def state(kam) -> str:
    book = kam.book()
    text = dump(book)
    book.close()
    return text


def elsewhere(kam, *statements: str) -> None:
    """Another program writes to the book."""
    conn = sqlite3.connect(kam.db)
    for sql in statements:
        conn.execute(sql)
    conn.commit()
    conn.close()


@pytest.fixture
def acme(kam):
    kam("client add 'Acme GmbH' --city Łódź --phone '+48 42 1' --every 3w")
    return kam


# --- what is said -------------------------------------------------------------------------------------------


def said(kam, line: str = "undo") -> list[str]:
    """What an undo would say of the book, without the commands that it lists."""
    lines = kam(line, exit=5).err.splitlines()[1:]
    return [one.strip() for one in lines if not one.strip().startswith("20")]


def test_an_undo_says_what_becomes_what(acme):
    acme("client edit acme --city Berlin --tag vip --clear every")
    assert said(acme) == ["client #1 Acme GmbH: city: Berlin → Łódź; every: – → 3w; tag: vip → –"]
    acme("deal add acme Panels --value 12k --stage needs")
    acme("deal move panels closing")
    acme("deal edit panels --value 'USD 13 500.50'")
    assert said(acme, "undo 2") == [
        "deal #1 Panels: value: 13 500.50 USD → 12 000 EUR; currency: USD → EUR; stage: closing → needs"
    ]
    assert said(acme, "undo 3") == ["deal #1 Panels removed"], "what lies between is not told"
    acme("deal remove panels")
    assert said(acme) == ["deal #1 Panels brought back"]
    acme("config set book.tz UTC")
    assert said(acme) == ["settings of the book: tz: UTC → Europe/Warsaw"]


def test_what_belongs_to_a_record_is_said_with_it(acme):
    acme("client edit acme --name 'Acme AG' --drop 'phone=+48 42 1'")
    assert said(acme) == [
        "client #1 Acme AG: name: Acme AG → Acme GmbH; phone: – → +48 42 1; aliases: Acme GmbH → –"
    ]
    acme("log meeting acme one --wish samples --next 'send them' --due fri")
    assert said(acme) == ["log #1 one removed", "task #1 send them removed"]
    acme("contact add acme Jana Nov")
    acme("contact add acme Ewa Lis")
    acme("log edit 1 --with jana --with ewa")
    assert said(acme) == ["log #1 one: contact: Jana Nov → –; interaction people: Ewa Lis → –"]


def test_many_changes_are_told_by_the_first_few_and_counts(acme, tmp_path):
    for n in range(12):
        acme(f"task add t{n}")
    acme(["task", "done", *map(str, range(1, 13))])
    lines = said(acme)
    assert (
        len(lines) == 9
        and lines[0].startswith("task #1 t0: done: 20")
        and lines[-1] == "and 4 tasks changed back"
    )
    lines = [one.strip() for one in acme("undo 13", exit=5).err.splitlines()]
    assert lines[11] == "… and 3 before" and lines[-1] == "and 4 tasks removed"
    table = "name,phone\n" + "".join(f"Client {n},+48 22 {n}\n" for n in range(500))
    (tmp_path / "c.csv").write_text(table)
    acme(f"import {tmp_path}/c.csv --as clients --quiet")
    assert said(acme) == [
        "500 clients removed: Client 0, Client 1, Client 2 …", "and 500 details removed, 1 imported file removed"
    ]  # fmt: skip


def test_an_update_of_very_many_rows_is_counted_without_being_read(acme, monkeypatch):
    book = acme.book()
    with book.write(["many"]):
        for n in range(700):
            book.insert("tasks", {"title": f"t{n}", "title_key": f"t{n}"})
    book.close()
    lines = said(acme)
    assert len(lines) == 9 and lines[-1] == "and 692 tasks removed"


def test_times_are_the_owner_s(acme):
    acme("config set book.tz Pacific/Kiritimati")  # UTC+14
    book = acme.book()
    with book.write(["x"]):
        book.conn.execute("UPDATE commands SET at = '2026-01-01T12:30:00Z'")
    book.close()
    assert "2026-01-02 02:30  kam config set" in acme("undo", exit=5).err
    assert "2026-01-02 02:30" in acme("history").out
    assert acme.json("history")[0]["at"] == "2026-01-01T12:30:00Z"


def test_long_lines_and_hostile_names_are_said_in_one_short_line(kam):
    kam(["client", "add", "Acme [red]x[/red]", "--note", "n" * 5000])
    kam(["client", "edit", "1", "--note", "\x1b[2J \u202e" + "m" * 5000])
    for line in ("undo", "undo 2"):
        err = kam(line, exit=5).err
        assert max(map(len, err.splitlines())) < 260 and "\u202e" not in err and "\x1b" not in err
        assert "client #1 Acme [red]x[/red]" in err


def test_the_keys_of_json(acme):
    acme("client edit acme --city Kiel")
    assert acme.json("undo --yes") == {
        "undone": ["kam client edit acme --city Kiel"], "rows": 1, "changes": ["client #1 Acme GmbH: city: Kiel → Łódź"]
    }  # fmt: skip
    assert acme.json("redo") == {
        "redone": ["kam client edit acme --city Kiel"], "rows": 1, "changes": ["client #1 Acme GmbH: city: Łódź → Kiel"]
    }  # fmt: skip
    assert acme.json("history --limit 1")[0].keys() == {"id", "at", "line", "kind", "is_undone", "rows"}
    assert acme.json("history client 1")[0].keys() == {"at", "op", "changed", "line"}


def test_who_was_not_asked_is_told_what_was_done_unless_quiet(acme):
    assert "client #1 Acme GmbH removed" in acme("undo --yes").err
    assert "client #1 Acme GmbH brought back" in acme("redo").err
    assert acme("undo --yes --quiet").err == ""


# --- there and back -----------------------------------------------------------------------------------------


def test_several_at_once_come_back_at_once(acme):
    states = [state(acme)]
    for city in ("Kiel", "Bonn", "Köln"):
        acme(f"client edit acme --city {city}")
        states.append(state(acme))
    assert "kam redo 3 brings them back" in acme("undo 3 --yes").out
    assert state(acme) == states[0]
    acme("redo 2")
    assert state(acme) == states[2]
    acme("redo 5")
    assert state(acme) == states[3]
    acme("redo", exit=1)


def test_a_bulk_insert_is_one_range_again_after_a_redo(kam, tmp_path):
    rows = "".join(f"{n},Client {n}\n" for n in range(5000))
    (tmp_path / "c.csv").write_text("external_id,name\n" + rows)
    before = state(kam)
    kam(f"import {tmp_path}/c.csv --as clients --quiet")
    full = state(kam)
    for _ in range(2):
        kam("undo --yes")
        assert state(kam) == before
        kam("redo")
        assert state(kam) == full
    book = kam.book()
    entries = book.rows("SELECT row_id, last_id FROM journal WHERE tbl = 'clients' AND op = 'insert'")
    assert len(entries) < 20 and all(one["last_id"] for one in entries)
    assert kam("check").out == ""


def test_a_text_that_is_no_utf8_comes_back_byte_for_byte(acme):
    elsewhere(acme, "UPDATE clients SET note = CAST(x'4bf6ff22005c' AS TEXT), region = 'ż'", "INSERT INTO details (uid, "
              "client_id, kind, value, value_key, created_at, updated_at) VALUES ('u', 1, 'fact', CAST(x'ff' AS TEXT), '', '', '')")  # fmt: skip
    acme("client edit acme --note new --region new")
    acme("undo --yes")
    conn = sqlite3.connect(acme.db)
    assert conn.execute("SELECT CAST(note AS BLOB), region, typeof(note) FROM clients").fetchone() == (
        bytes.fromhex("4bf6ff22005c"), "ż", "text",
    )  # fmt: skip
    elsewhere(acme, "DELETE FROM details WHERE uid = 'u'")
    acme("client add Beta")
    assert acme("check").out == ""


# --- what others wrote --------------------------------------------------------------------------------------


def test_a_row_that_another_program_tied_to_one_that_would_go_is_named(acme):
    elsewhere(
        acme,
        "INSERT INTO tasks (uid, title, title_key, client_id, created_at, updated_at) VALUES ('u', 'T', 't', 1, '', '')",
    )
    before = state(acme)
    err = acme("undo --yes", exit=1).err
    assert "task #1 was written by another program since" in err and "kam history task 1" in err
    assert state(acme) == before
    elsewhere(acme, "UPDATE tasks SET client_id = NULL")
    acme("undo --yes")


def test_a_row_that_another_program_took_is_not_passed_over(acme):
    elsewhere(acme, "DELETE FROM details")
    assert "was changed by another program" in acme("undo --yes", exit=1).err
    # With the triggers gone nobody noticed.
    acme("client edit acme --city Kiel")
    elsewhere(
        acme,
        "DROP TRIGGER journal_clients_update",
        "DROP TRIGGER journal_clients_delete",
        "DELETE FROM clients",
    )
    assert "is not there any more" in acme("undo --yes", exit=1).err


def test_what_a_refusal_points_to_can_be_typed(acme):
    elsewhere(acme, "UPDATE clients SET note = 'by hand'")
    err = acme("undo --yes", exit=1).err
    hint = err.partition("See: kam ")[2].strip()
    assert [row["line"] for row in acme.json(hint)][-1] == "another program"


# --- a schema that grew -------------------------------------------------------------------------------------


@pytest.fixture
def grow(tmp_path, monkeypatch):
    """Add steps to the history of the schema."""

    def grow(*scripts: str) -> None:
        folder = tmp_path / "steps"
        folder.mkdir()
        for name in STEPS:
            shutil.copy(f"{FOLDER}/{name}", folder)
        names = [f"99{n:02}_more.sql" for n in range(len(scripts))]
        for name, script in zip(names, scripts, strict=True):
            (folder / name).write_text(script)
        monkeypatch.setattr(migrations, "FOLDER", str(folder))
        monkeypatch.setattr(migrations, "STEPS", [*STEPS, *names])
        monkeypatch.setattr(migrations, "LATEST", len(STEPS) + len(names))

    return grow


def test_what_was_done_before_the_schema_grew_is_undone_and_redone(acme, grow):
    acme("client edit acme --city Kiel")
    acme("client add Beta --tag x")
    acme("client edit beta --drop tag=x")
    acme("undo --yes")
    grow("ALTER TABLE clients ADD COLUMN fleet INTEGER NOT NULL DEFAULT 0;  -- cars\n"
         "ALTER TABLE details ADD COLUMN rank INTEGER NOT NULL DEFAULT 7;  -- order\n")  # fmt: skip
    acme("redo")
    acme("undo 4 --yes")
    assert acme("check").out == "" and acme.json("client list") == []
    acme("redo 4")
    assert acme.json("client show beta")["tags"] in (None, "", [])
    book = acme.book()
    assert book.column("SELECT fleet FROM clients") == [0, 0] and book.column("SELECT rank FROM details") == [
        7
    ]


def test_what_the_schema_can_hold_no_more_is_refused_and_not_lost(acme, grow):
    acme("client edit acme --region Hessen --document 'HRB 1'")
    acme("client edit acme --region Bayern")
    acme("task add x")
    grow("ALTER TABLE clients DROP COLUMN document_no;\nALTER TABLE clients DROP COLUMN region;\n")
    acme("undo --yes")
    before = state(acme)
    err = acme("undo --yes", exit=1).err
    assert "keeps no document_no in clients any more" in err or "keeps no region in clients any more" in err
    assert state(acme) == before


# --- history ------------------------------------------------------------------------------------------------


def test_the_life_of_a_record_tells_what_belongs_to_it(acme):
    acme("client edit acme --tag vip --city Kiel")
    acme("client edit acme --drop tag=vip")
    acme("client add Beta --tag vip")
    acme("client edit acme --stage key")
    acme("undo --yes")
    life = acme.json("history client acme")
    assert [(row["op"], row["changed"]) for row in life] == [
        ("insert", "phone: – → +48 42 1"), ("update", "tag: – → vip; city: Łódź → Kiel"), ("update", "tag: vip → –"),
        ("update", "stage: prospect → key"), ("update", "stage: key → prospect"),
    ]  # fmt: skip
    acme("deal add acme Panels --value 12k")
    acme("deal win panels")
    assert "status: open → won" in acme.json("history deal 1")[-1]["changed"]
    acme("log call acme x")
    acme("log edit 1 --wish samples")
    assert acme.json("history log 1")[-1]["changed"] == "wish: – → samples"
    assert "nothing is known of stage 1" in acme("history stage 1").out, "the moves of deals are the deals'"


def test_the_life_of_a_record_for_a_person(acme):
    acme("client edit acme --tag vip --city Kiel")
    acme("undo 2 --yes")
    page = [line.rstrip() for line in acme("history client 1").out.splitlines()]
    when = page[1][:18]
    assert page == [
        "client #1", f"{when}  kam client add 'Acme GmbH' --city 'Łódź' --phone '+48 42 1' --every 3w", " " * 20 + "added",
        " " * 20 + "phone: – → +48 42 1", f"{when}  kam client edit acme --tag vip --city Kiel", " " * 20 + "tag: – → vip",
        " " * 20 + "city: Łódź → Kiel", f"{when}  kam undo 2 --yes", " " * 20 + "city: Kiel → Łódź", " " * 20 + "tag: vip → –",
        f"{when}  kam undo 2 --yes", " " * 20 + "taken out of the book", " " * 20 + "phone: +48 42 1 → –",
    ]  # fmt: skip


def test_what_was_done_last_is_said_first(acme):
    acme("client add Beta")
    acme("client edit acme --city Kiel")
    assert [line.split()[1] for line in said(acme, "undo 2")] == ["#1", "#2"]
