"""The international form of telephone numbers."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.text import phone_digits, phone_key
from kam_cli.values import phones

pytest.importorskip("phonenumbers", reason="needs phonenumbers: pip install 'kam-cli[phone]'")


@pytest.mark.parametrize(
    ("typed", "country", "form"),
    [
        ("+48 600 100 200", None, "+48600100200"),
        ("600-100-200", "PL", "+48600100200"),
        ("0048 600 100 200", None, "+48600100200"),
        ("0048600100200", "US", "+48600100200"),
        ("(22) 555 01 02", "PL", "+48225550102"),
        ("22 555 01 02 wew. 12", "PL", "+48225550102"),
        ("600100200 доб. 12", "PL", "+48600100200"),
        ("+1 212 736 5000 x718", None, "+12127365000"),
        ("212-736-5000 ext. 12", "US", "+12127365000"),
        ("+1-418-656-9254;ext=102", None, "+14186569254"),
        ("+49 (0)30 2312 5001", None, "+493023125001"),
        ("030/23125001", "DE", "+493023125001"),
        ("8 495 123-45-67", "RU", "+74951234567"),
        ("+44 (0)20 7946 0958", None, "+442079460958"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("12 34 56 78", "DK", None),  # not in use
        ("32 12 34 56", "DK", "+4532123456"),
        ("03-6311-2345", "JP", "+81363112345"),
        ("600 100 200", None, None),
        ("112", "PL", None),
        ("001-084-906-7849x73518", "US", None),
        ("600100200 / 600100201", "PL", None),
        ("ask at the desk", "PL", None),
        ("", "PL", None),
        ("9" * 500, "PL", None),
    ],
)
def test_e164(typed, country, form):
    assert phones.e164(typed, country) == form


@given(st.text(max_size=80), st.sampled_from([None, "PL", "US", "ZZ", "DK"]))
def test_any_text_has_a_form_or_none(text, country):
    found = phones.e164(text, country)
    assert found is None or (found[0] == "+" and found[1:].isdigit() and 6 < len(found) < 17)
    if found:
        assert phones.e164(found) == found, "a form is its own form"


@given(
    st.integers(500_000_000, 799_999_999),
    st.sampled_from(["{}", "+48{}", "0048{}", "+48 {}", "tel {}", "{} ext. 5"]),
)
def test_a_polish_mobile_has_one_form_in_every_spelling(number, spelling):
    grouped = f"{number:,}".replace(",", " ")
    forms = {
        phones.e164(spelling.format(one), "PL") for one in (str(number), grouped, grouped.replace(" ", "-"))
    }
    assert len(forms) == 1
    assert forms <= {None, f"+48{number}"}


@given(st.data())
def test_what_is_written_plainly_has_the_form_that_the_library_gives(data):
    import phonenumbers

    from kam_cli.values.numbering import plain_form

    region = data.draw(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
    kind = data.draw(st.sampled_from(["fixed_line", "mobile", "toll_free", "general_desc"]))
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    kept = getattr(getattr(plan, kind), "example_number", None) or plan.fixed_line.example_number
    example = kept[: data.draw(st.integers(2, 15))] + data.draw(st.text("0123456789", max_size=4))
    form = data.draw(st.sampled_from(["+{0} {1}", "{1}", "{0}{1}", "+{1}", "+{0}-{1}"]))
    typed, country = form.format(plan.country_code, example), data.draw(st.sampled_from([None, "PL", region]))
    found = plain_form(typed, country)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kam_cli.values.numbering.plain_form", lambda *_: None)
        assert found in (None, phones.e164(typed, country))
    assert plain_form("+48 600 100 200") == plain_form("600-100-200", "PL") == "+48600100200"


def test_without_the_library_there_is_no_form(monkeypatch):
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    assert not phones.is_available()
    assert phones.e164("+48600100200") is None


@given(st.text("0123456789 +-()x#", max_size=30))
def test_the_key_is_the_end_of_the_digits(text):
    assert phone_digits(text).endswith(phone_key(text))
    assert len(phone_key(text)) == min(9, len(phone_digits(text)))
