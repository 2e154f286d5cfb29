"""Which currencies there are, how many decimals each has, and what people write for them."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.values.tokens import cleaned, quoted

# ISO 4217 list one as of January 2026, without the codes that have no minor unit (metals, tests, none). The
# last line is withdrawn, and kept because old invoices are still in those.
_CODES = (
    " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD"
    " CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL"
    " GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW"
    " KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD"
    " NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP"
    " SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS"
    " VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
    " ANG BGN CUC HRK SLL ZWL "
)
_DECIMALS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip
_SYMBOLS = {
    "€": "EUR", "zł": "PLN", "zl": "PLN", "₴": "UAH", "грн": "UAH", "₽": "RUB", "руб": "RUB", "₪": "ILS",
    "kč": "CZK", "kc": "CZK", "ft": "HUF", "лв": "BGN", "₺": "TRY", "₹": "INR", "₩": "KRW", "₫": "VND",
    "₦": "NGN", "₱": "PHP", "฿": "THB", "₸": "KZT", "₾": "GEL", "֏": "AMD", "₼": "AZN", "₡": "CRC",
    "₲": "PYG", "₵": "GHS", "₮": "MNT", "₭": "LAK", "৳": "BDT", "дин": "RSD", "fr": "CHF", "sfr": "CHF",
    "r": "ZAR", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "nt$": "TWD", "mx$": "MXN", "r$": "BRL",
}  # fmt: skip
# Symbols of several currencies: the best known one, or "" for none; then all that share it.
_SHARED = {
    "$": (
        "USD",
        "USD ARS AUD BBD BMD BND BSD BZD CAD CLP COP CVE DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD"
        " TTD TWD UYU XCD",
    ),
    "£": ("GBP", "GBP EGP FKP GIP LBP SDG SHP SSP SYP"),
    "¥": ("JPY", "JPY CNY"),
    "lei": ("RON", "RON MDL"),
    "kr": ("", "DKK ISK NOK SEK"),
    "rs": ("", "INR LKR MUR NPR PKR SCR"),
}


def is_currency(code: str) -> bool:
    """Whether ``code`` is an ISO 4217 code in capitals, of money that has a minor unit."""
    return len(code) == 3 and f" {code} " in _CODES


def decimals(currency: str) -> int:
    """The decimals of a currency's minor unit by ISO 4217: EUR 2, JPY 0, KWD 3."""
    return _DECIMALS.get(currency, 2)


def other_decimals() -> dict[str, int]:
    """The currencies that have not two decimals, and how many they have."""
    return dict(_DECIMALS)


def parse_currency(text: str, default_currency: str) -> str:
    """The code for ``eur``, ``€`` or ``zł``.

    A symbol of several currencies is the book's own where that uses it, else its best known one ($ is USD,
    £ GBP, ¥ JPY); kr and Rs have no best known one. Raises BadValue for those and for anything unknown.
    """
    clean = cleaned(text, "currency")
    code = find_currency(clean, default_currency)
    if code is None:
        raise BadValue(f"unknown currency {quoted(clean)}: write an ISO 4217 code such as EUR")
    return code


def find_currency(clean: str, default_currency: str) -> str | None:
    """As :func:`parse_currency`, with None for what is unknown."""
    code = clean.upper()
    if is_currency(code) and clean.isascii():
        return code
    symbol = clean.lower().removesuffix(".")
    if symbol in _SYMBOLS:
        return _SYMBOLS[symbol]
    if symbol not in _SHARED:
        return None
    best, shared = _SHARED[symbol]
    if default_currency in shared.split():
        return default_currency
    if not best:
        *others, last = shared.split()
        raise BadValue(f"{quoted(clean)} is said of several currencies: write {', '.join(others)} or {last}")
    return best
