"""Countries: from a code or a name in any common spelling to the ISO 3166-1 alpha-2 code that is stored."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.text import fold
from kam_cli.values.country_names import TABLE
from kam_cli.values.tokens import quoted

LONGEST = 100
_SMALL = frozenset(("the", "and", "of"))
_SHORT = {"st": "saint", "rep": "republic", "dem": "democratic", "is": "island", "islands": "island"}
# "Republic of Poland" is Poland; where such a word tells two countries apart, the table has the whole name.
_FORMAL = frozenset(
    ("republic", "kingdom", "federal", "islamic", "peoples", "state", "principality", "sultanate")
)

_codes: dict[str, str] = {}  # key of a name → code; filled when a name is first read


def parse_country(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of ``PL``, ``POL``, ``Poland``, ``Polska``, ``Republic of Poland``.

    Case, accents, script, punctuation and the order of words do not matter. Raises BadValue, with what may
    have been meant, for anything else; a beginning of a name is not enough.
    """
    code = text.strip().upper()
    if len(code) == 2 and f"\n{code} " in TABLE:
        return code
    if len(text) > LONGEST:
        raise BadValue(f"country {quoted(text)} is too long: write a code such as PL, or a name")
    found = _find(text)
    if found is None and "(" in text:
        # "Myanmar (Burma)": two names of one country.
        both = {_find(part) for part in text.replace(")", "").split("(")}
        found = both.pop() if len(both) == 1 else None
    if found is None:
        raise BadValue(f"no country {quoted(text)}{_near(text)}" if code else "the country is empty")
    return found


def country_name(code: str) -> str:
    """The English name by which a code is shown, or the code where it is not known."""
    at = TABLE.find(f"\n{code} ")
    if at < 0 or len(code) != 2:
        return code
    return TABLE[at + 8 : TABLE.index("\n", at + 8)].partition(",")[0].partition(" |")[0]


def _find(text: str) -> str | None:
    key = _key(text)
    code = fold(text).replace(" ", "").upper()
    if text.isascii() and len(code) in (2, 3):
        at = TABLE.find(f"\n{code} ") if len(code) == 2 else TABLE.find(f" {code} ") - 3
        if at >= 0 and TABLE[at] == "\n":
            return TABLE[at + 1 : at + 3]
    for which in (0, 1) if not text.isascii() else (0,):
        if not _codes or which:
            _codes.update((_key(name), code) for code, names in _rows(which) for name in names)
        plain = " ".join(word for word in key.split() if word not in _FORMAL)
        if found := _codes.get(key) or _codes.get(plain):
            return found
    return None


def _rows(which: int) -> list[tuple[str, list[str]]]:
    """Codes with their names that are read as they stand (0), or those that need the romaniser (1)."""
    lines = TABLE.replace("\n  ", " ").strip().splitlines()
    parts = ((line[:2], line[7:].split(" | ")) for line in lines)
    return [(code, names[which].split(", ")) for code, names in parts if len(names) > which]


def _key(text: str) -> str:
    """The words that count, sorted: "Korea, Republic of" is "Republic of Korea"; "U.A.E." is one word."""
    words = fold(text).split()
    if all(len(word) == 1 for word in words):
        return "".join(words)
    return " ".join(sorted(_SHORT.get(word, word) for word in words if word not in _SMALL))


def _near(text: str) -> str:
    """A clause that offers names that hold the text as words or resemble it."""
    from difflib import get_close_matches

    key = fold(text)
    names = {fold(name): f"{country_name(code)} ({code})" for code, names in _rows(0) for name in names}
    close = [name for name in names if len(key) > 1 and f" {key}" in f" {name}"]
    close += get_close_matches(key, names, 3, 0.7)
    offers = list(dict.fromkeys(names[name] for name in close))[:3]
    return f"; did you mean {' or '.join(offers)}?" if offers else ": write a code such as PL, or a name"
