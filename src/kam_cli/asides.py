"""A part of a page for the person who is asked: as plain lines, which stderr gets before the question."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context
    from kam_cli.output import Block


def lines_of(c: Context, block: Block) -> list[str]:
    """A part of a page as plain lines, to be shown by `ask`."""
    from io import StringIO

    from rich.console import Console

    from kam_cli.screen import draw_block, make_console

    # What is asked stands behind two blanks.
    console = Console(file=StringIO(), width=make_console(c).width - 2, color_system=None, highlight=False)
    with console.capture() as captured:
        draw_block(c, console, block, first=True)
    return [line.rstrip() for line in captured.get().splitlines()]
