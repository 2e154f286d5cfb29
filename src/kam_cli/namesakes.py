"""How alike two names are, whatever their script, legal form, order of words and slips of the finger."""

from __future__ import annotations

import re
from functools import lru_cache

from kam_cli.text import bare, is_legal_form

# Words that join two names; "&" leaves nothing in a key.
_AND = frozenset(("and", "und", "et", "e", "y", "i", "og", "och", "oraz", "ta"))
_SPELT = {"ae": "a", "oe": "o", "ue": "u", "aa": "a"}  # ä, ö, ü, å, æ, ø where the letter is not at hand
# Letters of one sound, as Soundex has them (R. C. Russell, US patent 1,261,167, 1918), but w beside v.
_SOUND = str.maketrans("bfpvwcgjkqsxzdtlmnraeiouy", "pppppssssssssttlmmr......", "h")
_AFFRICATE = re.compile("[dt]+(?=[szcj])")
_RUN = re.compile(r"(.)\1+")
# Hebrew and Arabic, where the letter for v or w may stand for o or u.
_VOWELLESS = re.compile("[\u0590-\u06ff]")
_NO_V = str.maketrans("", "", "vw")

SHORTEST = 4  # letters from which on a name may hold a slip, or sound like another

SAME, FORM, NEAR, SOUND, PART, OTHER = range(6)


class Name:
    """A name as it is compared: its search ``key``; ``bare``, without its legal form; ``words``, of these, sorted, without
    "and", other legal forms and ways to spell umlauts; ``joined``, the same as written; ``sounds``: the consonants of
    each word by their sound, with the words in that order; ``digits``; ``letters``, a bit for each letter in the words."""

    __slots__ = ("bare", "digits", "is_latin", "joined", "key", "key_letters", "letters", "sounds", "words")

    def __init__(self, key: str, written: str = "") -> None:
        self.key = key
        without = bare(key)
        self.bare = key if without == key else without  # of very many names one text is held, not two
        words = self.bare.split()
        # What joins two names stands between them: Firm E is not Firm.
        told = [*words[:1], *(word for word in words[1:-1] if word not in _AND), *words[1:][-1:]]
        words = [_spelt(word) for word in told if not is_legal_form(word)] or words
        self.joined = "".join(words)
        self.words = tuple(sorted(words))
        self.sounds = _sounds(words)
        self.is_latin = written.isascii() or not any(char > "\u036f" and char.isalpha() for char in written)
        if not self.is_latin and _VOWELLESS.search(written):
            self.sounds += _sounds([word.translate(_NO_V) for word in words])
        self.digits = "" if key.isalpha() else re.sub("[^0-9]+", "", key)
        self.letters = letters_of(words)
        self.key_letters = self.letters if key == self.joined else letters_of(key.split())


@lru_cache(100_000)
def _spelt(word: str) -> str:
    for pair, letter in _SPELT.items():
        word = word.replace(pair, letter)
    return word


@lru_cache(100_000)
def _sound(word: str) -> str:
    # The kh of a Cyrillic name is the h, or the ch, of a Latin one.
    word = _AFFRICATE.sub("", word.replace("kh", "h"))
    return _RUN.sub(r"\1", word.translate(_SOUND)).replace(".", "")


