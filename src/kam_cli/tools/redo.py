"""`kam redo`: take back the last undo."""

from __future__ import annotations

from kam_cli import journal, reverting
from kam_cli.command import verb
from kam_cli.errors import KamError
from kam_cli.kinds import integer
from kam_cli.output import Saved
from kam_cli.params import arg
from kam_cli.tools.undo import rows, said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context


@verb()
def redo(c: Context, count: int | None = arg(integer(1, 1000), "how many; 1", optional=True)) -> Saved:
    """Do again what the last undo took back, as long as nothing else was changed since.

    $ kam redo
    $ kam redo 3
    """
    from kam_cli import changes

    todo = reverting.redoable(c.book, count or 1)
    if not todo:
        raise KamError("there is nothing to redo: no undo is the last change of the book.")
    ids = [row["id"] for row in todo]
    lines = changes.ahead(c, ids)
    with c.write(reverting.count_rows(c.book, ids)):
        if [row["id"] for row in reverting.redoable(c.book, len(ids))] != ids:
            raise KamError("the book was changed meanwhile; nothing was done again. Try again")
        changed = sum(reverting.revert(c.book, one, "redo", journal.command_line(c.argv)) for one in ids)
    row = {"redone": [one["line"] for one in todo], "rows": changed, "changes": lines}
    return Saved(f"done again: {said(todo)} ({rows(changed)})", row, [f"  {line}" for line in lines])
