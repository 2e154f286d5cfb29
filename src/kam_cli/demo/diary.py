"""Writes the demo's interactions, from templates that are not seen to repeat."""

from __future__ import annotations

import re
from datetime import timedelta

from kam_cli.domains.interactions.rules import NOT_REACHED

TYPE_CHECKING = False
if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from datetime import date
    from typing import Any

    Record = dict[str, Any]

# How a line of the tables is written: kind, > out or < in, @time, /outcome, text, // wish: …, // decision: …
_LINE = re.compile(r"(\w+)([<>]?)(?:@(\d\d:\d\d))?(?:/([\w-]+))? (.*)")
_UNSURE = ("@base", "@preparation", "@chase", "@missed", "@aside")  # decks with lines that reach nobody
_OUTCOMES = {"call": "reached", "meeting": "held", "visit": "held", "presentation": "held"}
_MINUTES = {"call": (3, 25, 1), "meeting": (30, 90, 5), "visit": (40, 120, 5), "presentation": (45, 90, 5)}
# Not every foreign client can be visited every month: the share of meetings and visits that are kept.
_TRAVEL = {"PL": 1.0, "DE": 1.0, "CZ": 1.0, "JP": 0.0, "HK": 0.0, "US": 0.0}
_COMPETITORS = ("Bellavoro", "Nordbryg", "Kavalin", "Ostrobar", "Greyfield Vending")
_HOLIDAYS = ((1, 1), (5, 1), (12, 24), (12, 25), (12, 26))
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def workday(day: date, country: str = "", step: int = -1) -> date:
    """The last day up to ``day``, or with step 1 the first from it, on which offices of the country work."""
    weekend = (4, 5) if country == "IL" else (5, 6)
    while day.weekday() in weekend or (day.month, day.day) in _HOLIDAYS:
        day += timedelta(days=step)
    return day


class Diary:
    """Collects events of the year, then writes them in order of time."""

    def __init__(self, today: date, rng: random.Random, tables: Record) -> None:
        self.today, self.rng = today, rng
        self.technicians: dict[str, str] = tables["clients"]["technicians"]
        self.decks: dict[str, list[str]] = tables["texts"]
        for deck in self.decks.values():
            rng.shuffle(deck)
        self._days: dict[str, list[date]] = {}
        self._events: list[tuple[date, int, Record, Record | None, str, Record]] = []
        self._seen: set[tuple[str, str]] = set()

    def add(self, client: Record, contact: Record | None, day: date, what: str, **extra: Any) -> None:
        """Remembers an event: ``what`` is a line, or the names of decks to draw it from, as ``@one @two``."""
        self._events.append((day, len(self._events), client, contact, what, extra))
        if day < self.today and not what.startswith(_UNSURE):
            self._days.setdefault(client["key"], []).append(day)

    def is_free(self, client: Record, day: date, margin: int) -> bool:
        """Whether the client is not reached within so many days of this one."""
        return all(abs((day - other).days) > margin for other in self._days.get(client["key"], ()))

    def write(self) -> list[Record]:
        """All events as interactions, oldest first, planned ones last."""
        rows = [self._row(*event) for event in sorted(self._events, key=lambda event: event[:2])]
        return sorted(rows, key=lambda row: (row["day"], row["time"] or ""))

    def _row(
        self, day: date, _: int, client: Record, contact: Record | None, what: str, extra: Record
    ) -> Record:
        slots = self._slots(day, client, contact) | extra
        line = self._draw(what.split(), client, slots) if what.startswith("@") else what
        match = _LINE.fullmatch(line.format_map(slots))
        assert match, line
        kind, way, time, outcome, text = match.groups()
        text, *points = text.split(" // ")
        if what.startswith("@routine") and kind in _MINUTES and self.rng.random() < 0.3:
            text += " " + self._draw(["@tails"], client, slots).format_map(slots)
        is_planned = day >= self.today
        took_place = kind in _MINUTES and not is_planned and outcome not in NOT_REACHED
        usual = _OUTCOMES.get(kind) or {">": "sent", "<": "received"}.get(way)
        return {
            "client": client["key"],
            "contact": contact and contact["key"],
            "deal": extra.get("deal"),
            "kind": kind,
            "day": day.isoformat(),
            "time": extra.get("time") or time or self._time(kind),
            "direction": {">": "out", "<": "in"}.get(way),
            "outcome": None if is_planned else outcome or usual,
            "minutes": self.rng.randrange(*_MINUTES[kind]) if took_place else None,
            "text": text[0].upper() + text[1:],
            "wishes": [point[6:] for point in points if point.startswith("wish: ")],
            "decisions": [point[10:] for point in points if point.startswith("decision: ")],
        }

    def _slots(self, day: date, client: Record, contact: Record | None) -> Record:
        rng, country = self.rng, client["country"]
        person = contact or client
        slots: Record = {
            "first": person.get("say") or person.get("first") or person["name"].split()[0],
            "city": client.get("town", client["city"]),
            "machine": client["owns"],
            "bean": client["bean"],
            "tech": self.technicians[country],
            "competitor": rng.choice(_COMPETITORS),
            "kg": rng.choice((6, 12, 18, 24, 30)),
            "n": rng.choice((2, 3, 4, 5)),
            "pct": rng.randrange(3, 10),
            "nextday": _DAYS[workday(day + timedelta(days=rng.randrange(2, 5)), country, 1).weekday()],
            "month": _MONTHS[day.month - 1],
            "nextmonth": _MONTHS[day.month % 12],
        }
        others = [other for other in client.get("contacts", ()) if other is not contact]
        if others:
            slots["colleague"] = others[0].get("say") or others[0]["name"].split()[0]
        hobbies = [text.split(" / ")[1] for text in person.get("details", ()) if text.startswith("hobby")]
        if hobbies:
            slots["hobby"] = hobbies[0]
        return slots

    def _draw(self, names: list[str], client: Record, slots: Record) -> str:
        """The line that lay unused longest of those that can be filled and are new to the client."""
        decks = [self.decks[name[1:]] for name in names if name[1:] in self.decks]
        deck = self.rng.choice(decks)
        is_far = self.rng.random() >= _TRAVEL.get(client["country"], 0.4)

        def lines() -> Iterator[str]:
            lacking = [f"{{{name}}}" for name in ("colleague", "hobby") if name not in slots]
            return (
                line for some in (deck, *decks) for line in some if not any(name in line for name in lacking)
            )

        def suits(line: str) -> bool:
            return (client["key"], line) not in self._seen and not (
                is_far and line.startswith(("meeting", "visit"))
            )

        line = next(filter(suits, lines()), "") or next(lines())
        owner = next(some for some in decks if line in some)
        owner.append(owner.pop(owner.index(line)))
        self._seen.add((client["key"], line))
        return line

    def _time(self, kind: str) -> str | None:
        if kind in ("note", "letter", "fax"):
            return None
        minutes = (0, 15, 30, 45) if kind in ("meeting", "visit", "presentation") else range(60)
        return f"{self.rng.randrange(8, 17):02d}:{self.rng.choice(minutes):02d}"
