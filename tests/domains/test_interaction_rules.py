"""Which contacts restart the rhythm, and when the next one is due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.domains.interactions.rules import CADENCES, KINDS, NOT_REACHED, OUTCOMES, next_due, reaches

days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
REACHED = {"reached", "held", "sent", "received", "replied"}


def test_the_kinds_of_interaction() -> None:
    assert KINDS == ("call", "meeting", "email", "chat", "letter", "fax", "visit", "presentation", "note")


@pytest.mark.parametrize("outcome", ["no-answer", "left-message", "no-show", "cancelled", "bounced"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("direction", ["in", "out", None])
def test_an_attempt_does_not_restart_the_rhythm(kind: str, outcome: str, direction: str | None) -> None:
    assert not reaches(kind, outcome, direction, is_planned=False)


def test_a_contact_does() -> None:
    assert reaches("call", "reached", "out", is_planned=False)
    assert reaches("meeting", "held", None, is_planned=False)
    assert reaches("email", "sent", "out", is_planned=False)
    assert reaches("email", None, "in", is_planned=False)
    assert reaches("call", None, None, is_planned=False)


def test_a_note_or_a_plan_never_does() -> None:
    assert not reaches("note", None, None, is_planned=False)
    assert not reaches("meeting", None, None, is_planned=True)
    assert not reaches("meeting", "held", "out", is_planned=True)


def test_every_outcome_is_decided_either_way() -> None:
    offered = {outcome for outcomes in OUTCOMES.values() for outcome in outcomes}
    assert offered == REACHED | NOT_REACHED
    assert not REACHED & NOT_REACHED
    for kind, outcomes in OUTCOMES.items():
        for outcome in outcomes:
            assert reaches(kind, outcome, None, is_planned=False) == (outcome in REACHED)


def test_default_cadences() -> None:
    last = date(2024, 1, 1)
    assert {letter: next_due(last, length) for letter, length in CADENCES.items()} == {
        "A": date(2024, 1, 22), "B": date(2024, 3, 1), "C": date(2024, 7, 1), "D": date(2024, 12, 31),
    }  # fmt: skip


def test_nothing_is_due_without_a_contact_or_a_cadence() -> None:
    assert next_due(None, 21) is None
    assert next_due(date(2024, 1, 1), None) is None
    assert next_due(date(9999, 12, 31), 1) is None
    assert next_due(date(2024, 1, 1), 10**12) is None


@given(days, st.integers(0, 4000), st.integers(0, 4000))
def test_a_later_contact_or_a_longer_cadence_is_due_later(last: date, cadence: int, more: int) -> None:
    due = next_due(last, cadence)
    assert due is not None
    assert (due - last).days == cadence
    assert next_due(last, cadence + more) == next_due(last + timedelta(days=more), cadence)
