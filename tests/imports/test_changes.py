"""An update says what it changed; a plan says what it would; the same file twice says nothing is new."""

from __future__ import annotations

import pytest


@pytest.fixture
def load(kam, tmp_path):
    """Import a text as the table of one source."""

    def run(text: str, noun: str, *more: str, exit: int = 0):
        (tmp_path / "t.csv").write_text(text)
        return kam(["import", str(tmp_path / "t.csv"), "--as", noun, "--source", "crm", *more], exit=exit)

    return run


FIRST = "external_id,name,city,phone,tags\n1,Acme,Berlin,030 123456,a\n2,Beta,Kiel,,\n"
THEN = 'external_id,name,city,phone,tags\n1,Acme,Hamburg,030 999999,"a,b"\n2,Beta,,,\n3,Łódź Bakery,Łódź,,\n'


def test_an_update_says_what_became_what(kam, load) -> None:
    load(FIRST, "clients")
    plan = load(THEN, "clients", "--update", "--dry-run", "--json").json
    assert kam.json("client list --sort id")[0]["city"] == "Berlin"
    done = load(THEN, "clients", "--update", "--json").json
    assert plan == done
    assert (done["created"], done["updated"], done["skipped"]) == (1, 1, 1)
    acme = {"noun": "client", "id": 1, "record": "Acme"}
    assert done["changes"] == [
        {**acme, "field": "city", "old": "Berlin", "new": "Hamburg"}, {**acme, "field": "phone", "old": None, "new": "030 999999"},
        {**acme, "field": "tag", "old": None, "new": "b"},
    ]  # fmt: skip
    again = load(THEN, "clients", "--update", "--json").json
    assert (again["updated"], again["skipped"], again["changes"]) == (0, 3, [])


def test_a_person_reads_the_first_changes(load) -> None:
    rows = "".join(f"{n},Client {n},Kiel\n" for n in range(30))
    load("external_id,name,city\n" + rows, "clients")
    said = load("external_id,name,city\n" + rows.replace("Kiel", "Łódź"), "clients", "--update").out
    assert "changed: client #1 Client 0: city: Kiel → Łódź" in said
    assert said.count("changed: ") == 20 and "… 10 more changes; --json has them all" in said


def test_other_records_and_money_are_named(kam, load) -> None:
    kam("client add Acme")
    kam("client add Beta")
    head = "external_id,client,title,value,currency,status\n"
    load(head + "9,Acme,Roof,100,EUR,open\n", "deals")
    done = load(head + "9,Beta,Roof,150.5,EUR,won\n", "deals", "--update", "--json").json
    changes = {one["field"]: (one["old"], one["new"]) for one in done["changes"]}
    assert (
        changes["client"] == ("Acme", "Beta")
        and changes["value"] == (100, 150.5)
        and changes["status"] == ("open", "won")
    )


def test_a_plan_names_what_would_be_created(load) -> None:
    said = load(FIRST, "clients", "--dry-run").out
    assert said.startswith("2 clients would be created") and "would be created: Acme · Beta" in said
    load(FIRST, "clients")
    said = load(FIRST, "clients").out
    assert (
        said.startswith("0 clients created, 2 skipped")
        and "2 imported before; --update takes over what differs" in said
    )


def test_a_plan_shows_lookalikes_and_bad_rows(kam, load) -> None:
    kam("client add 'Acme GmbH'")
    text = "external_id,name,country\n1,ACME gmbh,DE\n2,Beta,Nowhere\n"
    result = load(text, "clients", "--dry-run", exit=1)
    assert "line 3, country 'Nowhere'" in result.err
    assert "same name" in load(text, "clients", "--dry-run", "--skip-bad").err
    assert kam.json("client list")[0]["name"] == "Acme GmbH" and len(kam.json("client list")) == 1


def test_a_refused_import_tells_no_changes(load) -> None:
    load(FIRST, "clients")
    bad = "external_id,name,country\n1,Acme,PL\n2,Beta,Nowhere\n"
    assert load(bad, "clients", "--update", "--json", exit=1).json["changes"] == []
