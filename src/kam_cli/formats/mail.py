"""One message of mail (RFC 5322, MIME): who, when, about what, and the first lines of what its writer said."""

from __future__ import annotations

import re
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from email.message import Message

FIRST_LINES = 12
LONGEST = 20_000  # characters of a whole text
_ANSWER = re.compile(
    r"^(?=.*\d)\s*(on\b.{6,300}\bwrote:|le\b.{6,300}\ba écrit\s*:|am\b.{6,300}\bschrieb\b.{0,200}:|dnia\b.{6,300}\bnapisał\(?a?\)?:"
    r"|w dniu\b.{6,300}\b(pisze|napisał\(?a?\)?):|.{3,200}\bпиш(е|ет):|.{3,200}\bכתב/?ה?:)\s*$",
    re.I,
)
_BREAK = re.compile(
    r"^\s*(-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|wiadomość oryginalna).*|[-_]{20,}"
    r"|\*?(from|von|od|de|от|від|מאת):\*? .*@.*)$",
    re.I,
)
_SIGNATURE = re.compile(r"^(-- ?|__|—|sent from my \w.*|gesendet von meinem .*|wysłane z .*)$", re.I)

Mail = namedtuple("Mail", "message_id sent_at sender recipients subject text")


def read_mail(data: bytes, lines: int | None = FIRST_LINES) -> Mail:
    """A message from its bytes; ``lines`` of its text, None: all of it. ``sent_at`` is ISO 8601 with an offset.

    What is broken is left empty. A message without a Message-ID is known by what makes it this one: when it was sent,
    by whom, to whom, about what.
    """
    import hashlib
    from email.parser import BytesParser

    message = BytesParser().parsebytes(data)
    sent_at, subject = _date(message), _header(message, "Subject")
    sender = [*_addresses(message, "From"), *_addresses(message, "Sender"), ""][0]
    people = [one for name in ("To", "Cc", "Bcc", "Resent-To") for one in _addresses(message, name)]
    own = hashlib.sha256("\n".join([sent_at, sender, *people, subject]).encode(errors="replace")).hexdigest()
    message_id = "".join(_header(message, "Message-ID").split()).strip("<>") or f"sha256:{own[:32]}"
    text = said(_text(message), lines)
    return Mail(message_id, sent_at, sender, list(dict.fromkeys(people)), subject, text)


def said(text: str, lines: int | None = None) -> str:
    """What the writer of a message said himself: without quoted history and signature; at most so many lines.

    Where nothing is left (a forwarded message, an answer below its quotation) the text stands as it was.
    """
    kept: list[str] = []
    rows = [row.rstrip() for row in text.splitlines()]
    for number, row in enumerate(rows):
        joined = " ".join(
            filter(None, rows[number : number + 2])
        )  # programs fold the line that names who wrote
        if (
            _BREAK.match(row)
            or _SIGNATURE.match(row)
            or _ANSWER.match(row)
            or (_ANSWER.match(joined) and row)
        ):
            if any(kept):
                break
            continue
        if not row.lstrip().startswith(">"):
            kept.append(row)
    whole = re.sub(r"\n{3,}", "\n\n", "\n".join(kept if any(kept) else rows)).strip()
    if lines is None or whole.count("\n") < lines:
        return whole[:LONGEST]
    return "\n".join(whole.split("\n")[:lines])[:LONGEST].rstrip() + "\n…"


def _header(message: Message, name: str) -> str:
    """A header in one line of text, its encoded words read; bytes of no encoding are marked."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    try:
        parts = decode_header(str(message.get(name) or ""))
    except (HeaderParseError, ValueError):
        parts = [(str(message.get(name)), None)]
    text = "".join(
        _decoded(part, charset or "ascii") if isinstance(part, bytes) else part for part, charset in parts
    )
    return " ".join(_clean(text).split())


def _decoded(data: bytes, charset: str) -> str:
    for one in (charset, "utf-8"):
        try:
            return data.decode(one)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("latin-1")


def _clean(text: str) -> str:
    """Without NULs and broken bytes, which the book refuses."""
    return text.replace("\0", "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _addresses(message: Message, name: str) -> list[str]:
    from email.utils import getaddresses

    try:
        found = getaddresses([str(one) for one in message.get_all(name, [])])
    except (ValueError, TypeError, IndexError):
        return []
    return [address for _, address in found if re.fullmatch(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+", address)]


def _date(message: Message) -> str:
    """The Date, else the day on which the last server received it; "" where neither can be read."""
    from email.utils import parsedate_to_datetime

    stamps = [
        str(message.get("Date") or ""),
        *(str(one).rpartition(";")[2] for one in message.get_all("Received", [])),
    ]
    for stamp in filter(None, stamps):
        try:
            moment = parsedate_to_datetime(stamp.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if 1970 <= moment.year < 2200:
            return moment.isoformat() if moment.tzinfo else f"{moment.isoformat()}Z"
    return ""


def _text(message: Message) -> str:
    """The plain text of a message, else its HTML without the marks; of several parts the first that has any."""
    parts = [one for one in message.walk() if one.get_content_maintype() == "text" and not one.get_filename()]
    for subtype in ("plain", "html"):
        for part in parts:
            if part.get_content_subtype() == subtype and (text := _content(part).strip()):
                return text if subtype == "plain" else _without_marks(text)
    return ""


def _content(part: Message) -> str:
    data = part.get_payload(decode=True)
    try:
        charset = part.get_content_charset() or "utf-8"
    except (LookupError, ValueError):
        charset = "utf-8"
    return _clean(_decoded(data, charset)) if isinstance(data, bytes) else ""


def _without_hidden(html: str) -> str:
    """A page without its head, styles, scripts and remarks; what is never closed stays."""
    parts, at, open_ended = [], 0, set()
    for begun in re.finditer(r"(?i)<(script|style|head)\b|<!--", html):
        name = (begun[1] or "").lower()
        if begun.start() < at or name in open_ended:
            continue
        ended = re.compile(rf"(?i)</{name}\s*>" if name else "-->").search(html, begun.end())
        if ended:
            parts.append(html[at : begun.start()])
            at = ended.end()
        else:
            open_ended.add(name)
    return " ".join([*parts, html[at:]])


def _without_marks(html: str) -> str:
    from html import unescape

    html = _without_hidden(html)
    html = re.sub(r"(?i)<(br|/p|/div|/tr|/li|/h\d)\b[^<>]*>", "\n", html)
    text = unescape(re.sub(r"<[^<>]*>", " ", html))
    return "\n".join(" ".join(row.split()) for row in text.splitlines())
