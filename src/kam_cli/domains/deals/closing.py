"""Which way a deal may go: the stages open to it, and the day on which it may be closed."""

from __future__ import annotations

from kam_cli.domains.stages import store as stages
from kam_cli.domains.stages.naming import find
from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def to_stage(c: Context, deal: Row, text: str) -> Row:
    """The stage that ``text`` names for this deal; ``next`` and ``back`` go by the order of the pipeline.

    Raises KamError where the deal may not go there: an open one stays before the win, a won one behind it, a
    lost one where it is.
    """
    if deal["status"] == "lost":
        raise KamError(f"deal #{deal['id']} {deal['title']!r} is lost. First: kam deal reopen {deal['id']}")
    word = text.strip().casefold()
    target = _beside(c, deal, word) if word in ("next", "back") else find(c, text)
    won = deal["status"] == "won"
    if target["is_after_win"] and not won:
        raise KamError(f"{target['name']!r} follows the win. Close the deal: kam deal win {deal['id']}")
    if won and not target["is_after_win"]:
        raise KamError(
            f"deal #{deal['id']} {deal['title']!r} is won. To work on it again: kam deal reopen {deal['id']}"
        )
    return target


def _beside(c: Context, deal: Row, word: str) -> Row:
    own = stages.get(c.book, deal["stage_id"])
    others = [row for row in stages.all_stages(c.book) if row["id"] != own["id"]]
    if word == "next":
        found = [row for row in others if row["position"] >= own["position"]]
    else:
        found = [row for row in reversed(others) if row["position"] < own["position"]]
    if not found:
        raise KamError(
            f"deal #{deal['id']} {deal['title']!r} is in {own['name']!r}: no stage {word} from there"
        )
    return found[0]


def refuse_closed(deal: Row) -> None:
    """Raises KamError for a deal that is won or lost already."""
    if deal["status"] != "open":
        raise KamError(
            f"deal #{deal['id']} {deal['title']!r} is {deal['status']} since {deal['closed_on']}. "
            f"To close it otherwise, first: kam deal reopen {deal['id']}"
        )


def closing_day(c: Context, deal: Row, on: datetime.date | None) -> tuple[str, str]:
    """The local date of a closing and its UTC instant: now, or noon of an earlier day.

    Raises BadValue for a day to come, KamError for one before the deal was opened.
    """
    from kam_cli.values.clock import to_utc

    day = on or c.today
    if day > c.today:
        raise BadValue(f"--on: {day} is in the future; a deal is closed today or before")
    if day.isoformat() < deal["opened_on"]:
        raise KamError(
            f"deal #{deal['id']} {deal['title']!r} was opened on {deal['opened_on']}, after {day}. "
            f"If it was earlier: kam deal edit {deal['id']} --opened {day}"
        )
    return day.isoformat(), c.now if day == c.today else to_utc(day, None, c.tz)
