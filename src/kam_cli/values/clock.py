"""Between the owner's local time and the UTC text that is stored."""

from __future__ import annotations

import datetime as dt

from kam_cli.errors import BadValue
from kam_cli.values.calendar_days import check_year
from kam_cli.values.dates import parse_when
from kam_cli.values.tokens import quoted

_NOON = dt.time(12)


def to_utc(day: dt.date, at: dt.time | None, tz: str) -> str:
    """The instant ``YYYY-MM-DDTHH:MM:SSZ`` of a local day and time; noon where no time was said.

    A time that the clock shows twice (the night it is set back) is the first of the two. One that it skips is
    read as if it had not been set forward: 02:30 becomes 03:30. Both as in RFC 5545, 3.3.5.
    """
    return utc_text(dt.datetime.combine(day, _NOON if at is None else at, _zone(tz)))


def to_local(utc_text: str, tz: str) -> dt.datetime:
    """The aware local time of a stored instant. Raises ValueError for text that is no instant."""
    return dt.datetime.fromisoformat(utc_text).astimezone(_zone(tz))


def utc_text(moment: dt.datetime) -> str:
    """``YYYY-MM-DDTHH:MM:SSZ`` of an aware time; fractions of a second are cut off."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is no instant")
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def local_day_bounds(day: dt.date, tz: str) -> tuple[str, str]:
    """The instants at which a local day begins and the next one does: 23, 24 or 25 hours apart."""
    return to_utc(day, dt.time(), tz), to_utc(day + dt.timedelta(1), dt.time(), tz)


def parse_instant(text: str, today: dt.date, tz: str, order: str = "dmy", prefer: str = "past") -> str:
    """The instant of what a person or a table says: ISO with its own offset or Z, or :func:`parse_when`.

    Raises BadValue.
    """
    if len(text) <= 40 and text.isascii() and text[10:11] in ("T", " ") and text[4:5] == "-":
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            check_year(moment.year, text)
            return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=_zone(tz)))
    return to_utc(*parse_when(text, today, order, prefer), tz)


def check_tz(name: str) -> str:
    """The name as the IANA database writes it. Raises BadValue with a near name for what is not in there."""
    from zoneinfo import available_timezones

    known = available_timezones() - {"Factory", "localtime"}
    if name in known:
        return name
    wanted = name.strip().replace(" ", "_").casefold()
    by_key = {zone.casefold(): zone for zone in known}
    if wanted in by_key:
        return by_key[wanted]
    from difflib import get_close_matches

    # A city alone is what people type; sorted, so that the same name is always suggested.
    by_key = {key.rpartition("/")[2]: by_key[key] for key in sorted(by_key)} | by_key
    close = get_close_matches(wanted[:40], sorted(by_key), 1)
    near = by_key[close[0]] if close else "Europe/Warsaw"
    raise BadValue(f"unknown time zone {quoted(name)}: write an IANA name such as {near}")


def _zone(tz: str) -> dt.tzinfo:
    if tz == "UTC":
        return dt.UTC
    # Kept by zoneinfo itself, so asking again is cheap; its import is not, and many commands need no zone.
    from zoneinfo import ZoneInfo

    return ZoneInfo(tz)
