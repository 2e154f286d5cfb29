"""Text from outside: checked before it is stored, keyed so that it is found, made safe to show."""

from __future__ import annotations

from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

# Letters that no decomposition takes to ASCII, and the scripts met most often here, so that they need no
# romaniser: importing one costs more than a bare interpreter. ё is е and й stays y, because that is how
# people type them; hard and soft signs vanish, and so do apostrophes, as in O'Brien.
_ROMAN = """
ł=l ø=o æ=ae œ=oe đ=d ð=d þ=th ħ=h ı=i ŋ=n
а=a б=b в=v г=g ґ=g д=d ђ=d е=e ё=e є=ye ж=zh з=z и=i і=i ї=i й=y ј=j к=k л=l љ=lj м=m н=n њ=nj
о=o п=p р=r с=s т=t ћ=c у=u ў=u ф=f х=kh ц=ts ч=ch џ=dz ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya
א=a ב=b ג=g ד=d ה=h ו=v ז=z ח=h ט=t י=y כ=k ך=k ל=l מ=m ם=m נ=n ן=n ס=s ע=a פ=p ף=p צ=ts ץ=ts ק=k ר=r ש=sh ת=t
ا=a ع=a
'= `= ´= ‘= ’= ‛= ʹ= ʼ= ʻ= ʽ= ′= ׳=
"""
_LETTERS = str.maketrans(dict(pair.split("=") for pair in _ROMAN.split()))
# Accents of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic: left out of a search key.
_MARKS = dict.fromkeys([*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x64B, 0x660), 0x670])
_PUNCTUATION = {code: " " for code in range(128) if not chr(code).isalnum()} | {ord("'"): "", ord("`"): ""}
_PUNCTUATION_OF_LINES = {**_PUNCTUATION, ord("\n"): "\n"}
_NOT_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}
_DIALLED = {code: None for code in range(128) if not chr(code).isalpha() and chr(code) not in "#,;"}

# Written together, as a key gives them: "sp. z o.o." is "spzoo", "S.A. de C.V." is "sadecv".
_LEGAL_FORMS = """
gmbh mbh gesmbh ag kg kgaa ohg ug ev gbr se co corp corporation company inc incorporated ltd limited llc llp
lp plc pty pte pvt sa sas sasu sarl eurl snc sl slu srl spa sapa sc nv bv bvba cv vof ab hb as asa aps oy
oyj ou uab sia spzoo spj spk psa sro kft bt zrt nyrt doo dd ad ood eood jsc ltda sadecv kk sdn bhd fze fzco
dmcc tov ooo zao oao pao bam aktiengesellschaft gesellschaftmitbeschrankterhaftung spolkaakcyjna
spolkazograniczonaodpowiedzialnoscia societeanonyme sociedadanonima
"""
_LEGAL_AFTER = frozenset(_LEGAL_FORMS.split())
_LEGAL_ENDS = frozenset(form[at:] for form in _LEGAL_AFTER for at in range(len(form)))
_LEGAL_FORMS_BEFORE = "tov tzov ooo zao oao pao ao ip fop uab prat pat chp phu pphu fhu"
_LEGAL_BEFORE = frozenset(_LEGAL_FORMS_BEFORE.split())
_LONGEST_FORM = 5

# Where many firms have their pages.
_HOSTS = "facebook.com instagram.com linkedin.com x.com twitter.com youtube.com google.com t.me"
_PUBLIC_HOSTS = frozenset(f"{_HOSTS} allegro.pl olx.pl".split())

_HANDLE_CHARS = 24


def check_text(value: str, field: str) -> str:
    """The text as it is stored: Unicode NFC.

    Raises BadValue, naming the field as the user knows it (``--note``), for a NUL or a lone surrogate:
    SQLite would cut the first and cannot hold the second.
    """
    if "\0" in value:
        place = value.index("\0") + 1
        raise BadValue(f"{field}: character {place} is NUL: leave it out")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        broken = value[error.start]
        raise BadValue(
            f"{field}: character {error.start + 1}, {broken!r}, is not text: write it in UTF-8"
        ) from None
    return nfc(value)


def nfc(text: str) -> str:
    """The text with its letters composed."""
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text)


