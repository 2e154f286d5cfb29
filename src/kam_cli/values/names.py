"""Names of persons: stray characters, forms of address, given and family names."""

from __future__ import annotations

import re
from collections import namedtuple

from kam_cli.values.forms_of_address import FORMS, taken_off

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Soft hyphen, zero-width space and joiners of words, byte order mark, marks of direction, controls: they come with a
# pasted name and mean nothing. The joiners that Persian and emoji are written with (U+200C, U+200D) stay.
_STRAY = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)
_AROUND = (('"', '"'), ("'", "'"), ("“", "”"), ("„", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ("‘", "’"))
# Before a family name, and a part of it. The first are given names too, and count in small letters alone.
_SMALL = frozenset(("ben", "bin", "al", "el", "e", "y", "i", "san", "do", "dos", "das", "la", "le", "ap"))
_PARTICLES = _SMALL | frozenset(
    ("von", "van", "der", "den", "de", "di", "da", "del", "della", "dello", "dei", "degli", "du", "des", "ter",
     "ten", "te", "zu", "zum", "zur", "vom", "af", "av", "ibn", "bint", "abu", "mac", "st")
)  # fmt: skip
_BETWEEN = frozenset(("y", "i", "-", "–", "e"))  # two family names
# Behind a family name; the second are names too, and count with a full stop, in capitals, or after a comma.
_SUFFIXES = frozenset(("jr", "junior", "phd", "esq", "csc", "drsc", "dsc", "msc", "bsc", "llm"))
_SUFFIXES_LOUD = frozenset(("sr", "jun", "sen", "ii", "iii", "iv", "md", "cpa", "mba", "dds", "ma", "ba"))
_TWO_FAMILY_NAMES = frozenset(
    ("ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "GT", "CU", "BO", "DO", "HN", "PY", "SV", "NI", "CR", "PA",
     "UY", "PR")
)  # fmt: skip
_AND = frozenset(("&", "+", "and", "und", "et", "i", "a", "y", "и", "та"))
_FATHERS = re.compile(
    r"(?:ович|евич|йович|ьич|ильич|овна|евна|ична|инична|івна|ївна|ovich|evich|yovych|ovych|ovna|evna|ivna|ichna)$",
    re.IGNORECASE,
)
_EASTERN = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]"
_EAST_SLAVIC = frozenset(("RU", "UA", "BY", "KZ", "KG"))

# ``whole`` without forms of address, ``first`` (None where there is none) and ``last``; the ``suffix`` is a part of the
# whole; ``honorific`` are titles, ``forms`` all that was taken off, and ``sex`` is f, m or "".
Name = namedtuple("Name", "whole first last suffix honorific forms sex")


def visible(text: str) -> str:
    """A text on one line between single spaces, without what cannot be seen."""
    return " ".join(_STRAY.sub("", text).split())


def tidy(text: str) -> str:
    """A name on one line between single spaces, without what cannot be seen, quotes around it and commas after it."""
    text = visible(text)
    while True:
        bare = text.strip(" ,;")
        if len(bare) > 2 and (bare[0], bare[-1]) in _AROUND and not set(bare[1:-1]) & {bare[0], bare[-1]}:
            bare = bare[1:-1]
        if bare == text:
            return text
        text = bare


def parse_name(
    text: str, country: str | None = None, more: Mapping[str, tuple[str, bool]] | None = None
) -> Name:
    """A person's name as it stands in one column: ``Frau Dr. Anna von Berg``, ``Doe, John``, ``Иванова Анна Петровна``.

    ``country`` (ISO 3166-1 alpha-2) hints at the order and number of names, ``more`` are further forms of address
    (see `kam_cli.values.forms_of_address.parse_forms`). A text without a letter is its own family name.
    """
    plain = _plain(text) if not more and country != "HU" else None
    if plain:
        return Name(text, *plain, "", "", "", "")
    given = (tidy(text) or " ".join(text.split())).split()
    words, honorific, sex = taken_off(given, country, more)
    if words[:1] and words[0].casefold() in _AND:
        words, honorific, sex = given, "", ""  # two persons
    forms = " ".join(given[: len(given) - len(words)])
    whole = _turned(" ".join(words), country)
    first, last, suffix = split(whole, country)
    return Name(whole, first, last, suffix, honorific, forms, sex or _sex_of_father(first, country))


def _plain(text: str) -> tuple[str, str] | None:
    """The parts of the most usual name: two words of small letters after a capital, and nothing to think about."""
    first, _, last = text.partition(" ")
    if not (first.isalpha() and last.isalpha() and first.istitle() and last.istitle()):
        return None
    one, other = first.casefold(), last.casefold()
    if one in FORMS or other in FORMS or other in _SUFFIXES or other in _SUFFIXES_LOUD:
        return None
    return first, last


