"""Contracts: their way from the draft to the end, the protocol of disagreements, documents, and what runs out."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dump import dump
from kam_cli.domains.contracts import rules
from kam_cli.errors import KamError


@pytest.fixture
def frame(acme):
    """Acme with a draft, F/1, that is to end on 31 December 2026."""
    acme("contract add acme Frame agreement --value 40k --ends '31 dec' --notice 60d --number F/1")
    return acme


def status(kam, contract: str = "F/1", **more: str) -> str:
    today = f" --today {more['today']}" if more else ""
    return str(kam.json(f"contract show {contract}{today}")["status"])


# --- the rules ----------------------------------------------------------------------------------------------

days = st.one_of(st.none(), st.dates().map(str))


@given(
    st.sampled_from(("draft", "in-negotiation", "signed", "ended")),
    st.dates().map(str),
    days,
    days,
    days,
    days,
)
def test_a_state_follows_from_the_days(status, today, starts, ends, extended, ended):
    state = rules.state(status, today, starts_on=starts, ends_on=ends, extended_on=extended, ended_on=ended)
    assert state in rules.MOVES
    if status != "signed":
        assert state == status
    elif state in rules.RUNNING:
        assert (starts or today) <= today <= (ends or today) and not (ended and ended <= today)
        assert (state == "extended") == bool(extended)
    elif state == "signed":
        assert starts and starts > today
    else:
        assert (ended and ended <= today) if state == "ended" else (ends and ends < today)


@given(st.sampled_from(rules.STATES), st.sampled_from(sorted(rules.WORDS)))
def test_a_wrong_move_is_refused_with_those_that_are_allowed(state, verb):
    if verb in rules.MOVES[state]:
        assert rules.moved(state, verb, "it") in ("in-negotiation", "signed", "ended")
        return
    with pytest.raises(KamError) as refused:
        rules.moved(state, verb, "it")
    assert all(f"kam contract {one}" in str(refused.value) for one in rules.MOVES[state] or ("add",))


@given(st.lists(st.sampled_from(sorted(rules.WORDS)), max_size=8))
def test_no_way_leads_back_from_the_signature(verbs):
    seen, stored = [], "draft"
    for verb in verbs:
        state = "active" if stored == "signed" else stored
        if verb in rules.MOVES[state]:
            stored = rules.moved(state, verb, "it")
        seen.append(stored)
    order = [("draft", "in-negotiation", "signed", "ended").index(one) for one in seen]
    assert order == sorted(order)


# --- through the command line -------------------------------------------------------------------------------


def test_a_contract_from_the_draft_to_its_end(frame):
    assert status(frame) == "draft"
    frame("contract clause F/1 '7 payment' --ours '14 days' --theirs '60 days'")
    assert status(frame) == "in-negotiation"
    refused = frame("contract sign F/1", exit=1).err
    assert "1 open clause: 7 payment" in refused and "--open" in refused
    frame("contract clause F/1 7 --agreed '30 days'")
    done = frame("contract sign F/1 --on yesterday").out
    assert (
        done
        == "contract #1 Frame agreement · no. F/1 · Acme GmbH · 40 000.00 EUR · active · to Thu 2026-12-31 – signed\n"
    )
    row = frame.json("contract show F/1")
    assert (row["signed_on"], row["starts_on"], row["notice_on"]) == (
        "2026-03-17",
        "2026-03-17",
        "2026-11-01",
    )
    assert row["clauses"][0] | {"uid": ""} == {
        "id": 1, "uid": "", "clause": "7 payment", "ours": "14 days", "theirs": "60 days", "agreed": "30 days",
    }  # fmt: skip
    assert status(frame, today="2026-12-31") == "active" and status(frame, today="2027-01-01") == "expired"
    frame("contract extend F/1 --until 2027-12-31 --today 2027-01-05")
    assert status(frame, today="2027-12-31") == "extended"
    frame("contract end F/1 --on 2027-06-30 --reason 'moved in-house' --today 2027-06-01")
    assert status(frame, today="2027-06-29") == "extended" and status(frame, today="2027-06-30") == "ended"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (
            "extend F/1 --until 2028-01-01",
            1,
            "is a draft: it cannot be extended. What can be done now: kam contract negotiate or kam contract sign",
        ),
        ("sign F/1 --on 2026-03-19", 2, "--on: 2026-03-19 is in the future"),
        ("end F/1 --reason x --on 2026-03-19", 2, "never signed"),
        ("edit F/1 --starts 2027-02-01", 1, "before it starts on 2027-02-01"),
        ("add acme Odd --starts 2026-05-02 --ends 2026-05-01", 1, "it would end on 2026-05-01"),
        ("add acme Odd --value -3", 2, "--value"),
        ("add acme Odd --notice never", 2, "--notice"),
        ("clause F/1 7", 2, "say what is known"),
        ("clause F/1 7 --remove", 3, "no clause '7' on the protocol of contract #1; there are none"),
        ("clause F/1 7 --ours x --remove", 2, "say what is known"),
        ("attach F/1 nothing.pdf", 2, "PATH: "),
        ("attach F/1 .", 2, "is no ordinary file"),
        ("version F/1 --file /dev/zero", 2, "no ordinary file"),
        ("detach F/1 nothing", 3, "no document 'nothing' at contract #1; there are none"),
        ("show G/2", 3, "no contract 'G/2'"),
        ("list --status asleep", 2, "--status"),
    ],
)
def test_what_is_refused(frame, line, code, says):
    before = dump(frame.book())
    assert says in frame(f"contract {line}", exit=code).err
    assert dump(frame.book()) == before


def test_a_signed_contract_refuses_what_belongs_before_or_after(frame):
    frame("contract clause F/1 7 --ours '14 days'")
    frame("contract clause F/1 9 --ours Berlin --theirs Paris")
    frame("contract sign F/1 --open")
    assert "only what was left open" in frame("contract clause F/1 7 --theirs '90 days'", exit=1).err
    assert "only what was left open" in frame("contract clause F/1 11 --ours x", exit=1).err
    frame("contract clause F/1 9 --agreed Berlin")
    assert "only what was left open" in frame("contract clause F/1 9 --agreed Paris", exit=1).err
    assert "it cannot be signed" in frame("contract sign F/1 --open", exit=1).err
    assert "ends on 2026-12-31 as it is" in frame("contract extend F/1 --until 2026-12-31", exit=1).err
    assert "signed on 2026-03-18" in frame("contract end F/1 --on 2026-03-01 --reason x", exit=1).err
    assert "ends on 2026-12-31 anyway" in frame("contract end F/1 --on 2027-03-01 --reason x", exit=1).err
    frame("contract end F/1 --reason sold")
    assert "Nothing follows" in frame("contract extend F/1 --until 2028-01-01", exit=1).err


def test_lists(frame):
    frame("client add קפה אביב")
    frame("contract add קפה שירות --referral-clause --ends 2026-04-30 --value 'ILS 1200'")
    frame("contract add acme Żółta umowa --ends 2026-01-31")
    for number in (2, 3):
        frame(f"contract sign {number} --on 2026-01-02")
    ids = {
        "": [2, 1], "--status all": [3, 2, 1], "--status expired": [3], "--status running": [2], "--status draft": [1],
        "--referral": [2], "--ending 60d": [2], "--ending 10d": [], "--client acme --status all": [3, 1], "--where value>=40000": [1],
        "--sort -ends_on --limit 1": [1],
    }  # fmt: skip
    for options, found in ids.items():
        assert [row["id"] for row in frame.json(f"contract list {options}")] == found, options
    row = frame.json("contract list --referral")[0]
    assert (row["is_referral"], row["value"], row["currency"], row["client"]) == (
        True,
        1200,
        "ILS",
        "קפה אביב",
    )
    page = frame.json("client show acme")["contracts"]
    assert [one["status"] for one in page] == ["draft", "expired"]
    assert "1 over: kam contract list --status all --client 1" in frame("client show acme").out
    assert (
        "Contracts"
        not in frame("client show 2 --today 2027-01-01").out.split("over:")[0].split("Contracts")[0]
    )
    for text in ("zolta", "F/1", "שירות"):
        assert [hit["noun"] for hit in frame.json(["find", text])] == ["contract"], text


def test_a_renewal_comes_up_until_it_is_decided(frame):
    def due(day: str) -> list[tuple[str, str, str]]:
        rows = frame.json(f"today --today {day}")
        return [(row["text"], row["due_on"], row["command"]) for row in rows if row["kind"] == "renewal"]

    frame("contract sign F/1")
    command = "kam contract extend 1 --until …"
    assert due("2026-10-31") == []
    assert due("2026-11-01") == [("Frame agreement no. F/1, ends in 60 days", "2026-12-31", command)]
    assert due("2026-12-31")[0][0].endswith("ends today") and due("2027-01-30")[0][0].endswith("ran out")
    assert due("2027-01-31") == [], "nobody cares any more"
    assert "Frame agreement" in frame("remind --today 2026-11-01").out
    frame("contract end F/1 --on 2026-12-31 --reason 'no renewal' --today 2026-11-02")
    assert due("2026-12-01") == []
    frame("undo --yes")
    frame("contract extend F/1 --until 2027-12-31 --today 2026-11-02")
    assert due("2026-12-01") == [] and due("2027-11-01") != []


def test_documents_that_are_missing_or_changed_are_named(frame, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paper, annex = tmp_path / "umowa żółta.pdf", tmp_path / "annex.txt"
    paper.write_bytes(b"%PDF")
    annex.write_bytes(b"prices")
    frame(["contract", "version", "F/1", "--file", paper.name, "--note", "first wording"])
    frame("contract attach F/1 annex.txt --note prices")
    row = frame.json("contract show F/1")
    assert [(file["path"], file["version"], file["size_bytes"], file["state"]) for file in row["files"]] == [
        (str(annex), None, 6, "unchanged"),
        (str(paper), 1, 4, "unchanged"),
    ]
    assert row["files"][1]["sha256"] == hashlib.sha256(b"%PDF").hexdigest()
    assert (row["documents"], row["versions"][0]["number"]) == (2, 1)
    assert frame("check").out == ""
    annex.write_bytes(b"pricez")
    paper.unlink()
    assert [one["state"] for one in frame.json("contract show F/1")["files"]] == ["changed", "missing"]
    assert frame("contract show F/1").out.index("MISSING") < frame("contract show F/1").out.index("CHANGED")
    done = frame("check --json", exit=1)
    assert (
        done.out.count('"check": "documents"') == 2
        and f"{annex} (document of contract #1) was changed" in done.out
    )
    assert "is sound; beside it there are 2 faults" in done.err and "kam contract detach" in done.err
    frame(f"backup {tmp_path / 'copy.db'}")
    assert frame(f"check {tmp_path / 'copy.db'}").out == "", "a copy elsewhere has no documents beside it"
    assert "attached as it is now" in frame("contract attach F/1 annex.txt").out
    assert "is as it was" in frame("contract attach F/1 annex.txt").out
    assert "there are 2 documents" in frame("contract detach F/1", exit=4).err
    frame("contract detach F/1 umowa")
    assert frame("check").out == ""
    frame("contract remove F/1")
    annex.unlink()
    assert frame("check").out == "", "what was removed needs no documents"


def test_a_document_is_named_by_number_where_its_path_stands_twice(frame, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("a")
    frame(f"contract attach F/1 {file}")
    frame(f"contract version F/1 --file {file}")
    assert "#1 " in frame("contract detach F/1 a.txt", exit=4).err
    frame("contract detach F/1 '#1'")
    assert [one["version"] for one in frame.json("contract show F/1")["files"]] == [1]
    frame("contract detach F/1")
    assert frame.json("contract show F/1")["files"] == []


def test_edit_and_clear(frame):
    frame("deal add acme Oak --value 1k")
    frame("deal add acme Pine --value 1k")
    row = frame.json(
        "contract edit F/1 --deal oak --value 'PLN 5' --title Ramowa --referral-clause --notice 0d"
    )
    assert (row["deal"], row["value"], row["currency"], row["is_referral"], row["notice_on"]) == (
        "Oak",
        5,
        "PLN",
        True,
        "2026-12-31",
    )
    row = frame.json("contract edit ramowa --clear value --clear deal --clear referral-clause --clear number")
    assert (row["value"], row["currency"], row["deal"], row["is_referral"], row["number"]) == (
        None,
        None,
        None,
        False,
        None,
    )
    assert "nothing differs" in frame("contract edit ramowa --title Ramowa").out


@pytest.mark.parametrize(
    "line",
    [
        "add acme Second --value 1k", "edit F/1 --title Other --ends 2027-01-01", "negotiate F/1", "clause F/1 8 --ours x",
        "clause F/1 7 --remove", "clause F/1 7 --agreed x", "version F/1 --note n", "sign F/1 --open", "end F/1 --reason x", "remove F/1",
    ],
)  # fmt: skip
def test_undo_restores_every_row(frame, line):
    frame("contract clause F/1 7 --ours x") if "7" in line else None
    before = dump(frame.book())
    frame(f"contract {line}")
    assert dump(frame.book()) != before
    frame("undo --yes")
    assert dump(frame.book()) == before


def test_who_is_forgotten_leaves_no_contract(frame, tmp_path):
    file = tmp_path / "Acme GmbH.txt"
    file.write_text("a")
    frame("contract clause F/1 7 --ours 'a wording of his own'")
    frame(["contract", "attach", "F/1", str(file)])
    frame("client forget acme --yes")
    assert (
        b"wording of his own" not in frame.db.read_bytes() and b"Acme GmbH.txt" not in frame.db.read_bytes()
    )
    assert frame.json("contract list --status all") == []
