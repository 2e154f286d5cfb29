"""`kam task`: what is to be done, by when, and again."""

from __future__ import annotations

import datetime

from kam_cli import refs, registry
from kam_cli.command import verb
from kam_cli.domains.interactions.belonging import check_own, own, resolve_own
from kam_cli.domains.interactions.echo import echo_moment
from kam_cli.domains.tasks import store
from kam_cli.domains.tasks.echo import due_fields, echo_due, echo_rule
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import choice, future_day, future_when, line, ref, repeat, text, title
from kam_cli.output import Block, Page, Rows, Saved
from kam_cli.params import Edit, Kind, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli import listing
    from kam_cli.command import Context
    from kam_cli.domains.tasks.echo import When
    from kam_cli.refs import Ref

CLEARED = {
    "client": ("client_id",), "with": ("contact_id",), "deal": ("deal_id",), "due": ("due_on", "due_time"),
    "time": ("due_time",), "every": ("repeat_rule", "anchor_on"), "note": ("note",), "done": ("done_at",),
}  # fmt: skip


def _open_task(c: Context, given: str) -> Ref:
    """As `refs.resolve`, but open tasks go before those that are done: a recurring one leaves many."""
    noun = registry.noun("task")
    found = refs.candidates(c.book, noun, given)
    ids = store.still_open(c.book, found)
    if not ids or len(found) == 1:
        return refs.resolve(c, "task", given)
    if len(ids) > 1:
        lines = refs.describe(c.book, noun, ids[: refs.MOST])
        ids = [ids[c.choose(f"{given!r} matches {len(ids)} open tasks; name one by its number:", lines)]]
    return refs.ref(c.book, noun, ids[0])


def _bound(c: Context, given: str) -> str:
    """The last due day asked for, as ISO text."""
    word = given.strip().casefold()
    if word == "overdue":
        return (c.today - datetime.timedelta(days=1)).isoformat()
    day: datetime.date = future_day.parse(c, "eow" if word == "week" else given)
    return day.isoformat()


open_task = Kind(_open_task, "TASK", ref("task").complete)
bound = Kind(_bound, "overdue|today|week|DATE", lambda c, given: ["overdue", "today", "week"])
counted = choice("due", "done")


@verb(writes=True, extra=[Edit("note")])
def add(
    c: Context,
    title: str = words(title, "what is to be done; - reads it from stdin"),
    client: Ref | None = opt(ref("client"), "for which client"),
    with_: Ref | None = opt(own("contact"), "with whom"),
    deal: Ref | None = opt(own("deal"), "for which deal"),
    due: When | None = opt(future_when, "by when, e.g. fri, +2w, 'tomorrow 15:00'"),
    every: str | None = opt(repeat, "again and again: 2w, 1m, mon,thu, 'monthly on 15'"),
    from_: str | None = opt(counted, "count the next from the day it was due (default) or done"),
    note: str | None = opt(text, "a note; - reads it from stdin"),
) -> Saved:
    """Add a task.

    $ kam task add send the price list --client acme --due fri
    $ kam task add "write the newsletter" --every "monthly on 1" --due "eom 16:00"
    """
    if from_ and not every:
        raise BadValue("--from says how a recurring task comes back: add --every, e.g. --every 2w")
    row = together(c, client, with_, deal)
    if due is None and every:
        due = _begin(c, every)
    row |= {"title": title, "note": note, **due_fields(due)}
    row |= {"repeat_rule": every, "repeat_from": from_ or "due"}
    return saved(c, store.add(c.book, row), "added")


def together(c: Context, client: Ref | None, contact: Ref | None, deal: Ref | None) -> dict[str, Any]:
    """The references as columns; the client follows from the others. Raises KamError where they disagree."""
    client_id = next((one.client_id for one in (client, contact, deal) if one and one.client_id), None)
    for noun, one in (("contact", contact), ("deal", deal)):
        if one:
            check_own(c, noun, one, client_id)
    return {
        "client_id": client_id,
        "contact_id": contact.id if contact else None,
        "deal_id": deal.id if deal else None,
    }


