"""Phone numbers on cards: the international form beside what was typed, kept right by every command."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("phonenumbers", reason="needs phonenumbers: pip install 'kam-cli[phone]'")


def forms(kam) -> dict:
    """Number as typed → its international form."""
    book = kam.book()
    found = dict(
        book.conn.execute("SELECT value, e164 FROM details WHERE kind = 'phone' ORDER BY id").fetchall()
    )
    book.close()
    return found


def test_numbers_get_their_form_as_they_come(kam, tmp_path):
    kam("config set book.country PL")
    kam("client add Acme --country DE --phone '030 2312 5001' --phone 'fax=12'")
    kam("client add Beta --phone '600 100 200'")
    kam("contact add acme Jana --phone 030/23125002 --phone '+48 22 555 01 02 wew. 4'")
    path = tmp_path / "firms.csv"
    path.write_text("name,country,phone\nGamma,US,212-736-5000\nDelta,,600100201\n")
    kam(["import", str(path), "--as", "clients"])
    assert forms(kam) == {
        "030 2312 5001": "+493023125001", "12": None, "600 100 200": "+48600100200", "030/23125002": "+493023125002",
        "+48 22 555 01 02 wew. 4": "+48225550102", "212-736-5000": "+12127365000", "600100201": "+48600100201",
    }  # fmt: skip
    assert "030 2312 5001 (+493023125001)" in kam("client show acme").out
    assert kam.json("client show acme")["details"][0]["e164"] == "+493023125001"


def test_a_number_is_found_in_any_spelling(kam):
    kam("client add Acme --country PL --phone '600 100 200'")
    kam("client add Dansk --country DK --phone '32 12 34 56'")
    for typed in (
        "+48 600 100 200",
        "600-100-200",
        "0048600100200",
        "600100200",
        "48600100200",
        "(600) 100 200",
    ):
        assert [hit["client"] for hit in kam.json(["find", typed])] == ["Acme"], typed
        assert [row["name"] for row in kam.json(["client", "list", "--phone", typed])] == ["Acme"], typed
    for typed in ("+45 32123456", "004532123456", "32123456"):
        assert [hit["client"] for hit in kam.json(["find", typed])] == ["Dansk"], typed
        assert [row["name"] for row in kam.json(["client", "list", "--phone", typed])] == ["Dansk"], typed


def test_a_changed_country_changes_the_forms_and_an_undo_brings_them_back(kam):
    kam("client add Acme --country PL --phone '22 555 01 02'")
    kam("contact add acme Jana --phone '22 555 01 03'")
    before = forms(kam)
    assert before == {"22 555 01 02": "+48225550102", "22 555 01 03": "+48225550103"}
    kam("client edit acme --country DE")
    assert set(forms(kam).values()) & set(before.values()) == set()
    kam("undo --yes")
    assert forms(kam) == before
    kam("client add Beta --country FR")
    kam("contact move jana beta")
    assert forms(kam)["22 555 01 03"] == "+33225550103"
    kam("undo --yes")
    assert forms(kam) == before


def test_an_extra_installed_later_catches_up(kam, monkeypatch):
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "phonenumbers", None)
        kam("client add Acme --country PL --phone '600 100 200' --phone 'odd=77'")
        kam("client add Nowhere --phone 30123123")
        assert "kam-cli[phone]" in kam("contact phones", exit=1).err
        assert kam("check").out == kam("check").err == "", "nothing is lost, and nothing nags"
        assert [hit["client"] for hit in kam.json("find 600-100-200")] == ["Acme"]
    assert set(forms(kam).values()) == {None}
    told = kam("contact phones --json")
    assert "1 number has a new international form, 2 have none" in told.err
    assert [(row["value"], row["why"]) for row in told.json] == [
        ("77", "not valid in PL"),
        ("30123123", "the country is not known"),
    ]
    assert forms(kam)["600 100 200"] == "+48600100200"
    assert [hit["client"] for hit in kam.json("find 48600100200")] == ["Acme"]
    kam("undo --yes")
    assert set(forms(kam).values()) == {None}
    assert kam("check").out == ""


def test_a_large_import_leaves_the_forms_to_the_command(kam, tmp_path, monkeypatch):
    from kam_cli.domains.clients import phones

    monkeypatch.setattr(phones, "MOST", 2000)
    path = tmp_path / "firms.csv"
    plain = "".join(f"P{n},PL,60020{n:04d}\n" for n in range(500))
    rows = plain + "".join(f"C{n},PL,60010{n:04d} ext. 1\n" for n in range(2500))
    path.write_text("name,country,phone\n" + rows)
    told = kam(["import", str(path), "--as", "clients"])
    assert "500 phones have no international form yet: kam contact phones" in told.out
    assert sum(form is None for form in forms(kam).values()) == 500
    kam("contact phones")
    assert sum(form is None for form in forms(kam).values()) == 0
