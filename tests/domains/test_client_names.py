"""Names of clients: in any script and length, found under every name they had, never taken for another."""

from __future__ import annotations

import pytest

from kam_cli.command import Context
from kam_cli.domains.clients import rules
from kam_cli.errors import BadValue


@pytest.fixture
def at_terminal(monkeypatch):
    """Somebody sits there: questions are asked, and answered from the input."""
    monkeypatch.setattr(Context, "interactive", property(lambda c: True))


@pytest.mark.parametrize(
    ("name", "typed", "handle"),
    [
        ("Żółw & Syn sp. z o.o.", "zolw", "zolw-syn"),
        ('שלום טורס בע"מ', "shlvm", "shlvm-tvrs"),
        ("ТОВ Київстар", "kyivstar", "kyivstar"),
        ("Ξενία", "xenia", "xenia"),
        ("日本 株式会社", "日本", None),
        ("12", "client-12", "client-12"),
        ("O'Brien", "obrien", "obrien"),
        ("ACME [/old] [link=x]", "acme", "acme-old-link-x"),
        ("?!", "?!", None),
        ("a" * 500, "a" * 30, None),
    ],
)
def test_names_in_any_script_are_kept_as_typed_and_found(kam, name, typed, handle):
    row = kam.json(["client", "add", name])
    assert row["name"] == name and handle in (None, row["handle"])
    assert kam.json(["client", "show", typed])["id"] == row["id"]
    assert name in kam("client show 1").out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a" * 501, "501 characters; at most 500"),
        ("x\x1b[31mred", "cannot be seen"),
        ("evil \u202egnp", "cannot be seen"),
        ("bell\x07", "cannot be seen"),
        ("nul\0", "NUL"),
        ("half \ud800", "not text"),
        ("#12", "read as a number"),
        ("\u200b", "empty"),
    ],
)
def test_names_that_cannot_be_kept_are_refused(kam, name, said):
    kam("client add Acme")
    for argv in (["client", "add", name], ["contact", "add", "1", name]):
        result = kam(argv, exit=2)
        assert said in result.err and "\x1b" not in result.err and "\u202e" not in result.err
    assert len(kam.json("client list")) == 1 and kam.json("contact list") == []


def test_what_comes_along_with_a_pasted_name_is_left_out():
    assert rules.check_name("\ufeffAc\u00adme\u200b \t GmbH\n") == "Acme GmbH"
    assert rules.check_name("Ren\u200b\u0301e e\u200b\u0301") == "Re\u0144e \u00e9"
    marked = "\u200fשלום\u200e 👩\u200d🌾"
    assert rules.check_name(marked) == marked, "marks that scripts and emoji are written with stay"


@pytest.mark.parametrize("handle", ["acme", "a-1", "x" * 40])
def test_handles_that_can_be_typed(handle):
    assert rules.check_handle(handle.upper()) == handle


@pytest.mark.parametrize("handle", ["12", "1-2", "-a", "a b", "ą", "", "-", "x" * 41, "#a", "a.b"])
def test_handles_that_cannot(handle):
    with pytest.raises(BadValue):
        rules.check_handle(handle)


# --- found --------------------------------------------------------------------------------------------------


def test_a_client_called_12_is_found_unless_a_client_has_that_number(kam):
    kam("client add 12")
    assert kam.json("client show 12")["id"] == 1
    for letter in "bcdefghijkl":
        kam(f"client add Firm {letter}")
    assert kam.json("client show 12")["id"] == kam.json("client show '#12'")["id"] == 12
    assert kam.json("client show client-12")["id"] == 1
    kam("client show '#13'", exit=3)


def test_after_a_rename_the_old_name_still_finds_it(acme):
    acme("client edit acme --name 'Globex AG'")
    assert (
        acme.json("client show 'acme gmbh'")["name"] == acme.json("client show globex")["name"] == "Globex AG"
    )
    assert acme.json("client show 1")["aliases"] == ["Acme GmbH"]
    assert "known as" in acme("client show 1").out
    assert [row["id"] for row in acme.json("client list acme")] == [1]
    assert [row["client_id"] for row in acme.json("find gmbh")] == [1]
    assert "looks like a client" in acme("client add ACME gmbh", exit=4).err


def test_a_name_taken_back_is_an_alias_no_more(acme):
    for name in ("Globex AG", "Acme GmbH", "Globex AG", "GLOBEX ag"):
        acme(["client", "edit", "1", "--name", name])
    card = acme.json("client show 1")
    assert (card["name"], card["aliases"]) == ("GLOBEX ag", ["Acme GmbH"])


def test_several_matches_are_a_question(acme, at_terminal):
    acme("client add Acme Berlin --force")
    asked = acme("client edit acme --stage lost", input="2\n")
    assert "1) #1 Acme GmbH (Berlin, acme)" in asked.err and "2) #2 Acme Berlin" in asked.err
    acme("client edit acme --stage key", input="\n", exit=5)
    acme("client edit acme --stage key", input="", exit=5)
    assert [row["stage"] for row in acme.json("client list --sort id")] == ["prospect", "lost"]


def test_without_a_terminal_they_are_listed(acme):
    acme("client add Acme Berlin --force")
    for verb in ("show", "archive", "remove"):
        listed = acme(f"client {verb} acme", exit=4).err.splitlines()
        assert listed[1:] == ["  #1 Acme GmbH (Berlin, acme)", "  #2 Acme Berlin (acme-berlin)"]
    assert len(acme.json("client list")) == 2
