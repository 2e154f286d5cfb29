"""The trace of every change: undo and redo bring back exactly what was, whatever the command changed."""

from __future__ import annotations

import sqlite3

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dump import dump
from kam_cli import journal


def state(kam) -> str:
    book = kam.book()
    text = dump(book)
    book.close()
    return text


def test_undo_and_redo_go_back_and_forth(kam):
    states = [state(kam)]
    for line in (
        "client add Acme --city Łódź --tag vip",
        "client edit acme --stage key --name 'Acme AG'",
        "client archive acme",
    ):
        kam(line)
        states.append(state(kam))
    for want in (2, 1, 0):
        kam("undo --yes")
        assert state(kam) == states[want]
    assert "nothing to undo" in kam("undo --yes", exit=1).err
    for want in (1, 2, 3):
        kam("redo")
        assert state(kam) == states[want]
    assert "nothing to redo" in kam("redo", exit=1).err
    kam("undo 3 --yes")
    assert state(kam) == states[0]


def test_undo_asks_first(kam):
    kam("client add Acme")
    result = kam("undo", exit=5)
    assert "kam client add Acme" in result.err and "--yes" in result.err
    assert len(kam.json("client list")) == 1


def test_a_change_after_an_undo_ends_redo(kam):
    kam("client add Acme")
    kam("undo --yes")
    kam("client add Beta")
    assert "nothing to redo" in kam("redo", exit=1).err


def test_undo_refuses_to_lose_what_another_program_wrote(kam):
    kam("client add Acme")
    conn = sqlite3.connect(kam.db)
    conn.execute("UPDATE clients SET note = 'by hand'")
    conn.commit()
    conn.close()
    before = state(kam)
    assert "another program" in kam("undo --yes", exit=1).err
    assert state(kam) == before


def test_what_another_program_wrote_is_caught_up_by_the_next_command(kam):
    kam("client add Acme --every 3w")
    conn = sqlite3.connect(kam.db)
    conn.execute("UPDATE clients SET name = 'Zenith', name_key = 'zenith'")
    conn.commit()
    conn.close()
    assert "another program" in kam("check", exit=1).out
    kam("client add Beta")
    assert kam("check").out == ""
    book = kam.book()
    assert book.value("SELECT count(*) FROM search WHERE search MATCH 'zenith'") == 1
    life = kam.json("history client 1")
    assert [row["line"] for row in life][-1] == "another program"


def test_history_tells_who_did_what(kam):
    kam("client add 'Acme GmbH'")
    kam("client edit acme --stage key")
    lines = [row["line"] for row in kam.json("history")]
    assert lines == ["kam client edit acme --stage key", "kam client add 'Acme GmbH'"]
    life = kam.json("history client acme")
    assert [(row["op"], row["changed"]) for row in life] == [
        ("insert", ""),
        ("update", "stage: prospect → key"),
    ]
    kam("client remove acme")
    assert len(kam.json("history client 1")) == 3, "a removed record is still told of"
    kam("history client 99", exit=3)
    kam("history nonsense 1", exit=2)
    kam("history client", exit=2)


def test_a_command_that_changes_nothing_leaves_no_trace(kam):
    kam("client add Acme --stage key")
    kam("client edit acme --stage key")
    assert len(kam.json("history")) == 1


