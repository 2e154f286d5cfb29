"""How a table becomes deals, each with its way through the stages as far as the table tells it."""

from __future__ import annotations

from kam_cli.domains.deals import store
from kam_cli.domains.stages import store as stages
from kam_cli.errors import BadValue
from kam_cli.imports import vocabulary
from kam_cli.imports.amounts import Amount
from kam_cli.imports.fields import LONGEST_TEXT, Field, Reference, Text, Words
from kam_cli.imports.moments import Day
from kam_cli.imports.noun import Importing
from kam_cli.params import Kind
from kam_cli.text import fold, fold_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]

# What other programs call a closed deal, as a status or as a stage.
_CLOSED = {
    "closed won": "won",
    "closed lost": "lost",
    "won": "won",
    "lost": "lost",
    "closedwon": "won",
    "closedlost": "lost",
}


def _percent(c: Context, text: str) -> int:
    from kam_cli.values.spans import parse_percent

    whole, point, rest = text.removesuffix("%").rstrip().partition(".")
    return parse_percent(whole if point and rest.strip("0") == "" else text)


def _currency(c: Context, text: str) -> str:
    from kam_cli.values.money import parse_currency

    return parse_currency(text, c.currency)


def _minor(c: Context, text: str) -> int:
    from kam_cli.values.money import parse_minor

    return parse_minor(text)


class Pipeline:
    """The stages by the search key of their name, and those where deals begin and end."""

    def __init__(self, book: Book) -> None:
        self.rows = stages.all_stages(book)
        self.by_key = {row["name_key"]: row for row in self.rows}
        self.after_win = {row["id"] for row in self.rows if row["is_after_win"]}
        self.first = stages.first(book)["id"]
        won = stages.first_after_win(book)
        self.won = won["id"] if won else None

    def find(self, text: str) -> Row:
        """Raises BadValue for a name that no stage has."""
        try:
            return self.by_key[fold(text)]
        except KeyError:
            names = ", ".join(row["name"] for row in self.rows)
            raise BadValue(f"no stage {text[:40]!r}; there are {names}") from None


