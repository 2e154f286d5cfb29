"""The stages of the pipeline: their order, what may stand where, and how one is named."""

from __future__ import annotations

import random

import pytest

from dump import dump

BEFORE = ["base", "appointment", "preparation", "contact", "needs", "presentation", "objections", "closing"]
NAMES = [*BEFORE, "support", "recommendation"]


def names(kam) -> list[str]:
    return [row["name"] for row in kam.json("stage list")]


def deal_in(kam, stage: str) -> None:
    kam("client add Acme", exit=0)
    kam(["deal", "add", "acme", "Oak", "--value", "1000", "--stage", stage])


def test_a_new_book_has_the_ten_stages_of_the_work_cycle(kam):
    rows = kam.json("stage list")
    assert [row["name"] for row in rows] == NAMES
    assert [row["position"] for row in rows] == list(range(1, 11))
    assert [row["name"] for row in rows if row["is_after_win"]] == ["support", "recommendation"]
    assert rows[4] | {"uid": ""} == {
        "id": 5, "uid": "", "name": "needs", "position": 5, "probability_pct": 35, "expected_days": 21,
        "is_after_win": False, "open_deals": 0,
    }  # fmt: skip


def test_a_stage_is_added_last_before_the_win_unless_a_place_is_said(kam):
    added = kam("stage add pilot project --probability 60 --days 30")
    assert added.out == "stage #11 pilot project · place 9 · 60 % · 30 days – added\n"
    kam("stage add audit --probability 10 --days 0 --position 1")
    kam("stage add referral --probability 100 --days 30 --after-win")
    assert names(kam) == ["audit", *NAMES[:8], "pilot project", "support", "recommendation", "referral"]
    assert [row["position"] for row in kam.json("stage list")] == list(range(1, 14))


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("add needs --probability 1 --days 1", 4, "there is a stage 'needs' (#5)"),
        ("add NÉEDS --probability 1 --days 1", 4, "there is a stage 'needs' (#5)"),
        ("add next --probability 1 --days 1", 2, "no name for a stage"),
        ("add 12 --probability 1 --days 1", 2, "no name for a stage"),
        ("add pilot --probability 101 --days 1", 2, "--probability"),
        ("add pilot --probability 10", 2, "--days is missing"),
        ("add pilot --probability 1 --days 1 --position 10", 2, "stages before the win stand at 1 to 9"),
        ("add pilot --probability 1 --days 1 --after-win --position 8", 2, "after the win stand at 9 to 11"),
        ("edit needs --name closing", 4, "there is a stage 'closing'"),
        ("move needs 9", 2, "stages before the win stand at 1 to 8"),
        ("move support 8", 2, "stages after the win stand at 9 to 10"),
        ("move negotiation 2", 3, "no stage 'negotiation'; there are base, appointment"),
    ],
)
def test_what_is_refused(kam, line, code, says):
    before = names(kam)
    assert says in kam(f"stage {line}", exit=code).err
    assert names(kam) == before


def test_a_stage_is_moved_and_the_others_close_up(kam):
    kam("stage move closing 1")
    kam("stage move base 8")
    expected = ["closing", *NAMES[1:7], "base", *NAMES[8:]]
    assert names(kam) == expected
    kam("stage move recommendation 9")
    assert names(kam) == [*expected[:8], "recommendation", "support"]


def test_edit_keeps_what_is_not_named_and_reaches_the_deals(kam):
    deal_in(kam, "needs")
    assert kam.json("deal list")[0]["probability_pct"] == 35
    row = kam.json("stage edit needs --probability 40")
    assert (row["probability_pct"], row["expected_days"]) == (40, 21)
    assert kam.json("deal list")[0]["probability_pct"] == 40
    assert "nothing differs" in kam("stage edit needs --name needs").out
    kam("stage edit needs --name 'needs and wishes' --days 14")
    assert kam.json("deal list")[0]["stage"] == "needs and wishes"


def test_a_stage_with_open_deals_is_not_removed(kam):
    deal_in(kam, "needs")
    assert "'needs' holds 1 open deal" in kam("stage remove needs", exit=1).err
    kam("deal lose oak --reason price")
    kam("stage remove needs")
    assert names(kam) == [name for name in NAMES if name != "needs"]
    assert [row["position"] for row in kam.json("stage list")] == list(range(1, 10))
    assert kam.json("deal list --status lost")[0]["stage"] == "needs", "its history keeps it"


def test_one_stage_before_the_win_is_left(kam):
    for name in NAMES[1:8]:
        kam(["stage", "remove", name])
    assert "the only stage before the win" in kam("stage remove base", exit=1).err
    kam("stage remove support")
    kam("stage remove recommendation")
    assert names(kam) == ["base"]


def test_a_stage_is_named_by_the_beginning_of_a_word_before_a_fragment(kam):
    kam("stage edit re --days 31")  # not preparation, not presentation
    assert kam.json("stage list")[9]["expected_days"] == 31
    kam("stage edit SENTATION --days 8")
    assert kam.json("stage list")[5]["expected_days"] == 8
    kam("stage edit 1 --days 9")
    assert kam.json("stage list")[0]["expected_days"] == 9
    refused = kam("stage edit pre --days 7", exit=4)
    assert "'pre' matches 2 stages" in refused.err and "#3 preparation" in refused.err


def test_a_pipeline_has_an_end(kam):
    with kam.book().write(["fill"]) as write:
        from kam_cli.domains.stages import store

        for number in range(store.MOST - 10):
            store.add(write.book, f"more {number}", 8, 50, 10, False)
    assert "at most 60 stages" in kam("stage add pilot --probability 1 --days 1", exit=1).err


@pytest.mark.parametrize(
    "line",
    [
        "add pilot --probability 60 --days 30 --position 2",
        "edit needs --name wants --probability 40 --days 3",
        "move closing 2",
        "remove preparation",
    ],
)
def test_undo_restores_every_row(kam, line):
    before = dump(kam.book())
    kam(f"stage {line}")
    assert dump(kam.book()) != before
    kam("undo --yes")
    assert dump(kam.book()) == before


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_positions_stay_in_order_and_the_win_between(kam, seed):
    """Random adds, moves and removals: positions are 1 to n, and what follows the win stands last."""
    chance = random.Random(seed)
    for number in range(12):
        rows = kam.json("stage list")
        before = [row["name"] for row in rows if not row["is_after_win"]]
        after = [row["name"] for row in rows if row["is_after_win"]]
        deed = chance.choice(["add", "move", "move", "remove"])
        if deed == "add":
            place = chance.randint(1, len(before) + 1)
            kam(f"stage add s{number} --probability 5 --days 5 --position {place}")
        elif deed == "move":
            name, place = chance.choice(before), chance.randint(1, len(before))
            kam(f"stage move {name} {place}")
            before.remove(name)
            before.insert(place - 1, name)
            assert names(kam) == before + after
        elif len(before) > 1:
            gone = chance.choice(before + after)
            kam(f"stage remove {gone}")
            assert names(kam) == [name for name in before + after if name != gone]
        rows = kam.json("stage list")
        assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
        assert sorted(row["is_after_win"] for row in rows) == [row["is_after_win"] for row in rows]
