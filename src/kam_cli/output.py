"""The only place that prints: what a command returns becomes a table, JSON, CSV, TSV or Markdown."""

from __future__ import annotations

import sys

from kam_cli.errors import KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


class Rows:
    """A list. JSON and CSV give every column; a table shows ``show`` (all where empty), ``wide`` ones if there is room.

    ``totals`` are rows set apart below the table only; ``title`` and ``empty`` (said where there is no row) too,
    and ``bar``, the column of which a bar is drawn.
    """

    __slots__ = ("bar", "empty", "rows", "show", "title", "totals", "wide")

    def __init__(
        self,
        rows: list[Row],
        *,
        show: Sequence[str] = (),
        wide: Sequence[str] = (),
        title: str = "",
        totals: list[Row] | None = None,
        bar: str = "",
        empty: str = "nothing yet",
    ) -> None:
        self.rows = rows
        self.show = show
        self.wide = wide
        self.title = title
        self.totals = totals or []
        self.bar = bar
        self.empty = empty


class Saved:
    """A change, made and committed: ``line`` says it to a person; ``row`` is the record for machines.

    ``hints`` are further remarks, on stderr.
    """

    __slots__ = ("hints", "line", "row")

    def __init__(self, line: str, row: Row, hints: Sequence[str] = ()) -> None:
        self.line = line
        self.row = row
        self.hints = hints


class Block:
    """A part of a page: a heading with pairs, a table or lines; left out where it holds nothing.

    ``folded`` says how many lines were left out and how to see them.
    """

    __slots__ = ("folded", "lines", "pairs", "rows", "show", "style", "title")

    def __init__(
        self,
        title: str,
        *,
        pairs: Sequence[tuple[str, Any]] = (),
        rows: list[Row] | None = None,
        show: Sequence[str] = (),
        lines: Sequence[str] = (),
        folded: str = "",
        style: str = "",
    ) -> None:
        self.title = title
        self.pairs = [(name, value) for name, value in pairs if value not in (None, "", [])]
        self.rows = rows or []
        self.show = show
        self.lines = lines
        self.folded = folded
        self.style = style


class Page:
    """A page for a person, made of blocks; machines get ``data`` (a record, or a list of records)."""

    __slots__ = ("blocks", "data", "empty")

    def __init__(self, data: Row | list[Row], blocks: list[Block], empty: str = "") -> None:
        self.data = data
        self.blocks = [b for b in blocks if b.pairs or b.rows or b.lines]
        self.empty = empty


class Group:
    """Rows under a heading; ``beside`` it stands a remark: how many more there are, how to see them."""

    __slots__ = ("beside", "rows", "style", "title")

    def __init__(self, title: str, rows: list[Row], *, beside: str = "", style: str = "") -> None:
        self.title = title
        self.rows = rows
        self.beside = beside
        self.style = style


class Groups:
    """A dense page for a person: a line on top, then groups whose rows share the columns ``show``.

    The last column is never cut. Words that begin with one of the search keys ``marked`` are marked there.
    Machines get ``data``, the list of all.
    """

    __slots__ = ("data", "groups", "marked", "show", "title")

    def __init__(
        self,
        data: list[Row],
        title: str,
        groups: Sequence[Group] = (),
        *,
        show: Sequence[str] = (),
        marked: Sequence[str] = (),
    ) -> None:
        self.data = data
        self.title = title
        self.groups = [group for group in groups if group.rows or group.beside]
        self.show = show
        self.marked = marked