def _sounds(words: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sound of the whole, with its words in the order of their sounds; nothing where no consonant is."""
    pairs = sorted((_sound(word), word) for word in words)
    whole = " ".join(sound for sound, _ in pairs)
    return ((whole, tuple(word for _, word in pairs)),) if whole.strip() else ()


@lru_cache(100_000)
def _letters(word: str) -> int:
    bits = 0
    for char in set(word):
        bits |= 1 << (ord(char) & 31)
    return bits


def letters_of(words: list[str]) -> int:
    """A bit for each of a–z that the words hold; others share those bits."""
    bits = 0
    for word in words:
        bits |= _letters(word)
    return bits


def may_be_slip(a: Name, b: Name) -> bool:
    """Whether two slips of the finger could make one name of the other, as far as can be told at a glance.

    A slip changes at most two of the letters that occur.
    """
    if (a.letters ^ b.letters).bit_count() <= 4 and -2 <= len(a.joined) - len(b.joined) <= 2:
        return True
    return (a.key_letters ^ b.key_letters).bit_count() <= 4 and -2 <= len(a.key) - len(b.key) <= 2


def likeness(a: Name, b: Name) -> int:
    """How two names are alike, the closest first:

    ``SAME``   one search key.
    ``FORM``   one but for legal form, order of words, "and", blanks or the spelling of umlauts.
    ``NEAR``   a slip of the finger: an optimal string alignment distance (a letter more, less, other, or two
               swapped) of 1 from 4 letters on, of 2 from 8; with legal forms or without.
    ``SOUND``  word by word the same consonants by their sound, and at most half of the letters differ: Kiev, Kyiv.
    ``PART``   all words of one are among those of the other.
    ``OTHER``  none of these. Names whose digits differ are never near: shop 12 is not shop 13.
    """
    if not (a.key and b.key):
        return OTHER
    if a.key == b.key:
        return SAME
    if a.joined == b.joined or a.words == b.words:
        return FORM
    if a.digits == b.digits:
        if may_be_slip(a, b) and (_is_slip(a.joined, b.joined) or _is_slip(a.key, b.key)):
            return FORM if a.key.replace(" ", "") == b.key.replace(" ", "") else NEAR
        if _sound_alike(a, b):
            return SOUND
    few, many = (a.words, b.words) if len(a.words) < len(b.words) else (b.words, a.words)
    return PART if set(few) <= set(many) else OTHER


def differ_in_form(a: Name, b: Name) -> bool:
    """Whether near names are the same but for a slip in the legal form: Hahn Ltd, Hahn Ldt."""
    few, many = (a, b) if len(a.words) < len(b.words) else (b, a)
    return few.key != few.bare and set(few.words) <= set(many.words) and _is_slip(a.key, b.key)


def _sound_alike(a: Name, b: Name) -> bool:
    return any(
        sound == other and may_sound_alike(mine, others)
        for sound, mine in a.sounds
        for other, others in b.sounds
    )


def common_sounds(a: Name, b: Name) -> list[str]:
    """The sounds that two names share."""
    return [sound for sound, _ in a.sounds if sound in dict(b.sounds)]


def may_sound_alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether of names of one sound no more than half of the letters differ, in the words that do; the words in the
    order of `Name.sounds`."""
    if min(sum(map(len, a)), sum(map(len, b))) < SHORTEST:
        return False
    differ = [pair for pair in zip(a, b, strict=True) if pair[0] != pair[1]]
    return sum(_apart(*pair) for pair in differ) <= sum(len(max(pair, key=len)) for pair in differ) // 2


@lru_cache(100_000)
def _apart(a: str, b: str) -> int:
    """The distance of two words of one sound; out of reach where no letter of theirs is the same."""
    found = distance(a, b, len(a) + len(b))
    return found if found < max(len(a), len(b)) else 1000


def _is_slip(a: str, b: str) -> bool:
    shorter = min(len(a), len(b))
    limit = 2 if shorter >= 8 else 1 if shorter >= SHORTEST else 0
    return abs(len(a) - len(b)) <= limit and distance(a, b, limit) <= limit


def distance(a: str, b: str, limit: int) -> int:
    """Optimal string alignment distance (restricted Damerau–Levenshtein), or some number above the limit.

    Column by column, all rows at once in the bits of a number: H. Hyyrö, A Bit-Vector Algorithm for Computing
    Levenshtein and Damerau Edit Distances, Nordic Journal of Computing 10 (2003).
    """
    if a == b:
        return 0
    if not a or not b:
        return len(a) or len(b)
    places: dict[str, int] = {}
    for at, char in enumerate(a):
        places[char] = places.get(char, 0) | 1 << at
    full, last = (1 << len(a)) - 1, 1 << len(a) - 1
    more, less, same, before, found = full, 0, 0, 0, len(a)
    for left, char in enumerate(b, 1 - len(b)):
        here = places.get(char, 0)
        swapped = ((~same & here) << 1) & before
        same = (((here & more) + more) ^ more) | here | less | swapped
        up, down = less | ~(same | more) & full, same & more
        found += bool(up & last) - bool(down & last)
        if found + left > limit:
            return limit + 1
        up, down = up << 1 | 1, down << 1
        more, less, before = (down | ~(same | up)) & full, up & same & full, here
    return found