def split_name(whole: str, country: str | None = None) -> tuple[str | None, str]:
    """Given names, if any, and the family name: ``("Jan Maria", "Rokita")``."""
    return split(whole, country)[:2]


def split(whole: str, country: str | None = None) -> tuple[str | None, str, str]:
    """Given names, if any, the family name, and what follows it: Jr., III, PhD."""
    words, suffix = _without_suffix(whole.split())
    if len(words) < 2:
        return None, " ".join(words), suffix
    if words[0].endswith(",") or "," in "".join(words[1:-1]):
        # Not turned round: somebody's name and something else about him.
        before = " ".join(words).partition(",")[0].split()
        if len(before) > 1:
            words = before
    shouted = [_is_shouted(word) for word in words]
    if _is_family_first(words, country):
        return " ".join(words[1:]), words[0], suffix
    if any(shouted) and not all(shouted) and (run := _run(shouted)):
        start, end = run
        return " ".join(words[:start] + words[end:]), " ".join(words[start:end]), suffix
    if len(words) == 3 and _has_father(words[2], country):
        return " ".join(words[1:]), words[0], suffix
    at = _start_of_family(words, country)
    return " ".join(words[:at]) or None, " ".join(words[at:]), suffix


def _turned(whole: str, country: str | None) -> str:
    """``Doe, John`` as it is said, where one family name, with its particles, stands before the only comma."""
    before, comma, after = (part.strip() for part in whole.partition(","))
    if not comma or not before or not after or "," in after or re.search(r"[\d(/]", whole):
        return whole
    names = [word for word in before.split() if word.casefold() not in _PARTICLES]
    behind, suffix = _without_suffix(after.split())
    if suffix and not behind:
        return whole
    most = 2 if country in _TWO_FAMILY_NAMES else 1
    if not 1 <= len(names) <= most or len(behind) > 3:
        return whole
    return " ".join(filter(None, (" ".join(behind), before, suffix)))


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    """The words without what follows a family name, and that."""
    end = len(words)
    while end > 1 and _is_suffix(words[end - 1], words[end - 2]):
        end -= 1
    suffix, words = " ".join(words[end:]), words[:end]
    if suffix:
        words[-1] = words[-1].rstrip(",")
    return words, suffix


def _is_suffix(word: str, before: str) -> bool:
    bare = word.strip(",").replace(".", "")
    if bare.casefold() in _SUFFIXES:
        return True
    is_loud = "." in word or before.endswith(",") or (bare.isupper() and not before.isupper())
    return bare.casefold() in _SUFFIXES_LOUD and is_loud


def _start_of_family(words: list[str], country: str | None) -> int:
    """Where the family name begins; never with the first word."""
    at = len(words) - 1
    if at > 1 and words[at - 1] in _BETWEEN:
        at -= 2
    elif country in _TWO_FAMILY_NAMES and at > 1:
        at -= 1
    while at > 1 and _is_particle(words[at - 1]):
        at -= 1
    return max(at, 1)


def _is_particle(word: str) -> bool:
    small = word.casefold().rstrip(".'’")
    return small in _PARTICLES and (small not in _SMALL or word[0].islower())


def _is_shouted(word: str) -> bool:
    """Whether a word is in capitals, and not an initial."""
    letters = [char for char in word if char.isalpha()]
    return len(letters) > 2 and all(char.isupper() for char in letters)


def _run(shouted: list[bool]) -> tuple[int, int] | None:
    """Where the words in capitals begin and end, if they stand together at an end of the name."""
    first = shouted.index(True)
    last = first + sum(shouted)
    together = all(shouted[first:last]) and (first == 0 or last == len(shouted))
    return (first, last) if together else None


def _is_family_first(words: list[str], country: str | None) -> bool:
    """In Hungary, and in Chinese, Japanese and Korean letters, the family's name comes first."""
    return country == "HU" or all(re.match(_EASTERN, word) for word in words)


def _has_father(word: str, country: str | None) -> bool:
    """Whether a word is a patronymic; in Latin letters only where they are used."""
    is_cyrillic = "\u0400" <= word[-1] <= "\u04ff"
    return (is_cyrillic or country in _EAST_SLAVIC) and bool(_FATHERS.search(word))


def _sex_of_father(first: str | None, country: str | None) -> str:
    """The sex that a patronymic tells."""
    for word in (first or "").split()[1:]:
        if _has_father(word, country):
            return "f" if word.casefold()[-1] in "аa" else "m"
    return ""
