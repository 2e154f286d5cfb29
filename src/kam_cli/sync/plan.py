"""Bringing a folder and the book together: what each changed since the last time decides which of them follows."""

from __future__ import annotations

from collections import namedtuple

from kam_cli.errors import KamError
from kam_cli.sync import store
from kam_cli.sync.folder import digest
from kam_cli.sync.items import items
from kam_cli.sync.store import State
from kam_cli.sync.taking import note, said, take

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.sync.folder import Folder
    from kam_cli.sync.items import Item

    Row = dict[str, Any]

Edit = namedtuple("Edit", "item changes taken")  # taken: whether the book follows, or keeps a note


class Sync:
    """One run. ``edits`` were made on the other side; ``broken`` are files that cannot be read, ``strange`` those that
    show nothing of the book; ``write`` and ``remove`` are what the folder lacks and has too much."""

    def __init__(self, c: Context, folder: Folder, shows: set[str], two_way: bool) -> None:
        self.c, self.folder, self.shows, self.two_way = c, folder, shows, two_way
        self.states = store.states(c.book, folder.path)
        self.files: dict[str, bytes | None] = dict.fromkeys(folder.names())
        self.edits: list[Edit] = []
        self.broken: list[str] = []
        self.write: dict[str, bytes] = {}
        self.remove: list[str] = []
        self.kept: list[State] = []
        self.strange: list[str] = []

    def look(self) -> None:
        """Find out what was edited in the folder."""
        for item in items(self.c, self.shows):
            data, state = self._data(item.name), self.states.get(item.name)
            if data is None or (state and state.file == digest(data)):
                continue
            try:
                changes = item.changes(data)
            except ValueError as error:
                self.broken.append(f"{item.name}: {error}")
                continue
            if changes:
                fresh = state is not None and state.shown == item.shown
                self.edits.append(Edit(item, changes, self.two_way and fresh))

    def take(self) -> None:
        """Put edits into the book, inside a write, one that it cannot hold as a note."""
        for number, edit in enumerate(self.edits):
            if edit.taken:
                try:
                    self.c.book.conn.execute("SAVEPOINT edit")
                    take(self.c, edit.item, edit.changes)
                except KamError:
                    self.c.book.conn.execute("ROLLBACK TO edit")
                    self.edits[number] = edit = edit._replace(taken=False)
                finally:
                    self.c.book.conn.execute("RELEASE edit")
            if not edit.taken and self.two_way:
                note(self.c, edit.item, edit.changes)

    def compare(self) -> None:
        """Find out what the folder lacks, now that the book has what was taken."""
        seen = set()
        for item in items(self.c, self.shows):
            seen.add(item.name)
            data, state = self._data(item.name), self.states.get(item.name)
            shown = item.shown
            if data is not None and state and state.file == digest(data) and state.shown == shown:
                continue
            if data is None or self._differs(item, data, state, shown):
                data = self.write[item.name] = self._text(item, data)
            self.kept.append(State(item.name, shown, digest(data)))
        mine = {name for name in self.states if name.partition("/")[0] in self.shows}
        self.remove = sorted(mine - seen)
        self.strange = sorted(
            name
            for name in self.files
            if name not in seen and name not in self.states and name.partition("/")[0] in self.shows
        )

    def carry_out(self) -> None:
        """Write and remove files, then remember what lies there."""
        for name, data in self.write.items():
            self.folder.write(name, data)
        for name in self.remove:
            self.folder.remove(name)
        if self.kept or self.remove:
            with self.c.write():
                store.keep(self.c.book, self.folder.path, self.kept, self.remove)

    def told(self) -> Row:
        """What was done, for programs."""
        return {
            "folder": self.folder.path, "written": len(self.write), "removed": len(self.remove),
            "taken": [_line(edit) for edit in self.edits if edit.taken],
            "noted": [_line(edit) for edit in self.edits if self.two_way and not edit.taken],
            "overwritten": [_line(edit) for edit in self.edits if not self.two_way],
            "broken": self.broken, "strange": self.strange,
        }  # fmt: skip

    def _data(self, name: str) -> bytes | None:
        if name not in self.files:
            return None
        if self.files[name] is None:
            self.files[name] = self.folder.read(name)
        return self.files[name]

    def _differs(self, item: Item, data: bytes, state: State | None, shown: str) -> bool:
        """Whether a file has to be written again: what another program made of it may say the same."""
        if state and state.file == digest(data):
            return True
        try:
            return bool(item.changes(data)) or bool(state and state.shown != shown)
        except ValueError:
            return True

    def _text(self, item: Item, data: bytes | None) -> bytes:
        try:
            return item.text(data)
        except ValueError:
            return item.text()


def _line(edit: Any) -> str:
    return f"{edit.item.noun} #{edit.item.row_id}: {said(edit.changes)}"
