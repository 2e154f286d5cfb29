"""The files that belong to a contract: what they hold when they are attached, and whether they still do."""

from __future__ import annotations

import os

from kam_cli.domains.contracts import rules, store
from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

PIECE = 1 << 20  # bytes read at a time


def measure(path: str) -> tuple[int, str]:
    """Size in bytes and SHA-256 (hex) of a file. Raises OSError; also for what is no ordinary file."""
    import hashlib
    import stat

    digest, size = hashlib.sha256(), 0
    with open(
        os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb"
    ) as file:  # nothing waits for a pipe's other end
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is no ordinary file")
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def taken(label: str, path: str, day: str, note: str | None) -> Row:
    """The row of a file as it is now. Raises BadValue, led by the parameter's ``label``, where it cannot be read."""
    from kam_cli.text import check_text

    full = os.path.abspath(os.path.expanduser(path))
    check_text(full, label)
    try:
        size, sha256 = measure(full)
    except OSError as error:
        raise BadValue(f"{label}: {full} cannot be read: {error.strerror}") from None
    return {"path": full, "sha256": sha256, "size_bytes": size, "attached_on": day, "note": note}


def found(file: Row) -> str:
    """``unchanged``, ``changed`` or ``missing`` (also what cannot be read)."""
    try:
        now = measure(file["path"])
    except (OSError, ValueError):
        now = None
    return rules.document_state(file["size_bytes"], file["sha256"], now)


def faults(book: Book) -> Iterator[str]:
    """For `kam check`: the documents that are missing or changed, a line each."""
    for file in store.files(book):
        state = found(file)
        if state != "unchanged":
            what = f"version {file['version']} of contract" if file["version"] else "document of contract"
            said = "is missing" if state == "missing" else f"was changed after {file['attached_on']}"
            yield f"{file['path']} ({what} #{file['contract_id']}) {said}"
