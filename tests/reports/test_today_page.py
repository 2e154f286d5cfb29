"""How `kam today` looks: fitted to the screen, folded with a count, safe."""

from __future__ import annotations

import re

import pytest
from test_today import full

from golden import golden
from test_output import bare, on_a_terminal

__all__ = ["full"]


def seen(*argv: str, **size: int) -> str:
    """The page on a terminal, without the echo of the key that `on_a_terminal` presses."""
    return bare(on_a_terminal(*argv, **size)).removeprefix("\n")


def late(kam, count: int, text: str = "") -> None:
    """So many tasks that were due yesterday."""
    columns = ["uid", "title", "title_key", "due_on", "created_at", "updated_at"]
    rows = [(f"u{n}", f"late {n} {text}", f"late {n}", "2026-03-17", "", "") for n in range(count)]
    with kam.book().write(["test"]) as write:
        write.book.insert_many("tasks", columns, rows)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (80, 50), (50, 30), (200, 24)])
def test_it_fits_the_screen_whatever_waits(full, columns, rows):
    late(full, 60, "and a long story about it that has no end")
    lines = seen("today", columns=columns, rows=rows).splitlines()
    assert len(lines) <= rows - 1
    assert max(map(len, lines)) <= columns
    assert any(re.search(r"… and \d+ more: kam", line) for line in lines) or columns < 60
    assert any(line.startswith("Overdue") for line in lines) and any(
        line.startswith("To be contacted") for line in lines
    )


def test_the_page_at_80_columns(full):
    golden("today.txt", seen("today"))


def test_the_page_at_140_columns(full):
    golden("today_wide.txt", seen("today", columns=140, rows=40))


def test_what_is_folded_is_counted_and_the_numbers_agree(full):
    late(full, 30)
    out = full("today").out
    assert "· 31 overdue ·" in out.splitlines()[0]
    assert "Overdue  … and 19 more: kam task list --due overdue" in out
    assert len([line for line in out.splitlines() if " kam task done " in line]) == 12 + 2
    assert len(full("today --all").out.splitlines()) - len(out.splitlines()) == 19
    assert len([row for row in full.json("today") if row["section"] == "overdue"]) == 31
    assert len(full("today --csv").out.splitlines()) == 1 + len(full.json("today"))


def test_all_of_it_can_be_seen_on_a_terminal(full):
    late(full, 40)
    text = seen("today", "--all")
    assert all(f"late {number} " in text for number in range(40)) and "more:" not in text


def test_counting_ends_somewhere(kam):
    late(kam, 1500)
    assert "· 1000+ overdue" in kam("today").out and "… and 1000+ more" in kam("today").out
    assert len(kam.json("today")) == 1500


def test_names_and_texts_are_only_text(kam):
    kam("client add Evil")
    kam("task add x --due yesterday --client evil")
    conn = kam.book().conn
    conn.execute("UPDATE clients SET name = 'Evil [/bold] [link=x]\u202eABC'")
    conn.execute("UPDATE tasks SET title = 'two\nlines \x1b[31m [red]'")
    out = kam("today").out
    assert "[/bold] [link=x]\\u202eABC" in out and "two lines \\x1b[31m [red]" in out
