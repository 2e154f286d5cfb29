"""Edits made on a telephone, put into the book; what the book has changed itself meanwhile is kept as a note instead."""

from __future__ import annotations

import datetime

from kam_cli.domains.clients import details
from kam_cli.domains.clients import store as clients
from kam_cli.domains.contacts import store as contacts
from kam_cli.domains.interactions import store as interactions
from kam_cli.domains.tasks import store as tasks
from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.sync.items import Item

    Row = dict[str, Any]


def take(c: Context, item: Item, changes: Row) -> None:
    """Change a record as its file says, inside a write. Raises BadValue for what the book cannot hold."""
    if item.noun in ("contact", "client"):
        _take_card(c, item, changes)
    elif item.noun == "task":
        _take_task(c, item.row_id, changes)
    else:
        _take_appointment(c, item.row_id, changes)


def _take_card(c: Context, item: Item, changes: Row) -> None:
    owner, store = f"{item.noun}_id", contacts if item.noun == "contact" else clients
    fields = {name: value for name, value in changes.items() if name not in ("add", "drop")}
    if "name" in fields:
        from kam_cli.domains.clients.rules import check_name

        fields["name"] = check_name(fields["name"])
    if item.noun == "client":
        fields = {name: fields[name] for name in ("name", "birthday", "note") if name in fields}
    if fields:
        store.edit(c.book, item.row_id, fields)
    checked = [details.check(c, kind, label or None, value) for kind, label, value in changes.get("add", ())]
    details.drop(
        c.book, owner, item.row_id, [f"{kind}={value}" for kind, _, value in changes.get("drop", ())]
    )
    details.add(c.book, owner, item.row_id, checked)


def _take_task(c: Context, task_id: int, changes: Row) -> None:
    fields: Row = {"note": changes["text"]} if "text" in changes else {}
    if "start" in changes:
        fields["due_on"], fields["due_time"] = _local(c, changes["start"])
    if fields:
        tasks.edit(c.book, task_id, fields)
    if changes.get("done") or changes.get("cancelled"):
        tasks.tick(c.book, task_id, c.now, c.today)


def _take_appointment(c: Context, interaction_id: int, changes: Row) -> None:
    from kam_cli.values.clock import to_utc

    fields: Row = {name: changes[name] for name in ("minutes", "text") if name in changes}
    if "start" in changes:
        day, at = _local(c, changes["start"])
        time = datetime.time.fromisoformat(at) if at else None
        fields["occurred_at"] = to_utc(datetime.date.fromisoformat(day), time, c.tz)
        fields["is_timed"] = int(at is not None)
    if changes.get("cancelled"):
        fields["outcome"] = "cancelled"
    if fields:
        interactions.edit(c.book, interaction_id, fields)


def _local(c: Context, start: Any) -> tuple[str, str | None]:
    """The owner's day and time of a start; a time that floats is his."""
    from kam_cli.values.clock import to_local, utc_text

    if not isinstance(start, datetime.datetime):
        return start.isoformat(), None
    local = to_local(utc_text(start), c.tz) if start.tzinfo else start
    if not 1900 <= local.year <= 2200:
        raise BadValue(f"{local:%Y-%m-%d} is no day that can be meant")
    return local.date().isoformat(), f"{local:%H:%M}"


# --- what was not taken -------------------------------------------------------------------------------------

_NOTES = {"contact": "contacts", "client": "clients", "task": "tasks", "log": "interactions"}


def note(c: Context, item: Item, changes: Row) -> str:
    """Keep what a telephone said as a note on the record, inside a write; gives the line."""
    table = _NOTES[item.noun]
    column = "text" if table == "interactions" else "note"
    line = f"On the telephone, {c.today.isoformat()}: {said(changes)}"
    old = c.book.value(f"SELECT {column} FROM {table} WHERE id = ?", (item.row_id,))
    if line not in (old or "").splitlines():
        c.book.update(table, item.row_id, {column: f"{old}\n{line}" if old else line})
    return line


def said(changes: Row) -> str:
    """Changes in words: ``title: Buyer; + phone +48 600 100 200; start: 2026-03-20 15:00``."""
    parts = []
    for name, value in changes.items():
        if name in ("add", "drop"):
            sign = "+" if name == "add" else "–"
            parts += [f"{sign} {kind} {text}" for kind, _, text in value]
        elif value is True:
            parts.append(name)
        elif isinstance(value, datetime.datetime):
            parts.append(f"{name}: {value:%Y-%m-%d %H:%M}")
        else:
            parts.append(f"{name.replace('_', ' ')}: {' '.join(str(value).split())}")
    return "; ".join(parts)
