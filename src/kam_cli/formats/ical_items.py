"""Items of the calendar as iCalendar (RFC 5545): an event with an alarm each, or a to-do; the same row, the same bytes."""

from __future__ import annotations

import datetime

from kam_cli.formats.ical import MINUTES, library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Row = dict[str, Any]

BEFORE = datetime.timedelta(minutes=-15)
# Properties that the book decides, also where they are missing.
_OWN = frozenset(
    (
        "DTSTART",
        "DTEND",
        "DUE",
        "DURATION",
        "STATUS",
        "COMPLETED",
        "PERCENT-COMPLETE",
        "DESCRIPTION",
        "SUMMARY",
        "RRULE",
    )
)
MORNING = datetime.timedelta(hours=9)  # when a day's alarm rings


def calendar(rows: Iterable[Row], *, todos: bool = False) -> Any:
    """A VCALENDAR of the rows of `kam_cli.calendars.items`; with ``todos`` what is to be done is a VTODO."""
    from kam_cli import __version__

    whole = library().Calendar()
    whole.add("prodid", f"-//kam//kam {__version__}//EN")
    whole.add("version", "2.0")
    for row in rows:
        whole.add_component(component(row, todo=todos and row["todo"]))
    return whole


def component(row: Row, *, todo: bool = False) -> Any:
    """One event, or to-do. Times are UTC, so that no table of a time zone need go with them."""
    ical = library()
    item = ical.Todo() if todo else ical.Event()
    item.add("uid", row["uid"])
    changed = datetime.datetime.fromisoformat(row["updated_at"])
    item.add("dtstamp", changed)
    item.add("last-modified", changed)
    item.add("summary", _one_line(row["summary"], row if row["todo"] else None))
    if row.get("text"):
        item.add("description", row["text"])
    start = row["start"]
    is_timed = isinstance(start, datetime.datetime)
    start = start.astimezone(datetime.UTC) if is_timed else start
    item.add("due" if todo else "dtstart", start)
    if is_timed and not todo:
        item.add("duration", datetime.timedelta(minutes=row.get("minutes") or MINUTES))
    if not todo:
        item.add("transp", "OPAQUE" if is_timed and not row["todo"] else "TRANSPARENT")
    if row.get("is_cancelled"):
        item.add("status", "CANCELLED")
    for name, value in (
        ("X-KAM-NOUN", row["noun"]),
        ("X-KAM-KIND", row.get("kind")),
        ("X-KAM-CLIENT", row.get("client")),
        ("X-KAM-MINUTES", row.get("minutes")),
    ):
        if value:
            item.add(name, str(value))
    item.add_component(_alarm(ical, item, is_timed, todo))
    return item


def _one_line(summary: str, row: Row | None) -> str:
    """The summary; of what is to be done, for whom stands behind it."""
    who = ", ".join(filter(None, (row.get("contact"), row.get("client")))) if row else ""
    return " ".join(f"{summary} ({who})".split()) if who else " ".join(summary.split())


def _alarm(ical: Any, item: Any, is_timed: bool, todo: bool) -> Any:
    alarm = ical.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(item["SUMMARY"]))
    alarm.add("trigger", BEFORE if is_timed else MORNING)
    if todo:
        alarm["TRIGGER"].params["RELATED"] = "END"  # a to-do without a start has only its end to count from
    return alarm


def with_unknown(item: Any, base: Any) -> Any:
    """An item with the properties and alarms of ``base`` that are not kam's."""
    for name, value in base.items():
        if name not in item and name not in _OWN:
            item[name] = value
    alarms = base.walk("VALARM")
    if alarms:
        item.subcomponents = list(alarms)
    return item
