"""How a table becomes interactions."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.interactions import rules, store
from kam_cli.domains.interactions.addresses import attach
from kam_cli.errors import BadValue
from kam_cli.imports import identity, vocabulary
from kam_cli.imports.fields import LONGEST_TEXT, Bad, Each, Field, Packed, Reference, Text, Words
from kam_cli.imports.moments import Moment
from kam_cli.imports.noun import Importing
from kam_cli.imports.references import AT_ONCE
from kam_cli.text import check_text, email_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context
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


def _point(c: Context, text: str) -> str:
    return check_text(text, "the text")


POINTS = Packed(_point)
POINT_KINDS = (("wishes", "wish"), ("decisions", "decision"))


class Interactions(Importing):
    """A row is one contact with a client; one in the future is planned."""

    name = "interactions"
    noun = "log"
    word = "interaction"
    table = "interactions"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=(*vocabulary.COMPANY_ID, "customer id")),
        "contact": Reference("contact", within="client", ids=vocabulary.PERSON_ID),
        "kind": Words(*rules.KINDS, aliases=_KINDS), "occurred_at": Moment(),
        "direction": Words("in", "out", aliases=_DIRECTIONS), "outcome": Text(), "minutes": Field(kinds.minutes),
        "text": Text(LONGEST_TEXT, lines=True), "sender": ADDRESSES, "participants": ADDRESSES, "wishes": POINTS,
        "decisions": POINTS, "is_planned": Words("true", "false"), "deal_uid": Text(),
        "others_uid": Packed(lambda c, text: text),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("interaction id", "activity id", "engagement id", "call id", "task id", *vocabulary.OWN_ID),
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID, "customer id"),
        "contact": (*vocabulary.PERSON, "with", "attendee", *vocabulary.PERSON_ID),
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
        "client_id", "contact_id", "deal_id", "kind", "occurred_at", "is_timed", "is_planned", "direction", "outcome", "minutes", "text",
    )  # fmt: skip
    note = "text"

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values["client_id"], batch.values["contact_id"] = batch.get("client"), batch.get("contact")
        attach(run, batch)
        told = batch.get("is_planned")
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
        if any(told):
            _plan(batch, told)
        if "deal_uid" in batch.values:
            run.references.resolve(batch, "deal", Reference("deal"))
            batch.values["deal_id"] = batch.values["deal"]
        if "outcome" in batch.values:
            outcomes = run.memo(_outcome)
            found = [outcomes[pair] for pair in zip(batch.get("kind"), batch.get("outcome"), strict=True)]
            for index, outcome in enumerate(found):
                if outcome.__class__ is Bad:
                    batch.refuse(index, outcome.message, "outcome")
            batch.values["outcome"] = found

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        ids = super().insert(run, batch)
        points = [
            (number, kind, text)
            for field, kind in POINT_KINDS
            for number, texts in zip(ids, batch.values.get(field, ()), strict=False)
            for text in texts or ()
        ]
        run.book.insert_many("interaction_points", ("interaction_id", "kind", "text"), points)
        _insert_others(run, ids, batch)
        return ids

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        changed = super().update(run, row_id, row)
        there = {kind: store.points(run.book, row_id, kind) for _, kind in POINT_KINDS}
        new = [
            (kind, text)
            for field, kind in POINT_KINDS
            for text in row.get(field, ())
            if text not in there[kind]
        ]
        store.add_points(run.book, row_id, new)
        return bool(changed or new)


def _plan(batch: Batch, told: list[str | None]) -> None:
    """What is still to come, as the table says it: one that was not held by its day is planned yet."""
    worked_out = batch.values["is_planned"]
    batch.values["is_planned"] = [
        now if said is None else int(said == "true") for said, now in zip(told, worked_out, strict=True)
    ]


def _insert_others(run: Run, ids: Sequence[int], batch: Batch) -> None:
    """The further persons who took part, where the book has them."""
    given = batch.values.get("others_uid")
    if not given:
        return
    uids = list(dict.fromkeys(uid for row in given for uid in row or ()))
    known: dict[str, int] = {}
    for start in range(0, len(uids), AT_ONCE):
        known |= identity.by_uid(run.book, "contact", uids[start : start + AT_ONCE])
    rows = [
        (number, known[uid])
        for number, row in zip(ids, given, strict=True)
        for uid in row or ()
        if uid in known
    ]
    run.book.insert_many("interaction_people", ("interaction_id", "contact_id"), rows)


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
