"""References: number, uid, exact name, word prefix, fragment; several are a question, never a guess."""

from __future__ import annotations

import pytest


@pytest.fixture
def people(kam):
    for name in (
        "Acme GmbH",
        "Acme Berlin",
        "Łódź Bakery",
        "Żofie Nováková",
        "Київстар Сервіс",
        "שלום טורס",
        "12",
        "Beta & Sons",
        "O'Brien Ltd",
    ):
        kam(["client", "add", name, "--force"])
    return kam


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("1", "Acme GmbH"), ("#2", "Acme Berlin"), ("#7", "12"), ("ACME GMBH", "Acme GmbH"), ("acme b", "Acme Berlin"),
        ("acme-berlin", "Acme Berlin"), ("lodz", "Łódź Bakery"), ("ŁÓDŹ", "Łódź Bakery"), ("bak", "Łódź Bakery"), ("zofie", "Żofie Nováková"),
        ("novak", "Żofie Nováková"), ("kyivstar", "Київстар Сервіс"), ("київ", "Київстар Сервіс"), ("שלום", "שלום טורס"),
        ("shlvm", "שלום טורס"), ("akery", "Łódź Bakery"), ("obrien", "O'Brien Ltd"), ("beta & s", "Beta & Sons"), ("nova zof", "Żofie Nováková"), ("12", "12"),
    ],
)  # fmt: skip
def test_one_match_is_taken(people, typed, name):
    from kam_cli import refs, registry

    ids = refs.candidates(people.book(), registry.noun("client"), typed)
    assert [row["name"] for row in people.json("client list") if row["id"] in ids] == [name]


def test_a_uid_names_its_record(people):
    row = people.json("client list --where name~brien")[0]
    people(f"client edit {row['uid']} --stage key")
    assert people.json("client list --stage key")[0]["id"] == row["id"]


def test_several_are_listed_with_exit_4(people):
    result = people("client edit acme --stage key", exit=4)
    assert result.err.splitlines()[0].startswith("kam: 'acme' matches 2 clients")
    assert result.err.splitlines()[1:] == ["  #1 Acme GmbH (acme)", "  #2 Acme Berlin (acme-berlin)"]
    assert people.json("client list --stage key") == []


def test_nothing_is_exit_3_and_a_near_miss_is_offered_not_taken(people):
    result = people("client edit bakry --stage key", exit=3)
    assert "no client 'bakry'" in result.err
    result = people("client edit acmee --stage key", exit=3)
    assert "did you mean" in result.err and "#1 Acme GmbH" in result.err
    assert people.json("client list --stage key") == []


@pytest.mark.parametrize(
    "typed", ["", "   ", "%", "_", "*", '"', "' OR 1=1", "#0", "#99", "99", "NEAR(", "a AND", "\\", "-", "#x"]
)
def test_odd_texts_find_nothing_and_never_fail(people, typed):
    from kam_cli import refs, registry
    from kam_cli.errors import BadValue

    try:
        assert refs.candidates(people.book(), registry.noun("client"), typed) == []
    except BadValue:
        assert not typed.strip()


def test_a_removed_client_is_not_found(people):
    people("client remove beta")
    people("client edit beta --stage key", exit=3)
    people("client edit 8 --stage key", exit=3)


def test_an_old_name_still_finds(people):
    people("client edit beta --name 'Gamma Partners'")
    people("client edit 'beta & sons' --stage key")
    assert people.json("client list --stage key")[0]["name"] == "Gamma Partners"
