"""`kam remind`: what is due now, once on each channel; made for cron."""

from __future__ import annotations

import datetime

from kam_cli.command import verb
from kam_cli.domains.reminders import notify as channels
from kam_cli.domains.reminders import store
from kam_cli.errors import BadValue
from kam_cli.kinds import choice
from kam_cli.output import Groups, render
from kam_cli.params import Kind, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

MAIL_LINES = 500  # of one mail; what does not fit is counted at its end
TEXT_CHARS = 200  # of what is to be done, on its line


def _address(c: Context, text: str) -> str:
    channels.check_address(text, "--to")
    return text


channel = choice(*channels.CHANNELS)
address = Kind(_address, "ADDRESS")


@verb()
def remind(
    c: Context,
    notify: str | None = opt(channel, "where to: stdout (default), desktop or mail"),
    to: str | None = opt(address, "mail it to this address; else to mail.to (config)"),
    again: bool = flag("also what was told before on this channel"),
) -> Groups | None:
    """Tell what is due now, each item once a channel; silent when there is nothing to tell.

    Due now are: overdue tasks, tasks of today (timed ones from their time on), appointments within the hour
    and past ones without an outcome, clients not spoken to for longer than agreed, critics without a call
    back, and birthdays and dates of today. On a terminal, stdout shows them all every time.

    $ kam remind
    $ kam remind --notify mail --to ewa@example.com
    """
    where = notify or "stdout"
    if to and where != "mail":
        raise BadValue("--to is an address for mail: add --notify mail")
    shows = where == "stdout" and c.terminal
    items = store.due(c, None if again or shows else where)
    found = Groups([{name: value for name, value in item.items() if name != "key"} for item in items], "")
    if where == "stdout":
        render(c, found if c.format != "table" else text_of(c, items))
    elif items:
        channels.deliver(where, subject(items), body(c, items), c.config, to)
    if items and not shows:
        # Only now: whatever fails before this is told again, and nothing is lost.
        with c.write():
            store.record(c.book, where, [item["key"] for item in items])
    if where == "stdout":
        return None
    if c.interactive:
        c.note(f"told by {where}: {len(items)}" if items else f"nothing new to tell by {where}")
    return None if c.format == "table" else found


def text_of(c: Context, items: list[Row]) -> str | None:
    """The items, one a line; nothing to tell is no line."""
    from kam_cli.text import safe

    return "\n".join(safe(say(c, item)) for item in items) or None


def subject(items: list[Row]) -> str:
    """``kam: 3 things are due``, or the one thing."""
    if len(items) > 1:
        return f"kam: {len(items)} things are due"
    client = items[0]["client"]
    return f"kam: {items[0]['text']}{f' – {client}' if client else ''}"


def body(c: Context, items: list[Row]) -> list[str]:
    lines = [say(c, item) for item in items[:MAIL_LINES]]
    if len(items) > MAIL_LINES:
        lines.append(f"… and {len(items) - MAIL_LINES} more: kam today --all")
    return lines


def say(c: Context, item: Row) -> str:
    """One line: ``overdue since Mon 16 Mar: send the price list – Acme → kam task done 33``."""
    client = f" – {item['client']}" if item["client"] else ""
    text = item["text"] if len(item["text"]) <= TEXT_CHARS else item["text"][: TEXT_CHARS - 1] + "…"
    return f"{since(c, item)}: {text}{client} → {item['command']}"


def since(c: Context, item: Row) -> str:
    """When it is or was due, in words; of a day that cannot be read what stands there."""
    try:
        day = datetime.date.fromisoformat(item["due_on"])
    except (ValueError, TypeError):
        return f"due {item['due_on']}"
    if day == c.today:
        return f"today {item['due_time']}" if item["due_time"] else "today"
    year = f" {day.year}" if day.year != c.today.year else ""
    said = f"{day:%a} {day.day} {day:%b}{year}"
    if day > c.today:
        return f"by {said}"
    return f"{'due' if item['section'] == 'cadence' else 'overdue'} since {said}"
