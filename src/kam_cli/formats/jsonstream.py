"""JSON read value by value from a file of any size: the rows of a list, or the values that follow each other."""

from __future__ import annotations

import json
import re

from kam_cli.errors import BadValue
from kam_cli.formats.lines import BLOCK, Source
from kam_cli.formats.table import BadTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

LONGEST = 8_000_000  # characters of one row
MOST_DIGITS = 40  # of a number whose exponent is written out
_SPACE = re.compile(r"[ \t\r\n]*")


def _number(text: str) -> str:
    """A number as it stands; an exponent is written out, where that is not too long."""
    if "e" not in text and "E" not in text:
        return text
    from decimal import Decimal

    number = Decimal(text)
    return f"{number:f}" if abs(number.adjusted()) < MOST_DIGITS else text


_DECODER = json.JSONDecoder(parse_float=_number, parse_int=str, parse_constant=str, strict=False)


class Stream:
    """A source of JSON that can be read through several times. ``taken`` is how many of its bytes have been read."""

    def __init__(self, source: str | BinaryIO, encoding: str | None) -> None:
        from kam_cli.formats.encoding import known_encoding, sniff_encoding

        self._source = source
        self._asked = known_encoding(encoding) if encoding else None
        self._input = self._anew()
        self.label = self._input.label
        first = self._input.read()
        found, guessed = sniff_encoding(first, len(first) < BLOCK)
        self.encoding, self.guessed = self._asked or found, guessed and not self._asked

    def _anew(self) -> Source:
        if not isinstance(self._source, str):
            self._source.seek(0)
        elif hasattr(self, "_input"):
            self._input.close()
        return Source(self._source)

    def texts(self) -> Iterator[str]:
        """The text from its beginning, block by block. Raises KamError, with its line, at what is not of the encoding."""
        import codecs

        from kam_cli.formats.encoding import refuse_byte

        self._input = self._anew()
        decoder = codecs.getincrementaldecoder(self.encoding)()
        line = 1
        block = self._input.read()
        first = True
        while block:
            following = self._input.read()
            try:
                text = decoder.decode(block, not following)
            except UnicodeError as error:
                if isinstance(error, UnicodeDecodeError):
                    line += error.object[: error.start].decode(self.encoding, "replace").count("\n")
                refuse_byte(error, self.encoding, f"{self.label}, line {line}", line)
            yield text.removeprefix("\ufeff") if first else text
            line += text.count("\n")
            block, first = following, False

    @property
    def taken(self) -> int:
        return self._input.taken

    def close(self) -> None:
        self._input.close()

    def layout(self, wanted: str | None) -> tuple[str | None, list[str]]:
        """The key of the list to read (None: the list itself, or values one after another), and all such keys.

        Raises BadValue for a list that is not there, or where several could be meant; KamError for what is not JSON.
        """
        text = Text(self)
        if text.sign() != "{":
            return self._plain(wanted)
        lists = []
        for key, sign in text.members():
            if sign == "[" and text.holds_rows():
                lists.append(key)
            text.skip()
        if text.sign():  # one object after another
            return self._plain(wanted)
        if wanted:
            if wanted not in lists:
                raise BadValue(
                    f"--sheet: there is no list {wanted!r}", [f"lists: {', '.join(lists)}"] if lists else None
                )
            return wanted, lists
        if len(lists) > 1:
            raise BadValue(
                f"{self.label} holds several lists; say which: --sheet NAME", [f"lists: {', '.join(lists)}"]
            )
        return (lists[0] if lists else None), lists

    def _plain(self, wanted: str | None) -> tuple[None, list[str]]:
        if wanted:
            raise BadValue("--sheet: there is one list only; leave it out")
        return None, []

    def values(self, key: str | None) -> Iterator[tuple[int, Any]]:
        """(line, value) of the elements of the list under ``key``, of the list that the file is, or of its values."""
        text = Text(self)
        if key is not None:
            for name, _ in text.members():
                if name == key:
                    yield from text.elements()
                    return
                text.skip()
        elif text.sign() == "[":
            yield from text.elements()
            if text.sign():
                text.fail("something stands behind the list")
        else:
            while text.sign():
                yield text.line, text.value()


class Text:
    """The text of a stream from its beginning, and how far it is read: ``line`` is where that is."""

    def __init__(self, stream: Stream) -> None:
        self._blocks = stream.texts()
        self._label = stream.label
        self._buffer, self._at = "", 0
        self.line = 1

    def fail(self, why: str) -> None:
        """Raises BadTable with the line that is reached."""
        raise BadTable(f"{self._label}, line {self.line}: {why}", self.line)

    def _more(self) -> bool:
        """Read a further block; False at the end."""
        parts, size = [self._buffer[self._at :]], 0
        # As much again as is kept, so that a long value is not looked at too often.
        while size <= len(parts[0]) and (text := next(self._blocks, None)) is not None:
            parts.append(text)
            size += len(text)
        self._buffer, self._at = "".join(parts), 0
        return size > 0

    def _move(self, to: int) -> None:
        self.line += self._buffer.count("\n", self._at, to)
        self._at = to

    def sign(self) -> str:
        """The next character that is no space, or "" at the end."""
        while True:
            self._move(_SPACE.match(self._buffer, self._at).end())  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, *signs: str) -> str:
        """The next sign, which must be one of these, and go on behind it."""
        found = self.sign()
        if found not in signs:
            expected = " or ".join(signs)
            self.fail(
                f"not JSON: {expected} is missing"
                if found
                else f"it ends before its end: {expected} is missing"
            )
        self._at += 1
        return found

    def value(self) -> Any:
        """The value that begins here; numbers as texts."""
        self.sign()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                near_end = error.pos >= len(self._buffer) - 12 or error.msg.startswith("Unterminated")
                if len(self._buffer) - self._at > LONGEST:
                    self.fail(f"a value of more than {LONGEST:,} characters: not a row")
                if near_end and self._more():
                    continue
                self.line += self._buffer.count("\n", self._at, error.pos)
                self.fail(f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}")
            except RecursionError:
                self.fail("objects in objects without end")
            else:
                # A number at the end of what is read may go on.
                if end == len(self._buffer) and self._more():
                    continue
                self._move(end)
                return found

    def elements(self) -> Iterator[tuple[int, Any]]:
        """(line, value) of the elements of the list that begins here."""
        self.take("[")
        if self.sign() == "]":
            self.take("]")
            return
        while True:
            self.sign()
            yield self.line, self.value()
            if self.take(",", "]") == "]":
                return

    def members(self) -> Iterator[tuple[str, str]]:
        """(key, first sign of the value) of the object that begins here; each value must be read before the next."""
        self.take("{")
        if self.sign() == "}":
            self.take("}")
            return
        while True:
            if self.sign() != '"':
                self.fail("not JSON: a key is missing")
            key = self.value()
            self.take(":")
            yield key, self.sign()
            if self.take(",", "}") == "}":
                return

    def holds_rows(self) -> bool:
        """Whether the list that begins here begins with an object or a list."""
        while (
            len(match := self._buffer[self._at : self._at + 200].split(maxsplit=1)) < 1
            or len(self._buffer) - self._at < 200
        ):
            if not self._more():
                break
        return bool(re.match(r"\[\s*[\[{]", self._buffer[self._at : self._at + 2000])) and bool(match)

    def skip(self) -> None:
        """Go behind the value that begins here, whatever its length if it is a list."""
        if self.sign() == "[":
            for _ in self.elements():
                pass
        else:
            self.value()