def _begin(c: Context, rule: str) -> When:
    """When a series begins for which no due date was said."""
    from kam_cli.domains.tasks.rules import first_due

    return first_due(rule, c.today), None


def saved(c: Context, task_id: int, done: str) -> Saved:
    row = store.LISTING.one(c, task_id)
    names = (f"task #{task_id} {row['title']}", row["client"], row["contact"], row["deal"])
    return Saved(f"{' · '.join(filter(None, (*names, echo_due(row), echo_rule(row))))} – {done}", row)


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: listing.Page,
    client: Ref | None = opt(ref("client"), "for this client"),
    with_: Ref | None = opt(own("contact"), "with this person"),
    deal: Ref | None = opt(own("deal"), "for this deal"),
    due: str | None = opt(bound, "due by then: overdue, today, week, or a date"),
    done: bool = flag("those that are done, the latest first"),
    all_: bool = flag("open ones and done ones"),
) -> Rows:
    """List tasks that are open.

    $ kam task list --due week
    $ kam task list --done --client acme --json
    """
    filters: list[tuple[str, list[Any]]] = []
    if not all_:
        filters.append(("t.done_at IS NOT NULL" if done else "t.done_at IS NULL", []))
    for column, one in (("client_id", client), ("contact_id", with_), ("deal_id", deal)):
        if one:
            filters.append((f"t.{column} = ?", [one.id]))
    if due:
        filters.append(("t.due_on <= ?", [due]))
    if done and not page.sort:
        page.sort = ["-done_at", "-id"]
    rows = store.LISTING.fetch(c, page, filters)
    # A column of nothing but dashes says nothing.
    rows.show = [name for name in rows.show if any(row[name] is not None for row in rows.rows)]
    return rows


@verb()
def show(c: Context, task: Ref = arg(open_task, "which task")) -> Page:
    """Show a task.

    $ kam task show 33
    """
    row = store.LISTING.one(c, task.id)
    rhythm = f"{echo_rule(row)}, counted from the day it was {row['repeat_from']}"
    pairs = [
        ("due", echo_due(row).removeprefix("due ")),
        ("done", row["done_at"] and echo_moment(c, row["done_at"])),
        ("again", row["repeat_rule"] and rhythm),
        ("client", row["client"] and f"{row['client']} (#{row['client_id']})"),
        ("with", row["contact"] and f"{row['contact']} (#{row['contact_id']})"),
        ("deal", row["deal"] and f"{row['deal']} (#{row['deal_id']})"),
        ("from", row["interaction_id"] and f"kam log show {row['interaction_id']}"),
        ("note", row["note"]),
    ]
    return Page(row, [Block(f"#{task.id} {row['title']}", pairs=pairs)])


@verb(writes=True, extra=[Edit("note", lambda c, given: store.get(c.book, given["task"].id)["note"])])
def edit(
    c: Context,
    task: Ref = arg(open_task, "which task"),
    title: str | None = opt(title, "what is to be done"),
    client: Ref | None = opt(ref("client"), "for which client"),
    with_: str | None = opt(line, "with whom"),
    deal: str | None = opt(line, "for which deal"),
    due: When | None = opt(future_when, "by when; the time stays unless one is given"),
    every: str | None = opt(repeat, "again and again: 2w, 1m, mon,thu, 'monthly on 15'"),
    from_: str | None = opt(counted, "count the next from the day it was due or done"),
    note: str | None = opt(text, "a note; - reads it from stdin"),
    clear: list[str] = opt(choice(*CLEARED), f"empty this: {', '.join(CLEARED)}", many=True),
) -> Saved:
    """Change a task; a new due date begins its series anew.

    $ kam task edit 33 --due "fri 10:00" --title "send the new price list"
    """
    old = store.get(c.book, task.id)
    given = {"title": title, "repeat_rule": every, "repeat_from": from_, "note": note}
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if due:
        fields |= {name: value for name, value in due_fields(due).items() if value}
    fields |= dict.fromkeys((column for name in clear for column in CLEARED[name]), None)
    fields |= _belongings(c, {**old, **fields}, client, with_, deal)
    new = {**old, **fields}
    if every and not new["due_on"] and "due" not in clear:
        fields["due_on"] = new["due_on"] = _begin(c, every)[0].isoformat()
    if from_ and not new["repeat_rule"]:
        raise BadValue("--from says how a recurring task comes back: add --every, e.g. --every 2w")
    if new["repeat_rule"] and not new["due_on"]:
        raise BadValue("a recurring task needs a due date; to end the series: --clear every")
    if new["repeat_rule"] and (due or every):
        fields["anchor_on"] = new["due_on"]
    changed = store.edit(c.book, task.id, fields)
    return saved(c, task.id, "changed" if changed else "nothing differs")


