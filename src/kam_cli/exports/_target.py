"""Where an export goes: to stdout, or into a private file that is there whole or not at all."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.output import Saved, Stream
from kam_cli.params import Kind, Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, BinaryIO

    from kam_cli.command import Context


def _path(c: Context, text: str) -> str:
    import os

    if not text or "\0" in text:
        raise BadValue("it is no name of a file")
    return os.path.expanduser(text)


path = Kind(_path, "FILE")
TARGET = [
    Param(path, "write it to this file; - is stdout", ("--to",)).named("to"),
    Param(None, "replace a file that is there", ("--force",), is_flag=True).named("force"),
]


def deliver(
    c: Context,
    parts: Iterable[str | bytes],
    target: dict[str, Any],
    told: Callable[[], tuple[str, dict[str, Any]]],
) -> Stream | Saved:
    """Print the parts as they are made, or write them where ``--to`` says (``target`` has the values of `TARGET`).

    ``told`` is asked when all are written: what it was in a few words ("42 clients"), and the same for programs.
    Raises KamError where the file is there already or cannot be written.
    """
    to = target["to"]
    if to in (None, "-"):
        return Stream(parts)
    import time

    from kam_cli.files import make_new
    from kam_cli.output import progress

    size, started = 0, time.monotonic()

    def fill(file: BinaryIO) -> None:
        nonlocal size
        for part in parts:
            size += file.write(part.encode() if isinstance(part, str) else part)
            if time.monotonic() - started > 1 and not c.flags.get("quiet"):
                progress(f"{size:,} bytes …")

    try:
        make_new(to, fill, target["force"])
    finally:
        progress("")
    what, row = told()
    return Saved(
        f"wrote {what} to {to} ({size:,} bytes, readable by you alone)", {**row, "path": to, "bytes": size}
    )
