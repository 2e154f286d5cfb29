"""What a person sees: Rich tables and pages, fitted to a terminal, or as wide as their content in a pipe.

Everything that came from outside reaches Rich as `Text(safe(value))`: never as markup.
"""

from __future__ import annotations

import os
import sys

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kam_cli.cells import are_numbers, build_cells, cell, cut, heading, is_number, isolate
from kam_cli.encode import public, shown_name
from kam_cli.output import Block, Groups, Page, Rows
from kam_cli.text import fold, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

ROOMY = 100  # from this width on a list shows its further columns
NARROWEST = 8  # no text column is squeezed below this
BAR = 20  # cells of the longest bar

STYLES = {
    "promoter": "green", "passive": "yellow", "critic": "red", "won": "green", "lost": "red", "key": "bold",
    "overdue": "red", "no-answer": "yellow", "no-show": "yellow", "left-message": "yellow",
}  # fmt: skip


def draw(c: Context, shown: Any) -> None:
    """Print rows, a page or a record."""
    console = make_console(c)
    if isinstance(shown, Rows):
        draw_rows(c, console, shown)
    elif isinstance(shown, Page):
        draw_page(c, console, shown)
    elif isinstance(shown, Groups):
        draw_groups(c, console, shown)
    else:
        draw_block(
            c, console, Block("", pairs=[(heading(k), v) for k, v in public(shown).items()]), first=True
        )


def make_console(c: Context) -> Console:
    """A console on stdout: coloured on a terminal, plain and without a width in a pipe."""
    plain = bool(c.flags.get("no_color")) or bool(os.environ.get("NO_COLOR"))
    forced = bool(os.environ.get("FORCE_COLOR")) and not plain
    return Console(
        file=sys.stdout,
        force_terminal=True if c.terminal or forced else False,  # noqa: SIM210 - None would ask the environment
        no_color=plain,
        color_system="auto" if (c.terminal or forced) and not plain else None,
        width=None if c.terminal else 100_000,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


# --- lists --------------------------------------------------------------------------------------------------


def draw_rows(c: Context, console: Console, shown: Rows) -> None:
    rows = [public(row) for row in shown.rows]
    if not rows:
        if shown.title:
            console.print(Text(safe(shown.title), style="bold"))
        console.print(Text(safe(shown.empty), style="dim"))
        return
    if shown.title:
        console.print(Text(safe(shown.title), style="bold"), soft_wrap=True)
    names = [shown_name(n) for n in shown.show] or list(rows[0])
    if c.terminal and console.width < ROOMY:
        names = [n for n in names if n not in shown.wide]
    totals = [public(row) for row in shown.totals]
    peak = max((_size(row.get(shown.bar)) for row in rows), default=0) if shown.bar else 0
    table = build_table(c, console, rows, names, totals, (shown.bar, peak))
    if c.terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table, soft_wrap=True, crop=False)
    console.file.writelines(line.rstrip() + "\n" for line in captured.get().splitlines())


def build_table(
    c: Context,
    console: Console,
    rows: list[Row],
    names: Sequence[str],
    totals: list[Row],
    bar: tuple[str, float],
) -> Table:
    """A table whose columns have the width of their content, text columns cut to what the terminal leaves."""
    names = [name for name in names if name in rows[0]]
    body, foot = build_cells(c, rows, names, totals)
    heads = [safe(heading(name)) for name in names]
    widths = [max(cell_len(text) for text in column) for column in zip(heads, *body, *foot, strict=True)]
    numeric = [are_numbers(rows, name) for name in names]
    extra = BAR + 2 if bar[1] else 0
    if c.terminal:
        flexible = [i for i, name in enumerate(names) if not numeric[i] and name != "id"]
        fit(widths, flexible, console.width - extra)
    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style="bold",
        border_style="dim",
    )
    for head, width, right in zip(heads, widths, numeric, strict=True):
        table.add_column(Text(head), justify="right" if right else "left", no_wrap=True, width=width)
    if bar[1]:
        table.add_column("", no_wrap=True, width=BAR, style="cyan")
    for row, cells in zip(rows, body, strict=True):
        drawn = [
            styled(c, name, row, text, width) for name, text, width in zip(names, cells, widths, strict=True)
        ]
        if bar[1]:
            size = _size(row.get(bar[0]))
            drawn.append(Text("█" * round(BAR * size / bar[1]) or ("▏" if size else "")))
        table.add_row(*drawn)
    if foot:
        table.add_section()
    for cells in foot:
        table.add_row(
            *(Text(cut(text, width), style="bold") for text, width in zip(cells, widths, strict=True))
        )
    return table


def fit(widths: list[int], flexible: list[int], room: int) -> None:
    """Narrow the widest flexible columns until the table fits (two cells lie between columns)."""
    over = sum(widths) + 2 * (len(widths) - 1) - room
    while over > 0 and flexible:
        widest = max(flexible, key=lambda i: widths[i])
        if widths[widest] <= NARROWEST:
            return
        widths[widest] -= 1
        over -= 1


