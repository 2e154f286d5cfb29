"""What a cell of a workbook shows, as the text that the same sheet saved as CSV would hold, but with dates in ISO."""

from __future__ import annotations

import datetime
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CALCULATED = 6  # decimals that nobody types: such a figure is rounded as its cell rounds it


def shown(value: Any, number_format: str) -> str:
    """The text of a value under the number format of its cell.

    A percentage is one (``25%``), leading zeros and the dashes of a ``00-000`` come from the format, and so does the
    currency of an amount (``12.5 €``). Whole numbers have no decimals, others their 15 significant digits, never an
    exponent. A day is ``YYYY-MM-DD``, a moment ``YYYY-MM-DD HH:MM:SS``, a duration ``H:MM``.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value, "" if number_format == "General" else number_format)
    return _time(value)


def _time(value: Any) -> str:
    if isinstance(value, datetime.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, datetime.datetime):
        # A spreadsheet counts in days, so that a second may be a few microseconds off.
        value = (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        return str(value.isoformat(" ")).removesuffix(" 00:00:00")
    return str(value.isoformat())


def _number(value: int | float, code: str) -> str:
    if value in (float("inf"), float("-inf")) or value != value:
        return str(value)
    code = code.split(";")[0]
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|_.|\*.', "", code)
    if "%" in bare.replace("\\%", ""):
        return f"{_plain(value, bare, 100)}%"
    digits = bare.replace("\\", "")
    if (
        value == int(value)
        and value >= 0
        and re.fullmatch(r"[0 ().-]*00[0 ()-]*", digits)
        and "." not in digits
    ):
        return _filled_in(str(int(value)), digits)
    return _plain(value, bare, 1) + _currency(code)


def _plain(value: int | float, bare: str, times: int) -> str:
    """The number without an exponent and without zeros at its end."""
    from decimal import Decimal

    if isinstance(value, int):
        return str(value * times)
    number = Decimal(f"{value:.15g}") * times
    shows = re.search(r"\.([0#?]+)", bare)
    places = len(shows[1]) if shows else 0
    if places and -int(number.as_tuple().exponent) > CALCULATED:
        number = round(number, places)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _filled_in(number: str, pattern: str) -> str:
    """A number under a format such as ``00000`` or ``00-000``: its digits take the places of the zeros."""
    digits = list(number.zfill(pattern.count("0")))
    more = len(digits) - pattern.count("0")
    first = "".join(digits[:more])
    rest = iter(digits[more:])
    return first + "".join(next(rest) if sign == "0" else sign for sign in pattern)


def _currency(code: str) -> str:
    """The currency that a format prints, if it is a known one, as it is printed; led by a space."""
    from kam_cli.errors import BadValue
    from kam_cli.values.currencies import find_currency

    for text in re.findall(
        r'\[\$([^\]-]+)[^\]]*\]|"([^"]+)"|([€$£¥₴₽₪])', re.sub(r"\[(?!\$[^-])[^\]]*\]", "", code)
    ):
        printed = "".join(text).strip()
        try:
            if printed and find_currency(printed, "") is None:
                continue
        except BadValue:  # such as kr, which the book's own currency or a column beside it makes clear
            pass
        if printed:
            return f" {printed}"
    return ""
