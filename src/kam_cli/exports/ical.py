"""`kam export ical`: appointments and what is to be done, for a calendar."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.exports._target import TARGET, deliver
from kam_cli.kinds import past_day
from kam_cli.params import flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.command import Context


@verb(extra=TARGET)
def ical(
    c: Context,
    since: Any = opt(past_day, "appointments from this day on; today"),
    todos: bool = flag("what is to be done as to-dos, not as events"),
    **target: Any,
) -> Any:
    """Give what is planned as a calendar (iCalendar).

    Appointments, and tasks with a day, each with an alarm.

    Importing it elsewhere again changes what was changed here: each keeps its identity.

    $ kam export ical --to kam.ics
    $ kam export ical --todos --to todos.ics
    """
    from kam_cli import calendars
    from kam_cli.formats.ical_items import calendar

    rows = calendars.items(c, (since or c.today).isoformat())
    whole = calendar(rows, todos=todos)

    def parts() -> Iterator[bytes]:
        yield whole.to_ical()

    return deliver(c, parts(), target, lambda: (f"{len(rows)} items", {"items": len(rows)}))
