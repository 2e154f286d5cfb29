"""The owner's today and now: one place, which ``--today`` and ``KAM_TODAY`` override."""

from __future__ import annotations

import datetime
import os

from kam_cli.errors import BadValue, NoBook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context


def wall(c: Context) -> datetime.datetime:
    """The wall clock in the book's time zone (the system's where there is no book)."""
    from kam_cli.book import utc_now
    from kam_cli.values.clock import to_local

    try:
        return to_local(utc_now(), c.tz)
    except NoBook:
        return datetime.datetime.now().astimezone()


def local_today(given: str | None, c: Context) -> datetime.date:
    """``--today``, ``KAM_TODAY``, else the wall clock's date. Raises BadValue for what is no date."""
    text = given or os.environ.get("KAM_TODAY")
    if not text:
        return wall(c).date()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    from kam_cli.values.dates import parse_day

    try:
        return parse_day(text, wall(c).date(), c.date_order)
    except BadValue as error:
        raise BadValue(f"--today: {error}") from None


def local_now(c: Context) -> str:
    """Now as UTC text: the wall's time of day, on the owner's today."""
    from kam_cli.book import utc_now
    from kam_cli.values.clock import to_utc

    clock = wall(c)
    if clock.date() == c.today:
        return utc_now()
    return to_utc(c.today, clock.time().replace(microsecond=0, tzinfo=None), c.tz)
