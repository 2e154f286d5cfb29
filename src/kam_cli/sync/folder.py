"""The folder itself (a vdir, https://vdirsyncer.pimutils.org/en/stable/vdir.html): a folder a collection, a file an item."""

from __future__ import annotations

import hashlib
import os

from kam_cli.atomic import make_folder, sync
from kam_cli.errors import BadValue, KamError
from kam_cli.files import within, write_new

COLLECTIONS = {"contacts": ".vcf", "calendar": ".ics", "tasks": ".ics"}
LARGEST = 10_000_000  # bytes of an item; what is larger is none


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Folder:
    """A folder with `COLLECTIONS`; names of files are like ``contacts/0199….vcf``."""

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(path)

    def refuse_other(self, known: bool) -> None:
        """Raises BadValue for a folder that holds other things, unless it is ``known`` to be ours."""
        try:
            others = (
                []
                if known
                else [one for one in os.listdir(self.path) if one not in COLLECTIONS and one[0] != "."]
            )
        except FileNotFoundError:
            return
        except OSError as error:
            raise KamError(f"cannot read {self.path}: {error.strerror}. Check its owner and mode") from None
        if others:
            raise BadValue(
                f"FOLDER: {self.path} holds {others[0]!r}, so it is no folder of kam's. Name a new or an empty one, such as ~/sync"
            )

    def make(self) -> None:
        """Make the folders, and the name that programs show for each."""
        for collection in COLLECTIONS:
            place = os.path.join(self.path, collection)
            make_folder(place)
            label = within(self.path, collection, "displayname")
            if not os.path.lexists(label):
                write_new(label, f"kam {collection}".encode())

    def names(self) -> list[str]:
        """The items there are."""
        found = []
        for collection, ending in COLLECTIONS.items():
            try:
                there = os.listdir(os.path.join(self.path, collection))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise KamError(f"cannot read {self.path}/{collection}: {error.strerror}") from None
            found += [
                f"{collection}/{name}" for name in sorted(there) if name.endswith(ending) and name[0] != "."
            ]
        return found

    def read(self, name: str) -> bytes | None:
        """The bytes of an item; None where there is none."""
        try:
            with open(self._path(name), "rb") as file:
                data = file.read(LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KamError(
                f"cannot read {self._path(name)}: {error.strerror}. Check its owner and mode"
            ) from None
        if len(data) > LARGEST:
            raise KamError(f"{self._path(name)} is too large for a card or an event. Take it away")
        return data

    def write(self, name: str, data: bytes) -> None:
        """Put an item in place, whole or not at all."""
        write_new(self._path(name), data, force=True)

    def remove(self, name: str) -> None:
        try:
            os.unlink(self._path(name))
            sync(os.path.dirname(self._path(name)))
        except FileNotFoundError:
            return
        except OSError as error:
            raise KamError(f"cannot remove {self._path(name)}: {error.strerror}") from None

    def _path(self, name: str) -> str:
        collection, _, file = name.partition("/")
        return within(self.path, collection, file)
