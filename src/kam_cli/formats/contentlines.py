"""Content lines, of which vCards are made: from bytes to name, parameters and value, and back.

RFC 6350 (vCard 4.0), RFC 2426 (3.0), the vCard 2.1 specification, RFC 6868 for marks in parameters. The bytes of each
value are decoded as its own parameters say, for in vCard 2.1 every line may be in a character set of its own.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kam_cli.formats.lines import Source

LONGEST = 1_000_000  # bytes of a line that are kept; no text is longer
WIDTH = 75  # octets of a line that is written, RFC 6350 section 3.2
_HEAD = re.compile(rb"\s*(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9_-]+)\s*([;:])")
_QUOTED = b"QUOTED-PRINTABLE"
# What stands in vCard 2.1 without the name of its parameter.
_ENCODINGS = ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT")
_VALUES = ("INLINE", "URL", "URI", "CID", "CONTENT-ID")


class Property:
    """One content line: ``group`` ("" where there is none) and ``name`` in upper case, ``params`` (name in upper
    case → values) and the ``value`` as it stands, with its escapes; ``line`` is where it begins."""

    __slots__ = ("group", "line", "name", "params", "value")

    def __init__(
        self,
        name: str,
        value: str,
        params: dict[str, list[str]] | None = None,
        group: str = "",
        line: int = 0,
    ) -> None:
        self.name, self.value, self.params, self.group, self.line = name, value, params or {}, group, line

    @property
    def types(self) -> list[str]:
        """The values of TYPE, in lower case, each once."""
        found = [part.strip() for one in self.params.get("TYPE", ()) for part in one.lower().split(",")]
        return list(dict.fromkeys(filter(None, found)))

    def param(self, name: str) -> str:
        """The first value of a parameter, or ""."""
        return (self.params.get(name) or [""])[0]

    @property
    def text(self) -> str:
        """The value as one text."""
        return unescaped(self.value).strip()

    def parts(self, mark: str = ";") -> list[str]:
        """The components (``;``) or the values of a list (``,``), each unescaped and trimmed."""
        return [unescaped(part).strip() for part in split(self.value, mark)]


# --- reading ------------------------------------------------------------------------------------------------


def physical_lines(source: Source, first: bytes, recoded: Callable[[bytes, bool], bytes]) -> Iterator[bytes]:
    """The lines of a file without their ends, in bounded memory: LONGEST bytes of each at most.

    ``first`` is the block already read; ``recoded`` turns a block (and whether it is the last) into ASCII-like bytes.
    """
    block, carry = first, b""
    is_macintosh = b"\n" not in first and b"\r" in first
    while block:
        data = recoded(block, False)
        if is_macintosh:
            data = data.replace(b"\r", b"\n")
        *lines, rest = (carry + data).split(b"\n")
        for line in lines:
            yield line[:LONGEST].rstrip(b"\r")
        carry = rest[:LONGEST]
        block = source.read()
    carry += recoded(b"", True)
    if carry.strip():
        yield carry.rstrip(b"\r")


class Unfolder:
    """Content lines of physical ones: ``(line it begins on, bytes)``; of what is skipped only the first line.

    ``is_skipped`` tells by a name in upper case. ``strays`` are the lines that belong to none, taken as more of the
    text before them: careless programs break their texts so. What was folded in vCard 2.1 keeps its space.
    """

    def __init__(self, is_skipped: Callable[[bytes], bool]) -> None:
        self.is_skipped = is_skipped
        self.strays: list[int] = []
        self.is_old = False

    def __call__(self, lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        begun, kept, name, is_soft = 0, bytearray(), b"", False
        for number, raw in enumerate(lines, 1):
            skips = self.is_skipped(name) or len(kept) > LONGEST
            if begun and is_soft and not _is_frame(raw):
                kept[-1:] = b"" if skips else raw
            elif begun and raw[:1] in (b" ", b"\t"):
                kept += b"" if skips else raw[not self.is_old :]
            elif (
                begun and raw.strip() and not _HEAD.match(raw) and name not in (b"BEGIN", b"END", b"VERSION")
            ):
                if not skips:
                    kept = kept.removesuffix(b"\\") + b"\n" + raw
                    self.strays.append(number)
            else:
                if begun:
                    yield begun, bytes(kept)
                begun, kept, name = (number, bytearray(raw), name_of(raw)) if raw.strip() else (0, kept, b"")
                self.is_old = raw.strip().endswith(b":2.1") if name == b"VERSION" else self.is_old
            is_soft = kept[-1:] == b"=" and _QUOTED in kept.partition(b":")[0].upper()
        if begun:
            yield begun, bytes(kept)


def name_of(line: bytes) -> bytes:
    """The name of a content line, in upper case; empty where it is none."""
    found = _HEAD.match(line)
    return found[2].upper() if found else b""


def _is_frame(line: bytes) -> bool:
    return line[:12].upper().startswith((b"END:VCARD", b"BEGIN:VCARD"))


def parsed(line: bytes, number: int, decode: Callable[[bytes, str], str]) -> Property | None:
    """A content line; None for a line that is none. ``decode`` gives text of bytes and a character set, or ""."""
    found = _HEAD.match(line)
    if not found:
        return None
    params, end = _params(line, found.end() - 1, decode)
    prop = Property(found[2].decode().upper(), "", params, (found[1] or b"").decode().upper(), number)
    prop.value = _value(line[end:], prop, decode)
    return prop


def _params(line: bytes, at: int, decode: Callable[[bytes, str], str]) -> tuple[dict[str, list[str]], int]:
    """The parameters from the first mark on, and where the value begins."""
    params: dict[str, list[str]] = {}
    end = _outside_quotes(line, b":", at)
    for part in _cut(line[at:end], b";")[1:] if line[at : at + 1] == b";" else ():
        name, equals, rest = part.partition(b"=")
        if not equals:
            bare = name.strip().decode("ascii", "replace").upper()
            name, rest = (
                (b"ENCODING" if bare in _ENCODINGS else b"VALUE" if bare in _VALUES else b"TYPE"),
                name,
            )
        values = [_unmarked(decode(one.strip().strip(b'"'), "")) for one in _cut(rest, b",")]
        params.setdefault(name.strip().decode("ascii", "replace").upper(), []).extend(values)
    return params, end + 1


def _outside_quotes(line: bytes, mark: bytes, start: int) -> int:
    """Where the mark stands outside quotes; where there are none that close, where it stands at all."""
    quoted = False
    for at in range(start, len(line)):
        char = line[at : at + 1]
        if char == b'"':
            quoted = not quoted
        elif char == mark and not quoted:
            return at
    found = line.find(mark, start)
    return found if found >= 0 else len(line)


def _cut(text: bytes, mark: bytes) -> list[bytes]:
    """Cut at the marks that are not in quotes."""
    parts = text.split(mark)
    found = [parts[0]]
    for part in parts[1:]:
        if found[-1].count(b'"') % 2:
            found[-1] += mark + part
        else:
            found.append(part)
    return found


def _unmarked(text: str) -> str:
    """A parameter's value without the marks of RFC 6868."""
    return re.sub(r"\^([n^'])", lambda found: {"n": "\n", "'": '"', "^": "^"}[found[1]], text)