def styled(c: Context, name: str, row: Row, text: str, width: int) -> Text:
    style = STYLES.get(text, "")
    value = row.get(name)
    if name.endswith("due_on") and isinstance(value, str) and not row.get("done_at"):
        today = c.today.isoformat()
        style = "red" if value < today else "bold" if value == today else ""
    elif name == "id" or text == "–":
        style = "dim"
    return Text(isolate(c, cut(text, width)), style=style)


def _size(value: Any) -> float:
    return float(value) if value is not None and is_number(value) else 0.0


# --- pages --------------------------------------------------------------------------------------------------


def draw_page(c: Context, console: Console, page: Page) -> None:
    if not page.blocks and page.empty:
        console.print(Text(safe(page.empty)), soft_wrap=not c.terminal)
    for number, block in enumerate(page.blocks):
        draw_block(c, console, block, first=number == 0)


def draw_block(c: Context, console: Console, block: Block, first: bool) -> None:
    if not first:
        console.print()
    if block.title:
        console.print(
            Text(isolate(c, safe(block.title)), style=block.style or "bold"), soft_wrap=not c.terminal
        )
    width = max((cell_len(name) for name, _ in block.pairs), default=0)
    for name, value in block.pairs:
        label = Text("  " + isolate(c, set_cell_size(safe(name), width)) + "  ", style="dim")
        texts = value if isinstance(value, list) else [value]
        for number, one in enumerate(texts):
            text = Text(isolate(c, safe(str(one), newlines=True)))
            hang = label if number == 0 else Text(" " * (width + 4))
            _hanging(console, c, hang, text)
    if block.rows:
        rows = [public(row) for row in block.rows]
        names = [shown_name(name) for name in block.show or rows[0]]
        print_columns(c, console, rows, names, fitted(c, console, rows, names))
    for line in block.lines:
        _hanging(console, c, Text("  "), Text(isolate(c, safe(line))))
    if block.folded:
        console.print(Text("  " + safe(block.folded), style="dim"), soft_wrap=not c.terminal)


def _hanging(console: Console, c: Context, label: Text, text: Text) -> None:
    """A label and a text that wraps beside it, never below it."""
    if not c.terminal:
        console.print(label + text, soft_wrap=True)
        return
    grid = Table.grid(padding=0)
    grid.add_column(width=label.cell_len, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(label, text)
    console.print(grid)


def fitted(c: Context, console: Console, rows: list[Row], names: Sequence[str], kept: str = "") -> list[int]:
    """The widths of columns without a frame; the one ``kept`` is not narrowed."""
    body = [_cells(c, row, names) for row in rows]
    widths = [max(cell_len(text) for text in column) for column in zip(*body, strict=True)]
    if c.terminal:
        flexible = [i for i, name in enumerate(names) if name != kept and not are_numbers(rows, name)]
        fit(widths, flexible, console.width - 2)
    return widths


def _cells(c: Context, row: Row, names: Sequence[str]) -> list[str]:
    return [cell(c, name, row) if row.get(name) is not None else "" for name in names]


def print_columns(
    c: Context,
    console: Console,
    rows: list[Row],
    names: Sequence[str],
    widths: list[int],
    marked: Sequence[str] = (),
) -> None:
    """Rows in columns without a frame, a line each, no blanks at its end; much faster than a Rich table."""
    right = [are_numbers(rows, name) for name in names]
    lines = []
    for row in rows:
        line = Text()
        for number, (name, text) in enumerate(zip(names, _cells(c, row, names), strict=True)):
            shown = mark(styled(c, name, row, text, widths[number]), marked)
            gap = " " * (widths[number] - shown.cell_len)
            before, after = (gap, "") if right[number] else ("", gap)
            line.append("  " + before).append_text(shown).append(after)
        line.rstrip()
        lines.append(line)
    if lines:
        console.print(Text("\n").join(lines), soft_wrap=not c.terminal, no_wrap=True, overflow="crop")


# --- groups -------------------------------------------------------------------------------------------------


def draw_groups(c: Context, console: Console, shown: Groups) -> None:
    """A dense page: no empty lines, the same columns from top to bottom."""
    title = safe(shown.title)
    if shown.groups and c.terminal:
        title = cut(title, console.width)
    console.print(Text(title, style="bold" if shown.groups else ""), soft_wrap=not c.terminal)
    rows = [row for group in shown.groups for row in group.rows]
    names = [name for name in shown.show if any(row.get(name) not in (None, "") for row in rows)]
    widths = fitted(c, console, rows, names, names[-1]) if names else []
    for group in shown.groups:
        line = mark(Text(isolate(c, safe(group.title)), style=group.style or "bold"), shown.marked)
        line.append(f"  {safe(group.beside)}" if group.beside else "", style="not bold dim")
        console.print(line, soft_wrap=not c.terminal, no_wrap=True, overflow="ellipsis")
        print_columns(c, console, group.rows, names, widths, shown.marked)


def mark(text: Text, keys: Sequence[str]) -> Text:
    """Mark the beginnings of words which, as search keys, begin with one of ``keys``."""
    if keys:
        import re

        for word in re.finditer(r"\w+", text.plain):
            for key in keys:
                if fold(word[0]).startswith(key):
                    size = next(n for n in range(1, len(word[0]) + 1) if len(fold(word[0][:n])) >= len(key))
                    text.stylize("black on yellow", word.start(), word.start() + size)
    return text
