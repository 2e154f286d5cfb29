"""Countries: from a code or a name in any common spelling to the ISO 3166-1 alpha-2 code that is stored."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.text import fold
from kam_cli.values.country_names import TABLE
from kam_cli.values.tokens import quoted

LONGEST = 100
_SMALL = frozenset(("the", "and", "of"))
_SHORT = {"st": "saint", "rep": "republic", "dem": "democratic"}
# "Republic of Poland" is Poland; where such a word tells two countries apart, the table has the whole name.
_FORMAL = frozenset(("republic", "kingdom", "federal", "federative", "islamic", "peoples"))

_codes: dict[str, str] = {}


def parse_country(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of ``PL``, ``POL``, ``Poland``, ``Polska``, ``Republic of Poland``.

    Case, accents, script, punctuation and the order of words do not matter. Raises BadValue, with what may have
    been meant, for anything else; a beginning of a name is not enough.
    """
    code = text.strip().upper()
    if len(code) == 2 and f"\n{code} " in TABLE:
        return code
    if len(text) > LONGEST:
        raise BadValue(f"country {quoted(text)} is too long: write a code such as PL, or a name")
    if not code:
        raise BadValue("the country is empty: write a code such as PL, or a name")
    if not _codes:
        _codes.update(_read())
    key = _key(text)
    plain = " ".join(word for word in key.split() if word not in _FORMAL)
    found = _codes.get(key) or _codes.get(plain)
    if found is None:
        raise BadValue(f"no country {quoted(text)}{_near(text)}")
    return found


def country_name(code: str) -> str:
    """The English name by which a code is shown, or the code where it is not known."""
    at = TABLE.find(f"\n{code} ")
    return TABLE[at + 8 :].partition("\n")[0].partition(",")[0] if at >= 0 and len(code) == 2 else code


def _rows() -> list[tuple[str, str, list[str]]]:
    """The table: alpha-2, alpha-3, names."""
    rows = (line.split(" ", 2) for line in TABLE.replace("\n  ", " ").strip().splitlines())
    return [(code, long, names.split(", ")) for code, long, names in rows]


def _read() -> dict[str, str]:
    """Key → code."""
    codes = {}
    for code, long, names in _rows():
        for name in (code, long, *names):
            codes[_key(name)] = code
    return codes


def _key(text: str) -> str:
    """The words that count, sorted, so that "Korea, Republic of" is "Republic of Korea"; "U.S.A." is one word."""
    words = fold(text).split()
    if all(len(word) == 1 for word in words):
        return "".join(words)
    return " ".join(sorted(_SHORT.get(word, word) for word in words if word not in _SMALL))


def _near(text: str) -> str:
    """A clause that offers near names."""
    from difflib import get_close_matches

    key = fold(text)
    names = {fold(name): f"{country_name(code)} ({code})" for code, _, names in _rows() for name in names}
    close = [name for name in names if len(key) > 1 and f" {name}".find(f" {key}") >= 0]
    close += get_close_matches(key, names, 3, 0.7)
    offers = list(dict.fromkeys(names[name] for name in close))[:3]
    return f"; did you mean {' or '.join(offers)}?" if offers else ": write a code such as PL, or a name"
