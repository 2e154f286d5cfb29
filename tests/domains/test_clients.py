"""`kam client`: a card holds all that is known; every field is found and edited; nothing is lost."""

from __future__ import annotations

import pytest

from dump import dump
from kam_cli.domains.clients import details

FULL = """
--kind person --stage vip --segment retail --source fair --country Polska --region Łódzkie --city Łódź
--postcode 90-338 --address 'ul. Długa 1' --website nowak.example --document 'PL 725-18-01'
--birthday 12.6.1985 --every '2 weeks' --since 1.2.2024 --handle Zosia --note 'knows everybody'
--phone 'mobile=+48 601 234 567' --phone '42 123 45 67' --email Zofia@nowak.example --social linkedin=zofia-n
--more-address 'warehouse=ul. Krótka 2' --date 'wedding=12 jun 2010' --hobby ceramics --hobby a=b
--family husband=Jan --prefers drinks=tea --tag vip --tag 'Łódź 2' --fact fleet=40 --fact smokes
"""
STORED = {
    "handle": "zosia",
    "name": "Zofia Nowak",
    "kind": "person",
    "stage": "key",
    "segment": "retail",
    "source": "fair",
    "country": "PL",
    "region": "Łódzkie",
    "city": "Łódź",
    "postcode": "90-338",
    "address": "ul. Długa 1",
    "website": "nowak.example",
    "phones": "+48 601 234 567, 42 123 45 67",
    "emails": "Zofia@nowak.example",
    "tags": "vip, Łódź 2",
    "document_no": "PL 725-18-01",
    "birthday": "1985-06-12",
    "cadence_days": 14,
    "since_on": "2024-02-01",
    "verified_on": "2026-03-18",
    "note": "knows everybody",
    "archived_at": None,
}
DETAILS = [
    ("phone", "mobile", "+48 601 234 567"),
    ("phone", None, "42 123 45 67"),
    ("email", None, "Zofia@nowak.example"),
    ("social", "linkedin", "zofia-n"),
    ("address", "warehouse", "ul. Krótka 2"),
    ("date", "wedding", "2010-06-12"),
    ("hobby", None, "ceramics"),
    ("hobby", None, "a=b"),
    ("family", "husband", "Jan"),
    ("preference", "drinks", "tea"),
    ("tag", None, "vip"),
    ("tag", None, "Łódź 2"),
    ("fact", "fleet", "40"),
    ("fact", None, "smokes"),
]
SEARCHED = """
zofia Łódź lodzkie 90-338 dluga retail fair 725-18-01 nowak.example 601234567 zofia-n krotka ceramics husband
tea fleet smokes everybody zosia
"""


@pytest.fixture
def zofia(kam, now):
    added = kam(f"client add Zofia Nowak {FULL}").out
    assert added == (
        "client #1 Zofia Nowak · Łódź · PL · key · every 2w · since Thu 2024-02-01 · born 12 Jun 1985"
        " · vip, Łódź 2 – added as zosia\n"
    )
    return kam


def test_everything_that_is_known_is_stored(zofia):
    card = zofia.json("client show 1")
    assert {name: card[name] for name in STORED} == STORED
    assert [(d["kind"], d["label"], d["value"]) for d in card["details"]] == DETAILS
    (row,) = zofia.json("client list")
    assert {name: row[name] for name in STORED} == STORED


def test_everything_that_is_known_is_shown(zofia):
    page = zofia("client show zosia").out
    texts = [value for kind, _, value in DETAILS if kind != "date"] + ["12 Jun 2010"]
    texts += ["retail", "fair", "PL 725-18-01", "Poland", "ul. Długa 1, 90-338 Łódź", "12 Jun 1985 (40)"]
    assert [text for text in texts if text not in page] == []


def test_everything_that_is_known_is_searched(zofia):
    missed = [one for one in SEARCHED.split() if [row["id"] for row in zofia.json(["find", one])] != [1]]
    assert missed == []


