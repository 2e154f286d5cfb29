"""One interaction as it is typed: what `log KIND` and `log edit` share, from the options to the echo."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.domains.interactions import echo, rules, store
from kam_cli.errors import BadValue
from kam_cli.output import Saved
from kam_cli.params import Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.domains.tasks.echo import When

    Row = dict[str, Any]

PARAMS = [
    Param(None, "the client began it", ("--in",), is_flag=True).named("in_"),
    Param(None, "you began it", ("--out",), is_flag=True).named("out"),
    Param(kinds.minutes, "how long it took: 25, 1h30", ("--minutes",)).named("minutes"),
    Param(kinds.text, "what the client wishes", ("--wish",), many=True).named("wish"),
    Param(kinds.text, "what was decided", ("--decision",), many=True).named("decision"),
    Param(kinds.title, "the next step, kept as a task", ("--next",)).named("next_"),
    Param(kinds.future_when, "by when it is to be done; the next working day", ("--due",)).named("due"),
]


def check(more: Row) -> list[tuple[str, str]]:
    """The wishes and decisions, as pairs. Raises BadValue for options that do not go together."""
    if more["in_"] and more["out"]:
        raise BadValue("--in and --out: only one of you began it; give one of them")
    if more["due"] and not more["next_"]:
        raise BadValue("--due is the day of the next step: add --next TEXT, or say --at for when it was")
    return [("wish", one) for one in more["wish"]] + [("decision", one) for one in more["decision"]]


def direction(more: Row) -> str | None:
    return "in" if more["in_"] else "out" if more["out"] else None


def moment(c: Context, at: When | None) -> Row:
    """The columns ``occurred_at is_timed is_planned`` of what --at says; without it, now."""
    if at is None:
        return {"occurred_at": c.now, "is_timed": 1, "is_planned": 0}
    from kam_cli.values.clock import to_utc

    day, time = at
    occurred_at = to_utc(day, time, c.tz)
    timed = time is not None
    ahead = is_ahead(c, occurred_at, day, timed)
    return {"occurred_at": occurred_at, "is_timed": int(timed), "is_planned": int(ahead)}


def is_ahead(c: Context, occurred_at: str, day: datetime.date, timed: bool) -> bool:
    """Whether it is still to come; a day without a time once the day has come is not."""
    return occurred_at > c.now if timed else day > c.today


def moved_in_time(c: Context, old: Row, at: When | None, outcome: str | None) -> Row:
    """What --at changes, and an outcome: it closes a planned one whose time has come."""
    if at:
        return moment(c, at)
    if not (outcome and old["is_planned"]):
        return {}
    day = _local_day(c, old["occurred_at"])
    return {"is_planned": int(is_ahead(c, old["occurred_at"], day, bool(old["is_timed"])))}


def moved_to(
    c: Context, old: Row, client_id: int, people: list[int] | None, fields: Row
) -> tuple[list[int], Row, list[str]]:
    """Hand an interaction over to another client: people and fields as they will be, and remarks.

    The people and the deal of the former client stay behind; its open tasks go along.
    """
    from kam_cli.domains.tasks import store as tasks

    fields = {"deal_id": None, **fields, "client_id": client_id}
    lost = []
    if people is None:
        lost = [one["name"] for one in store.people(c.book, old["id"])]
        people = []
    if old["deal_id"] and not fields["deal_id"]:
        lost.append(f"deal #{old['deal_id']}")
    hints = [f"left out, of the former client: {', '.join(lost)}"] if lost else []
    for task in tasks.of_interaction(c.book, old["id"]):
        if not task["done_at"]:
            contact_id = people[0] if people else None
            belongs = {"client_id": client_id, "contact_id": contact_id, "deal_id": fields["deal_id"]}
            tasks.edit(c.book, task["id"], belongs)
            hints.append(f"task #{task['id']} {task['title']} goes along")
    return people, fields, hints


def next_step(c: Context, interaction_id: int, more: Row) -> Row | None:
    """Make the task of --next; without --due for the working day after today or after the planned day."""
    if not more["next_"]:
        return None
    from kam_cli.domains.tasks import store as tasks
    from kam_cli.domains.tasks.echo import due_fields

    row = store.get(c.book, interaction_id)
    due = more["due"] or (rules.next_working_day(max(c.today, _local_day(c, row["occurred_at"]))), None)
    task = {name: row[name] for name in ("client_id", "contact_id", "deal_id")}
    task |= {"title": more["next_"], "interaction_id": interaction_id, **due_fields(due)}
    return {**task, "id": tasks.add(c.book, task)}


def _local_day(c: Context, utc: str) -> datetime.date:
    from kam_cli.values.clock import to_local

    return to_local(utc, c.tz).date()


def saved(
    c: Context, interaction_id: int, task: Row | None, done: str = "", hints: Sequence[str] = ()
) -> Saved:
    """What is stored now, in one line; for machines the record, with its new task."""
    row = store.LISTING.one(c, interaction_id)
    line = echo.one_line(c, row)
    if task:
        from kam_cli.domains.tasks.echo import echo_due

        line += f" → task #{task['id']} {echo.shortened(task['title'])}, {echo_due(task)}"
    row |= {"task_id": task and task["id"], "task_due_on": task and task["due_on"]}
    return Saved(f"{line} – {done}" if done else line, row, hints)
