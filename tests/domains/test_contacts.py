"""`kam contact`: the persons at a client, found by every name they had, wherever they work."""

from __future__ import annotations

import pytest

from dump import dump
from kam_cli.text import fold

KEYS = {
    *(
        "id",
        "uid",
        "client_id",
        "client",
        "name",
        "first_name",
        "last_name",
        "title",
        "role",
        "sex",
        "birthday",
    ),
    *("phones", "emails", "tags", "note"),
}
FULL = """
--role decision-maker --title 'Head of purchasing' --birthday '12 jun 1985' --sex f --note 'Numbers first.'
--phone 'mobile=+420 601 555 010' --phone '601 555 011' --email Jana@acme.example --social linkedin=jana-n
--more-address 'home=Krátká 2' --date 'wedding=12 jun 2010' --hobby sailing --family husband=Petr
--prefers drinks=tea --tag golf --fact car=old
"""
STORED = {
    "client_id": 1,
    "client": "Acme GmbH",
    "name": "Jana Maria Nováková",
    "first_name": "Jana Maria",
    "last_name": "Nováková",
    "title": "Head of purchasing",
    "role": "decision-maker",
    "birthday": "1985-06-12",
    "sex": "f",
    "note": "Numbers first.",
    "phones": "+420 601 555 010, 601 555 011",
    "emails": "Jana@acme.example",
    "tags": "golf",
    "verified_on": "2026-03-18",
}


@pytest.fixture
def jana(acme):
    """Acme GmbH of Berlin with Jana, Globex of Berlin without anybody, Beta of an unknown city."""
    acme("client add Globex --city Berlin")
    acme("client add Beta")
    acme(f"contact add acme Jana Maria Nováková {FULL}")
    return acme


def test_everything_that_is_known_is_stored_and_echoed(acme):
    assert acme(f"contact add acme Jana Maria Nováková {FULL}").out == (
        "contact #1 Jana Maria Nováková · Head of purchasing · decision-maker · Acme GmbH"
        " · +420 601 555 010, 601 555 011 · Jana@acme.example · golf · born 12 Jun 1985 – added\n"
    )
    card = acme.json("contact show nováková")
    assert {name: card[name] for name in STORED} == STORED
    (row,) = acme.json("contact list")
    assert {name: row[name] for name in STORED} == STORED and row.keys() >= KEYS
    assert acme.json("contact edit 1 --sex m").keys() == row.keys()


def test_everything_that_is_known_is_shown_and_searched(jana):
    page = jana("contact show jana").out
    shown = ["Acme GmbH (#1)", "12 Jun 1985 (40)", "mobile: +420 601 555 010", "linkedin: jana-n", "sailing"]
    shown += ["husband: Petr", "drinks: tea", "wedding: 12 Jun 2010", "car: old", "golf", "home: Krátká 2"]
    assert [one for one in shown if one not in page] == []
    searched = (
        "jana novakova purchasing decision-maker 601555010 jana@acme jana-n kratka sailing petr tea golf old"
    )
    found = {one: [row["noun"] for row in jana.json(["find", one])] for one in searched.split()}
    assert found == {one: ["contact"] for one in searched.split()}


EDITS = [
    ("--role sponsor", "role", "sponsor"),
    ("--role decider", "role", "decision-maker"),
    ("--title CEO", "title", "CEO"),
    ("--birthday '29 feb'", "birthday", "--02-29"),
    ("--sex m", "sex", "m"),
    ("--note x", "note", "x"),
    ("--name 'Jana Malá'", "last_name", "Malá"),
    ("--name 'María José Carreño Quiñones' --last-name 'Carreño Quiñones'", "last_name", "Carreño Quiñones"),
    ("--first-name 'María José'", "first_name", "María José"),
    ("--verified --today 2026-04-01", "verified_on", "2026-04-01"),
    ("--drop tag=golf", "tags", None),
    ("--phone 112 --drop phone=mobile", "phones", "601 555 011, 112"),
    ("--email j@x.example", "emails", "Jana@acme.example, j@x.example"),
    ("--clear role", "role", None),
    ("--clear title", "title", None),
    ("--clear first-name", "first_name", None),
]


def test_every_field_is_edited(jana):
    for given, field, value in EDITS:
        before = jana.json("contact show 1")[field]
        row = jana.json(f"contact edit 1 {given}")
        assert row[field] == jana.json("contact show 1")[field] == value != before, given


@pytest.mark.parametrize(
    "role", ["decision-maker", "influencer", "user", "gatekeeper", "sponsor", "blocker", "buyer", "initiator"]
)
def test_every_role_is_taken(acme, role):
    assert acme.json(f"contact add acme X --role {role}")["role"] == role
    assert [row["role"] for row in acme.json(f"contact list --role {role}")] == [role]


REFUSED = [
    ("contact add acme", 2, "NAME is missing"),
    ("contact add", 2, "CLIENT"),
    ("contact add nobody Jan", 3, "no client 'nobody'"),
    ("contact add acme Jan --role boss", 2, "--role: 'boss' is not one of decision-maker, influencer"),
    ("contact add acme Jan --birthday 2030-01-01", 2, "in the future"),
    ("contact add acme Jan --email jan", 2, "--email"),
    ("contact add acme Jan --sex x", 2, "--sex"),
    ("contact edit jana", 2, "say what to change. Try: kam contact edit --help"),
    ("contact edit jana --clear name", 2, "that can be empty; there are first-name, last-name, title"),
    ("contact edit jana --drop tag=cold", 3, "--drop: the card has no 'tag=cold'; it has"),
    ("contact edit 9 --title x", 3, "no contact '9'"),
    ("contact move jana nobody", 3, "no client 'nobody'"),
    ("contact list --client nobody", 3, "no client 'nobody'"),
]