EDITS = [
    ("--stage lost", "stage", "lost"),
    ("--kind person", "kind", "person"),
    ("--segment hotels", "segment", "hotels"),
    ("--source web", "source", "web"),
    ("--country DE", "country", "DE"),
    ("--region Bavaria", "region", "Bavaria"),
    ("--city Köln", "city", "Köln"),
    ("--postcode 1", "postcode", "1"),
    ("--address 'A 1'", "address", "A 1"),
    ("--website x.example", "website", "x.example"),
    ("--document D1", "document_no", "D1"),
    ("--birthday '29 feb'", "birthday", "--02-29"),
    ("--every 10d", "cadence_days", 10),
    ("--since yesterday", "since_on", "2026-03-17"),
    ("--note n", "note", "n"),
    ("--handle A-1", "handle", "a-1"),
    ("--name 'Acme AG'", "name", "Acme AG"),
    ("--verified --today 2026-04-01", "verified_on", "2026-04-01"),
    ("--clear every", "cadence_days", None),
    ("--clear city", "city", None),
    ("--tag new", "tags", "vip, new"),
    ("--drop tag=VIP", "tags", "new"),
    ("--phone 112", "phones", "+49 30 2312 5001, 112"),
    ("--drop 'phone=0049 30 23125001'", "phones", "112"),
]


def test_every_field_is_edited(acme):
    for given, field, value in EDITS:
        before = acme.json("client show 1")[field]
        row = acme.json(f"client edit 1 {given}")
        assert row[field] == acme.json("client show 1")[field] == value != before, given


def test_an_edit_says_what_it_did(acme):
    assert "changed, known as acme" in acme("client edit acme --stage new").out
    assert "nothing differs; known as acme" in acme("client edit acme --stage new --tag VIP").out
    assert acme.json("client edit acme --drop tag=vip --tag cold")["tags"] == "cold"


REFUSED = [
    ("client edit acme", 2, "say what to change"),
    ("client edit acme --clear name", 2, "--clear: no field 'name' that can be empty; there are segment"),
    ("client edit acme --clear nonsense", 2, "no field 'nonsense'"),
    ("client edit acme --drop tag=cold", 3, "has no 'tag=cold'; it has\n  phone=+49 30 2312 5001\n  tag=vip"),
    ("client edit acme --drop tag", 3, "the card has no 'tag'"),
    ("client edit acme --email jana", 2, "--email: 'jana' is not an e-mail address"),
    ("client edit acme --phone none", 2, "no digits"),
    ("client edit acme --date founded=2026", 2, "--date: cannot read the date '2026'"),
    ("client edit acme --handle 12", 2, "--handle: '12' is no handle"),
    ("client edit acme --handle 'a b'", 2, "is no handle"),
    ("client edit acme --country Atlantis", 2, "--country: no country 'Atlantis'"),
    ("client edit acme --every 0d", 2, "--every"),
    ("client edit acme --birthday 2030-01-01", 2, "in the future"),
    ("client edit acme --phone 112 --stage nowhere", 2, "--stage"),
    ("client add", 2, "NAME"),
    ("client add ''", 2, "NAME: it is empty"),
    ("client edit 99 --stage new", 3, "no client '99'"),
]


def test_what_is_refused_says_why_and_changes_nothing(acme):
    before = dump(acme.book())
    for line, code, said in REFUSED:
        assert said in acme(line, exit=code).err
    assert dump(acme.book()) == before


def test_handles_are_unique_but_ones_own_may_stay(acme):
    acme("client add Beta")
    assert acme.json("client edit acme --handle ACME --stage new")["handle"] == "acme"
    assert "taken already" in acme("client edit beta --handle acme", exit=4).err
    acme("client add Acme GmbH --force")
    assert [row["handle"] for row in acme.json("client list --sort id")] == ["acme", "beta", "acme-2"]


# --- details ------------------------------------------------------------------------------------------------


