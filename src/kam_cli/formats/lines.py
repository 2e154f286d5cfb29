"""A stream of bytes as lines of text, in bounded memory, with every fault named by its line."""

from __future__ import annotations

from kam_cli.formats.encoding import refuse_byte
from kam_cli.formats.table import BadTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

BLOCK = 256 * 1024
MAX_LINE = 4_000_000


class Source:
    """A file or a stream read block by block, with the SHA-256 of what was read."""

    __slots__ = ("_hash", "_stream", "label", "owned", "taken")

    def __init__(self, source: str | BinaryIO) -> None:
        import hashlib

        self.owned = isinstance(source, str)
        if isinstance(source, str):
            self.label = repr(source)
            self._stream = _open(source)
        else:
            self.label = getattr(source, "label", "standard input")
            self._stream = source
        self._hash = hashlib.sha256()
        self.taken = 0  # bytes read so far

    def read(self) -> bytes:
        """The next block, short only at the end of the stream; BadTable where reading fails."""
        parts, missing = [], BLOCK
        try:
            while missing > 0 and (part := self._stream.read(missing)):
                parts.append(part)
                missing -= len(part)
        except OSError as error:
            raise BadTable(f"cannot read {self.label}: {error.strerror or error}") from None
        block = b"".join(parts)
        self._hash.update(block)
        self.taken += len(block)
        return block

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of the bytes read so far."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close what was opened here; a stream that was given stays open."""
        if self.owned:
            self._stream.close()


def text_lines(source: Source, first: bytes, encoding: str) -> Iterator[list[str]]:
    """Lists of physical lines with their ends (LF, CRLF or CR); ``first`` is the block already read.

    A leading byte order mark is left out. Raises BadTable, naming the line, where bytes are not of
    the encoding, at a NUL, and at a line longer than MAX_LINE characters.
    """
    import codecs
    from io import StringIO

    decoder = codecs.getincrementaldecoder(encoding)()
    carry, line, offset, block = "", 1, 0, first
    while True:
        following = source.read() if block else b""
        offset += len(block)
        try:
            text = carry + decoder.decode(block, not following)
        except UnicodeError as error:
            before = b""
            if isinstance(error, UnicodeDecodeError):
                before = error.object[: error.start]
                offset -= len(error.object) - error.start
            line += _ends(carry + before.decode(encoding, "replace"))
            where = f"{source.label}, line {line}, byte {offset + 1} of the file"
            refuse_byte(error, encoding, where, line)
        if line == 1:
            text = text.removeprefix("\ufeff")
        if (nul := text.find("\0")) >= 0:
            line += _ends(text[:nul])
            raise BadTable(
                f"{source.label}, line {line}: there is a NUL byte in the text; "
                "mend the file, or give its --encoding (utf-16-le, utf-16-be)",
                line,
            )
        lines = StringIO(text, newline="").readlines()
        carry = lines.pop() if following and lines and not lines[-1].endswith("\n") else ""
        if lines:
            yield lines
        line += len(lines)
        if len(carry) > MAX_LINE:
            problem = f"longer than {MAX_LINE:,} characters: not a table"
            raise BadTable(f"{source.label}, line {line} is {problem}", line)
        if not following:
            return
        block = following


def digest_of(path: str) -> str:
    """SHA-256 of a file's bytes, in hex, or of the names and bytes of all files in a folder.

    Raises KamError where something cannot be read.
    """
    import hashlib
    import os

    if not os.path.isdir(path):
        return file_digest(path)
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            inner = os.path.join(folder, name)
            digest.update(f"{os.path.relpath(inner, path)}\0{file_digest(inner)}\0".encode(errors="replace"))
    return digest.hexdigest()


def file_digest(path: str) -> str:
    """SHA-256 of a file's bytes, in hex; BadTable where it cannot be read."""
    source = Source(path)
    try:
        while source.read():
            pass
        return source.digest
    finally:
        source.close()


def _open(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadTable(f"cannot read {path!r}: {reason}") from None


def _ends(text: str) -> int:
    """How many lines end in the text."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")
