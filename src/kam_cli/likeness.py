"""How alike two cards are: the one measure by which a new card is questioned, an import warns, doubles are found."""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from math import log2

from kam_cli.namesakes import (
    FORM,
    NEAR,
    OTHER,
    PART,
    SAME,
    SOUND,
    Name,
    common_sounds,
    differ_in_form,
    likeness,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Counts = Mapping[tuple[str, str], int]

LOOKALIKE = 50  # the score from which on a new card is held for one in the book
SHOWN = 40  # the score from which on two cards in the book are shown as a pair

# What is compared of a card: its names now and before; the search key of its city; ``client``, where a person works;
# ``phones emails sites documents addresses`` in their comparable forms; ``sex``; ``birthday``, with or without year.
Card = namedtuple("Card", "id names city country client phones emails sites documents addresses birthday sex")
Verdict = namedtuple("Verdict", "score reasons")

# What an agreement or a contradiction says, in bits: log2 of how much more often it is met in two cards of one client
# than in cards of two. The form of the sum is that of I. P. Fellegi and A. B. Sunter, A Theory for Record Linkage,
# JASA 64 (1969); the weights are set by judgement: one person's book has too few known doubles to estimate them.
# The weight of a name holds the odds before anything else is known.
_NAME = {SAME: 2.0, FORM: 1.5, NEAR: -0.5, SOUND: -0.5, PART: -2.5, OTHER: -4.0}
_TRANSCRIBED = 1.0  # a near name in another script: letters differ where there are several ways to write it
# A near name of fewer letters, the longer of the two: among 700 names those of 5 and 6 letters were near by chance no
# more often than those of 6 and 6, which count in full.
_FEW, _SHORT = 6, -0.5
_SHARED = (("documents", "registration number", 9.0), ("emails", "e-mail", 6.0), ("phones", "phone", 5.0),
           ("sites", "website", 3.5), ("addresses", "address", 2.0))  # fmt: skip
_OTHER_DOCUMENT = -5.0
_BIRTHDAY, _DAY_ONLY, _OTHER_BIRTHDAY = 5.0, 3.0, -6.0
_CITY, _OTHER_CITY, _OTHER_COUNTRY = 1.5, -1.5, -1.5
_CLIENT, _OTHER_SEX = 2.0, -3.0
_RARITY = 3.0  # the most that is taken off for a value that many cards share


def compare(a: Card, b: Card, counts: Counts | None = None) -> Verdict:
    """Score 0–100 of two cards, and the reasons, those for it first.

    The score is the probability, in percent, that both are of one client, as far as the weights are right: 50 is as
    likely as not. ``counts`` tells how many cards share a value, ``(kind, value)`` → count where it is above 1, and how
    many names are ``joined`` (kind ``name``) or sound the same (``sounds``): what many share says less (W. E. Winkler's
    frequency-based matching, 1989).
    """
    counts = counts or {}
    bits, reasons, level = _names(a, b, counts)
    against: list[str] = []
    for field, what, weight in _SHARED:
        mine, others = getattr(a, field), getattr(b, field)
        if not (mine and others):
            continue
        if both := [one for one in mine if one in others]:
            bits += weight - min(_taken_off(counts.get((field, one), 2) - 1) for one in both)
            reasons.append(f"same {what}")
        elif field == "documents":
            bits += _OTHER_DOCUMENT
            against.append(f"other {what}")
    for weight, reason in (_born(a, b, level), _place(a, b, level), _sex(a, b)):
        bits += weight
        if reason:
            (reasons if weight > 0 else against).append(reason)
    return Verdict(round(100 / (1 + 2**-bits)), [*reasons, *(f"but {one}" for one in against)])


def _names(a: Card, b: Card, counts: Counts) -> tuple[float, list[str], int]:
    one, other = a.names[0], b.names[0]
    level = likeness(one, other)
    if level and len(a.names) + len(b.names) > 2:
        level, one, other = min(
            ((likeness(x, y), x, y) for x in a.names for y in b.names), key=lambda found: found[0]
        )
    bits = _NAME[level]
    is_transcribed = one.is_latin != other.is_latin and bool(common_sounds(one, other))
    if level in (NEAR, SOUND) and is_transcribed:
        bits = _TRANSCRIBED
    if level in (NEAR, SOUND) and max(len(one.joined), len(other.joined)) < _FEW:
        bits += 0.0 if differ_in_form(one, other) else _SHORT
    if level < PART:
        mine, others = (counts.get(("name", name.joined), 1) for name in (one, other))
        bits -= _taken_off(mine - 1 if one.joined == other.joined else mine * others)
    if level == SOUND:
        bits -= min(_taken_off(counts.get(("sounds", sound), 2) - 1) for sound in common_sounds(one, other))
    return bits, [_say_name(level, one, other)] if level < PART else [], level


def _say_name(level: int, one: Name, other: Name) -> str:
    if level == FORM:
        written = "other legal form" if one.bare == other.bare else "written otherwise"
    else:
        written = ""
    if one.is_latin != other.is_latin:
        written = "in another script"
    what = {NEAR: "near name", SOUND: "a name that sounds alike"}.get(level, "same name")
    return f"{what}, {written}" if written else what


def _taken_off(pairs: int) -> float:
    """The bits that a value loses where so many pairs may share it by chance."""
    return min(_RARITY, log2(pairs)) if pairs > 1 else 0.0


def _born(a: Card, b: Card, level: int) -> tuple[float, str]:
    """What birthdays say; the same one says nothing of persons whose names have no word in common."""
    if not (a.birthday and b.birthday):
        return 0.0, ""
    if level == OTHER and not any(set(x.words) & set(y.words) for x in a.names for y in b.names):
        return 0.0, ""
    if a.birthday == b.birthday and a.birthday[0] != "-":
        return _BIRTHDAY, "same birthday"
    if a.birthday[-5:] == b.birthday[-5:] and "-" in (a.birthday[0], b.birthday[0]):
        return _DAY_ONLY, "same day of birth"
    return _OTHER_BIRTHDAY, "another birthday"


def _place(a: Card, b: Card, level: int) -> tuple[float, str]:
    """What client, city and country say; nothing for cards of different names, which many places hold."""
    if level >= PART:
        return 0.0, ""
    if a.client or b.client:
        # People change jobs: another client contradicts nothing.
        if a.client == b.client:
            return _CLIENT, "same client"
        return (_CITY, "same city") if a.city and b.city and _is_one_city(a.city, b.city) else (0.0, "")
    if a.city and b.city:
        return (_CITY, "same city") if _is_one_city(a.city, b.city) else (_OTHER_CITY, "another city")
    if a.country and b.country and a.country != b.country:
        return _OTHER_COUNTRY, "another country"
    return 0.0, ""


def _is_one_city(a: str, b: str) -> bool:
    return a == b or likeness(_city(a), _city(b)) < PART


@lru_cache(100_000)
def _city(key: str) -> Name:
    return Name(key)


def _sex(a: Card, b: Card) -> tuple[float, str]:
    return (_OTHER_SEX, "another sex") if a.sex and b.sex and a.sex != b.sex else (0.0, "")
