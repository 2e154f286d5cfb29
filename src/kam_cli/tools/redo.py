"""`kam redo`: take back the last undo."""

from __future__ import annotations

from kam_cli import journal
from kam_cli.command import verb
from kam_cli.errors import KamError
from kam_cli.output import Saved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context


@verb(writes=True)
def redo(c: Context) -> Saved:
    """Do again what the last undo took back, as long as nothing else was changed since.

    $ kam redo
    """
    row = journal.redoable(c.book)
    if row is None:
        raise KamError("there is nothing to redo: no undo is the last change of the book.")
    changed = journal.revert(c.book, row["id"], "redo", journal.command_line(c.argv))
    return Saved(f"done again: {row['line']} ({changed} rows)", {"redone": row["line"], "rows": changed})
