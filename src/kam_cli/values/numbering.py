"""Telephone numbers that are written plainly, checked against the numbering plans of the library at once.

What `phonenumbers` does for a number in any spelling takes a hundred times as long as this for one in good order.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Match = Callable[[str], Any]

_PLAIN = re.compile(r"\+?[1-9][0-9]*(?:[ .-]?[0-9]+)*", re.ASCII)
_NO_DIGITS = str.maketrans("", "", "+ .-")
_LONGEST_CODE = 3
_NO_COUNTRY = "001"  # of numbers that belong to no country
_TYPES = (
    "fixed_line", "mobile", "toll_free", "shared_cost", "premium_rate", "voip", "personal_number", "pager", "uan", "voicemail",
)  # fmt: skip


def plain_form(text: str, country: str | None = None) -> str | None:
    """The international form of a number that needs no second look; None of any other, be it valid or not.

    As `phones.e164`, but only of digits between single spaces, dots or dashes which begin with a country's code after
    "+", or else with no prefix that is dialled. Raises ImportError where the library is not installed.
    """
    if not _PLAIN.fullmatch(text):
        return None
    digits = text.translate(_NO_DIGITS)
    if text[0] != "+":
        plan = _of_country(country) if country else None
        return f"+{plan.code}{digits}" if plan and plan.begins_here(digits) and plan.holds(digits) else None
    for size in range(1, _LONGEST_CODE + 1):
        if plan := _of_code(digits[:size]):
            return f"+{digits}" if plan.holds(digits[size:]) else None
    return None


class _Plan:
    """The numbers under one country code."""

    def __init__(self, code: str, regions: tuple[str, ...]) -> None:
        from phonenumbers import PhoneMetadata

        self.code = code
        found: list[Any] = [PhoneMetadata.metadata_for_region(region) for region in regions]
        self.regions = [
            (one.leading_digits and re.compile(one.leading_digits).match, _numbers(one)) for one in found
        ]
        self.prefix = _beginning(found[0].national_prefix_for_parsing)
        self.abroad = _beginning(found[0].international_prefix)

    def holds(self, digits: str) -> bool:
        """Whether digits without the code of the country are certain to be one of its numbers as they are."""
        if digits[:1] == "0" or self.prefix(digits):
            return False
        for is_led, is_number in self.regions:
            if is_led and not is_led(digits):
                continue
            if is_number(digits):
                return True
            if is_led:
                return False
        return False

    def begins_here(self, digits: str) -> bool:
        """Whether digits dialled in the country of the plan begin neither with its own code nor with the way abroad."""
        return not digits.startswith(self.code) and not self.abroad(digits)


def _numbers(metadata: Any) -> Match:
    """What matches the numbers of a region: they are as all of them are, and of one of the types."""
    types = [getattr(metadata, name) for name in _TYPES]
    found = "|".join(_description(one) for one in types if one and one.national_number_pattern)
    return re.compile(rf"(?={_description(metadata.general_desc)}\Z)(?:{found})").fullmatch


def _description(one: Any) -> str:
    """A pattern of digits, with the lengths they may have where these are told."""
    lengths = "|".join(rf".{{{length}}}\Z" for length in one.possible_length)
    return f"(?={lengths})(?:{one.national_number_pattern})"


def _beginning(pattern: str | None) -> Match:
    return re.compile(pattern).match if pattern else lambda digits: None


_plans: dict[str, _Plan | None] = {}


def _of_code(code: str) -> _Plan | None:
    if code not in _plans:
        from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

        regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
        _plans[code] = _Plan(code, regions) if regions and regions[0] != _NO_COUNTRY else None
    return _plans[code]


def _of_country(country: str) -> _Plan | None:
    """The plan of a country, whose code is no other's."""
    if country not in _plans:
        from phonenumbers import country_code_for_region

        plan = _of_code(str(country_code_for_region(country)))
        _plans[country] = plan if plan and len(plan.regions) == 1 else None
    return _plans[country]
