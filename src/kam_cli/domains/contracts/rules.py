"""The life of a contract: in which state it is on a day, and which way it may go from there."""

from __future__ import annotations

from kam_cli.errors import KamError

# Stored are the first three and the last; the others follow from the days of a signed contract.
STATES = ("draft", "in-negotiation", "signed", "active", "extended", "expired", "ended")
RUNNING = ("active", "extended")
OVER = ("expired", "ended")
# state → what can be done with the contract then (the verb of the command) → the status that is stored.
MOVES = {
    "draft": {"negotiate": "in-negotiation", "sign": "signed", "end": "ended"},
    "in-negotiation": {"sign": "signed", "end": "ended"},
    "signed": {"extend": "signed", "end": "signed"},
    "active": {"extend": "signed", "end": "signed"},
    "extended": {"extend": "signed", "end": "signed"},
    "expired": {"extend": "signed"},
    "ended": {},
}
SAID = {
    "draft": "is a draft",
    "in-negotiation": "is in negotiation",
    "signed": "is signed and not yet in force",
    "active": "is active",
    "extended": "is active, extended",
    "expired": "has expired",
    "ended": "has ended",
}


def state(
    status: str,
    today: str,
    *,
    starts_on: str | None,
    ends_on: str | None,
    extended_on: str | None,
    ended_on: str | None,
) -> str:
    """One of STATES, on the local day ``today``; all days are ISO texts.

    A signed contract holds from ``starts_on`` to ``ends_on``, both included; from the day ``ended_on`` on, by which
    it was given up, it has ended, and after ``ends_on`` it has expired.
    """
    if status != "signed":
        return status
    if ended_on and ended_on <= today:
        return "ended"
    if ends_on and ends_on < today:
        return "expired"
    if starts_on and starts_on > today:
        return "signed"
    return "extended" if extended_on else "active"


def moved(state: str, verb: str, named: str) -> str:
    """The status to store after ``verb``. Raises KamError, which says what is allowed; ``named`` leads it."""
    allowed = MOVES[state]
    if verb in allowed:
        return allowed[verb]
    way = " or ".join(f"kam contract {one}" for one in allowed)
    raise KamError(
        f"{named} {SAID[state]}: it cannot {WORDS[verb]}. "
        + (f"What can be done now: {way}" if way else "Nothing follows; a new one: kam contract add")
    )


WORDS = {"negotiate": "be negotiated", "sign": "be signed", "extend": "be extended", "end": "be ended"}


def check_days(starts_on: str | None, ends_on: str | None) -> None:
    """Raises KamError where a contract would end before it starts."""
    if starts_on and ends_on and ends_on < starts_on:
        raise KamError(f"it would end on {ends_on}, before it starts on {starts_on}. Mend --starts or --ends")


def may_discuss(state: str, is_open: bool, is_settling: bool) -> bool:
    """Whether a clause may be entered or changed.

    Wordings are discussed until the signature; what was left open then can still be agreed while the contract lives.
    """
    return state in ("draft", "in-negotiation") or (state != "ended" and is_open and is_settling)


def document_state(size: int, sha256: str, now: tuple[int, str] | None) -> str:
    """``unchanged``, ``changed`` or ``missing``: a document's size and SHA-256 against those of the file ``now``."""
    if now is None:
        return "missing"
    return "unchanged" if now == (size, sha256) else "changed"