def test_a_bulk_insert_is_one_entry_and_one_undo(kam):
    book = kam.book()
    before = state(kam)
    names = ("uid", "handle", "name", "name_key", "created_at", "updated_at")
    with book.write(["import", "x.csv"]):
        book.insert_many(
            "clients",
            names,
            ((f"u{n}", f"c{n}", f"C {n}", f"c {n}", "2026-01-01", "2026-01-01") for n in range(500)),
        )
    assert book.value("SELECT count(*) FROM journal") == 1
    assert book.value("SELECT count(*) FROM search WHERE search MATCH 'c'") == 500
    full = state(kam)
    kam("undo --yes")
    assert state(kam) == before
    kam("redo")
    assert state(kam) == full


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    st.integers(-(2**63), 2**63 - 1),
)
def test_before_images_are_exact(text, number):
    """Any text and any integer come back from an image as they were: quotes, backslashes, newlines, controls."""
    conn = sqlite3.connect(":memory:")
    conn.execute("PRAGMA trusted_schema = OFF")
    conn.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c TEXT)")
    conn.execute("CREATE TABLE seen (image TEXT)")
    image = journal.image_sql({"a": "TEXT", "b": "INTEGER", "c": "TEXT"})
    conn.execute(f"CREATE TRIGGER g AFTER DELETE ON t BEGIN INSERT INTO seen VALUES ({image}); END")
    conn.execute("INSERT INTO t (a, b) VALUES (?, ?)", (text, number))
    conn.execute("DELETE FROM t")
    assert journal.parse_image(conn.execute("SELECT image FROM seen").fetchone()[0]) == {
        "a": text,
        "b": number,
        "c": None,
    }


def test_sql_reads_and_never_writes(kam):
    kam("client add Acme")
    assert kam.json(["sql", "SELECT name, 1 AS name FROM clients"]) == [{"name": "Acme", "name_2": 1}]
    before = kam.db.read_bytes()
    for query in (
        "DELETE FROM clients",
        "PRAGMA journal_mode = WAL",
        "ATTACH 'x.db' AS x",
        "CREATE TABLE t (a)",
        "VACUUM",
        "BEGIN",
    ):
        kam(["sql", query], exit=2)
    assert "no such column" in kam(["sql", "SELECT nonsense FROM clients"], exit=2).err
    kam(["sql", "SELECT 1; DELETE FROM clients"], exit=2)
    assert kam.db.read_bytes() == before


def test_every_table_and_column_is_described(kam):
    rows = kam.json("schema")
    assert {"clients", "interactions", "deals", "nps_answers", "tasks", "journal", "meta"} <= {
        row["table"] for row in rows
    }
    assert [
        f"{row['table']}.{row['column']}" for row in rows if not row["about"] and row["table"] != "search"
    ] == []
    assert "minor units" in next(
        r["about"] for r in rows if (r["table"], r["column"]) == ("deals", "value_minor")
    )
    kam("schema nonsense", exit=3)


def test_config_is_set_kept_and_checked(kam, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("# mine\n[mail]\nto = 'a@b.example'  # the office\n")
    kam("config set mail.smtp_port 2525")
    assert path.read_text() == "# mine\n[mail]\nto = 'a@b.example'  # the office\nsmtp_port = 2525\n"
    assert kam("config get mail.smtp_port").out == "2525\n"
    kam("config set book.tz Europe/Prague")
    assert kam("config get book.tz").out == "Europe/Prague\n"
    kam("undo --yes")
    assert kam("config get book.tz").out == "Europe/Warsaw\n"
    kam("config set book.name Ewa")
    for key in ("mail.to", "book.name", "book.country"):
        assert "none" in kam(["config", "set", key, ""]).out and kam(f"config get {key}").out == "\n"
    for line in ("config set mail.smtp_port ''", "config set book.tz ''", "config set mail.smtp_port many", "config set nonsense 1", "config get nonsense", "config set date_order ymd",
                 "config set book.tz Mars/Base", "config set book.currency EURO"):  # fmt: skip
        kam(line, exit=2)
    path.write_text("date_order = [")
    assert "cannot be read" in kam("client list", exit=2).err


def test_text_of_another_program_that_is_no_utf8_does_not_stop_the_next_command(kam):
    kam("client add Acme")
    conn = sqlite3.connect(kam.db)
    conn.execute("UPDATE clients SET note = CAST(x'4bf6ff6c6e' AS TEXT)")
    conn.commit()
    conn.close()
    kam("client add Beta")
    assert len(kam.json("client list")) == 2
    assert kam.book().value("SELECT count(*) FROM search WHERE search MATCH 'acme'") == 1
