"""How much of something, in thousandths; a discount, in hundredths of a percent; and ``Oak panel×40`` as both are typed."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.values.tokens import cleaned, is_number, quoted

MILLI = 1000  # a whole one
WHOLE_BP = 10_000  # 100 %
LARGEST = 10**12  # thousandths: a thousand million of something
_TIMES = "×*xX"


def parse_quantity(text: str) -> int:
    """Thousandths, above 0 and up to 10^12, of ``40``, ``2.5``, ``0,125`` or ``1 000``. Raises BadValue."""
    milli = _decimal(text, "quantity", 3, "40 or 2.5")
    if not 0 < milli <= LARGEST:
        raise BadValue(f"quantity {quoted(text)} is out of range: above 0, at most {LARGEST // MILLI:,}")
    return milli


def parse_discount(text: str) -> int:
    """Hundredths of a percent, 0-10000, of ``5``, ``5%`` or ``12.5 %``. Raises BadValue."""
    found = _decimal(text.strip().removesuffix("%"), "discount", 2, "5% or 12.5%")
    if found > WHOLE_BP:
        raise BadValue(f"discount {quoted(text)} is out of range: 0 to 100 %")
    return found


def parse_item(text: str) -> tuple[str, int]:
    """What names a product, and thousandths of it, of ``Oak panel×40``, ``Oak panel x 2.5``, ``oak*40`` or ``oak`` (one).

    An x counts only between a space and a number: Screw M6x40 is a name. Raises BadValue.
    """
    name, mark, number = _parted(text)
    if not mark:
        return text.strip(), MILLI
    if not name:
        raise BadValue(f"{quoted(text)} names no product: write it like Oak panel×40")
    return name, parse_quantity(number)


def _parted(text: str) -> tuple[str, str, str]:
    at = max(text.rfind(mark) for mark in _TIMES)
    name, mark, number = text[:at].strip(), text[at : at + 1], text[at + 1 :].strip()
    if at < 0 or not number or not all(c in "0123456789., " for c in number):
        return text.strip(), "", ""
    if mark in "xX" and not text[at - 1 : at].isspace():
        return text.strip(), "", ""  # a name: Model x20, M6x40
    return name, mark, number


def _decimal(text: str, what: str, places: int, example: str) -> int:
    """A number without a sign, in units of 10^-places. Raises BadValue for what is none, and for more decimals."""
    clean = cleaned(text, what).replace(" ", "")
    whole, _, rest = clean.replace(",", ".").partition(".")
    if not is_number(whole) or (rest and not is_number(rest)) or len(whole) > 12:
        raise BadValue(f"cannot read the {what} {quoted(text)}: write it like {example}")
    if len(rest.rstrip("0")) > places:
        raise BadValue(f"{what} {quoted(text)} has too many decimals: at most {places}")
    return int(whole + rest.rstrip("0").ljust(places, "0"))
