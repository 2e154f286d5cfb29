"""`kam undo`: take back the last command, or the last few."""

from __future__ import annotations

from kam_cli import journal
from kam_cli.command import verb
from kam_cli.errors import KamError
from kam_cli.kinds import integer
from kam_cli.output import Saved
from kam_cli.params import arg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context


@verb()
def undo(
    c: Context, count: int | None = arg(integer(1, 1000), "how many commands; 1", optional=True)
) -> Saved:
    """Take back the last command, whatever it changed; shows what and asks first.

    $ kam undo
    $ kam undo 3 --yes
    """
    todo = journal.undoable(c.book, count or 1)
    if not todo:
        raise KamError("there is nothing to undo.")
    lines = [f"{row['at']}  {row['line']}" for row in todo]
    for line in journal.final_since(c.book, todo[-1]["id"]):
        c.note(f"kam: cannot be undone, and stays: {line}")
    c.confirm("Undo this?" if len(todo) == 1 else f"Undo these {len(todo)} commands?", lines)
    changed = 0
    with c.write():
        # Somebody else may have written while the question stood.
        if [row["id"] for row in journal.undoable(c.book, len(todo))] != [row["id"] for row in todo]:
            raise KamError("the book was changed meanwhile; nothing was undone. Try again")
        for row in todo:
            changed += journal.revert(c.book, row["id"], "undo", journal.command_line(c.argv))
    what = todo[0]["line"] if len(todo) == 1 else f"{len(todo)} commands"
    return Saved(
        f"undone: {what} ({changed} rows; kam redo brings it back)",
        {"undone": [row["line"] for row in todo], "rows": changed},
    )
