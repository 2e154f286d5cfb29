"""How a table becomes NPS answers."""

from __future__ import annotations

from datetime import date

from kam_cli import kinds
from kam_cli.domains.nps.rules import answered_at
from kam_cli.imports import vocabulary
from kam_cli.imports.fields import LONGEST_TEXT, Field, Reference, Text
from kam_cli.imports.moments import Moment
from kam_cli.imports.noun import Importing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run


class Answers(Importing):
    """A row is the answer of a client, or of a person at a client; given today where no day is said."""

    name = "nps"
    noun = "nps"
    word = "answer"
    table = "nps_answers"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=vocabulary.COMPANY_ID), "contact": Reference("contact", within="client", ids=vocabulary.PERSON_ID),
        "score": Field(kinds.integer(0, 10)), "reason": Text(LONGEST_TEXT, lines=True), "answered_on": Moment(),
        "product": Text(), "answered_at": Moment(),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("response id", "answer id", "submission id", *vocabulary.OWN_ID),
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID),
        "contact": (*vocabulary.PERSON, "respondent", "respondent name", *vocabulary.PERSON_ID),
        "score": ("nps score", "nps", "likelihood to recommend", "*likely*recommend*", "rating"),
        "reason": ("main reason", "*reason*score*", "comment", "comments", "feedback", "verbatim"),
        "answered_on": ("answered", "answer date", "response date", "survey date", "submitted at", "submitted on",
                        "completed at", "timestamp", "date"),
        "product": ("product name",),
    }  # fmt: skip
    required = ("client|contact", "score")
    columns = ("client_id", "contact_id", "score", "reason", "product", "answered_on", "answered_at")

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values["client_id"], batch.values["contact_id"] = batch.get("client"), batch.get("contact")
        moments, days, instants = batch.get("answered_on"), [], []
        told = {moment[1] for moment in moments if moment and not moment[2]}
        ends = {day: answered_at(date.fromisoformat(day), run.c.today, run.c.now, run.c.tz) for day in told}
        for index, (moment, given) in enumerate(zip(moments, batch.get("answered_at"), strict=True)):
            utc, day, timed = moment or (None, given and given[1], False)
            if day is not None and day > run.today:
                batch.refuse(
                    index, f"{day} is in the future; an answer is given today or before", "answered_on"
                )
            days.append(day)
            instants.append(given[0] if given else utc if timed or day is None else ends[day])
        batch.values["answered_on"], batch.values["answered_at"] = days, instants

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.fill("answered_on", run.today)
        batch.fill("answered_at", run.c.now)
        return super().insert(run, batch)


IMPORTS = (Answers(),)
