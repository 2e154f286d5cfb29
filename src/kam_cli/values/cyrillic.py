"""Names from Cyrillic to Latin letters and back: as passports write them (ICAO) and as libraries do (ISO 9).

ICAO Doc 9303, part 3, section 6 B, with what it says of single languages; ISO 9:1995, a letter for a letter, which can
be turned back. The libraries for this know Russian alone, or no standard, so the two tables stand here.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

STYLES = ("icao", "iso9")
# The language of a country, where the letters of a name do not tell it.
LANGUAGES = {
    "RU": "ru", "UA": "uk", "BY": "be", "BG": "bg", "RS": "sr", "ME": "sr", "BA": "sr", "MK": "mk", "KZ": "ru", "KG": "ru",
    "TJ": "ru", "MN": "ru",
}  # fmt: skip
_APOSTROPHES = "'’ʼ"
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


def _table(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


_ICAO = _table(
    """а=a б=b в=v г=g ґ=g д=d ђ=d ѓ=g е=e ё=e є=ie ж=zh з=z ѕ=dz и=i і=i ї=i й=i ј=j к=k л=l љ=lj м=m н=n њ=nj
    о=o п=p р=r с=s т=t ћ=c ќ=k у=u ў=u ф=f х=kh ц=ts ч=ch џ=dz ш=sh щ=shch ъ=ie ы=y ь= э=e ю=iu я=ia ѣ=ie
    '= ’= ʼ="""
)
_ICAO_OF = {
    "uk": _table("г=h и=y"),
    "be": _table("г=h ё=io"),
    "bg": _table("щ=sht"),
    "sr": _table("ж=z х=h ц=c ч=c ш=s"),
    "mk": _table("х=h ц=c ќ=kj ѓ=gj џ=dj"),
}
_ICAO_FIRST = {"uk": _table("є=ye ї=yi й=y ю=yu я=ya")}  # at the beginning of a word
_ISO9 = _table(
    """а=a б=b в=v г=g ґ=g̀ д=d ђ=đ ѓ=ǵ е=e ё=ë є=ê ж=ž з=z ѕ=ẑ и=i і=ì ї=ï й=j ј=ǰ к=k ќ=ḱ л=l љ=l̂ м=m н=n њ=n̂
    о=o п=p р=r с=s т=t ћ=ć у=u ў=ŭ ф=f х=h ц=c ч=č џ=d̂ ш=š щ=ŝ ъ=ʺ ы=y ь=ʹ э=è ю=û я=â ѣ=ě"""
)
_TELLING = re.compile("[âûêèžčšŝëïìʹʺ]", re.IGNORECASE)
# How people write Cyrillic names who know no ISO 9: such a name cannot be turned back.
_NOT_ISO9 = re.compile("sh|ch|zh|kh|ts|[iy][aeu]|[qwx]|ii|yy|iy", re.IGNORECASE)


def romanised(text: str, style: str, country: str | None = None) -> str:
    """Cyrillic letters as Latin ones, all others as they stand; ``country`` tells the language where letters do not."""
    if style == "iso9":
        return _mapped(text, _ISO9, {})
    language = _language(text, country)
    return _mapped(text, _ICAO | _ICAO_OF.get(language, {}), _ICAO_FIRST.get(language, {}))


def turned_back(text: str) -> str | None:
    """A name in the Latin letters of ISO 9 as Cyrillic; None for one that is not written so."""
    from unicodedata import normalize

    if _NOT_ISO9.search(text):
        return None
    back = {normalize("NFD", latin): cyrillic for cyrillic, latin in _ISO9.items()}
    found, rest = "", normalize("NFD", text)
    while rest:
        size = next((size for size in (3, 2, 1) if rest[:size].lower() in back), 0)
        if not size and rest[0].isalpha():
            return None
        letter = back[rest[:size].lower()] if size else rest[0]
        found += letter.upper() if rest[0].isupper() else letter
        rest = rest[size or 1 :]
    return None if re.search("[\u0300-\u036f]", found) else found


def other_script(name: str, style: str, country: str | None = None, *, always: bool = False) -> str | None:
    """The name in the other of the two scripts; None where it has both, none of them, or cannot be turned.

    A Latin name is turned only if it is written as ISO 9, and holds a letter that tells so, or ``always``: without
    one the search finds it in both scripts as it is.
    """
    has_cyrillic, has_latin = bool(_CYRILLIC.search(name)), bool(_LATIN.search(name))
    if has_cyrillic == has_latin:
        return None
    if has_cyrillic:
        return romanised(name, style, country)
    return turned_back(name) if style == "iso9" and (always or _TELLING.search(name)) else None


def _language(text: str, country: str | None) -> str:
    small = text.casefold()
    if re.search("[сц]ьк", small):
        return "uk"
    for letters, language in (("іїєґ", "uk"), ("ў", "be"), ("ђћљњџј", "sr"), ("ѓќѕ", "mk"), ("ыэё", "ru")):
        if any(letter in small for letter in letters):
            return "be" if language == "uk" and ("ў" in small or country == "BY") else language
    return LANGUAGES.get(country or "", "ru")


def _mapped(text: str, table: Mapping[str, str], first: Mapping[str, str]) -> str:
    found = []
    for at, char in enumerate(text):
        small = char.lower()
        if small not in table or (char in _APOSTROPHES and not _is_within(text, at)):
            found.append(char)
            continue
        begins = at == 0 or not (text[at - 1].isalpha() or text[at - 1] in _APOSTROPHES)
        latin = first[small] if begins and small in first else table[small]
        if char.isupper():
            beside = text[at + 1 : at + 2] or text[max(at - 1, 0) : at]
            latin = latin.upper() if beside.isupper() else latin[:1].upper() + latin[1:]
        found.append(latin)
    return "".join(found)


def _is_within(text: str, at: int) -> bool:
    """Whether an apostrophe stands between Cyrillic letters."""
    return bool(0 < at < len(text) - 1 and _CYRILLIC.match(text[at - 1]) and _CYRILLIC.match(text[at + 1]))