class Stream:
    """What is too large to be held: its parts, text or bytes, made while they are printed; the book stays open."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[str | bytes]) -> None:
        self.parts = parts


class Failed:
    """Shown like ``shown``, but the command ends with ``code`` and one line on stderr."""

    __slots__ = ("error", "shown")

    def __init__(self, shown: Any, error: KamError) -> None:
        self.shown = shown
        self.error = error


def render(c: Context, shown: Any) -> int:
    """Print what a command returned in the format asked for; gives the exit code."""
    code = 0
    if isinstance(shown, Failed):
        from kam_cli.failures import failed

        code = failed(shown.error, bool(c.flags.get("debug")))
        shown = shown.shown
    if shown is None or (isinstance(shown, Saved) and c.flags.get("quiet") and c.format == "table"):
        return code
    if isinstance(shown, Saved) and c.format == "table":
        for hint in shown.hints:
            c.note(hint)
    try:
        _print(c, shown)
        sys.stdout.flush()
    except BrokenPipeError:
        drop_stdout()
    return code


def _print(c: Context, shown: Any) -> None:
    from kam_cli import encode

    out = sys.stdout
    if isinstance(shown, Stream):
        for part in shown.parts:
            if isinstance(part, str):
                out.write(_for(c, part))
            else:
                out.buffer.write(part)
    elif isinstance(shown, str):
        shown = _for(c, shown)
        out.write(shown if shown.endswith("\n") else shown + "\n")
    elif c.format == "json":
        text = encode.long_list(shown.rows) if isinstance(shown, Rows) else None
        out.write((text or encode.json_text(data_of(shown))) + "\n")
    elif c.format == "jsonl":
        data = data_of(shown)
        out.writelines(encode.json_line(row) + "\n" for row in (data if isinstance(data, list) else [data]))
    elif c.format in ("csv", "tsv"):
        encode.write_csv(
            data_of(shown), out, "\t" if c.format == "tsv" else ",", c.terminal, columns_of(shown)
        )
    elif isinstance(shown, Saved):
        from kam_cli.text import safe

        out.write(safe(shown.line) + "\n")
    elif c.format == "md":
        encode.write_markdown(data_of(shown), out, columns_of(shown))
    else:
        from kam_cli import screen

        screen.draw(c, shown)


def _for(c: Context, text: str) -> str:
    """A text of many lines as it goes to stdout: exact, but safe on a terminal."""
    if not c.terminal:
        return text
    from kam_cli.text import safe

    return safe(text, newlines=True)


def data_of(shown: Any) -> Any:
    """The public form of what a command returned: rows or a record, money in major units."""
    from kam_cli.encode import public

    if isinstance(shown, Rows):
        return [public(row) for row in shown.rows]
    if isinstance(shown, Saved):
        return public(shown.row)
    data = shown.data if isinstance(shown, (Page, Groups)) else shown
    return [public(row) for row in data] if isinstance(data, list) else public(data)


def columns_of(shown: Any) -> list[str]:
    """Column names for a list that may have no rows."""
    from kam_cli.encode import shown_name

    return [shown_name(name) for name in shown.show] if isinstance(shown, Rows) else []


def heading(c: Context, line: str, why: str) -> None:
    """A command line about to be shown at work, and a line on it."""
    bold, dim, plain = (
        ("\x1b[1m", "\x1b[2m", "\x1b[0m") if c.terminal and not c.flags.get("no_color") else ("", "", "")
    )
    sys.stdout.write(f"\n{dim}# {why}{plain}\n{bold}$ {line}{plain}\n")
    sys.stdout.flush()


def say(message: str) -> None:
    """One remark on stderr, made safe; nothing where stderr is gone."""
    from kam_cli.text import is_rtl, safe

    line = safe(message)
    try:
        if is_rtl(next(filter(str.isalpha, line), "")) and sys.stderr.isatty():
            # The first letter would turn a terminal's line around, and "1) #5" with it.
            line = f"\u200e{line}"
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass


def progress(message: str) -> None:
    """A line on a terminal's stderr over the one before it; an empty one takes it away. Nothing elsewhere."""
    if sys.stderr and sys.stderr.isatty():
        from kam_cli.text import safe

        sys.stderr.write("\r\x1b[K" + safe(message))
        sys.stderr.flush()


def ask(question: str, details: Sequence[str] | None = None) -> str:
    """A line from the person, asked on stderr; an end of input is an empty answer."""
    from kam_cli.text import safe

    for line in details or ():
        say("  " + line)
    sys.stderr.write(safe(question))
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        say("")
    return answer.strip()


def drop_stdout() -> None:
    """After a broken pipe or a full disk: let nothing be flushed at exit, which would complain again."""
    import os

    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it stays to the end
