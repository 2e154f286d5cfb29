"""Files made for the owner: private, whole or not there at all, never over another one by mistake."""

from __future__ import annotations

import os

from kam_cli.atomic import place
from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO


def write_new(path: str, data: bytes, force: bool = False) -> None:
    """Make a 0600 file that holds ``data``; as `make_new`."""
    make_new(path, lambda file: file.write(data), force)


def make_new(path: str, fill: Callable[[BinaryIO], object], force: bool = False) -> None:
    """Make a 0600 file of what ``fill`` writes, as `kam_cli.atomic.place` does."""

    def write(part: str) -> None:
        with open(part, "r+b") as file:
            fill(file)

    place(path, write, force=force)


def inside(folder: str, name: str) -> str:
    """The path of a file in a folder, for a name made from data. Raises BadValue for one that leads elsewhere."""
    if not name or name != os.path.basename(name) or name in (".", "..") or "\0" in name:
        raise BadValue(f"{name[:60]!r} cannot be the name of a file")
    return os.path.join(folder, name)


def within(top: str, *names: str) -> str:
    """The path of a file below a folder that somebody chose, for names made from data.

    Raises BadValue for a name that leads elsewhere, KamError where a folder on the way is a link.
    """
    path = top
    for name in names[:-1]:
        path = inside(path, name)
        if os.path.islink(path):
            raise KamError(f"{path} is a link, and may lead out of {top}. Put a folder in its place")
    return inside(path, names[-1])
