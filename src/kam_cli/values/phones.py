"""Telephone numbers in their international form (ITU-T E.164), where the library that knows them is installed."""

from __future__ import annotations

import re

HOW = "pip install 'kam-cli[phone]'"
_LONGEST = 60
_ENOUGH = 5


def is_available() -> bool:
    """Whether numbers can be brought into their international form."""
    try:
        import phonenumbers  # noqa: F401
    except ImportError:
        return False
    return True


def e164(text: str, country: str | None = None) -> str | None:
    """``+48600100200`` of a number in any spelling: ``600-100-200`` in ``PL``, ``0048 600 100 200``, with an extension.

    ``country`` (ISO 3166-1 alpha-2) is where a number without its country code belongs. An extension is no part of the
    form. None for what is no valid number there, and where the library is not installed.
    """
    if not is_available() or len(text) > _LONGEST:
        return None
    import phonenumbers

    from kam_cli.values.numbering import plain_form

    if found := plain_form(text, country):
        return found
    number = _without_extension(text)
    tries = [(f"+{number.strip()[2:]}", None)] if number.strip().startswith("00") else []
    for one, region in [*tries, (number, country)]:
        try:
            parsed = phonenumbers.parse(one, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return None


def _without_extension(text: str) -> str:
    """What stands before a letter or mark that follows five digits; a shorter beginning may be spelt in letters."""
    for found in re.finditer(r"[^\W\d_]|[#;,]", text):
        if sum(map(str.isdigit, text[: found.start()])) >= _ENOUGH:
            return text[: found.start()]
    return text