def fold(text: str) -> str:
    """The search key: words of a–z and 0–9 between single spaces, without case, accents or script.

    Other scripts are romanised letter by letter, so that the beginning of a word gives the beginning of
    its key. A text of nothing but punctuation is its own key, casefolded. ``fold(fold(x)) == fold(x)``.
    """
    latin = text if text.isascii() else _romanise(text)
    key = " ".join(latin.lower().translate(_PUNCTUATION).split())
    return key if key or not text else " ".join(nfc(nfc(text).casefold()).split())


def fold_all(texts: list[str]) -> list[str]:
    """`fold` of each text, worked out for all of them at once: in a fifth of the time."""
    whole = "\n".join(texts)
    if whole.count("\n") >= len(texts):
        texts = [text.replace("\n", " ") for text in texts]
        whole = "\n".join(texts)
    latin = whole
    if not whole.isascii():
        import re

        # Letters are romanised one by one, but for the Hebrew marks that are typed as a plain quote.
        known = _Romanised()
        latin = (
            _romanise(whole) if '"' in whole else re.sub(r"[^\x00-\x7f]+", lambda run: known[run[0]], whole)
        )
    keys = [" ".join(key.split()) for key in latin.lower().translate(_PUNCTUATION_OF_LINES).split("\n")]
    if "" in keys:
        return [key or fold(text) for key, text in zip(keys, texts, strict=False)]
    return keys


class _Romanised(dict[str, str]):
    """Runs of letters beyond ASCII → `_romanise` of them, each worked out once."""

    def __missing__(self, run: str) -> str:
        latin = self[run] = _romanise(run)
        return latin


def _romanise(text: str) -> str:
    from unicodedata import normalize

    text = normalize("NFC", text).casefold()
    if '"' in text or "״" in text:
        text = _without_gershayim(text)
    # The one pair of letters that is not written letter by letter: Київ is Kyiv.
    text = text.replace("иї", "yi").translate(_LETTERS)
    if not text.isascii():
        text = normalize("NFC", normalize("NFKD", text).translate(_MARKS)).casefold().translate(_LETTERS)
    if not text.isascii():
        from anyascii import anyascii

        text = anyascii(text)
    return text


def _without_gershayim(text: str) -> str:
    """Hebrew without the mark inside its abbreviations, often typed as a plain quote: בע"מ."""
    import re

    return re.sub('(?<=[א-ת])["״](?=[א-ת])', "", text)


def bare(key: str) -> str:
    """A key without the legal forms of a company (GmbH, sp. z o.o., ТОВ, בע"מ …); at least a word is left."""
    words = key.split()
    if len(words) > 1 and words[0] in _LEGAL_BEFORE:
        del words[0]
    size = _LONGEST_FORM if words and words[-1] in _LEGAL_ENDS else 0
    while size:
        if len(words) > size and "".join(words[-size:]) in _LEGAL_AFTER:
            del words[-size:]
            size = _LONGEST_FORM
        else:
            size -= 1
    return " ".join(words)


def is_legal_form(word: str) -> bool:
    """Whether a word of a key is a legal form wherever it stands; those of two letters are words as well."""
    return len(word) > 2 and word in _LEGAL_AFTER


def handle_for(name: str, taken: Container[str]) -> str:
    """A handle to type for a client: a–z, 0–9 and "-", with a letter, at most 24 characters, not yet taken.

    As many whole words of the bare name as fit; ``acme`` becomes ``acme-2`` where it is taken.
    """
    stem = handle = handle_stem(fold(name))
    number = 1
    while handle in taken:
        number += 1
        handle = numbered_handle(stem, number)
    return handle


def handle_stem(key: str) -> str:
    """The handle for a name with this search key, if nobody had it yet."""
    stem = ""
    for word in bare(key).split():
        if not (word.isascii() and word.isalnum()) or (stem and word in ("and", "und", "et")):
            continue
        longer = f"{stem}-{word}" if stem else word[:_HANDLE_CHARS]
        if len(longer) > _HANDLE_CHARS:
            break
        stem = longer
    if not stem.strip("0123456789-"):
        # A bare number would be read as a record's number.
        stem = f"client-{stem}"[:_HANDLE_CHARS].rstrip("-")
    return stem


