"""`kam undo`: take back the last command, or the last few."""

from __future__ import annotations

from kam_cli import journal, reverting
from kam_cli.command import verb
from kam_cli.errors import KamError
from kam_cli.kinds import integer
from kam_cli.output import Saved
from kam_cli.params import arg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

LISTED = 10  # commands
LONGEST = 200  # characters of a command line


@verb()
def undo(
    c: Context, count: int | None = arg(integer(1, 1000), "how many commands; 1", optional=True)
) -> Saved:
    """Take back the last command, whatever it changed; shows what and asks first.

    $ kam undo
    $ kam undo 3 --yes
    """
    from kam_cli import changes

    todo = reverting.undoable(c.book, count or 1)
    if not todo:
        raise KamError("there is nothing to undo.")
    for line in reverting.final_since(c.book, todo[-1]["id"]):
        c.note(f"kam: cannot be undone, and stays: {shortened(line)}")
    ids = [row["id"] for row in todo]
    lines = changes.ahead(c, ids)
    many = f"these {len(todo)} commands" if len(todo) > 1 else "this"
    c.confirm(f"Undo {many}?", [*listed(c, todo), *lines])
    with c.write(reverting.count_rows(c.book, ids)):
        # Somebody else may have written while the question stood.
        if [row["id"] for row in reverting.undoable(c.book, len(todo))] != ids:
            raise KamError("the book was changed meanwhile; nothing was undone. Try again")
        changed = sum(reverting.revert(c.book, one, "undo", journal.command_line(c.argv)) for one in ids)
    back = "kam redo brings it back" if len(todo) == 1 else f"kam redo {len(todo)} brings them back"
    line = f"undone: {said(todo)} ({rows(changed)}; {back})"
    return Saved(
        line, {"undone": [row["line"] for row in todo], "rows": changed, "changes": lines}, told(c, lines)
    )


def listed(c: Context, commands: list[Row]) -> list[str]:
    """The commands, newest first, in the owner's time."""
    from kam_cli.cells import local_minute

    lines = [f"{local_minute(c, row['at'])}  {shortened(row['line'])}" for row in commands[:LISTED]]
    return lines + ([f"… and {len(commands) - LISTED} before"] if len(commands) > LISTED else [])


def said(commands: list[Row]) -> str:
    return shortened(commands[0]["line"]) if len(commands) == 1 else f"{len(commands)} commands"


def rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def told(c: Context, lines: list[str]) -> list[str]:
    """What was changed, for those who were not asked."""
    return [f"  {line}" for line in lines] if c.flags.get("yes") or not c.interactive else []


def shortened(line: str) -> str:
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
