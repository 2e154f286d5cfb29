"""Objections: which answers were given to the like, and which of them worked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.domains.objections import rules


@pytest.fixture
def shop(kam):
    for line in (
        "client add Acme", "client add Globex", "product add Oak panel", "deal add acme Lobby --value 12k", "deal add globex Roof --value 1k",
        "objection add acme too expensive --product oak --deal lobby --answer 'it lasts twice as long' --worked",
        "objection add globex Far too expensive for us --answer 'It lasts twice as long.' --failed",
        "objection add globex much too EXPENSIVE --answer 'pay in thirds' --worked",
        "objection add acme the lead time is too long --answer 'we keep a stock'",
    ):  # fmt: skip
        kam(line)
    return kam


def test_what_worked_before_comes_first(shop):
    rows = shop.json("objection answers too expensive")
    assert [(row["answer"], row["worked"], row["failed"]) for row in rows] == [
        ("it lasts twice as long", 1, 1),
        ("pay in thirds", 1, 0),
    ]
    assert (rows[0]["likeness_pct"], rows[0]["objection"], rows[0]["client"]) == (
        100,
        "too expensive",
        "Acme",
    )
    rows = shop.json("objection answers much too expensive")
    assert rows[0]["answer"] == "pay in thirds"
    assert shop.json("objection answers 'lead times'")[0]["unknown"] == 1
    assert shop.json("objection answers ugly colour") == []


def test_of_answers_that_fit_alike_the_one_that_worked_more_often_comes_first(kam):
    kam("client add Acme")
    for answer, result in (("cheaper in bulk", "failed"), ("pay later", "worked"), ("no reply", "")):
        kam(f"objection add acme too dear --answer '{answer}'{f' --{result}' if result else ''}")
    assert [row["answer"] for row in kam.json("objection answers dear")] == [
        "pay later",
        "no reply",
        "cheaper in bulk",
    ]


def test_an_objection_may_be_answered_later(shop):
    done = shop("objection add globex so expensive")
    assert "worked 1 of 2 times before: it lasts twice as long" in done.err or "pay in thirds" in done.err
    assert shop.json("objection list --open")[0]["text"] == "so expensive"
    row = shop.json("objection answer 5 we send a sample first --worked")
    assert (row["answer"], row["result"]) == ("we send a sample first", "worked")
    assert shop.json("objection answer 5 --failed")["result"] == "failed"
    assert shop.json("objection answer 5 another one")["result"] is None, "not known yet of the new answer"
    assert len(shop.json("objection list --open")) == 3
    shop("objection edit 5 --clear answer")
    assert shop.json("objection show 5")["answer"] is None


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("objection add acme x --worked", 2, "--answer"), ("objection add acme x --answer y --worked --failed", 2, "exclude"),
        ("objection add acme x --deal roof", 2, "another client's"), ("objection add acme x --on tomorrow", 2, "future"),
        ("objection answer 1", 2, "say what was answered"), ("objection edit 1", 2, "say what"), ("objection add nobody x", 3, "no client"),
    ],
)  # fmt: skip
def test_what_is_refused(shop, line, code, said):
    assert said in shop(line, exit=code).err


def test_filters(shop):
    assert [row["id"] for row in shop.json("objection list --client acme")] == [4, 1]
    assert [row["id"] for row in shop.json("objection list --product oak")] == [1]
    assert [row["id"] for row in shop.json("objection list --deal lobby")] == [1]
    assert "it lasts twice" in shop("objection show 1").out


def test_a_table_of_objections(shop, tmp_path):
    path = tmp_path / "objections.csv"
    path.write_text(
        "client,objection,answer,worked,date\nAcme,za drogo,na raty,yes,2026-03-01\nAcme,za późno,,,\n",
        encoding="utf-8",
    )
    assert shop.json(["import", str(path)])["created"] == 2
    assert shop.json("objection answers drogo")[0]["answer"] == "na raty"
    path.write_text("client,objection,answer,worked\nAcme,x,,no\n")
    assert "no answer" in shop(["import", str(path), "--as", "objections"], exit=1).err


# --- the rules ----------------------------------------------------------------------------------------------

_text = st.lists(
    st.sampled_from(["dear", "late", "colour", "rough", "expensively", "the"]), min_size=1, max_size=4
).map(" ".join)
_said = st.fixed_dictionaries(
    {
        "id": st.integers(1, 9), "client": st.just("Acme"), "text": _text, "answer": st.sampled_from(["a", "b", None]),
        "result": st.sampled_from(["worked", "failed", None]), "said_on": st.dates().map(str),
    }
).map(lambda one: {**one, "answer_key": one["answer"]})  # fmt: skip


@given(_text, _text)
def test_likeness_is_a_share_that_goes_both_ways(one, other):
    near = rules.likeness(rules.words(one), other)
    assert 0 <= near <= 1 and near == rules.likeness(rules.words(other), one)
    assert rules.likeness(rules.words(one), one) == 1
    assert (near > 0) == bool(
        {w[: rules.STEM] for w in rules.words(one)} & {w[: rules.STEM] for w in rules.words(other)}
    )


@given(_text, st.lists(_said, max_size=8))
def test_every_answer_to_the_like_is_counted_once(text, said):
    rows = rules.answers(text, said)
    like = [one for one in said if one["answer"] and rules.likeness(rules.words(text), one["text"])]
    assert sum(row["worked"] + row["failed"] + row["unknown"] for row in rows) == len(like)
    assert len({row["answer"] for row in rows}) == len(rows)
    assert [row["likeness_pct"] for row in rows] == sorted(
        (row["likeness_pct"] for row in rows), reverse=True
    )


@given(st.integers(0, 50), st.integers(0, 50))
def test_an_answer_is_worth_more_with_each_time_it_worked(worked, failed):
    assert 0 < rules.worth(worked, failed) < 1
    assert rules.worth(worked + 1, failed) > rules.worth(worked, failed) > rules.worth(worked, failed + 1)