def _value(raw: bytes, prop: Property, decode: Callable[[bytes, str], str]) -> str:
    import binascii
    from contextlib import suppress

    encoding = prop.param("ENCODING").upper()
    if encoding in ("QUOTED-PRINTABLE", "Q"):
        # Lines that are no lines of quoted-printable have their breaks; a soft break at the very end means nothing.
        raw = binascii.a2b_qp(raw.removesuffix(b"="))
    elif encoding in ("BASE64", "B"):
        with suppress(binascii.Error):  # where it is a text after all
            raw = binascii.a2b_base64(raw)
    return decode(raw, prop.param("CHARSET")).replace("\r\n", "\n").replace("\r", "\n")


# --- values -------------------------------------------------------------------------------------------------


def split(value: str, mark: str) -> list[str]:
    """Cut a value at the marks that no backslash stands before."""
    found, start, at = [], 0, 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
        elif value[at] == mark:
            found.append(value[start:at])
            start = at + 1
        at += 1
    return [*found, value[start:]]


def unescaped(value: str) -> str:
    r"""A text without its escapes; a backslash that escapes nothing is a backslash."""
    if "\\" not in value:
        return value
    return re.sub(r'\\([\\,;:"nN])', lambda found: "\n" if found[1] in "nN" else found[1], value)


def escaped(text: str) -> str:
    r"""A text as a value: backslash, comma, semicolon and line break are escaped, other controls left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"([\\,;])", r"\\\1", text).replace("\n", "\\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)


def content_line(prop: Property) -> str:
    """The line of a property, folded, with its end."""
    head = f"{prop.group}.{prop.name}" if prop.group else prop.name
    for name, values in prop.params.items():
        head += f";{name}={','.join(map(_param, values))}"
    return folded(f"{head}:{prop.value}")


def _param(value: str) -> str:
    value = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    value = re.sub(r"[\x00-\x08\x0a-\x1f\x7f]", "", value)
    return f'"{value}"' if re.search("[,:;]", value) else value


def folded(line: str) -> str:
    """A line in pieces of 75 octets, with CRLF; no character is cut in two."""
    if line.isascii() and len(line) <= WIDTH:
        return line + "\r\n"
    pieces, size = [""], 0
    for char in line:
        octets = len(char.encode())
        if size + octets > WIDTH:
            pieces.append(" ")
            size = 1
        pieces[-1] += char
        size += octets
    return "\r\n".join(pieces) + "\r\n"
