"""Countries: every code and name of the standard, what tables of real life hold, and what is refused."""

from __future__ import annotations

import csv
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_cli.errors import BadValue
from kam_cli.values import countries
from kam_cli.values.countries import country_name, parse_country
from kam_cli.values.country_names import TABLE

CODES = [line[:2] for line in TABLE.splitlines() if line and not line.startswith(" ")]


def test_the_table_is_iso_3166_with_kosovo_and_the_antilles():
    assert len(CODES) == 249 + 2 and {"XK", "AN"} <= set(CODES)
    assert sorted(set(CODES)) == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_code_and_every_name_of_the_table_is_read(code):
    assert parse_country(code) == parse_country(f" {code.lower()} ") == code
    line = next(line for line in TABLE.replace("\n  ", " ").splitlines() if line.startswith(f"{code} "))
    alpha_3, _, names = line[3:].partition(" ")
    assert parse_country(alpha_3) == parse_country(alpha_3.lower()) == code
    for name in names.replace(" | ", ", ").split(", "):
        assert parse_country(name) == parse_country(name.upper()) == code, name
    assert parse_country(country_name(code)) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PL", "PL"),
        ("pl", "PL"),
        ("POL", "PL"),
        ("Poland", "PL"),
        ("POLSKA", "PL"),
        ("Republic of Poland", "PL"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("Great Britain", "GB"),
        ("England", "GB"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("us", "US"),
        ("EL", "GR"),
        ("UAE", "AE"),
        ("Czechia", "CZ"),
        ("Czech Republic", "CZ"),
        ("Česko", "CZ"),
        ("cesko", "CZ"),
        ("Slovakia (Slovak Republic)", "SK"),
        ("Korea", "KR"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Korea, Rep.", "KR"),
        ("Korea (North)", "KP"),
        ("Korea, Democratic People's Republic of", "KP"),
        ("대한민국", "KR"),
        ("Congo", "CG"),
        ("Congo, Dem. Rep.", "CD"),
        ("Democratic Republic of the Congo", "CD"),
        ("Congo-Kinshasa", "CD"),
        ("Russia", "RU"),
        ("Russian Federation", "RU"),
        ("Россия", "RU"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Palestinian Territories", "PS"),
        ("Cote d'Ivoire", "CI"),
        ("CÔTE D’IVOIRE", "CI"),
        ("Ivory Coast", "CI"),
        ("Libyan Arab Jamahiriya", "LY"),
        ("Lao People's Democratic Republic", "LA"),
        ("Timor-Leste", "TL"),
        ("Papua New Guinea", "PG"),
        ("Guinea-Bissau", "GW"),
        ("St. Lucia", "LC"),
        ("Bahamas, The", "BS"),
        ("The Gambia", "GM"),
        ("Trinidad & Tobago", "TT"),
        ("Svalbard & Jan Mayen Islands", "SJ"),
        ("Cayman Is.", "KY"),
        ("Myanmar (Burma)", "MM"),
        ("Swaziland", "SZ"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Macedonia", "MK"),
        ("Netherlands Antilles", "AN"),
        ("Deutschland", "DE"),
        ("Österreich", "AT"),
        ("Osterreich", "AT"),
        ("Україна", "UA"),
        ("Ukraina", "UA"),
        ("ישראל", "IL"),
        ("Ελλάδα", "GR"),
        ("ελλαδα", "GR"),
        ("中国", "CN"),
        ("日本", "JP"),
        ("España", "ES"),
        # Romanised, Egypt's own name is the code of Montserrat.
        ("مصر", "EG"),
        ("MSR", "MS"),
        ("AND", "AD"),
    ],
)
def test_what_people_write(text, code):
    assert parse_country(text) == code


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("crm/datablist/customers-100.csv", "Country"),
        ("crm/datablist/organizations-100.csv", "Country"),
        ("sales/northwind/customers.csv", "Country"),
        ("sales/northwind/employees.csv", "Country"),
        ("sales/northwind/orders.csv", "ShipCountry"),
    ],
)
def test_every_country_of_the_real_tables_is_read(shared, file, column):
    with open(shared / file, encoding="utf-8-sig", newline="") as lines:
        values = {row[column] for row in csv.DictReader(lines)} - {""}
    assert values
    for value in values:
        assert country_name(parse_country(value)) != parse_country(value)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Polnd", "did you mean Poland (PL)?"),
        ("Germny", "Germany (DE)"),
        ("Virgin Islands", "British Virgin Islands (VG) or US Virgin"),
        ("united", "United Kingdom (GB)"),
        ("zz", "no country 'zz'"),
        ("", "empty"),
        ("  ", "empty"),
        ("x" * 101, "too long"),
        ("Republic", "no country"),
        ("the", "no country"),
        ("of", "no country"),
        ("(", "no country"),
        ("-", "no country"),
        ("Pola", "Poland (PL)"),
        ("Atlantis", "write a code such as PL"),
        ("p\x00", "no country"),
        ("1", "no country"),
    ],
)
def test_what_is_refused_says_why(text, part):
    with pytest.raises(BadValue) as refused:
        parse_country(text)
    assert part in str(refused.value) and "\n" not in str(refused.value) and "\x00" not in str(refused.value)


def test_a_code_does_not_read_the_names(monkeypatch):
    monkeypatch.setattr(countries, "_rows", lambda which: pytest.fail("the names were read"))
    assert parse_country("de") == "DE"


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_refused(text):
    with suppress(BadValue):
        assert parse_country(text) in CODES


def test_names_to_show():
    assert [country_name(code) for code in ("PL", "GB", "CI", "GR", "ZZ", "", "P")] == [
        "Poland",
        "United Kingdom",
        "Côte d'Ivoire",
        "Greece",
        "ZZ",
        "",
        "P",
    ]
