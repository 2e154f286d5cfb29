"""Which contacts count as having reached a client, and when the next one is due."""

from __future__ import annotations

from kam_cli.errors import BadValue

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

MEANT = {
    "reached": ("held", "answered", "spoke", "talked", "done", "ok"),
    "held": ("reached", "took-place", "done", "ok"),
    "no-answer": ("noanswer", "unanswered", "busy", "na"),
    "left-message": ("message", "voicemail", "vm"),
    "no-show": ("noshow", "missed"),
    "cancelled": ("canceled",),
    "replied": ("answered", "reply"),
}
"""Other words that people have for an outcome."""

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


def read_outcome(kind: str, text: str) -> str:
    """The outcome that a word means for a kind: its name, another word for it, or its beginning.

    Raises BadValue with what there is.
    """
    known = OUTCOMES.get(kind, ())
    article = "an" if kind == "email" else "a"
    if not known:
        raise BadValue(f"{article} {kind} has no outcome; leave it out")
    word = "-".join(text.casefold().replace("-", " ").replace("_", " ").split())
    for found in (
        [name for name in known if name == word],
        [name for name in known if word in MEANT.get(name, ())],
        [name for name in known if word and name.startswith(word)],
    ):
        if len(found) == 1:
            return found[0]
    raise BadValue(f"{text[:40]!r} is no outcome of {article} {kind}; there are {', '.join(known)}")


def next_working_day(day: date) -> date:
    """The first of Monday to Friday after ``day``; holidays are not known here."""
    from datetime import timedelta

    return day + timedelta(days=max(1, 7 - day.weekday()) if day.weekday() > 3 else 1)
