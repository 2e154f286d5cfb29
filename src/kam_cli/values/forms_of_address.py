"""Forms of address and what they say of a person: the sex, a title, or both."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Those that say no more than the sex.
_MEN = """mr mister herr hr pan monsieur señor senor senhor signor signore sig dhr mnr herra pán господин г-н гн пан
 sr úr"""
_WOMEN = """mrs ms miss missus frau pani madame mme mlle mademoiselle señora senora sra srta señorita senhora signora
 sigra mevrouw mevr mw paní slečna госпожа г-жа гжа пані пани fru frk rouva"""
_NEITHER = "mx"
# Titles, which are kept. Those with a sex stand behind it.
_TITLES = """
 dr doctor dra:f prof professor professorin:f profesor profesorka:f doc mgr inż inz ing dipl dipl-ing dipl-kfm
 dipl-kffr:f dipl-ök lic mag mudr judr phdr rndr mvdr paeddr thdr phmr bc bca mga hab arch avv dott dottore:m
 dottssa:f dottoressa:f rag geom eng engr rev reverend sir:m lord:m lady:f dame:f hon judge capt captain col colonel
 gen general lt maj major sgt cdr adm radm płk ppłk kpt mjr ks:m ksiądz:m rabbi sheikh univ lek adw kmdr
 д-р доктор проф професор профессор академик akad dkfm ddr drs ir mba
"""
# Names too: they count with a full stop, in small letters, beside another form, or where the country speaks for them.
_NAMES_TOO = frozenset(
    ("gen", "maj", "mag", "col", "hon", "arch", "doc", "ks", "bc", "lic", "sr", "sra", "sig", "rev", "eng", "lek",
     "adw", "capt", "ing", "ir", "lord", "general", "major", "judge", "dame", "pan", "пан", "geom", "rag", "hr",
     "mw", "mba", "univ", "hab", "lt", "adm", "captain", "colonel", "dipl", "sir")
)  # fmt: skip
_AT_HOME = {"pan": ("PL", "CZ", "SK"), "пан": ("UA",), "sr": ("ES", "MX", "AR", "CO", "CL", "PE", "BR", "PT"), "ing": ("CZ", "SK", "DE", "AT"), "sir": ("GB", "IE")}  # fmt: skip


def _table() -> dict[str, tuple[str, bool]]:
    table = dict.fromkeys(_MEN.split(), ("m", True))
    table |= dict.fromkeys(_WOMEN.split(), ("f", True))
    table |= dict.fromkeys(_NEITHER.split(), ("", True))
    for one in _TITLES.split():
        word, _, sex = one.partition(":")
        table[word] = (sex, False)
    return table


FORMS = _table()  # in small letters, without full stops → (sex or "", whether it says no more)


def parse_forms(text: str) -> dict[str, tuple[str, bool]]:
    """Further forms, as the setting ``names.honorifics`` has them: ``ppłk, Frau Direktor=f``."""
    found = {}
    for one in text.split(","):
        word, _, sex = (part.strip() for part in one.partition("="))
        if word:
            found[_key(word)] = (sex.casefold() if sex.casefold() in ("f", "m") else "", False)
    return found


def taken_off(
    words: Sequence[str], country: str | None = None, more: Mapping[str, tuple[str, bool]] | None = None
) -> tuple[list[str], str, str]:
    """The words of a name without the forms in front; the titles among those, and the sex ("" where not said).

    A word is always left: where all are forms, none is taken off.
    """
    rest, sex = list(words), ""
    titles: list[str] = []
    while True:
        found = _first(rest, country, more or {}, is_alone=not titles and not sex)
        if not found:
            return rest, " ".join(titles), sex
        size, (says, is_bare) = found
        sex = sex or says
        titles += [] if is_bare else rest[:size]
        del rest[:size]


def _first(
    words: Sequence[str], country: str | None, more: Mapping[str, tuple[str, bool]], is_alone: bool
) -> tuple[int, tuple[str, bool]] | None:
    """How many words in front are a form, and what it says."""
    for size in (3, 2, 1):
        key = _key(" ".join(words[:size]))
        says = more.get(key) or FORMS.get(key)
        if says is None or len(words) <= size:
            continue
        is_certain = key in more or key not in _NAMES_TOO or country in _AT_HOME.get(key, ())
        followed = is_alone and _key(words[size]) in FORMS and len(words) > size + 1
        if is_certain or not is_alone or words[0].endswith(".") or words[0][0].islower() or followed:
            return size, says
    return None


def said_by(text: str, more: Mapping[str, tuple[str, bool]] | None = None) -> tuple[str, str] | None:
    """(titles, sex) of a text that is nothing but forms of address; None for any other."""
    words = text.split()
    rest, titles, sex = taken_off([*words, "-"], more=more)
    return (titles, sex) if words and rest == ["-"] else None


def _key(word: str) -> str:
    return word.casefold().replace(".", "")
