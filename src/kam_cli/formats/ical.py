"""Events of a calendar (RFC 5545): each by itself, so that a broken one spoils no other; recurring ones day by day.

The library icalendar reads them; it is an extra.
"""

from __future__ import annotations

import datetime
from collections import namedtuple

from kam_cli.errors import KamError
from kam_cli.formats.table import BadTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Day = datetime.date
    Moment = datetime.datetime | datetime.date

# When it begins (aware, floating, or a day), minutes it lasts (None: not known, or days), which of a series it is.
Event = namedtuple("Event", "uid start minutes series summary place text people status own kind client")

BACK, AHEAD, MOST = (
    731,
    366,
    1000,
)  # days around today in which a recurring event is looked at; times at the most
MINUTES = 30  # of an appointment of kam's of which nobody said how long it takes
_SLOW = {"SECONDLY", "MINUTELY", "HOURLY"}
_CHECKED = 2922  # days, two leap years among them, in which what recurs by day comes at least once


def library() -> Any:
    """The icalendar package. Raises KamError where it is not installed."""
    try:
        import icalendar
    except ImportError:
        raise KamError("calendars need one more package. Install it: pip install 'kam-cli[ical]'") from None
    return icalendar


def components(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """(line it begins on, name, text) of each event, to-do and time zone; folded lines are joined."""
    found: list[str] = []
    name, begun = "", 0
    for number, line in _unfolded(lines):
        word = line.upper()
        if not name and word in ("BEGIN:VEVENT", "BEGIN:VTODO", "BEGIN:VTIMEZONE"):
            name, begun, found = word[6:], number, []
        if name:
            found.append(line)
        if name and word == f"END:{name}":
            yield begun, name, "\r\n".join(found)
            name = ""
    if name:
        raise BadTable(f"line {begun}: BEGIN:{name} has no END; is the file whole?", begun)


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first physical one; blank lines are nothing."""
    held, begun = "", 0
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\r\n")
        if line[:1] in (" ", "\t"):
            held += line[1:]
        elif line:
            if held:
                yield begun, held
            held, begun = line, number
    if held:
        yield begun, held


def events(text: str, zones: dict[str, str], today: Day) -> list[Event]:
    """The event of a component, or each time of a recurring one; none of a to-do.

    ``zones`` are the texts of the calendar's own time zones. Raises ValueError where it cannot be read.
    """
    own = "\r\n".join(zone for name, zone in zones.items() if name in text)
    calendar = library().Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{own}\r\n{text}\r\nEND:VCALENDAR\r\n")
    event = next(iter(calendar.walk("VEVENT")))
    try:
        start = event["DTSTART"].dt
    except (KeyError, AttributeError, ValueError):
        start = None
    one = _event(event, start)
    if event.get("RECURRENCE-ID"):
        return [one._replace(series=_stamp(event["RECURRENCE-ID"].dt))]
    if start is None or not (event.get("RRULE") or event.get("RDATE")):
        return [one]
    return [one._replace(start=time, series=_stamp(time)) for time in _times(event, start, today)]


def _event(event: Any, start: Moment | None) -> Event:
    people = [event.get("ORGANIZER"), *_many(event, "ATTENDEE")]
    addresses = [
        str(one).removeprefix("mailto:").removeprefix("MAILTO:").strip()
        for one in people
        if one is not None and str(one.params.get("PARTSTAT", "")).upper() != "DECLINED"
    ]
    text = {
        name: str(event.get(name) or "").strip() for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "STATUS")
    }
    own, minutes = str(event.get("X-KAM-NOUN") or ""), _minutes(event, start)
    if own and minutes == MINUTES and not event.get("X-KAM-MINUTES"):
        minutes = None
    return Event(
        str(event.get("UID") or ""), start, minutes, "", "" if own else text["SUMMARY"], text["LOCATION"], text["DESCRIPTION"],
        list(dict.fromkeys(one for one in addresses if "@" in one)), text["STATUS"].lower(), own,
        str(event.get("X-KAM-KIND") or ""), str(event.get("X-KAM-CLIENT") or ""),
    )  # fmt: skip


def _many(event: Any, name: str) -> list[Any]:
    value = event.get(name) or []
    return value if isinstance(value, list) else [value]


def _minutes(event: Any, start: Moment | None) -> int | None:
    if not isinstance(start, datetime.datetime):
        return None
    try:
        if event.get("DURATION"):
            lasts = event["DURATION"].dt
        elif event.get("DTEND"):
            lasts = event["DTEND"].dt - start
        else:
            return None
        minutes = int(lasts.total_seconds() // 60)
    except (AttributeError, TypeError, ValueError, KeyError):
        return None
    return minutes if 0 < minutes <= 1440 else None


def _stamp(time: Moment) -> str:
    """What tells one time of a series from the others, in whatever zone it is written."""
    if isinstance(time, datetime.datetime) and time.tzinfo:
        time = time.astimezone(datetime.UTC)
    return time.isoformat()


# --- recurrence ---------------------------------------------------------------------------------------------


def _times(event: Any, start: Moment, today: Day) -> list[Moment]:
    """The times of a series around today, by local time, so that nine o'clock stays nine o'clock all year."""
    from dateutil.rrule import rruleset, rrulestr

    zone = start.tzinfo if isinstance(start, datetime.datetime) else None
    first = _local(start, zone)
    series = rruleset()
    for rule in _many(event, "RRULE"):
        series.rrule(rrulestr(_bounded(rule, first, zone, today), dtstart=first))  # type: ignore[arg-type]
    for name, add in (("RDATE", series.rdate), ("EXDATE", series.exdate)):
        for value in _many(event, name):
            for one in value.dts:
                if not isinstance(one.dt, tuple):
                    add(_local(one.dt, zone))
    if event.get("RDATE"):
        series.rdate(first)
    near = datetime.datetime.combine(today, datetime.time())
    if event.get("RRULE"):
        found = series.between(near - datetime.timedelta(BACK), near + datetime.timedelta(AHEAD), inc=True)[
            :MOST
        ]
    else:
        found = list(series)[:MOST]
    if not isinstance(start, datetime.datetime):
        return [one.date() for one in found]
    return [one.replace(tzinfo=zone) for one in found]


def _local(time: Moment, zone: Any) -> datetime.datetime:
    if not isinstance(time, datetime.datetime):
        return datetime.datetime.combine(time, datetime.time())
    return time.astimezone(zone).replace(tzinfo=None) if time.tzinfo and zone else time.replace(tzinfo=None)


def _bounded(rule: Any, first: datetime.datetime, zone: Any, today: Day) -> str:
    """A rule as text that ends in time. Raises ValueError for one that is too fine, or that no day fulfils."""
    freq = str((rule.get("FREQ") or [""])[0]).upper()
    if freq in _SLOW:
        raise ValueError(f"it recurs {freq.lower()}")
    days = (first.date() + datetime.timedelta(count) for count in range(_CHECKED))
    if not any(_fits(rule, day) for day in days):
        raise ValueError("no day fulfils its rule")
    end = datetime.datetime.combine(today + datetime.timedelta(AHEAD), datetime.time())
    parts = {name.upper(): values for name, values in rule.items() if name.upper() != "UNTIL"}
    if "COUNT" not in parts:
        until = [_local(one, zone) for one in rule.get("UNTIL", [])]
        parts["UNTIL"] = [min([end, *until])]
    return ";".join(f"{name}={','.join(map(_part, _listed(values)))}" for name, values in parts.items())


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _part(value: Any) -> str:
    return value.strftime("%Y%m%dT%H%M%S") if isinstance(value, datetime.datetime) else str(value)


def _fits(rule: Any, day: Day) -> bool:
    """Whether a day is in the months and on the days of the month that a rule names."""
    months = [int(one) for one in _listed(rule.get("BYMONTH", []))]
    dates = [int(one) for one in _listed(rule.get("BYMONTHDAY", []))]
    last = (day.replace(day=28) + datetime.timedelta(4)).replace(day=1) - datetime.timedelta(1)
    return (not months or day.month in months) and (
        not dates or day.day in dates or day.day - last.day - 1 in dates
    )
