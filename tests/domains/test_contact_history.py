"""What was logged, sold and answered with a person stays with its client when she moves or leaves."""

from __future__ import annotations

import pytest

from dump import dump


@pytest.fixture
def jana(acme):
    """Jana at Acme GmbH, and Globex without anybody."""
    acme("client add Globex")
    acme("contact add acme Jana Nováková --role decision-maker --title 'Head of purchasing'")
    return acme


@pytest.fixture
def known(jana):
    """Jana with a call, a planned meeting, an open deal, a task and an answer at Acme."""
    jana("log call acme wants the list --with jana --at yesterday --outcome reached")
    jana("log meeting acme sign --with jana --at '+2d 15:00'")
    jana("deal add acme Roof panels --value 12k --close eoq --with jana")
    jana("task add send the list --client acme --with jana --due fri")
    jana("nps add acme 9 --with jana --reason quick")
    return jana


def test_a_move_keeps_the_history_where_it_was(known):
    moved = known("contact move jana globex --title 'Plant manager'")
    assert "Plant manager · decision-maker · Globex" in moved.out
    assert "still named at the former client: 1 open deal, 1 open task" in moved.err
    assert "kept: role 'decision-maker'" in moved.err and "title" not in moved.err
    card = known.json("contact show jana")
    assert (card["client"], card["title"]) == ("Globex", "Plant manager")
    for what in ("interactions", "appointments", "deals", "tasks", "answers"):
        assert [row["client"] for row in card[what]] == ["Acme GmbH"], what
    assert [d["value"] for d in card["details"] if d["label"] == "until 2026-03-18"] == [
        "Head of purchasing, Acme GmbH"
    ]
    page = known("contact show jana").out
    assert "call  Acme GmbH · reached · wants the list" in page and "sign (Acme GmbH)" in page
    assert known.json("client show acme")["contacts"] == []
    assert "Jana Nováková · reached · wants the list" in known("client show acme").out
    assert [row["id"] for row in known.json("client show globex")["contacts"]] == [1]


def test_a_move_to_where_she_is_changes_nothing(jana):
    before = dump(jana.book())
    assert jana("contact move jana acme").out.endswith("– is there already\n")
    assert dump(jana.book()) == before


def test_a_page_of_a_person_knows_all_of_her(known):
    card = known.json("contact show jana")
    assert [row["text"] for row in card["interactions"]] == ["wants the list"]
    assert [(row["title"], row["value"]) for row in card["deals"]] == [("Roof panels", 12000)]
    assert [row["title"] for row in card["tasks"]] == ["send the list"]
    assert [(row["score"], row["nps_group"]) for row in card["answers"]] == [(9, "promoter")]
    page = known("contact show jana").out
    assert page.startswith("Jana Nováková · Head of purchasing · decision-maker\n  client  Acme GmbH (#1)\n")
    assert "Acme GmbH ·" not in page, "where she works is said once"


def test_a_removed_person_stays_named_in_the_log(known):
    known("contact remove jana")
    assert known.json("contact list") == [] and known.json("find nováková") == []
    known("contact show jana", exit=3)
    assert "Jana Nováková · reached" in known("client show acme").out
