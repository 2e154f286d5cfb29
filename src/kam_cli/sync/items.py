"""What a folder shows: people as cards, appointments and follow-ups as events, follow-ups as to-dos too."""

from __future__ import annotations

import datetime

from kam_cli.sync.folder import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.formats.people import Person

    Row = dict[str, Any]

PAST = 30  # days for which an appointment that has passed stays
# Lines that say when and by which program an item was written, not what it is.
_VOLATILE = (b"PRODID:", b"REV:", b"DTSTAMP:", b"LAST-MODIFIED:")
# Details of which a telephone can take one away; others it may not know, and leaves out.
_REMOVABLE = ("phone", "email")
_ADDED = ("phone", "email", "address", "website", "social", "date", "tag", "hobby", "family")
_FIELDS = ("name", "first_name", "last_name", "title", "birthday", "note")


class Item:
    """One file: ``name`` in the folder, whose record it shows, and ``text(base)``: its bytes, with what another program
    put into the file ``base`` and kam knows nothing of."""

    __slots__ = ("data", "name", "noun", "row_id")

    def __init__(self, name: str, noun: str, row_id: int) -> None:
        self.name, self.noun, self.row_id = name, noun, row_id
        self.data = b""

    @property
    def shown(self) -> str:
        """A digest of what the book says."""
        lines = self.data.split(b"\r\n")
        return digest(b"\n".join(line for line in lines if not line.startswith(_VOLATILE)))

    def text(self, base: bytes | None = None) -> bytes:
        return self.data

    def changes(self, data: bytes) -> Row:
        """What a file says that the book does not, field by field. Raises ValueError where it cannot be read."""
        return {}


class CardItem(Item):
    """A person or a company."""

    __slots__ = ("person",)

    def __init__(self, noun: str, row_id: int, person: Person) -> None:
        super().__init__(f"contacts/{person.external_id.rpartition(':')[2]}.vcf", noun, row_id)
        self.person = person
        self.data = self.text()

    def text(self, base: bytes | None = None) -> bytes:
        from kam_cli.formats.cardwriting import card_of
        from kam_cli.formats.vcard import text_of

        # 3.0 is what address books on telephones and servers agree on.
        return text_of(card_of(self.person, "3.0", _card(base) if base else None)).encode()

    def changes(self, data: bytes) -> Row:
        from kam_cli.formats.cardreading import person_of

        card = _card(data)
        there = person_of(card)
        if there.problem:
            raise ValueError(there.problem)
        here = self.person
        # A note, a title or a birthday that is missing may be one that the program does not show.
        changed: Row = {
            name: getattr(there, name)
            for name in _FIELDS
            if getattr(there, name) not in ("", getattr(here, name))
        }
        if "name" not in changed or here.is_company:
            changed.pop("first_name", None)
            changed.pop("last_name", None)
        return changed | _details(here, there)


def _card(data: bytes) -> Any:
    """The one card in a file. Raises ValueError."""
    from kam_cli.formats.vcard import parse_cards

    cards = list(
        parse_cards(data.splitlines(), lambda raw, charset: raw.decode(charset or "utf-8", "replace"))
    )
    if len(cards) != 1:
        raise ValueError(f"{len(cards)} cards in one file")
    return cards[0]


def _details(here: Person, there: Person) -> Row:
    from kam_cli.domains.clients.details import key_of

    def held(person: Person, kinds: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, str, str]]:
        return {(one[0], key_of(one[0], one[2])): one for one in person.details if one[0] in kinds}

    mine, theirs = held(here, _ADDED), held(there, _ADDED)
    added = [one for key, one in theirs.items() if key not in mine]
    removed = [one for key, one in held(here, _REMOVABLE).items() if key not in theirs]
    return {name: found for name, found in (("add", added), ("drop", removed)) if found}


