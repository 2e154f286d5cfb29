"""Which contacts count as having reached a client, and when the next one is due."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

_IN_PERSON = ("held", "no-show", "cancelled")
_WRITTEN = ("sent", "received", "replied", "bounced")

OUTCOMES: dict[str, tuple[str, ...]] = {
    "call": ("reached", "no-answer", "left-message", "cancelled"),
    "meeting": _IN_PERSON,
    "email": _WRITTEN,
    "chat": _WRITTEN,
    "letter": _WRITTEN,
    "fax": _WRITTEN,
    "visit": _IN_PERSON,
    "presentation": _IN_PERSON,
    "note": (),
}
"""What can come of each kind of interaction."""

KINDS = tuple(OUTCOMES)

NOT_REACHED = frozenset(("no-answer", "left-message", "no-show", "cancelled", "bounced"))
"""The same set as in the generated column ``interactions.is_reached``."""

CADENCES = {"A": 21, "B": 60, "C": 182, "D": 365}
"""Days between contacts by class of client: 3 weeks, 2 months, 6 months, 1 year (Sivers)."""


def reaches(kind: str, outcome: str | None, direction: str | None, is_planned: bool) -> bool:
    """Whether an interaction reached the client and so starts the cadence anew (Sivers, "keep in touch").

    Never a note, anything still planned, or an outcome in NOT_REACHED. No outcome means that it took
    place. The direction changes nothing: who dialled does not matter to the rhythm.
    """
    return kind != "note" and not is_planned and outcome not in NOT_REACHED


def next_due(last: date | None, cadence_days: int | None) -> date | None:
    """The local day of the next contact: last contact + cadence in days (Sivers).

    None without either, or where the day lies beyond the calendar.
    """
    if last is None or cadence_days is None:
        return None
    from datetime import timedelta

    try:
        return last + timedelta(days=cadence_days)
    except OverflowError:
        return None