def _belongings(
    c: Context, row: dict[str, Any], client: Ref | None, contact: str | None, deal: str | None
) -> dict[str, Any]:
    """The references of a task as they will be. Raises KamError where they disagree."""
    client_id = client.id if client else row["client_id"]

    def one(noun: str, given: str | None) -> Ref | None:
        if given:
            return resolve_own(c, noun, given, client_id)
        kept = row[f"{noun}_id"]
        return refs.ref(c.book, registry.noun(noun), kept) if kept else None

    kept = client or (refs.ref(c.book, registry.noun("client"), client_id) if client_id else None)
    return together(c, kept, one("contact", contact), one("deal", deal))


@verb(writes=True)
def done(c: Context, tasks: list[Ref] = arg(open_task, "which tasks", many=True)) -> Saved | Page | None:
    """Tick tasks off; a recurring one comes back.

    $ kam task done 33
    $ kam task done 33 34 "write the newsletter"
    """
    results = [_complete(c, task_id) for task_id in dict.fromkeys(task.id for task in tasks)]
    if len(results) == 1:
        return results[0]
    if c.flags.get("quiet") and c.format == "table":
        return None
    return Page([one.row for one in results], [Block("", lines=[one.line for one in results])])


def _complete(c: Context, task_id: int) -> Saved:
    task = store.get(c.book, task_id)
    _refuse_done(c, task)
    next_id, again = store.tick(c.book, task_id, c.now, c.today)
    row = {**store.LISTING.one(c, task_id), "next_id": next_id, "next_due_on": again}
    echo = f"; again #{next_id}, {echo_due({**task, 'due_on': again})}" if again else ""
    client = f" · {row['client']}" if row["client"] else ""
    return Saved(f"task #{task_id} {row['title']}{client} – done{echo}", row)


def _refuse_done(c: Context, task: dict[str, Any]) -> None:
    if task["done_at"]:
        raise KamError(
            f"task #{task['id']} {task['title']!r} was done on {echo_moment(c, task['done_at'])}. "
            f"To open it again: kam task edit {task['id']} --clear done"
        )


@verb(writes=True)
def snooze(
    c: Context,
    task: Ref = arg(open_task, "which task"),
    when: When | None = words(future_when, "until when; tomorrow. The time stays", optional=True),
) -> Saved:
    """Put a task off; a recurring one keeps its rhythm.

    $ kam task snooze 33
    $ kam task snooze 33 next mon 9:00
    """
    old = store.get(c.book, task.id)
    _refuse_done(c, old)
    fields = due_fields(when or (c.today + datetime.timedelta(days=1), None))
    store.edit(c.book, task.id, {**fields, "due_time": fields["due_time"] or old["due_time"]})
    return saved(c, task.id, "put off")


@verb(writes=True)
def remove(c: Context, task: Ref = arg(open_task, "which task")) -> Saved:
    """Remove a task that is not to be done; a recurring one does not come back.

    $ kam task remove 33
    """
    gone = saved(c, task.id, "removed")
    c.book.remove("tasks", task.id)
    return gone
