"""Lists of clients, what tells namesakes apart, doubles before they are stored, and cards that need care."""

from __future__ import annotations

import pytest

KEYS = {
    *(
        "id",
        "uid",
        "name",
        "kind",
        "stage",
        "segment",
        "source",
        "country",
        "cadence_days",
        "last_contact_at",
    ),
    *("next_due_on", "nps_score", "nps_group"),
}


@pytest.fixture
def four(kam, now):
    kam("client add Alfa --city Łódź --country PL --stage key --segment Hotels --source fair --every 1d")
    kam("client edit alfa --tag vip")
    kam("client add Beta --city Lodz --country PL --tag vip --tag cold")
    kam("client add Gamma --country Germany --kind person --every 1y")
    kam("client add Delta --stage lost")
    kam("client archive delta")
    book = kam.book()
    with book.write(["fixture"]):
        for client_id, score in ((1, 3), (2, 10)):
            answer = {"client_id": client_id, "score": score, "answered_on": "2026-03-01", "answered_at": now}
            book.insert("nps_answers", answer)
    book.close()
    return kam


FILTERS = {
    "": "Alfa Beta Gamma",
    "--archived": "Delta",
    "--stage vip": "Alfa",
    "--kind person": "Gamma",
    "--country DE": "Gamma",
    "--country Polska": "Alfa Beta",
    "--city ŁÓDŹ": "Alfa Beta",
    "--segment hotels": "Alfa",
    "--source FAIR": "Alfa",
    "--tag vip": "Alfa Beta",
    "--tag vip --tag cold": "Beta",
    "--group critic": "Alfa",
    "--group detractor": "Alfa",
    "--group promoter": "Beta",
    "--due --today 2026-03-19": "Alfa",
    "--due --today 2026-03-18": "",
    "--where city=lodz": "Alfa Beta",
    "--where 'nps_score>5'": "Beta",
    "--where tags~col": "Beta",
    "--where segment=": "Beta Gamma",
    "alf": "Alfa",
    "--sort -name": "Gamma Beta Alfa",
    "--sort next_due_on --limit 1": "Alfa",
    "--stage key --country DE": "",
}


def test_lists_are_filtered(four):
    found = {given: [row["name"] for row in four.json(f"client list {given}")] for given in FILTERS}
    assert found == {given: names.split() for given, names in FILTERS.items()}


def test_the_promised_keys(acme):
    (row,) = acme.json("client list")
    assert row.keys() >= KEYS and acme.json("client show 1").keys() >= KEYS
    assert acme.json("client edit acme --stage new").keys() == row.keys()


def test_an_empty_list_says_what_to_do(acme):
    assert "no client matches" in acme("client list nobody").out
    assert "no client matches" in acme("client list --archived").out
    acme("client remove acme")
    assert "no clients yet. Add one: kam client add" in acme("client list").out
    assert acme.json("client list") == acme.json("client stale") == []


def test_namesakes_are_told_apart(kam, now):
    jan = "client add Jan Kowalski --kind person"
    kam(f"{jan} --birthday 1985-03-15 --phone 601234567 --document ABC123 --email jan@a.example")
    kam(f"{jan} --birthday '15 mar' --phone '+48 602 000 111' --tag golf --force")
    kam("client add Anna Kowalska --kind person --city Łódź")
    by = {
        "kowal": [1, 2, 3],
        "jan kowal": [1, 2],
        "kowal jan": [1, 2],
        "--birthday 15.3.1985": [1, 2],
        "--birthday '15 mar'": [1, 2],
        "--birthday 15.3.1986": [2],
        "kow --phone 602-000": [2],
        "--phone +48601234567": [1],
        "--email a.example": [1],
        "--email %": [],
        "--document abc": [1],
        "--tag GOLF": [2],
        "kow --city lodz": [3],
        "nobody": [],
        "%": [],
        "'\"'": [],
    }
    assert {given: [row["id"] for row in kam.json(f"client list {given} --sort id")] for given in by} == by
    assert "  #1 Jan Kowalski (born 1985-03-15, jan-kowalski)" in kam("client show jan", exit=4).err
    assert "no digits" in kam("client list --phone x", exit=2).err


# --- doubles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("ACME gmbh", "same name"),
        ("Acmé GmbH --city Paris", "same name, but another city"),
        ("Акме --city Berlin", "near name, in another script, same city"),
        ("Acme AG --city BERLIN", "same name, other legal form, same city"),
        ("Acem GmbH --city Berlin", "near name, same city"),
        ("Other --phone '030 23125001'", "same phone"),
        ("Other --phone 'x=0049 30 2312 5001'", "same phone"),
    ],
)
def test_a_look_alike_is_refused_unless_forced(acme, given, why):
    refused = acme(f"client add {given}", exit=4)
    assert "looks like a client in the book; add --force" in refused.err
    assert refused.err.endswith(f"  #1 Acme GmbH (Berlin, acme): {why}\n")
    assert len(acme.json("client list")) == 1
    acme(f"client add {given} --force")
    assert len(acme.json("client list")) == 2


@pytest.mark.parametrize(
    "given",
    ["Acem GmbH", "Acem GmbH --city Paris", "Acme Zwei GmbH --city Berlin", "Other --phone 2312"],
)
def test_what_only_resembles_is_taken(acme, given):
    acme(f"client add {given}")


def test_a_near_name_in_a_city_that_is_not_known_is_no_look_alike(kam):
    kam("client add Palarnia")
    kam("client add Palarnai")


def test_a_removed_client_is_no_look_alike_and_keeps_its_number_and_handle(acme):
    acme("client remove acme")
    row = acme.json("client add Acme GmbH")
    assert (row["id"], row["handle"]) == (2, "acme-2")


# --- the base kept in order ---------------------------------------------------------------------------------


def test_stale_reports_what_a_card_lacks(kam, now):
    kam("client add Bare")
    kam("client add Anna --kind person --country PL --city Opole --every 1w --phone 123456")
    assert kam.json("client stale") == [
        {
            "id": 1,
            "name": "Bare",
            "missing": "country, city, rhythm, phone or e-mail, contact person",
            "verified_on": "2026-03-18",
            "last_contact_at": None,
            "why": "no country, city, rhythm, phone or e-mail, contact person",
            "command": "kam client edit 1 …",
        }
    ]
    kam("contact add bare Jan --email jan@bare.example")
    kam("client edit bare --country PL --city Opole --every 3w")
    assert kam.json("client stale") == []
    assert "every card is in order" in kam("client stale").out


def test_stale_reports_cards_not_verified_and_clients_never_contacted(kam, now):
    kam("client add Anna --kind person --country PL --city Opole --every 1w --phone 123456")
    (row,) = kam.json("client stale --today 2026-03-25")
    assert (row["why"], row["command"]) == ("never contacted", "kam log call 1 …")
    (row,) = kam.json("client stale --today 2027-03-19")
    assert row["why"] == "not verified since 2026-03-18; never contacted"
    assert row["command"] == "kam client edit 1 --verified"
    (row,) = kam.json("client stale --today 2026-03-20 --days 1")
    assert row["why"] == "not verified since 2026-03-18"
    kam("client edit anna --verified --today 2027-03-19")
    kam("log call anna --outcome reached")
    assert kam.json("client stale --today 2027-03-19") == []
    kam("client archive anna")
    assert kam.json("client stale --today 2030-01-01") == []