class Deals(Importing):
    """A row is a deal as it stands: open in its stage, or won or lost on a day."""

    name = "deals"
    noun = "deal"
    word = "deal"
    table = "deals"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=(*vocabulary.COMPANY_ID, "customer id")), "title": Text(), "product": Text(), "value": Amount(),
        "value_minor": Field(Kind(_minor, "N")), "currency": Field(Kind(_currency, "CODE")), "stage": Text(),
        "status": Words(*store.STATUSES, aliases=_CLOSED), "opened_on": Day(), "close_on": Day(), "closed_on": Day(),
        "probability": Field(Kind(_percent, "PERCENT")), "reason": Text(LONGEST_TEXT, lines=True), "competitor": Text(),
        "note": Text(LONGEST_TEXT, lines=True), "contact_uid": Text(),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("deal id", "opportunity id", "deal - id", *vocabulary.OWN_ID),
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID, "customer id"),
        "title": ("deal name", "deal title", "deal - title", "opportunity name", "deal", "title", "subject", "name"),
        "product": ("product name", "product interest"),
        "value": ("deal value", "deal - value", "deal amount", "value", "amount"),
        "currency": (*vocabulary.CURRENCY, "deal - currency of value", "deal - currency"),
        "stage": ("deal stage", "deal - stage", "pipeline stage", "stage", "stage name"),
        "status": ("deal status", "deal - status"),
        "opened_on": ("opened", "open date", "date opened", "create date", "created date", "created time", "created on",
                      "deal - deal created"),
        "close_on": ("expected close date", "deal - expected close date", "close date", "closing date"),
        "closed_on": ("closed date", "date closed", "deal - won time", "deal - lost time"),
        "probability": ("probability %", "deal - probability", "deal probability", "win probability"),
        "reason": ("lost reason", "deal - lost reason", "reason for loss", "loss reason"),
        "competitor": ("main competitor", "lost to"), "note": vocabulary.NOTE,
    }  # fmt: skip
    many = ("closed_on",)
    required = ("client", "title")
    columns = (
        "client_id", "contact_id", "title", "title_key", "product", "value_minor", "currency", "stage_id", "entered_stage_at", "status",
        "opened_on", "close_on", "closed_on", "probability_pct", "reason", "competitor", "note",
    )  # fmt: skip
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values["client_id"], batch.values["probability_pct"] = (
            batch.get("client"),
            batch.get("probability"),
        )
        if "contact_uid" in batch.values:
            run.references.resolve(batch, "contact", Reference("contact"))
            batch.values["contact_id"] = batch.values["contact"]
        run.amounts(batch, "value")
        _find_stages(batch, run.once(Pipeline))
        _check_days(batch, run.today)

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        pipeline, today = run.once(Pipeline), run.today
        batch.values["title_key"] = fold_all(batch.get("title"))
        for name, value in (("value_minor", 0), ("currency", run.c.currency), ("status", "open")):
            batch.fill(name, value)
        moves = []
        rows = zip(*map(batch.get, ("status", "stage_id", "opened_on", "close_on", "closed_on")), strict=True)
        ways: list[tuple[Any, ...]] = []
        for status, stage, opened, close, closed in rows:
            if status != "open":
                closed = closed or (close if close and close <= today else today)
            opened = opened or min(today, closed or today)
            begun = pipeline.first if stage is None or stage in pipeline.after_win else stage
            ended = (
                (stage if stage in pipeline.after_win else pipeline.won or begun)
                if status == "won"
                else begun
            )
            opened_at, closed_at = run.noon(opened), closed and run.noon(closed)
            moves.append([(None, begun, "open", opened_at, close)])
            if closed:
                moves[-1].append((begun, ended, status, closed_at, close))
            ways.append((ended, closed_at if ended != begun else opened_at, opened, closed))
        for name, values in zip(
            ("stage_id", "entered_stage_at", "opened_on", "closed_on"), zip(*ways, strict=True), strict=True
        ):
            batch.values[name] = list(values)
        ids = super().insert(run, batch)
        names = ("deal_id", "from_stage_id", "to_stage_id", "status", "moved_at", "close_on")
        steps = [(deal_id, *step) for deal_id, way in zip(ids, moves, strict=True) for step in way]
        run.book.insert_many("deal_moves", names, steps)
        return ids

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        old = store.get(run.book, row_id)
        status = str(row.get("status") or old["status"])
        stage = row.get("stage_id") or _stage_after(run, old, status)
        plain = {name: row[name] for name in self.columns if name in row}
        for name in ("stage_id", "status", "closed_on"):
            plain.pop(name, None)
        changed = bool(store.edit(run.book, row_id, plain))
        closed = None if status == "open" else row.get("closed_on") or old["closed_on"] or run.today
        if (status, stage) != (old["status"], old["stage_id"]):
            at = run.noon(closed) if closed and status != old["status"] else run.c.now
            store.move(run.book, row_id, stage, at, {"status": status, "closed_on": closed})
            return True
        return bool(store.edit(run.book, row_id, {"closed_on": closed})) or changed


def _stage_after(run: Run, old: Row, status: str) -> int:
    """Where a deal goes with a change of its status alone."""
    if status == old["status"]:
        return int(old["stage_id"])
    if status == "won":
        return int(run.once(Pipeline).won or old["stage_id"])
    return store.stage_before_closing(run.book, old) if old["status"] == "won" else int(old["stage_id"])


def _find_stages(batch: Batch, pipeline: Pipeline) -> None:
    """Stages by their names; one that says how the deal ended is its status."""
    statuses, found = list(batch.get("status")), []
    for index, text in enumerate(batch.get("stage")):
        stage = None
        ended = _CLOSED.get(fold(text)) if text else None
        if text and ended and statuses[index] in (None, ended) and fold(text) not in pipeline.by_key:
            statuses[index] = ended
        elif text:
            try:
                stage = pipeline.find(text)["id"]
            except BadValue as error:
                batch.refuse(index, str(error), "stage")
            if stage in pipeline.after_win and statuses[index] not in (
                "won",
                None if batch.ids[index] else "won",
            ):
                batch.refuse(index, f"{text!r} follows the win, but the status is not won", "stage")
        found.append(stage)
    batch.values["stage_id"], batch.values["status"] = found, statuses


def _check_days(batch: Batch, today: str) -> None:
    rows = zip(*map(batch.get, ("status", "opened_on", "closed_on")), strict=True)
    for index, (status, opened, closed) in enumerate(rows):
        if closed and status in (None, "open") and batch.ids[index] is None:
            batch.refuse(
                index, "an open deal has no day of closing: give the status won or lost", "closed_on"
            )
        elif closed and closed > today:
            batch.refuse(index, f"{closed} is in the future; a deal is closed today or before", "closed_on")
        elif opened and opened > today:
            batch.refuse(index, f"{opened} is in the future; a deal is opened today or before", "opened_on")
        elif opened and closed and closed < opened:
            batch.refuse(index, f"it is before {opened}, when the deal was opened", "closed_on")


IMPORTS = (Deals(),)
