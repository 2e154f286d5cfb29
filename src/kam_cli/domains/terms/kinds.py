"""What terms of payment are made of, as they are typed: days to pay, a language."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.kinds import every, integer
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context

_days = integer(0, 3660)


def _pay(c: Context, given: str) -> int:
    """``30``, ``30d``, ``2w`` as days."""
    plain = given.strip().removesuffix("d").rstrip()
    days = _days.parse(c, plain) if plain.isascii() and plain.isdigit() else every.parse(c, given)
    return int(days)


def _language(c: Context, given: str) -> str:
    code = given.strip().casefold()
    if not (code.isascii() and code.isalpha() and 2 <= len(code) <= 3):
        raise BadValue(f"{given[:40]!r} is no code of a language: write en, pl, de …")
    return code


pay = Kind(_pay, "DAYS")
language = Kind(_language, "CODE", lambda c, given: ["en", "pl", "de", "cs", "he"])
