"""Which encoding a file of text is in, told from its first bytes."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.formats.table import BadTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),  # before UTF-16, whose mark it begins with
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
)
# Letters beyond ASCII that are common enough to speak for their language (ŕ and ĺ are letters of
# Slovak, but in a guess they speak for a misread à and å).
_WEST = (
    "àâçèéêëîïôœùûü",
    "äöüß",
    "áéíñóúü¿¡ªº",
    "áâãàçéêíóôõúªº",
    "àèéìòù",
    "åäöæøé",
)
_CENTRE = (
    "ąćęłńóśźż",
    "áäčďéěíľňóôřšťúůýž",
    "áéíóöőúüű",
    "ăâîşţ",
    "čćđšž",
)
_CYRILLIC = ("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђјљњћџ",)
_ANYWHERE = set("“”„‘’‚–—…€£§°©®™«»·№\xa0")
_GUESSES = (
    ("cp1252", (*_WEST, "".join(_WEST) + "šžý")),
    ("cp1250", (*_CENTRE, "".join(_CENTRE) + "ß")),
    ("iso8859-2", (*_CENTRE, "".join(_CENTRE) + "ß")),
    ("cp1251", _CYRILLIC),
)
_LONGEST = 50  # bytes of a word; what is longer is none
_MIXED = 0.9  # the worth of a letter of several languages together against that of one


# Python's own notations, and those of host names, which no table is written in.
_NOTATIONS = {
    "unicode-escape",
    "unicode_escape",
    "raw-unicode-escape",
    "raw_unicode_escape",
    "punycode",
    "idna",
}


def known_encoding(name: str) -> str:
    """The codec's own name of the text encoding that was typed; BadValue where Python knows none such."""
    import codecs

    try:
        found = codecs.lookup(name)
        found.incrementaldecoder()
        text = "1".encode(found.name).decode(found.name, "replace")
    except (LookupError, ValueError, TypeError, AttributeError):
        text = None
    if text != "1" or found.name in _NOTATIONS:
        raise BadValue(f"unknown encoding {name!r}: write for example utf-8, cp1252, cp1250, cp1251, utf-16")
    return "utf-8" if found.name == "utf-8-sig" else found.name


def refuse_binary(sample: bytes, label: str) -> None:
    """Raise BadTable where the first bytes are those of a workbook, an archive or a database."""
    for magic, kind in _MAGIC:
        if sample.startswith(magic):
            raise BadTable(f"{label} is {kind}, not a text table: save it as CSV and import that")


def sniff_encoding(sample: bytes, complete: bool) -> tuple[str, bool]:
    """The encoding of a text by its first bytes (or all, if ``complete``), and whether it is only a guess.

    A byte order mark decides; then NUL bytes on every other place (UTF-16 without a mark, where at
    least 30 % of one parity and 2 % at most of the other are NUL); then valid UTF-8, or nearly valid
    (a few foreign bytes in it are reported where they stand, not taken as proof of another
    encoding). What is left is a one-byte code page, see ``guess_code_page``.
    """
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding, False
    half = max(len(sample) // 2, 1)
    even, odd = (sample[parity::2].count(0) / half for parity in (0, 1))
    if max(even, odd) >= 0.3 and min(even, odd) <= 0.02 and half > 1:
        return ("utf-16-le" if odd > even else "utf-16-be"), False
    if sample.isascii():
        return "utf-8", False
    text = _utf8(sample, complete)
    wrong = text.count("\ufffd")
    right = sum(character > "\x7f" for character in text) - wrong
    if not wrong or right > 3 * wrong:
        return "utf-8", False
    return guess_code_page(sample), True


def guess_code_page(sample: bytes) -> str:
    """The likeliest of cp1252, cp1250, ISO 8859-2 and cp1251; cp1252 where nothing speaks for another.

    The bytes above 127 that read as letters of a language are counted; the language with the most
    wins. Several languages mixed count a little less than one, or every Hungarian ő would pass for
    an õ. A Cyrillic letter beside a Latin one is no evidence of Cyrillic.
    """
    import re

    letters_only = re.findall(rb"[A-Za-z\x80-\xff]+", sample)
    words = [word[:_LONGEST] for word in letters_only if not word.isascii()][:5000]
    best, most = "cp1252", 0.0
    for encoding, languages in _GUESSES:
        text = b" ".join(words).decode(encoding, "replace").lower()
        if languages is _CYRILLIC:
            text = re.sub(r"(?<=[a-z])[^\x00-\x7f]+|[^\x00-\x7f]+(?=[a-z])", "", text)
        counts = {letter: text.count(letter) for letter in set(text) if letter > "\x7f"}
        for position, letters in enumerate(languages):
            mixed = 0 < position == len(languages) - 1
            own = sum(count for letter, count in counts.items() if letter in letters or letter in _ANYWHERE)
            if own * (_MIXED if mixed else 1) > most:
                best, most = encoding, own * (_MIXED if mixed else 1)
    return best


def refuse_byte(error: UnicodeError, encoding: str, where: str, line: int) -> NoReturn:
    """Raise BadTable about a byte that is not of this encoding, naming another to try."""
    if not isinstance(error, UnicodeDecodeError):
        raise BadTable(f"{where}: this is not {encoding}: {error}", line) from None
    rest = error.object[error.start :]
    advice = f"try --encoding {guess_code_page(rest)}" if encoding == "utf-8" else "give another --encoding"
    raise BadTable(f"{where}: the byte 0x{rest[0]:02X} is not {encoding}: {advice}", line) from None


def _utf8(sample: bytes, complete: bool) -> str:
    """The sample as UTF-8, each wrong byte as U+FFFD; a letter that only the sample cuts is left out."""
    import codecs

    return codecs.getincrementaldecoder("utf-8")("replace").decode(sample, complete)
