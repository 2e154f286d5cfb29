"""People are taken over from an earlier group, all in one command that can be undone."""

from __future__ import annotations

import pytest


@pytest.fixture
def fair(kam):
    """Acme and Beta, and Jana of Acme, were at a fair; Old was too, and is archived."""
    kam("client add Acme --tag 'fair 2025'")
    kam("client add Beta --tag 'Fair 2025' --tag 'fair 2026'")
    kam("client add Gamma")
    kam("client add Old --tag 'fair 2025'")
    kam("client archive Old")
    kam("contact add Acme Jana Nováková --tag 'fair 2025'")
    return kam


def take(kam, *line: str, exit: int = 0):
    return kam(["import", *line, "--json"], exit=exit).json


def test_who_carries_a_tag_gets_the_new_one(fair) -> None:
    before = fair.db.read_bytes()
    plan = take(fair, "--from-group", "FAIR 2025", "--into", "fair 2026", "--dry-run")
    assert fair.db.read_bytes() == before
    done = take(fair, "--from-group", "FAIR 2025", "--into", "fair 2026")
    assert plan == done
    assert (done["read"], done["updated"], done["skipped"], done["left_out"]) == (4, 2, 2, {"archived": 1})
    assert [(one["noun"], one["name"]) for one in done["members"]] == [
        ("client", "Acme"),
        ("contact", "Jana Nováková"),
    ]
    assert [row["name"] for row in fair.json("client list --tag 'fair 2026' --sort id")] == ["Acme", "Beta"]
    assert [row["name"] for row in fair.json("contact list --tag 'fair 2026'")] == ["Jana Nováková"]
    assert take(fair, "--from-group", "fair 2025", "--into", "fair 2026")["updated"] == 0
    fair("undo --yes")
    assert [row["name"] for row in fair.json("client list --tag 'fair 2026'")] == ["Beta"]


def test_who_took_part_in_an_event(fair) -> None:
    fair("contact add Gamma Petr Vlk")
    fair("log presentation acme the new line --at '2026-03-02 10:00' --with jana")
    fair("log presentation gamma the new line --at '2026-03-02 10:00'")
    fair("log presentation beta another one --at '2026-03-02 10:00'")
    done = take(fair, "--from-group", "#1", "--into", "spring")
    assert [(one["noun"], one["name"]) for one in done["members"]] == [
        ("client", "Gamma"),
        ("contact", "Jana Nováková"),
    ]
    assert take(fair, "--from-group", "1", "--into", "summer")["updated"] == 2


def test_a_person_reads_who_is_taken_over(fair) -> None:
    said = fair("import --from-group 'fair 2025' --into next --dry-run").out
    assert said.startswith("3 would be taken over") and "client #1 Acme" in said and "1 archived" in said


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("--from-group 'fair 202' --into x", 3, "did you mean 'fair 2025'"),
        ("--from-group '#99' --into x", 3, "it is no number of a log entry"),
        ("--from-group 'fair 2025'", 2, "name the new group, too: --into TAG"),
        ("--from-group 'fair 2025' --into 'FAIR 2025'", 2, "is the group they are taken from"),
        ("--into x", 2, "takes people over"),
        ("t.csv --from-group 'fair 2025' --into x", 2, "takes people over"),
    ],
)
def test_what_makes_no_sense_is_refused(fair, line: str, code: int, said: str) -> None:
    result = fair(f"import {line}", exit=code)
    assert said in result.err and result.err.startswith("kam: ")
