"""Amounts: every notation is read exactly, and what has two readings is refused."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_cli.errors import BadValue
from kam_cli.values.money import (
    decimals,
    format_amount,
    format_money,
    is_currency,
    json_number,
    major,
    parse_currency,
    parse_minor,
    parse_money,
)

LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("1200", 120000, "EUR"),
        ("0", 0, "EUR"),
        ("  1200 ", 120000, "EUR"),
        ("1 200,50 €", 120050, "EUR"),
        ("1\u202f200,50\u00a0€", 120050, "EUR"),
        ("1\u2009200.5", 120050, "EUR"),
        ("EUR 1,200.50", 120050, "EUR"),
        ("eur1200", 120000, "EUR"),
        ("1.200,50", 120050, "EUR"),
        ("12 000", 1200000, "EUR"),
        ("1'200.50", 120050, "EUR"),
        ("1’200.50 CHF", 120050, "CHF"),
        ("1,200,300", 120030000, "EUR"),
        ("1.200.300", 120030000, "EUR"),
        ("1,200,300.05", 120030005, "EUR"),
        ("0.5", 50, "EUR"),
        ("0,50", 50, "EUR"),
        ("1200.5", 120050, "EUR"),
        ("12k", 1200000, "EUR"),
        ("12 K€", 1200000, "EUR"),
        ("1.5m", 150000000, "EUR"),
        ("1,5 M USD", 150000000, "USD"),
        ("2.5 MPLN", 250000000, "PLN"),
        ("12.3456k", 1234560, "EUR"),
        ("1.5k JPY", 1500, "JPY"),
        ("¥1,200,300", 1200300, "JPY"),
        ("1 200.500 KWD", 1200500, "KWD"),
        ("01.200 KWD", 1200, "KWD"),
        ("0.500 KWD", 500, "KWD"),
        ("1200.500 KWD", 1200500, "KWD"),
        ("500 zł", 50000, "PLN"),
        ("500 zł.", 50000, "PLN"),
        ("₴ 500", 50000, "UAH"),
        ("500 ₪", 50000, "ILS"),
        ("500 Kč", 50000, "CZK"),
        ("500 руб.", 50000, "RUB"),
        ("£12", 1200, "GBP"),
        ("US$12", 1200, "USD"),
        ("92233720368547758.07", LARGEST, "EUR"),
    ],
)
def test_is_read(text: str, minor: int, currency: str) -> None:
    assert parse_money(text, "EUR") == (minor, currency)


@pytest.mark.parametrize(
    ("text", "own", "currency"),
    [
        ("$5", "EUR", "USD"),
        ("$5", "CAD", "CAD"),
        ("$5", "AUD", "AUD"),
        ("¥5", "EUR", "JPY"),
        ("¥5", "CNY", "CNY"),
        ("£5", "EGP", "EGP"),
        ("5 kr", "SEK", "SEK"),
        ("5 kr", "NOK", "NOK"),
        ("5 lei", "MDL", "MDL"),
        ("5", "PLN", "PLN"),
    ],
)
def test_a_shared_symbol_is_the_books_own_currency_if_that_uses_it(
    text: str, own: str, currency: str
) -> None:
    assert parse_money(text, own).currency == currency


@pytest.mark.parametrize(
    ("text", "own", "hint"),
    [
        ("1,200", "EUR", "'1,200' has two readings: write 1200 or 1200.00"),
        ("1.200", "EUR", "two readings: write 1200 or 1200.00"),
        ("12.500 €", "EUR", "two readings: write 12500 or 12500.00"),
        ("1.200", "KWD", "two readings: write 1200 or 01.200"),
        ("1,200", "JPY", "two readings: write 1200"),
        ("1.250k", "EUR", "two readings: write 1250000 or 1250"),
        ("1.234m", "EUR", "two readings: write 1234000000 or 1234000"),
        ("12.345,678", "EUR", "too many decimals: EUR has 2 decimals"),
        ("12.3456", "EUR", "too many decimals"),
        ("0.500", "EUR", "too many decimals"),
        ("12.5", "JPY", "JPY has no decimals"),
        ("5 kr", "EUR", "write DKK, ISK, NOK or SEK"),
        ("12 50", "EUR", "separators in odd places"),
        ("1,2,3", "EUR", "separators in odd places"),
        ("1 200'300", "EUR", "separators in odd places"),
        ("1.200,300.50", "EUR", "separators in odd places"),
        ("1,200.300.400", "EUR", "separators in odd places"),
        ("0,120,300", "EUR", "separators in odd places"),
        ("12,34,567", "EUR", "separators in odd places"),
        ("1  200", "EUR", "separators in odd places"),
        (".50", "EUR", "cannot read '.'"),
        ("1200.", "EUR", "cannot read '.'"),
        ("+5", "EUR", "cannot read '+'"),
        ("5 EURO", "EUR", "cannot read 'EURO' in the amount '5 EURO'"),
        ("5 XQX", "EUR", "cannot read 'XQX'"),
        ("EUR 5 EUR", "EUR", "names its currency twice"),
        ("EUR", "EUR", "write it like 1200, 1200.50 or EUR 1200.50"),
        ("", "EUR", "amount is empty"),
        ("-5", "EUR", "is negative"),
        ("€-5", "EUR", "is negative"),
        ("--5", "EUR", "cannot read"),
        ("1e5", "EUR", "cannot read"),
        ("1E5", "EUR", "cannot read"),
        ("NaN", "EUR", "cannot read"),
        ("inf", "EUR", "cannot read"),
        ("-Infinity", "EUR", "cannot read"),
        ("0x10", "EUR", "cannot read"),
        ("1_200", "EUR", "cannot read"),
        ("(1200.50)", "EUR", "cannot read"),
        ("١٢٠٠", "EUR", "write it with the digits 0-9"),
        ("１２００", "EUR", "write it with the digits 0-9"),
        ("12½", "EUR", "write it with the digits 0-9"),
        ("92233720368547758.08", "EUR", f"too large: at most {LARGEST}"),
        ("9" * 61, "EUR", "too long"),
        ("9" * 10**6, "EUR", "too long"),
    ],
)
def test_is_refused_with_a_hint(text: str, own: str, hint: str) -> None:
    with pytest.raises(BadValue, match=re.escape(hint)):
        parse_money(text, own)


def test_refusals_are_one_line_and_show_no_control_characters() -> None:
    with pytest.raises(BadValue) as refused:
        parse_money("\x1b[31m5\n\u202e" + "x" * 45, "EUR")
    message = str(refused.value)
    assert message.isprintable()
    assert "…" in message


@pytest.mark.parametrize("text", ["-5", "−5", "€-5", "-€5", "- 5 €", "-EUR 5"])
def test_a_sign_is_read_on_request(text: str) -> None:
    assert parse_money(text, "EUR", signed=True) == (-500, "EUR")


@pytest.mark.parametrize(
    ("text", "point", "minor"),
    [("1,200", ".", 120000), ("1.200", ",", 120000), ("18.0000", ".", 1800), ("18,5000", ",", 1850)],
)
def test_a_known_decimal_mark_decides(text: str, point: str, minor: int) -> None:
    assert parse_money(text, "EUR", point=point).minor == minor


@pytest.mark.parametrize(("text", "point"), [("1.20", ","), ("1.205", "."), ("1.2.3", ".")])
def test_a_known_decimal_mark_forgives_nothing_else(text: str, point: str) -> None:
    with pytest.raises(BadValue):
        parse_money(text, "EUR", point=point)


MARKS = [
    ("", "."), ("", ","), (" ", ","), (" ", "."), ("\u00a0", ","), ("\u202f", "."), ("'", "."), ("’", ","),
    (",", "."), (".", ","),
]  # fmt: skip
WRITTEN = st.tuples(
    st.integers(0, LARGEST) | st.integers(0, 10**7),
    st.sampled_from(["EUR", "PLN", "JPY", "KWD", "CLF"]),
    st.sampled_from(MARKS),
    st.sampled_from(["{0}", "{0} {1}", "{1} {0}", "{1}{0}", "{0}{1}"]),
)


@given(WRITTEN)
@settings(deadline=None)
def test_every_notation_reads_to_the_exact_minor(written: tuple[int, str, tuple[str, str], str]) -> None:
    minor, currency, (group, mark), layout = written
    whole, fraction = divmod(minor, 10 ** decimals(currency))
    number = f"{whole:,}".replace(",", group)
    if decimals(currency):
        number += f"{mark}{fraction:0{decimals(currency)}}"
    text = layout.format(number, currency)
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", number):
        with pytest.raises(BadValue, match="two readings"):
            parse_money(text, currency)
    else:
        assert parse_money(text, currency) == (minor, currency)


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
@settings(deadline=None)
def test_what_is_shown_reads_back(minor: int, currency: str) -> None:
    assert parse_money(format_money(minor, currency), "PLN", signed=True, point=".") == (minor, currency)
    if decimals(currency) != 3:
        assert parse_money(format_amount(minor, currency), currency, signed=True).minor == minor
    places = decimals(currency)
    assert major(minor, currency) * 10**places == minor
    assert json_number(minor, currency) == major(minor, currency)


@given(st.text() | st.text(alphabet="0123456789 .,'-kmEUR€$KWD", max_size=20), st.booleans())
@settings(deadline=None, max_examples=500)
def test_any_text_is_an_amount_or_a_bad_value(text: str, signed: bool) -> None:
    try:
        money = parse_money(text, "EUR", signed=signed)
    except BadValue as refused:
        assert "\n" not in str(refused)
    else:
        assert abs(money.minor) <= LARGEST
        assert is_currency(money.currency)
        assert signed or money.minor >= 0


def test_formats() -> None:
    assert format_amount(1200050, "EUR") == "12 000.50"
    assert format_money(1200050, "EUR") == "12 000.50 EUR"
    assert format_amount(-5, "EUR") == "-0.05"
    assert format_amount(1234567, "JPY") == "1 234 567"
    assert format_amount(1234567, "KWD") == "1 234.567"


def test_machine_numbers_are_exact_and_short() -> None:
    assert repr(major(1200050, "EUR")) == "Decimal('12000.50')"
    assert repr(json_number(1200050, "EUR")) == "Decimal('12000.5')"
    assert repr(json_number(1200000, "EUR")) == "12000"
    assert repr(json_number(-5, "KWD")) == "Decimal('-0.005')"
    assert repr(json_number(0, "EUR")) == "0"
    assert major(LARGEST * 10**20, "EUR") == Decimal(LARGEST * 10**18)


@pytest.mark.parametrize(("text", "minor"), [("120050", 120050), (" 0 ", 0), (str(LARGEST), LARGEST)])
def test_minor_units_are_read(text: str, minor: int) -> None:
    assert parse_minor(text) == minor


@pytest.mark.parametrize("text", ["", "1.0", "1 200", "-1", "1e3", "١", str(LARGEST + 1), "9" * 99, "12 EUR"])
def test_minor_units_are_plain_digits(text: str) -> None:
    with pytest.raises(BadValue):
        parse_minor(text)


def test_minor_units_with_a_sign() -> None:
    assert parse_minor("-5", signed=True) == -5


def test_currencies() -> None:
    assert [decimals(code) for code in ("EUR", "JPY", "KWD", "CLF", "MGA")] == [2, 0, 3, 4, 2]
    assert is_currency("EUR")
    assert not any(map(is_currency, ["eur", "", "XTS", "XAU", "EURO", "D A", "ZZZ"]))
    assert parse_currency("zł", "EUR") == "PLN"
    assert parse_currency("usd", "EUR") == "USD"
    with pytest.raises(BadValue, match="ISO 4217 code such as EUR"):
        parse_currency("euros", "EUR")
