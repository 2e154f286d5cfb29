"""A disk that loses power: replays the system calls of real commands and gives the files as a cut may
leave them.

Certain is only what was synced: the bytes of a file by a sync of the file, a name in a folder by a sync
of that folder. Of all else a cut keeps everything, nothing, a random part, or torn sectors of 512 bytes,
each file and each name for itself, which is harsher than any file system in use. A call that would
change a file in a way unknown here ends the replay, and `Disk.visible` is what the real files must hold.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from pathlib import Path

SECTOR = 512
SYNCS = ("fsync", "fdatasync")
KNOWN = ("open", "openat", "close", "write", "pwrite64", "ftruncate", *SYNCS, "unlink", "unlinkat", "mkdir",
         "mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "lseek", "read")  # fmt: skip
# What else changes a file or gives it another number; nobody has needed it so far.
UNKNOWN = ("creat", "truncate", "fallocate", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range",
           "splice", "dup", "dup2", "dup3", "rmdir", "symlink", "symlinkat", "io_uring_enter")  # fmt: skip
CALLS = ",".join(f"?{name}" for name in KNOWN + UNKNOWN)
STRACE = ["strace", "-f", "-qq", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-e", "signal=none"]
LINE = re.compile(r"(?:(\d+) +)?(\w+)\((.*)\) += (-?\d+)")
PATH = re.compile(r'(?:(\w+), )?"((?:\\x[0-9a-f]{2})*)"')
QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
Call = tuple[str, str, int]  # its name, its arguments as strace writes them, its result
HOWS = ("kept", "dropped", "random", "torn")


class File:
    """Bytes as processes see them, those on the platter, and the changes since: (offset, bytes), or (size, None)."""

    def __init__(self, data: bytes = b"") -> None:
        self.safe, self.now = bytearray(data), bytearray(data)
        self.pending: list[tuple[int, bytes | None]] = []

    def change(self, at: int, new: bytes | None) -> None:
        apply(self.now, at, new)
        self.pending.append((at, new))

    def sync(self) -> None:
        self.safe, self.pending = bytearray(self.now), []

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


class Folder:
    """A folder; what is in it is known by its names."""


Thing = File | Folder


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
    """The files of one folder, as the system calls so far left them; ``ignored`` are ends of names that do not count."""

    def __init__(self, folder: Path, files: dict[str, bytes], ignored: tuple[str, ...] = (".lock",)) -> None:
        self.folder, self.ignored = str(folder), ignored
        # As the last sync of the folder left them, and as processes see them.
        self.safe: dict[str, Thing] = {name: File(data) for name, data in files.items()}
        self.names = dict(self.safe)
        # (name, the name it came from, what it is now: None where it has gone)
        self.pending: list[tuple[str, str | None, Thing | None]] = []
        # The path, what it is, whether writes append.
        self.handles: dict[int, tuple[str, Thing | None, bool]] = {}
        self.places: dict[int, int] = {}

    def visible(self) -> dict[str, bytes]:
        """Name → bytes of each file, as processes see them."""
        return {name: bytes(thing.now) for name, thing in self.names.items() if isinstance(thing, File)}

    def call(self, name: str, args: str, result: int) -> bool:
        """Take in one system call; gives whether anything a cut can see has changed."""
        if result < 0:
            return False
        if name in ("open", "openat"):
            return self._open(self._paths(args)[0], args, result)
        if name.startswith(("unlink", "rename", "link", "mkdir")):
            return self._name(name, [path for path in self._paths(args) if self._counts(path)], args)
        handle = int(args.split(",")[0]) if args[:1].isdigit() else -1
        if name == "close":
            self.handles.pop(handle, None)
        elif handle in self.handles:
            return self._change(handle, name, args, result)
        elif name in UNKNOWN:
            assert not any(map(self._counts, self._paths(args))), f"{name}({args[:200]})"
        return False

    def _paths(self, args: str) -> list[str]:
        """The paths in the arguments; one may be relative to a folder that is open."""
        found = []
        for where, path in PATH.findall(args):
            above = self.handles.get(int(where), ("/elsewhere",))[0] if where.isdigit() else os.getcwd()
            found.append(os.path.normpath(os.path.join(above, text(path))))
        return found

    def _counts(self, path: str) -> bool:
        return path.startswith(self.folder + "/") and not path.endswith(self.ignored)

    def _open(self, path: str, args: str, handle: int) -> bool:
        self.handles.pop(handle, None)
        if path != self.folder and not self._counts(path):
            return False
        made = path not in self.names and "O_CREAT" in args
        if made:
            self._keep(self.names, path, None, File())
            self.pending.append((path, None, self.names[path]))
        thing = Folder() if path == self.folder else self.names[path]
        cut = "O_TRUNC" in args and isinstance(thing, File)
        if cut:
            thing.change(0, None)
        self.handles[handle], self.places[handle] = (path, thing, "O_APPEND" in args), 0
        return made or cut

    def _change(self, handle: int, name: str, args: str, result: int) -> bool:
        path, thing, appends = self.handles[handle]
        assert name not in UNKNOWN, f"{name} of {path}"
        if name in SYNCS:
            return self._sync(path, thing)
        if name == "read":
            self.places[handle] += result
        elif name == "lseek":
            self.places[handle] = result
        elif name == "ftruncate":
            thing.change(int(args.split(",")[1]), None)
        elif name == "pwrite64":
            thing.change(int(args.rsplit(",", 1)[1]), written(args)[:result])
        else:
            at = len(thing.now) if appends else self.places[handle]
            thing.change(at, written(args)[:result])
            self.places[handle] = at + result
        return name not in ("read", "lseek")

    def _sync(self, path: str, thing: Thing) -> bool:
        if isinstance(thing, File):
            thing.sync()
            return True
        # The names in a folder are certain then; those in other folders, and its own, are not.
        mine = [change for change in self.pending if os.path.dirname(change[0]) == path]
        self.pending = [change for change in self.pending if change not in mine]
        for change in mine:
            self._keep(self.safe, *change)
        return bool(mine)

    def _name(self, call: str, paths: list[str], args: str) -> bool:
        if not paths:
            return False
        old, new = paths[0], paths[-1]
        assert "RENAME_" not in args and "AT_REMOVEDIR" not in args, f"{call}({args})"
        assert call.startswith(("unlink", "mkdir")) or len(paths) == 2, f"{call} out of the folder: {args}"
        if call.startswith("mkdir"):
            change: tuple[str, str | None, Thing | None] = (new, None, Folder())
        elif call.startswith("unlink"):
            change = (old, None, None)
        else:
            change = (new, old if call.startswith("rename") else None, self.names[old])
        self._keep(self.names, *change)
        self.pending.append(change)
        return True

    @staticmethod
    def _keep(names: dict[str, Thing], name: str, old: str | None, thing: Thing | None) -> None:
        if old:
            names.pop(old, None)
        if thing is None:
            names.pop(name, None)
        else:
            names[name] = thing

    def cut(self, how: str, dice: random.Random) -> dict[str, bytes]:
        """Name → bytes of each file, as a cut at this moment may leave them."""
        names = dict(self.safe)
        for change in self.pending:
            if how == "kept" or (how != "dropped" and dice.random() < 0.5):
                self._keep(names, *change)
        # What was written and what was named are kept or lost apart.
        inner = how if how != "dropped" else dice.choice(("dropped", "kept"))
        return {
            name: thing.after(inner, dice)
            for name, thing in names.items()
            if isinstance(thing, File) and self._is_reached(name, names)
        }

    def _is_reached(self, name: str, names: dict[str, Thing]) -> bool:
        """Whether each folder on the way to a file is there."""
        above = os.path.dirname(name)
        return above == self.folder or (above in names and self._is_reached(above, names))


def written(args: str) -> bytes:
    """The bytes in the arguments of a write."""
    return bytes.fromhex(QUOTED.findall(args)[0].replace("\\x", ""))


def text(quoted: str) -> str:
    return os.fsdecode(bytes.fromhex(quoted.replace("\\x", "")))


def record(argv: list[str], trace: Path, **how) -> subprocess.CompletedProcess[str]:
    """Run a command and keep its system calls in ``trace``."""
    return subprocess.run([*STRACE, "-o", str(trace), *argv], capture_output=True, text=True, **how)


def calls(trace: Path) -> list[Call]:
    """The calls of a trace in their order; they must all be of one thread, or they would not be whole."""
    lines = trace.read_text().splitlines()
    found = [LINE.match(line) for line in lines if not line.endswith("= ?")]
    assert all(found), [line[:200] for line, one in zip(lines, found, strict=False) if not one]
    assert len({one[1] for one in found}) == 1, "several processes"
    return [(one[2], one[3], int(one[4])) for one in found]
