"""`kam find`: anything, by a few letters of it."""

from __future__ import annotations

import shutil

import pytest

from golden import golden
from test_output import bare, on_a_terminal

KEYS = ["noun", "id", "client_id", "client", "text", "due_on", "kind", "command"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Where the book is kept once it was filled: each test gets a copy."""
    return tmp_path_factory.mktemp("made") / "book.db"


@pytest.fixture
def book(kam, made):
    if not made.exists():
        fill(kam)
        shutil.copy(kam.db, made)
    shutil.copy(made, kam.db)
    return kam


def fill(kam) -> None:
    kam("client add 'Łódź Piekarnia' --city Łódź --phone '+48 601 234 567' --tag vip --note 'pays late'")
    kam("client edit piekarnia --email biuro@piekarnia.example")
    kam("client add 'Acme GmbH' --city Berlin --country DE --address 'Hafenstraße 12'")
    kam("client edit acme --phone '030 2312-5001' --document PL1234567890")
    kam("contact add acme 'Jana Nováková' --phone '+420 777 888 999' --email jana@acme.example")
    kam("contact edit jana --title Einkauf --birthday 1985-03-15")
    kam("contact add piekarnia 'Андрій Шевченко' --note 'likes chess'")
    kam("log call acme 'spoke of the flour mill\nand much more' --wish 'a second oven' --at 2026-03-02")
    kam("log meeting piekarnia 'oven inspection' --at '2026-03-25 10:00'")
    kam("deal add acme 'Oven 3000' --value 12k --close 2026-04-01")
    kam("task add send the oven leaflet --client piekarnia --due fri")
    kam("nps add acme 4 --reason 'the oven was late'")
    kam("client edit acme --name 'Acme Europe'")


def found(kam, text: str) -> list[tuple[str, int]]:
    return [(row["noun"], row["id"]) for row in kam.json(["find", text])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # names, former names, any case, accents, script and order of words
        ("acme", ("client", 2)), ("ACME EUR", ("client", 2)), ("gmbh acme", ("client", 2)),
        ("lodz piek", ("client", 1)),
        ("ŁÓDŹ", ("client", 1)), ("novakova", ("contact", 1)), ("nová jan", ("contact", 1)),
        ("shevchenko", ("contact", 2)),
        ("ШЕВЧ", ("contact", 2)), ("andr", ("contact", 2)),
        # addresses, numbers, mail, tags, notes
        ("berlin hafenstrasse", ("client", 2)), ("hafenstraße 12", ("client", 2)),
        ("PL1234567890", ("client", 2)),
        ("biuro@piekarnia.example", ("client", 1)), ("jana@acme", ("contact", 1)), ("vip", ("client", 1)),
        ("pays late", ("client", 1)), ("jana 1985-03-15", ("contact", 1)), ("15.03.1985", ("contact", 1)),
        ("einkauf", ("contact", 1)), ("chess", ("contact", 2)),
        # telephone numbers, however they are grouped and prefixed, and parts of them
        ("601234567", ("client", 1)), ("601 234 567", ("client", 1)), ("+48601234567", ("client", 1)),
        ("0048 601-234-567", ("client", 1)), ("(0) 601 23 45 67", ("client", 1)), ("60123", ("client", 1)),
        ("4567", ("client", 1)), ("777888", ("contact", 1)), ("88 89 99", ("contact", 1)),
        ("3023125001", ("client", 2)),
        # what was said, wished, sold, to be done, answered
        ("flour mi", ("log", 1)), ("much more", ("log", 1)), ("second oven", ("log", 1)),
        ("oven 3000", ("deal", 1)),
        # some of the words name the client
        ("acme flour", ("log", 1)), ("europe mill acme", ("log", 1)), ("jana acme", ("contact", 1)),
        ("piek insp", ("log", 2)), ("lodz leaflet", ("task", 1)),
        ("leaflet", ("task", 1)), ("oven late", ("nps", 1)), ("inspection", ("log", 2)),
    ],
)  # fmt: skip
def test_it_finds(book, text, expected):
    assert expected in found(book, text)


@pytest.mark.parametrize(
    "text",
    ["acme lodz", "acme leaflet", "cme", "oven xyz", "!!!", "…", "601234568", '"', "near(oven)", "oven OR x"],
)
def test_all_words_must_be_there_and_begin_so(book, text):
    assert book.json(["find", text]) == []


def test_clients_then_titles_then_the_newest_of_the_rest(book):
    assert found(book, "oven") == [("deal", 1), ("task", 1), ("log", 2), ("nps", 1), ("log", 1)]
    assert found(book, "acme")[0] == ("client", 2)
    book("client add 'Oven Makers'")
    assert found(book, "oven")[0] == ("client", 3)
    book("client add Oven --force")
    book("client add 'Oven Friends' --force")
    assert found(book, "oven")[:3] == [
        ("client", 4),
        ("client", 5),
        ("client", 3),
    ]  # the very name comes first


def test_what_programs_get(book):
    rows = {(row["noun"], row["id"]): row for row in book.json("find oven")}
    for row in rows.values():
        assert list(row)[: len(KEYS)] == KEYS
        assert row["client"] in ("Łódź Piekarnia", "Acme Europe")
    task, deal, call = rows["task", 1], rows["deal", 1], rows["log", 1]
    assert (task["text"], task["due_on"], task["kind"], task["command"]) == (
        "send the oven leaflet", "2026-03-20", "open", "kam task show 1",
    )  # fmt: skip
    assert (deal["due_on"], deal["kind"], deal["command"]) == ("2026-04-01", "open", "kam deal show 1")
    assert (call["kind"], call["noted_on"], call["due_on"]) == ("call", "2026-03-02", None)
    assert call["text"] == "spoke of the flour mill\nand much more" and "second oven" in call["match"]
    assert rows["log", 2]["due_on"] == "2026-03-25"
    (client,) = book.json("find hafenstr")
    assert (client["text"], client["client_id"], client["command"]) == (
        "Acme Europe",
        2,
        "kam client show acme",
    )
    for row in [*rows.values(), client]:
        book(row["command"].removeprefix("kam "))


def test_what_is_changed_or_removed_is_found_no_more(book):
    book("log edit 1 --text 'spoke of rye'")
    assert found(book, "flour") == [] and found(book, "rye") == [("log", 1)]
    book("task remove 1")
    assert found(book, "leaflet") == []
    book("undo --yes")
    assert found(book, "leaflet") == [("task", 1)]
    book("client archive piekarnia")
    assert ("client", 1) in found(book, "lodz")


def test_the_page_groups_by_client_and_is_not_cut_in_a_pipe(book):
    golden("find.txt", book("find oven").out)


def test_words_are_marked_on_a_terminal(book):
    out = on_a_terminal("find", "łódź")
    assert "\x1b[1;30;43mŁódź\x1b[0m\x1b[1m Piekarnia" in out
    lines = bare(on_a_terminal("find", "o", columns=60)).splitlines()
    assert max(map(len, lines)) <= 60 and all("kam " in line for line in lines if line.startswith("  "))


def test_a_table_is_limited_with_a_count_and_machines_get_all(kam):
    kam("client add Acme")
    with kam.book().write(["test"]) as write:
        columns = ["uid", "client_id", "kind", "occurred_at", "text", "created_at", "updated_at"]
        rows = [(f"u{n}", 1, "call", "2026-01-01T09:00:00Z", f"oven {n}", "", "") for n in range(120)]
        write.book.insert_many("interactions", columns, rows)
    out = kam("find oven").out
    assert out.splitlines()[0] == "50 of 120 found for 'oven'; --limit 0 shows all"
    assert len(out.splitlines()) == 1 + 1 + 50
    assert kam("find oven --limit 0").out.splitlines()[0] == "120 found for 'oven'"
    assert len(kam.json("find oven")) == 120 and len(kam.json("find oven --limit 7")) == 7
    assert kam.json("find oven")[0]["text"] == "oven 119"


def test_nothing_found_is_a_kind_line_with_near_names(book):
    result = book("find xyzzy")
    assert result.out == "nothing found for 'xyzzy'\n"
    assert "did you mean #1 Łódź Piekarnia" in book("find 'lodz peikarnia'").out
    assert "#1 Jana Nováková" in book("find 'Jana Novakowa'").out
    assert book("find", exit=2).err.startswith("kam: TEXT is missing")


def test_what_was_found_is_only_text(book):
    conn = book.book().conn
    conn.execute("UPDATE tasks SET title = 'send [/x] the oven \x1b[31m leaflet'")
    conn.execute("UPDATE deals SET title = CAST(x'ff4f76656e' AS TEXT)")
    out = book("find oven").out
    assert "send [/x] the oven \\x1b[31m leaflet" in out and "\ufffdOven" in out


def test_no_word_is_searched_by_a_scan(book):
    plan = book.book().rows(
        "EXPLAIN QUERY PLAN SELECT rowid FROM search WHERE search MATCH 'x' ORDER BY rowid DESC"
    )
    assert ["SCAN search VIRTUAL TABLE INDEX" in row["detail"] and ":M" in row["detail"] for row in plan] == [
        True
    ]