def numbered_handle(stem: str, number: int) -> str:
    """The handle of the ``number``-th client with this stem, from 2 on."""
    return f"{stem[: _HANDLE_CHARS - 1 - len(str(number))].rstrip('-')}-{number}"


def phone_key(text: str) -> str:
    """The key under which two spellings of one telephone number are equal; empty without a digit.

    Digits alone; what follows the number from a letter, "#", "," or ";" on (an extension, a remark) is
    dropped. Of 9 digits and more the last 9 count, so that +48 601 234 567, 0048601234567 and 601234567
    agree, and so does a number with its trunk zero, without knowing the country. Shorter numbers have to
    agree in full, once a leading 00 is off: a Danish one with and without +45 does not.
    """
    return phone_digits(text)[-9:]


def phone_digits(text: str) -> str:
    """The digits of a telephone number as they are dialled from abroad, without its extension and a leading 00."""
    if not text.translate(_DIALLED):
        return text.translate(_NOT_DIGITS).removeprefix("00")
    digits = ""
    for char in text:
        if char.isdecimal():
            digits += str(int(char))
        elif digits and (char.isalpha() or char in "#,;"):
            break
    return digits.removeprefix("00")


def email_key(text: str) -> str:
    """The key under which two spellings of one e-mail address are equal: NFC, casefolded, trimmed."""
    text = text.strip()
    if text.isascii():
        return text.lower()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFC", text).casefold())


def site_key(text: str) -> str:
    """The key under which two spellings of one website are equal: its host without ``www``, in lower case.

    Of hosts with pages of many firms (`_PUBLIC_HOSTS`) the path counts, too. Empty where there is no host.
    """
    text = text.strip().lower().partition("://")[2] or text.strip().lower()
    text = text.partition("#")[0].partition("?")[0]
    host, _, path = text.partition("/")
    host = host.rpartition("@")[2].partition(":")[0].rstrip(".").removeprefix("www.")
    if "." not in host:
        return ""
    is_public = host in _PUBLIC_HOSTS or ".".join(host.split(".")[-2:]) in _PUBLIC_HOSTS
    return f"{host}/{path.rstrip('/')}".rstrip("/") if is_public else host


def document_key(text: str) -> str:
    """The key under which two spellings of one registration number are equal: letters and digits of the search key.

    Of a VAT number (two letters, then 7 digits or more) the digits alone. Empty below 5 characters.
    """
    key = fold(text).replace(" ", "")
    if len(key) >= 9 and key[:2].isalpha() and key[2:].isdigit():
        key = key[2:]
    return key if len(key) >= 5 else ""


# Invisible, though Unicode calls them printable.
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
# Controls, surrogates, and what is invisible or turns the line around. The marks that Hebrew, Persian and
# emoji are written with stay (U+200C to U+200F, U+061C, variation selectors): they cannot reorder letters.
_UNSAFE = (
    f"[\0-\x1f\x7f-\x9f\xad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    f"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f{_BLANKS}]"
)


def safe(text: str, newlines: bool = False) -> str:
    r"""The text as a terminal may get it: the one way by which text from outside reaches one.

    Controls, bidirectional overrides and invisible characters come out as ``\x1b`` or ``\u202e``. A tab is
    a space, and so is a line break unless ``newlines``, which keeps it. ``safe(safe(x)) == safe(x)``.
    """
    if text.isprintable() and (text.isascii() or not any(blank in text for blank in _BLANKS)):
        return text
    import re

    text = text.replace("\r\n", "\n").replace("\t", " ")
    if not newlines:
        text = text.replace("\n", " ")
    return re.sub(_UNSAFE, lambda found: _visible(found[0]), text)


def _visible(char: str) -> str:
    code = ord(char)
    if char == "\n":
        return char
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_rtl(text: str) -> bool:
    """Whether the text holds a strong right-to-left character (Unicode classes R and AL)."""
    if text.isascii() or max(text) < "\u0590":
        return False
    from unicodedata import bidirectional

    return any(char >= "\u0590" and bidirectional(char) in ("R", "AL") for char in text)
