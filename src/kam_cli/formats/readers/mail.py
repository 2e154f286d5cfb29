"""Mail as interactions: a message (.eml), an mbox, a Maildir, or a folder of messages.

Of each message only the head and the first lines of what its writer said are taken, unless the whole text is asked for.
A message is known by its Message-ID, so that it comes in once, whatever file it is in.
"""

from __future__ import annotations

import os
import re

from kam_cli.errors import BadValue, KamError
from kam_cli.formats.mail import FIRST_LINES, Mail, read_mail
from kam_cli.formats.table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kam_cli.formats.readers import Ask

HEADER = ["external_id", "kind", "occurred_at", "sender", "participants", "text"]
MOST_BYTES = 4_000_000  # of one message; an attachment behind them is not needed
_HEADER_LINE = re.compile(rb"[!-9;-~]+:[ \t\r\n]|[!-9;-~]+:[^ ]")
# One of these is in every message, and in few other texts with a word and a colon in their first line.
_OF_MAIL = re.compile(
    rb"^(from|date|message-id|received|return-path|mime-version|subject|to|delivered-to):", re.I | re.M
)
_MBOX = re.compile(rb"From \S+ .*\d{4}")


def knows(head: bytes, path: str) -> bool:
    """An mbox by its first line, a message by its head; of folders a Maildir, or one that holds messages."""
    if path and os.path.isdir(path):
        return is_maildir(path) or any(name.lower().endswith(".eml") for name in os.listdir(path))
    if _MBOX.match(head):
        return True
    return bool(_HEADER_LINE.match(head)) and len({one.lower() for one in _OF_MAIL.findall(head)}) > 1


def is_maildir(path: str) -> bool:
    return all(os.path.isdir(os.path.join(path, name)) for name in ("cur", "new"))


def open_table(source: str | BinaryIO, ask: Ask) -> Table:
    """A row for each message, oldest file first. Raises BadValue, KamError."""
    if ask.sheet or ask.delimiter:
        raise BadValue("--sheet and --delimiter: mail has none; leave them out")
    found, kind = _messages(source)
    lines = None if ask.whole else FIRST_LINES
    table = Table(HEADER, unit="message", place="message", noun="interactions", source="mail", notes=[kind])
    table._rows = _rows(table, found, lines)
    return table


def _rows(
    table: Table, found: Iterator[bytes], lines: int | None
) -> Iterator[tuple[int, list[str], str | None]]:
    strange = 0
    for number, data in enumerate(found, 1):
        table.bytes_read += len(data)
        mail = read_mail(data, lines)
        if mail.sender or mail.recipients:
            yield number, _cells(mail), None
        else:
            strange += 1
    if strange:
        table.notes.append(f"{strange} without an address: left out")


def _cells(mail: Mail) -> list[str]:
    people = "\n".join(mail.recipients)
    return [
        mail.message_id,
        "email",
        mail.sent_at,
        mail.sender,
        people,
        "\n".join(filter(None, [mail.subject, mail.text])),
    ]


def _messages(source: str | BinaryIO) -> tuple[Iterator[bytes], str]:
    """The bytes of each message, and what they were found in."""
    if isinstance(source, str) and os.path.isdir(source):
        kind = "Maildir" if is_maildir(source) else "folder of messages"
        return _files(_paths(source)), kind
    stream = _opened(source) if isinstance(source, str) else source
    head = stream.read(100)
    stream.seek(0)
    if _MBOX.match(head):
        return _parted(stream), "mbox"
    return iter([stream.read(MOST_BYTES)]), "message"


def _opened(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as error:
        raise KamError(f"cannot read {path!r}: {error.strerror}") from None


def _paths(folder: str) -> list[str]:
    """Files of messages: those of ``cur`` and ``new`` of a Maildir and of its subfolders, else what ends in .eml."""
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        is_box = os.path.basename(place) in ("cur", "new") and is_maildir(os.path.dirname(place))
        found += [
            os.path.join(place, name) for name in sorted(names) if is_box or name.lower().endswith(".eml")
        ]
    return found


def _files(paths: list[str]) -> Iterator[bytes]:
    for path in paths:
        with _opened(path) as file:
            yield file.read(MOST_BYTES)


def _parted(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of an mbox: each begins with a ``From `` line after a blank one (RFC 4155)."""
    parts: list[bytes] = []
    size, blank = 0, True
    for line in stream:
        if blank and line.startswith(b"From ") and _MBOX.match(line):
            if parts:
                yield b"".join(parts)
            parts, size = [], 0
        elif size < MOST_BYTES:
            parts.append(line[1:] if line.startswith((b">From ", b">>From ")) else line)
            size += len(line)
        blank = line in (b"\n", b"\r\n")
    if parts:
        yield b"".join(parts)
