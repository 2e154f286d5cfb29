"""How a table becomes interactions."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.interactions import rules
from kam_cli.domains.interactions.addresses import attach
from kam_cli.errors import BadValue
from kam_cli.imports import vocabulary
from kam_cli.imports.fields import LONGEST_TEXT, Bad, Each, Field, Reference, Text, Words
from kam_cli.imports.moments import Moment
from kam_cli.imports.noun import Importing
from kam_cli.text import email_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]

_KINDS = {
    "phone": "call", "phone call": "call", "telephone": "call", "mail": "email", "e-mail": "email", "post": "letter",
    "appointment": "meeting", "message": "chat", "sms": "chat", "demo": "presentation", "memo": "note",
}  # fmt: skip
# E-mail addresses of those who took part, by which rows without a client find theirs.
ADDRESSES = Each(lambda c, text: email_key(text), ",; ")
_DIRECTIONS = {
    "inbound": "in",
    "incoming": "in",
    "received": "in",
    "outbound": "out",
    "outgoing": "out",
    "sent": "out",
}


class Interactions(Importing):
    """A row is one contact with a client; one in the future is planned."""

    name = "interactions"
    noun = "log"
    word = "interaction"
    table = "interactions"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client"), "contact": Reference("contact", within="client"),
        "kind": Words(*rules.KINDS, aliases=_KINDS), "occurred_at": Moment(),
        "direction": Words("in", "out", aliases=_DIRECTIONS), "outcome": Text(), "minutes": Field(kinds.minutes),
        "text": Text(LONGEST_TEXT, lines=True), "sender": ADDRESSES, "participants": ADDRESSES,
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("interaction id", "activity id", "engagement id", "call id", "task id", *vocabulary.OWN_ID),
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID, "customer id"),
        "contact": (*vocabulary.PERSON, "with", "attendee"),
        "kind": ("activity type", "activity - type", "engagement type", "channel", "type"),
        "occurred_at": ("activity date", "call start time", "start time", "date and time", "date", "timestamp", "due date",
                        "activity - due date"),
        "direction": ("call direction",), "outcome": ("call outcome", "call result", "result"),
        "minutes": ("duration (minutes)", "duration minutes", "duration min", "call duration (minutes)"),
        "text": ("subject", "activity - subject", "summary", "call agenda", *vocabulary.NOTE, "activity - note", "body", "details",
                 "content"),
        "sender": ("from", "from address", "organizer"), "participants": ("attendees", "recipients", "cc"),
    }  # fmt: skip
    many = ("text", "participants")
    required = ("client|contact|sender|participants", "kind", "occurred_at")
    columns = (
        "client_id", "contact_id", "kind", "occurred_at", "is_timed", "is_planned", "direction", "outcome", "minutes", "text",
    )  # fmt: skip
    note = "text"

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values["client_id"], batch.values["contact_id"] = batch.get("client"), batch.get("contact")
        attach(run, batch)
        if "occurred_at" in batch.values:
            now, today, nothing = run.c.now, run.today, (None, None, None)
            times = [
                # A day without a time is still to come until it has come.
                (moment[0], int(moment[2]), int(moment[0] > now if moment[2] else moment[1] > today))
                if moment
                else nothing
                for moment in batch.values["occurred_at"]
            ]
            for name, values in zip(
                ("occurred_at", "is_timed", "is_planned"), zip(*times, strict=True), strict=False
            ):
                batch.values[name] = list(values)
        if "outcome" in batch.values:
            outcomes = run.memo(_outcome)
            found = [outcomes[pair] for pair in zip(batch.get("kind"), batch.get("outcome"), strict=True)]
            for index, outcome in enumerate(found):
                if outcome.__class__ is Bad:
                    batch.refuse(index, outcome.message, "outcome")
            batch.values["outcome"] = found


def _outcome(pair: tuple[str | None, str | None]) -> Any:
    kind, text = pair
    if text is None:
        return None
    if kind is None:
        return Bad("an outcome is read by the kind beside it: give the kind, too")
    try:
        return rules.read_outcome(kind, text)
    except BadValue as error:
        return Bad(str(error))


IMPORTS = (Interactions(),)
