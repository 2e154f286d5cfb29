"""A disk that loses power: replays the system calls of real commands and gives the files as a cut may
leave them.

Certain is only what was synced: the bytes of a file by a sync of the file, a name in a folder by a sync
of the folder. Of all else a cut keeps everything, nothing, a random part, or torn sectors of 512 bytes,
each file and each name for itself, which is harsher than any file system in use.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from pathlib import Path

SECTOR = 512
CALLS = "open,openat,close,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename,link,linkat,lseek"
STRACE = ["strace", "-f", "-qq", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-e", "signal=none"]
LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
Call = tuple[str, str, int]  # its name, its arguments as strace writes them, its result
HOWS = ("kept", "dropped", "random", "torn")


class File:
    """Bytes on the platter, and the changes since the last sync: (offset, bytes), or (size, None)."""

    def __init__(self, data: bytes = b"") -> None:
        self.safe = bytearray(data)
        self.pending: list[tuple[int, bytes | None]] = []

    def sync(self) -> None:
        for change in self.pending:
            apply(self.safe, *change)
        self.pending = []

    def after(self, how: str, dice: random.Random) -> bytes:
        """The bytes that a cut leaves."""
        data, share, junk = bytearray(self.safe), dice.choice((0.2, 0.5, 0.8)), dice.random() < 0.5
        for at, new in self.pending:
            if how == "kept" or (how == "random" and dice.random() < share):
                apply(data, at, new)
            elif how == "torn" and new is None and dice.random() < share:
                apply(data, at, None)
            elif how == "torn" and new is not None:
                tear(data, at, new, share, dice if junk else None, dice)
        return bytes(data)


def apply(data: bytearray, at: int, new: bytes | None) -> None:
    size = at if new is None else at + len(new)
    if len(data) < size:
        data.extend(bytes(size - len(data)))
    if new is None:
        del data[at:]
    else:
        data[at:size] = new


def tear(
    data: bytearray, at: int, new: bytes, share: float, junk: random.Random | None, dice: random.Random
) -> None:
    """Write some sectors only; a file that grew may hold zeros, or ``junk``, in the others."""
    grown = len(data)
    end = at + len(new)
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        piece = new[len(new) - (end - at) :][: stop - at]
        if dice.random() < share:
            apply(data, at, piece)
        elif junk and at >= grown:
            apply(data, at, junk.randbytes(len(piece)))
        at = stop


class Disk:
    """The files of one folder, as the system calls so far left them."""

    def __init__(self, folder: Path, files: dict[str, bytes]) -> None:
        self.folder = str(folder)
        self.safe = {
            name: File(data) for name, data in files.items()
        }  # as the last sync of the folder left them
        self.names = dict(self.safe)  # as processes see them
        self.pending: list[
            tuple[str, str | None, File | None]
        ] = []  # (name, the name it came from, file or gone)
        self.handles: dict[int, File | str] = {}  # a str: a folder
        self.places: dict[int, int] = {}

    def call(self, name: str, args: str, result: int) -> bool:
        """Take in one system call; gives whether anything a cut can see has changed."""
        paths = [bytes.fromhex(q.replace("\\x", "")) for q in QUOTED.findall(args)]
        handle = int(args.split(",")[0]) if args[:1].isdigit() else -1
        held = self.handles.get(handle)
        if result < 0:
            return False
        if name in ("open", "openat"):
            return self._open(os.fsdecode(paths[0]), args, result)
        if name == "close":
            self.handles.pop(handle, None)
        elif name in ("fsync", "fdatasync") and isinstance(held, str):
            return self._sync_folder(held)
        elif name in ("link", "linkat"):
            old, new = (os.fsdecode(path) for path in paths)
            self.names[new] = self.names[old]
            self.pending.append((new, None, self.names[old]))
            return True
        elif name in ("unlink", "rename"):
            return self._rename(*(os.fsdecode(path) for path in paths))
        elif isinstance(held, File):
            return self._change(held, handle, name, args, paths, result)
        return False

    def _change(self, file: File, handle: int, name: str, args: str, texts: list[bytes], result: int) -> bool:
        if name == "lseek":
            self.places[handle] = result
            return False
        if name in ("fsync", "fdatasync"):
            file.sync()
        elif name == "ftruncate":
            file.pending.append((int(args.split(",")[1]), None))
        elif name == "pwrite64":
            file.pending.append((int(args.rsplit(",", 1)[1]), texts[0][:result]))
        elif name == "write":
            file.pending.append((self.places.get(handle, 0), texts[0][:result]))
            self.places[handle] = self.places.get(handle, 0) + result
        return True

    def _open(self, path: str, args: str, handle: int) -> bool:
        self.handles.pop(handle, None)
        self.places[handle] = 0
        if path not in self.names and "O_CREAT" not in args:
            self.handles[handle] = path  # a folder, opened to be synced
            return False
        if not path.startswith(self.folder + "/") or path.endswith(".lock"):
            return False
        made = path not in self.names
        file = self.names.setdefault(path, File())
        if made:
            self.pending.append((path, None, file))
        if "O_TRUNC" in args:
            file.pending.append((0, None))
        self.handles[handle] = file
        return made or "O_TRUNC" in args

    def _sync_folder(self, folder: str) -> bool:
        """The names in it are certain now; those of other folders are not."""
        mine = [change for change in self.pending if os.path.dirname(change[0]) == folder]
        self.pending = [change for change in self.pending if change not in mine]
        for change in mine:
            self._keep(self.safe, *change)
        return bool(mine)

    @staticmethod
    def _keep(names: dict[str, File], name: str, old: str | None, file: File | None) -> None:
        if old:
            names.pop(old, None)
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file

    def _rename(self, old: str, new: str = "") -> bool:
        file = self.names.pop(old, None)
        if file is None:
            return False
        if new:
            self.names[new] = file
        self.pending.append((new or old, old if new else None, file if new else None))
        return True

    def cut(self, how: str, dice: random.Random) -> dict[str, bytes]:
        """Name → bytes, as a cut at this moment may leave them."""
        names = dict(self.safe)
        for change in self.pending:
            if how == "kept" or (how != "dropped" and dice.random() < 0.5):
                self._keep(names, *change)
        # What was written and what was named are kept or lost apart.
        inner = how if how != "dropped" else dice.choice(("dropped", "kept"))
        return {name: file.after(inner, dice) for name, file in names.items()}


def record(argv: list[str], trace: Path, **how) -> subprocess.CompletedProcess[str]:
    """Run a command and keep its system calls in ``trace``."""
    return subprocess.run([*STRACE, "-o", str(trace), *argv], capture_output=True, text=True, **how)


def calls(trace: Path) -> list[Call]:
    """The calls of a trace in their order."""
    found = (LINE.match(line) for line in trace.read_text().splitlines())
    return [(one[1], one[2], int(one[3])) for one in found if one]
