"""Files made for the owner: private, whole or not there at all, never over another one by mistake."""

from __future__ import annotations

import os

from kam_cli.atomic import sync
from kam_cli.errors import BadValue, KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO


def write_new(path: str, data: bytes, force: bool = False) -> None:
    """Make a 0600 file that holds ``data``; as `make_new`."""
    make_new(path, lambda file: file.write(data), force)


def make_new(path: str, fill: Callable[[BinaryIO], object], force: bool = False) -> None:
    """Make a 0600 file of what ``fill`` writes, durable before this returns.

    What is there already is replaced with ``force`` only, and never followed where it is a link. Raises KamError
    where it is in the way or cannot be written; there is no file then, or the old one.
    """
    folder, name = os.path.split(os.path.abspath(path))
    if os.path.lexists(path):
        if not force:
            raise KamError(f"{path} is there already. Replace it with --force, or name another file")
        if not (os.path.isfile(path) or os.path.islink(path)):
            raise KamError(f"{path} is no file that could be replaced. Name another one")
    part = os.path.join(folder, f".{name[:40]}.{os.urandom(6).hex()}.part")
    try:
        _fill(part, fill)
        try:
            if force:
                os.rename(part, path)
            else:
                _move_beside(part, path)
        finally:
            if os.path.lexists(part):
                os.unlink(part)
        sync(folder)
    except OSError as error:
        raise KamError(
            f"cannot write {path}: {error.strerror}. Check the folder, its owner and mode"
        ) from None


def _fill(part: str, fill: Callable[[BinaryIO], object]) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with open(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        os.unlink(part)
        raise


def _move_beside(part: str, path: str) -> None:
    """Rename, but never over a file that came meanwhile. Raises KamError there."""
    try:
        os.link(part, path, follow_symlinks=False)
    except FileExistsError:
        raise KamError(f"{path} is there already. Replace it with --force, or name another file") from None
    except OSError:
        # A file system without hard links: the look a moment ago has to do.
        os.rename(part, path)


def inside(folder: str, name: str) -> str:
    """The path of a file in a folder, for a name made from data. Raises BadValue for one that leads elsewhere."""
    if not name or name != os.path.basename(name) or name in (".", "..") or "\0" in name:
        raise BadValue(f"{name[:60]!r} cannot be the name of a file")
    return os.path.join(folder, name)
