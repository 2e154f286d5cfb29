"""Money as people write it, to and from integer minor units with an ISO 4217 code."""

from __future__ import annotations

from collections import namedtuple

from kam_cli.errors import BadValue
from kam_cli.values.currencies import decimals, find_currency, is_currency, parse_currency
from kam_cli.values.tokens import cleaned, is_number, quoted

__all__ = [
    "Money",
    "decimals",
    "format_amount",
    "format_money",
    "is_currency",
    "json_number",
    "major",
    "parse_currency",
    "parse_minor",
    "parse_money",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import NamedTuple

    class Money(NamedTuple):
        """An amount in minor units (``minor``) of an ISO 4217 currency (``currency``)."""

        minor: int
        currency: str

else:
    Money = namedtuple("Money", "minor currency")

_LARGEST = 2**63 - 1
_MULTIPLIERS = {"k": 3, "m": 6}
_EXAMPLES = "write it like 1200, 1200.50 or EUR 1200.50"


def parse_money(text: str, default_currency: str, *, signed: bool = False, point: str | None = None) -> Money:
    """Read ``1200``, ``1 200,50 €``, ``EUR 1,200.50``, ``1.200,50``, ``1'200.50``, ``12k``, ``1.5m USD``.

    Read for certain, or refused:

    - Spaces and apostrophes part thousands. Of ``.`` and ``,`` together, the last one is the decimal mark and
      stands once. One of them alone, more than once, parts thousands.
    - One of them alone, once, is the decimal mark; but with exactly three digits behind it, where it could as
      well part thousands (one to three digits before it, no leading zero), the amount is refused. ``point``
      decides that where it is known, as in a column of an import: it is the decimal mark, the other one is
      not, and zeros that a program wrote past the currency's decimals are let through.
    - Thousands are whole: one to three digits, then threes. More decimals than the currency has are refused.
    - ``k`` and ``m`` are a thousand and a million. A sign is read with ``signed`` only.

    Raises BadValue, also for more than 2^63 - 1 minor units.
    """
    clean = cleaned(text, "amount")
    at = [i for i, c in enumerate(clean) if c in "0123456789"]
    if not at:
        raise BadValue(f"cannot read the amount {quoted(text)}: {_EXAMPLES}")
    before = clean[: at[0]].strip().replace("−", "-")
    number, after = clean[at[0] : at[-1] + 1], clean[at[-1] + 1 :].strip()
    negative = before.count("-") == 1 and "-" in (before[0], before[-1])
    if negative:
        before = before.strip("- ")
    currency, exponent = _unit(before, after, default_currency, text)
    if negative and not signed:
        raise BadValue(f"amount {quoted(text)} is negative: write it without the minus")
    whole, fraction = _split(number, point, exponent, currency, text)
    places = decimals(currency)
    if len(fraction) > places + exponent:
        allowed = f"{places or 'no'} decimal{'' if places == 1 else 's'}"
        raise BadValue(f"amount {quoted(text)} has too many decimals: {currency} has {allowed}")
    shift = places + exponent - len(fraction)
    minor = int(whole + fraction) * 10**shift
    return Money(_bounded(-minor if negative else minor, text), currency)


def _unit(before: str, after: str, default_currency: str, text: str) -> tuple[str, int]:
    """The currency and the power of ten said around a number; either may be left out."""
    exponent = 0
    if after and find_currency(after, default_currency) is None:
        exponent = _MULTIPLIERS.get(after[0].lower(), 0)
        after = after[1:].lstrip() if exponent else after
    for named in (before, after):
        if named and find_currency(named, default_currency) is None:
            raise BadValue(f"cannot read {quoted(named)} in the amount {quoted(text)}: {_EXAMPLES}")
    if before and after:
        raise BadValue(f"amount {quoted(text)} names its currency twice: {_EXAMPLES}")
    named = before or after
    return (find_currency(named, default_currency) if named else None) or default_currency, exponent


def _split(number: str, point: str | None, exponent: int, currency: str, text: str) -> tuple[str, str]:
    """The digits before and behind the decimal mark."""
    number = number.replace("’", "'")
    marks = {c for c in number if c not in "0123456789"}
    if not marks <= set(" '.,"):
        raise BadValue(f"cannot read the amount {quoted(text)}: {_EXAMPLES}")
    last = max(number.rfind("."), number.rfind(","))
    mark = number[last] if last >= 0 else ""
    if point is not None:
        mark = point if point in marks else ""
    elif len(marks) == 1 and number.count(mark) > 1:
        mark = ""
    whole, _, fraction = number.partition(mark) if mark else (number, "", "")
    parts = [whole]
    for separator in marks - {mark}:
        parts = whole.split(separator)
    grouped = len(parts) == 1 or _are_thousands(parts)
    if not all(map(is_number, parts)) or not grouped or (mark and not is_number(fraction)):
        raise BadValue(f"amount {quoted(text)} has its separators in odd places: {_EXAMPLES}")
    if point is None and _are_thousands([whole, fraction]):
        raise BadValue(f"amount {quoted(text)} has two readings: {_two(whole, fraction, exponent, currency)}")
    return "".join(parts), fraction if point is None else fraction.rstrip("0")


def _are_thousands(parts: list[str]) -> bool:
    first, *rest = parts
    return 1 <= len(first) <= 3 and first[0] != "0" and all(len(part) == 3 for part in rest)


def _two(whole: str, fraction: str, exponent: int, currency: str) -> str:
    """How to write each reading of an amount such as ``1.200`` so that it is certain."""
    thousands = int(whole + fraction)
    if exponent:
        return f"write {thousands * 10**exponent} or {thousands * 10 ** (exponent - 3)}"
    places = decimals(currency)
    if places >= 3:
        return f"write {thousands} or 0{whole}.{fraction}"
    return f"write {thousands} or {thousands}.{'0' * places}" if places else f"write {thousands}"


def parse_minor(text: str, *, signed: bool = False) -> int:
    """Read a whole number of minor units, as a ``…_minor`` column gives it: plain digits and nothing else.

    Raises BadValue.
    """
    clean = cleaned(text, "amount")
    digits = clean.removeprefix("-") if signed else clean
    if not is_number(digits):
        raise BadValue(f"cannot read {quoted(text)} as minor units: write a whole number such as 120050")
    return _bounded(int(clean), text)


def _bounded(minor: int, text: str) -> int:
    if abs(minor) > _LARGEST:
        raise BadValue(f"amount {quoted(text)} is too large: at most {_LARGEST} minor units fit")
    return minor


def major(minor: int, currency: str) -> Decimal:
    """The exact amount in major units, with all its decimals: 1200050 EUR is ``Decimal('12000.50')``."""
    from decimal import Decimal

    return Decimal(f"{minor}E-{decimals(currency)}")


def json_number(minor: int, currency: str) -> int | Decimal:
    """The exact amount in major units without trailing zeros: 12000, or ``Decimal('12000.5')``."""
    places = decimals(currency)
    while places and minor % 10 == 0:
        minor, places = minor // 10, places - 1
    if not places:
        return minor
    from decimal import Decimal

    return Decimal(f"{minor}E-{places}")


def format_amount(minor: int, currency: str) -> str:
    """``12 000.50``: thousands parted by a space, all the decimals of the currency, no code."""
    places = decimals(currency)
    whole, fraction = divmod(abs(minor), 10**places)
    sign = "-" if minor < 0 else ""
    tail = f".{fraction:0{places}}" if places else ""
    return f"{sign}{whole:,}{tail}".replace(",", " ")


def format_money(minor: int, currency: str) -> str:
    """``12 000.50 EUR``."""
    return f"{format_amount(minor, currency)} {currency}"