def test_what_is_refused_says_why_and_changes_nothing(jana):
    before = dump(jana.book())
    for line, code, said in REFUSED:
        assert said in jana(line, exit=code).err
    assert dump(jana.book()) == before


def test_after_a_rename_the_old_name_still_finds_her(jana):
    jana("contact edit jana --name 'Jana Malá'")
    assert jana.json("contact show novakova")["name"] == jana.json("contact show mala")["name"] == "Jana Malá"
    assert jana.json("contact show 1")["aliases"] == ["Jana Maria Nováková"]
    assert [row["id"] for row in jana.json("find nováková")] == [1]
    jana("contact add beta JANA MARIA NOVAKOVA", exit=4)


# --- doubles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "beta JANA maria novakova",
        "beta Other --email jana@ACME.example",
        "beta Other --phone 'x=00420 601 555 010'",
        "globex Jana Maria Novákova",
        "globex Nováková Jana Maria",
        "globex Jana Maria Nvoáková",
    ],
)
def test_a_look_alike_is_refused_unless_forced(jana, given):
    refused = jana(f"contact add {given}", exit=4)
    assert "looks like a contact in the book; add --force" in refused.err
    assert "  #1 Jana Maria Nováková (Acme GmbH, Head of purchasing, born 1985-06-12): " in refused.err
    jana(f"contact add {given} --force")
    assert len(jana.json("contact list")) == 2


@pytest.mark.parametrize(
    "given", ["beta Jana Maria Nvoáková", "globex Jana Marie Klein", "acme Other --phone 601"]
)
def test_what_only_resembles_is_taken(jana, given):
    jana(f"contact add {given}")


def test_two_cities_that_are_not_known_are_not_the_same(kam):
    kam("client add Alfa")
    kam("client add Beta")
    kam("contact add alfa Jan Kowalski")
    kam("contact add beta Jan Kowalsky")


def test_a_removed_person_is_no_look_alike(jana):
    jana("contact remove jana")
    jana("contact add globex Jana Maria Nováková --email jana@acme.example")


# --- lists --------------------------------------------------------------------------------------------------


def test_lists_are_filtered(jana):
    jana("contact add globex Jan Kowalski --role user --tag vip --birthday '12 jun'")
    jana("contact add globex Jan Nowak --phone 22334455")
    by = {
        "": [2, 3, 1],
        "--client acme": [1],
        "--client 2": [2, 3],
        "--role dec": [1],
        "--role user --client globex": [2],
        "--role user --client acme": [],
        "--tag GOLF": [1],
        "jan": [2, 3, 1],
        "nov": [1],
        "--birthday 12.6.1985": [2, 1],
        "--phone 2233": [3],
        "--email acme": [1],
        "--where title=": [2, 3],
        "--where client~glob": [2, 3],
        "--sort -id --limit 2": [3, 2],
    }
    assert {given: [row["id"] for row in jana.json(f"contact list {given}")] for given in by} == by
    assert "no contact matches" in jana("contact list --role blocker").out


def test_persons_of_clients_put_aside_are_left_out(jana):
    jana("client archive acme")
    assert jana.json("contact list") == []
    assert len(jana.json("contact list --client acme")) == 1


def test_an_empty_list_says_what_to_do(kam):
    assert "no contacts yet. Add one: kam contact add" in kam("contact list").out


@pytest.fixture
def alone(kam):
    """A person whose firm is not known, as an import may leave him."""
    book = kam.book()
    with book.write(["fixture"]):
        book.insert("contacts", {"name": "Vint Cerf", "name_key": fold("Vint Cerf")})
    book.close()
    return kam


def test_a_person_without_a_client_shows_well(alone):
    (row,) = alone.json("contact list")
    assert (row["client_id"], row["client"]) == (None, None)
    assert alone("contact list").out.splitlines()[-1].split() == [
        "1",
        "Vint",
        "Cerf",
        "–",
        "–",
        "–",
        "–",
        "–",
    ]
    assert alone("contact show vint").out.splitlines()[:2] == ["Vint Cerf", "  client  none known"]
    assert alone.json("contact list --where client=")[0]["id"] == 1


def test_a_person_without_a_client_moves_to_one(alone):
    alone("client add Acme")
    assert (
        alone("contact move vint acme --role sponsor").out
        == "contact #1 Vint Cerf · sponsor · Acme – moved\n"
    )
    assert alone.json("contact show 1")["details"] == []


# --- removed, undone ----------------------------------------------------------------------------------------


CHANGES = [
    "contact add beta Jan --phone 123456 --tag a --role user --birthday '1 feb'",
    "contact edit jana --name 'Jana Malá' --phone 5555 --drop tag=golf --clear role --verified",
    "contact move jana globex --title CEO --role sponsor",
    "contact remove jana",
]


@pytest.mark.parametrize("line", CHANGES)
def test_undo_brings_every_change_back(jana, line):
    before = dump(jana.book())
    jana(line)
    after = dump(jana.book())
    assert after != before
    jana("undo --yes")
    assert dump(jana.book()) == before
    jana("redo --yes")
    assert dump(jana.book()) == after
