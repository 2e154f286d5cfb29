"""Calendars (iCalendar, or a folder of them) as interactions: meetings with people whose address is in the book."""

from __future__ import annotations

import datetime
import os
import re

from kam_cli.errors import BadValue, KamError
from kam_cli.formats.ical import Event, components, events, library
from kam_cli.formats.mail import FIRST_LINES
from kam_cli.formats.table import BadTable, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kam_cli.formats.readers import Ask

HEADER = ["external_id", "client", "kind", "occurred_at", "minutes", "outcome", "participants", "text"]
_BEGINS = re.compile(rb"(\xef\xbb\xbf)?\s*BEGIN:V[A-Z]+", re.I)


def knows(head: bytes, path: str) -> bool:
    """By the first line; a folder, where it holds .ics files."""
    if path and os.path.isdir(path):
        return any(name.lower().endswith(".ics") for name in os.listdir(path))
    return bool(_BEGINS.match(head))


def open_table(source: str | BinaryIO, ask: Ask) -> Table:
    """A row for each event, and for each time of a recurring one. Raises BadValue, KamError."""
    if ask.sheet or ask.delimiter:
        raise BadValue("--sheet and --delimiter: a calendar has none; leave them out")
    library()
    table = Table(HEADER, unit="event", noun="interactions", source="calendar", notes=["calendar"])
    table._rows = _rows(table, source, ask)
    return table


def _rows(table: Table, source: str | BinaryIO, ask: Ask) -> Iterator[tuple[int, list[str], str | None]]:
    todos = 0
    for lines in _files(table, source, ask.encoding or "utf-8"):
        zones: dict[str, str] = {}
        for number, name, text in components(lines):
            if name == "VTIMEZONE" and (zone := re.search(r"(?im)^TZID[^:]*:(.+?)\r?$", text)):
                zones[zone[1].strip('"')] = text
            elif name == "VTODO":
                todos += 1
            elif name == "VEVENT":
                yield from ((number, cells, problem) for cells, problem in _cells(text, zones, ask))
    if todos:
        table.notes.append(f"{todos} to-dos left out")


def _files(table: Table, source: str | BinaryIO, encoding: str) -> Iterator[list[str]]:
    if not isinstance(source, str):
        yield _decoded(table, source.read(), encoding, "standard input")
        return
    names = sorted(os.listdir(source)) if os.path.isdir(source) else [""]
    for name in names:
        if not name or name.lower().endswith(".ics"):
            path = os.path.join(source, name) if name else source
            try:
                with open(path, "rb") as file:
                    data = file.read()
            except OSError as error:
                raise KamError(f"cannot read {path!r}: {error.strerror}") from None
            yield _decoded(table, data, encoding, path)


def _decoded(table: Table, data: bytes, encoding: str, label: str) -> list[str]:
    table.bytes_read += len(data)
    try:
        text = data.decode(encoding)
    except LookupError:
        raise BadValue(f"unknown encoding {encoding!r}: write for example utf-8") from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadTable(f"{label!r}, line {line}: it is not {encoding}; give its --encoding", line) from None
    if (nul := text.find("\0")) >= 0:
        line = text.count("\n", 0, nul) + 1
        raise BadTable(f"{label!r}, line {line}: there is a NUL byte in the text", line)
    return text.removeprefix("\ufeff").splitlines()


def _cells(text: str, zones: dict[str, str], ask: Ask) -> Iterator[tuple[list[str], str | None]]:
    try:
        found = events(text, zones, ask.today or datetime.date.today())
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        yield [""] * len(HEADER), f"an event that cannot be read: {' '.join(str(error).split())[:120]}"
        return
    for event in found:
        if event.own in ("", "log"):  # what is to be done went out as an event, and is no interaction
            yield _row(event, ask), None


def _row(event: Event, ask: Ask) -> list[str]:
    lines = "\n".join(filter(None, [event.summary, event.place, event.text])).split("\n")
    if not ask.whole and len(lines) > FIRST_LINES:
        lines = [*lines[:FIRST_LINES], "…"]
    return [
        "/".join(filter(None, [event.uid, event.series])), event.client, event.kind or "meeting", _when(event.start),
        str(event.minutes or ""), "cancelled" if event.status == "cancelled" else "", "\n".join(event.people), "\n".join(lines),
    ]  # fmt: skip


def _when(start: datetime.datetime | datetime.date | None) -> str:
    if start is None:
        return ""
    return start.isoformat(" ", "minutes") if isinstance(start, datetime.datetime) else start.isoformat()