class EventItem(Item):
    """An appointment or a follow-up; ``todo`` for a program of to-dos."""

    __slots__ = ("row", "todo")

    def __init__(self, row: Row, todo: bool) -> None:
        super().__init__(f"{'tasks' if todo else 'calendar'}/{row['uid']}.ics", row["noun"], row["id"])
        self.row, self.todo = row, todo
        self.data = self.text()

    def text(self, base: bytes | None = None) -> bytes:
        from kam_cli.formats.ical_items import calendar, component, with_unknown

        if base is None:
            data: bytes = calendar([self.row], todos=self.todo).to_ical()
            return data
        whole = calendar([])
        whole.add_component(with_unknown(component(self.row, todo=self.todo), _component(base)))
        kept: bytes = whole.to_ical()
        return kept

    def changes(self, data: bytes) -> Row:
        item = _component(data)
        changed: Row = {}
        start = _moment(item, "DUE" if self.todo else "DTSTART") or _moment(item, "DTSTART")
        if start is not None and not _same(start, self.row["start"]):
            changed["start"] = start
        minutes = _lasts(item)
        if not self.row["todo"] and minutes and minutes != (self.row.get("minutes") or _default_minutes()):
            changed["minutes"] = minutes
        status = str(item.get("STATUS") or "").upper()
        if status == "COMPLETED" or str(item.get("PERCENT-COMPLETE") or "") == "100" or _ticked(item):
            changed["done"] = True
        if status == "CANCELLED":
            changed["cancelled"] = True
        text = str(item.get("DESCRIPTION") or "").strip()
        if text and text != (self.row.get("text") or "").strip():
            changed["text"] = text
        return changed


def _default_minutes() -> int:
    from kam_cli.formats.ical import MINUTES

    return MINUTES


def _component(data: bytes) -> Any:
    """The one event or to-do in a file. Raises ValueError."""
    from kam_cli.formats.ical import library

    try:
        whole = library().Calendar.from_ical(data)
        found = [*whole.walk("VEVENT"), *whole.walk("VTODO")]
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(f"it cannot be read: {error}") from None
    if len(found) != 1:
        raise ValueError(f"{len(found)} events in one file")
    return found[0]


def _moment(item: Any, name: str) -> Any:
    try:
        return item[name].dt
    except (KeyError, AttributeError, ValueError):
        return None


def _same(one: Any, other: Any) -> bool:
    """Whether two starts are the same; a time that floats is the owner's."""
    if isinstance(one, datetime.datetime) and isinstance(other, datetime.datetime):
        return (one if one.tzinfo else one.replace(tzinfo=other.tzinfo)) == other
    return type(one) is type(other) and bool(one == other)


def _lasts(item: Any) -> int | None:
    start, end, lasts = _moment(item, "DTSTART"), _moment(item, "DTEND"), _moment(item, "DURATION")
    if lasts is None and isinstance(start, datetime.datetime) and isinstance(end, datetime.datetime):
        lasts = end - start if bool(start.tzinfo) == bool(end.tzinfo) else None
    minutes = int(lasts.total_seconds() // 60) if isinstance(lasts, datetime.timedelta) else 0
    return minutes if 0 < minutes <= 1440 else None


def _ticked(item: Any) -> bool:
    """An event cannot be done; who ticks it off puts a sign before its title."""
    return str(item.get("SUMMARY") or "").lstrip().startswith(("✓", "✔", "☑", "[x]", "[X]"))


def items(c: Context, shows: set[str]) -> Iterator[Item]:
    """All that a folder shows; ``shows`` are collections."""
    from kam_cli import calendars
    from kam_cli.exports._people import people
    from kam_cli.sync import store

    if "contacts" in shows:
        for noun in ("contact", "client"):
            numbers = store.people(c.book, noun)
            for number, person in zip(numbers, people(c.book, noun, numbers), strict=True):
                yield CardItem(noun, number, person)
    if shows & {"calendar", "tasks"}:
        since = (c.today - datetime.timedelta(PAST)).isoformat()
        for row in calendars.items(c, since):
            if not row.get("is_cancelled"):
                if "calendar" in shows:
                    yield EventItem(row, todo=False)
                if "tasks" in shows and row["todo"]:
                    yield EventItem(row, todo=True)
