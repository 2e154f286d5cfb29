"""Files that appear whole or not at all, and the seal by which a changed bit in one of them is noticed.

The seal is one more line at the end of a file, ``kam-sha256 <digest of all before it>``. SQLite looks no further than
its last page, so a sealed database still opens in every tool.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

from kam_cli.errors import KamError, NoBook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

MARK = b"\nkam-sha256 "
SEAL_BYTES = len(MARK) + 64 + 1
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
LONGEST_NAME = 255  # bytes of a file's name


def place(path: str, fill: Callable[[str], None], *, force: bool = False) -> None:
    """Make a file that ``fill`` writes under a temporary name beside it: 0600, synced, then put in its place.

    What is there already is replaced with ``force`` only, also where it comes meanwhile, and never followed where it
    is a link. Raises KamError there, where another process is at it, or where it cannot be written; there is no file
    then, or the old one.
    """
    part = Part(part_of(path))
    try:
        refuse(path, force)
        part.claim()
        try:
            fill(part.path)
            part.put(path, force=force)
        finally:
            part.drop()
    except OSError as error:
        raise KamError(
            f"cannot write {path}: {error.strerror}. See to the disk, and the folder's owner and mode"
        ) from None


def refuse(path: str, force: bool) -> None:
    """Raises KamError where something is in the way of a new file."""
    if os.path.lexists(path):
        if not force:
            raise KamError(f"{path} is there already. Replace it with --force, or name another file")
        if not (os.path.isfile(path) or os.path.islink(path)):
            raise KamError(f"{path} is no file that could be replaced. Name another one")


def part_of(path: str) -> str:
    """The name under which a file is written; of kam's own kind, since what a killed kam left there is taken over."""
    folder, name = os.path.split(os.path.abspath(path))
    if len(os.fsencode(name)) > LONGEST_NAME - 10:
        import hashlib

        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return os.path.join(folder, f".{name}.kam.part")


def sync(path: str) -> None:
    """Make a file durable, or the names in a folder. Raises OSError, with the path."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems (FUSE, SMB) know no sync of a folder, and say so by EINVAL.
        if error.errno != errno.EINVAL or not os.path.isdir(path):
            raise OSError(error.errno, error.strerror, path) from None
    finally:
        os.close(handle)


def make_folder(path: str) -> None:
    """Make a 0700 folder where there is none, and those above it; all of them durable. Raises KamError."""
    missing = []
    above = os.path.abspath(path)
    while not os.path.isdir(above):
        missing.append(above)
        above = os.path.dirname(above)
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        for one in missing:
            sync(os.path.dirname(one))
    except OSError as error:
        raise KamError(
            f"cannot make the folder {path}: {error.strerror}. Check the owner and mode of the one above it, or choose another place"
        ) from None


class Part:
    """A temporary 0600 file that one process at a time may write; what a killed one left is taken over."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.fd = -1

    def claim(self, *, create: bool = True) -> None:
        """Have it, empty. Raises KamError where another process has it, or where it is not a file of this person."""
        import fcntl

        flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | (os.O_CREAT if create else 0)
        while True:
            self.fd = os.open(self.path, flags, 0o600)
            try:
                self._check()
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._close()
                raise KamError(f"{self.path} is being written by another kam. Try again later") from None
            except KamError:
                self._close()
                raise
            if not self._is_named():
                self._close()  # renamed or removed between the two calls
            elif os.fstat(self.fd).st_nlink > 1:
                # It has a second name, under which somebody may count on it: only this one goes.
                os.unlink(self.path)
                self._close()
            else:
                try:
                    os.ftruncate(self.fd, 0)
                    os.fchmod(self.fd, 0o600)
                except OSError:
                    self.drop()
                    raise
                return

    def _check(self) -> None:
        found = os.fstat(self.fd)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise KamError(f"{self.path} is in the way, and is not of kam. Remove it")

    def put(self, path: str, *, force: bool = False) -> None:
        """Make it durable, and give it its name: over another file with ``force`` only. Raises KamError there."""
        sync(self.path)
        if force:
            os.rename(self.path, path)
        else:
            self._put_beside(path)
        sync(os.path.dirname(os.path.abspath(path)))

    def _put_beside(self, path: str) -> None:
        try:
            try:
                os.link(self.path, path, follow_symlinks=False)
            except OSError as error:
                if error.errno not in NO_LINKS:
                    raise
                # A file system without second names: an empty file of our own keeps the place.
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
                try:
                    os.rename(self.path, path)
                except BaseException:
                    os.unlink(path)
                    raise
        except FileExistsError:
            refuse(path, force=False)
            raise

    def clear(self) -> None:
        """Remove what nobody writes any more."""
        try:
            self.claim(create=False)
        except (KamError, OSError):
            return
        self.drop()

    def drop(self) -> None:
        """Let go, and remove what still has the temporary name; if that fails, the next one does it."""
        if self._is_named():
            with suppress(OSError):
                os.unlink(self.path)
        self._close()

    def _is_named(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self.fd), os.lstat(self.path))
        except FileNotFoundError:
            return False

    def _close(self) -> None:
        os.close(self.fd)
        self.fd = -1


# --- the seal -----------------------------------------------------------------------------------------------


def seal(path: str) -> None:
    """Add the line with the SHA-256 of all before it."""
    import hashlib

    with open(path, "r+b") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0, os.SEEK_END)
        file.write(sealing(digest))


def sealing(digest: str) -> bytes:
    return MARK + digest.encode() + b"\n"


def unseal(
    file: BinaryIO, name: str, write: Callable[[bytes], Any] | None = None, *, is_torn: bool = False
) -> bool:
    """Whether a seal vouches for each bit of a file; ``write`` gets all but the seal, in blocks.

    Raises NoBook, with ``name``, where the file was changed since it was sealed, in its content or in its seal.
    The pages of a file with an unfinished write (``is_torn``) need not end where its header says.
    """
    import hashlib

    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - SEAL_BYTES))
    end = file.read()
    is_sealed = end.startswith(MARK) and len(end) == SEAL_BYTES
    left = size - SEAL_BYTES if is_sealed else size
    file.seek(0)
    head = b""
    digest = hashlib.sha256()
    while left and (block := file.read(min(left, 1 << 20))):
        left -= len(block)
        head = head or block[:100]
        digest.update(block)
        if write:
            write(block)
    if is_sealed and end != sealing(digest.hexdigest()):
        raise NoBook(
            f"{name} is not as it was made: its SHA-256 is another. Use another backup: kam backup --list"
        )
    if not is_sealed and not is_torn and 0 < pages_end(head) != size:
        raise NoBook(f"{name} is not as it was made: its end is damaged or cut off. Use another backup")
    return is_sealed


def pages_end(head: bytes) -> int:
    """Where the pages of a database end, by the header (https://sqlite.org/fileformat2.html); 0 if it does not say."""
    if head[:16] != b"SQLite format 3\0" or head[24:28] != head[92:96]:
        return 0
    page = int.from_bytes(head[16:18], "big")
    return (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