def labelled(kam, kind: str) -> list[tuple[str | None, str]]:
    rows = kam.json("client show 1")["details"]
    return [(row["label"], row["value"]) for row in rows if row["kind"] == kind]


def test_a_detail_is_kept_once_and_takes_a_label_given_later(acme):
    acme("client edit acme --phone '+49 (30) 23125001' --phone 'office=0049 30 2312-5001'")
    assert labelled(acme, "phone") == [("office", "0049 30 2312-5001")]
    acme("client edit acme --family wife=Anna --family daughter=Anna --family Anna")
    assert labelled(acme, "family") == [("wife", "Anna"), ("daughter", "Anna")]


def test_important_dates_may_lie_ahead_and_are_known_by_their_day(acme):
    acme("client edit acme --date 'contract=1 jan 2030' --date 'founded=12 may' --date 'founded=12 may 1998'")
    assert labelled(acme, "date") == [
        ("contract", "2030-01-01"),
        ("founded", "--05-12"),
        ("founded", "1998-05-12"),
    ]
    keys = acme.book().column("SELECT value_key FROM details WHERE kind = 'date'")
    assert keys == ["01-01", "05-12", "05-12"]


def test_details_are_grouped_phones_first():
    given = [("tag", "a"), ("phone", "1"), ("tag", "b"), ("email", "x@y")]
    rows = [{"kind": kind, "label": None, "value": value} for kind, value in given]
    assert details.grouped(rows) == [("phone", ["1"]), ("email", ["x@y"]), ("tag", ["a, b"])]


def test_too_long_a_detail_is_refused(acme):
    acme(["client", "edit", "acme", "--fact", "x" * 2000])
    refused = acme(["client", "edit", "acme", "--fact", "x" * 2001], exit=2)
    assert "--fact: 2001 characters; at most 2000" in refused.err


# --- put aside, removed, undone -----------------------------------------------------------------------------


def test_archive_hides_from_lists_and_not_from_show(acme):
    assert acme("client archive acme").out.endswith("archived, known as acme\n")
    assert acme.json("client list") == []
    assert [row["id"] for row in acme.json("client list --archived")] == [1]
    assert acme("client show acme").out.startswith("Acme GmbH · acme · prospect · Berlin · archived\n")
    assert "archived already" in acme("client archive acme").out
    assert acme("client archive acme --back").out.endswith("back again as acme\n")
    assert "not archived" in acme("client archive acme --back").out
    assert [row["id"] for row in acme.json("client list")] == [1]


def test_archive_tells_what_is_left_open(acme):
    acme("task add call back --client acme")
    assert "still there: 1 open task" in acme("client archive acme").err


def test_a_client_with_a_history_is_not_removed(acme):
    acme("contact add acme Jana Nová")
    refused = acme("client remove acme", exit=1)
    assert "has 1 contact. Put it aside instead: kam client archive 1" in refused.err
    acme("contact remove jana")
    acme("client remove acme")
    acme("client show acme", exit=3)
    assert acme.json("find acme") == []


CHANGES = [
    "client add Beta --city Paris --country FR --phone 12345 --tag a --hobby b --every 1w --birthday '1 feb'",
    "client edit acme --name Globex --stage key --phone 55 --drop tag=vip --clear city --every 1w",
    "client edit acme --phone office=+493023125001",
    "client archive acme",
    "client remove acme",
]


@pytest.mark.parametrize("line", CHANGES)
def test_undo_brings_every_change_back(acme, line):
    before = dump(acme.book())
    acme(line)
    after = dump(acme.book())
    assert after != before
    acme("undo --yes")
    assert dump(acme.book()) == before
    acme("redo --yes")
    assert dump(acme.book()) == after


def test_an_edit_that_changes_nothing_leaves_no_trace(acme):
    commands = acme.book().value("SELECT count(*) FROM commands")
    acme("client edit acme --tag vip --city Berlin")
    acme("client archive acme --back")
    assert acme.book().value("SELECT count(*) FROM commands") == commands
