"""`kam backup`: a verified copy of the book, made while others use it; encrypted where asked for."""

from __future__ import annotations

import os
import sqlite3
import stat

from kam_cli import backup as backups
from kam_cli.command import verb
from kam_cli.errors import BadValue, KamError, named
from kam_cli.output import Rows, Saved
from kam_cli.params import arg, flag
from kam_cli.tools.encryption import CLOSING, path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context


@verb(extra=CLOSING)
def backup(
    c: Context,
    file: str | None = arg(path, "file or folder to save it in; backups/ beside the book", optional=True),
    force: bool = flag("replace FILE where there is one"),
    list_: bool = flag("list the backups there are", "--list"),
    *,
    recipient: list[str],
    passphrase_command: str | None,
) -> Any:
    """Save a verified copy of the book, while others may use it.

    A name that ends in .age, a key or a passphrase command makes an encrypted one (age format). kam check FILE tells
    whether a backup is still as it was made; kam restore FILE brings it back.

    $ kam backup
    $ kam backup /media/stick/kam.db
    $ kam backup ~/Cloud/kam.age --passphrase-command "pass kam"
    """
    if list_:
        return listed(c)
    encrypted = bool(recipient or passphrase_command or (file or "").endswith(".age"))
    book = c.book.path
    try:
        target = destination(book, file, encrypted, force)
    except BadValue as error:
        raise named("FILE", error) from None
    if encrypted:
        save_encrypted(c, target, force, recipient, passphrase_command)
    else:
        backups.copy(book, target, force=force)
    if os.path.dirname(target) != os.path.realpath(backups.folder(book)):
        try:
            backups.note_elsewhere(book, target)
        except (OSError, KamError) as error:
            c.note(f"kam: the backup is made; that it is there cannot be noted beside the book ({error})")
    size = os.path.getsize(target)
    line = f"backed up to {target} ({size_text(size)}, {'encrypted, ' if encrypted else ''}verified)"
    return Saved(line, {"path": target, "bytes": size, "is_encrypted": encrypted})


def destination(book: str, file: str | None, encrypted: bool, force: bool) -> str:
    """The real path to write to. Raises BadValue for a place that cannot be meant, KamError for one that is taken."""
    suffix = ".age" if encrypted else ""
    if file is None or os.path.isdir(file):
        return os.path.realpath(backups.free_name(book, "", suffix, file or ""))
    if file.endswith("/"):
        raise BadValue(f"there is no folder {file}. Is the disk there? Make it, or name another")
    # Through a link, so that it still points to the newest backup afterwards.
    target = os.path.realpath(file)
    own = [os.path.realpath(book) + end for end in ("", ".lock", "-journal")]
    exists = os.path.lexists(target)
    if target in own or (exists and os.path.exists(book) and os.path.samefile(target, book)):
        raise BadValue(f"{file} is the book itself. Name another file")
    if not os.path.isdir(os.path.dirname(target)):
        raise BadValue(
            f"there is no folder {os.path.dirname(target)}. Is the disk there? Make it, or name another"
        )
    if exists and not stat.S_ISREG(os.lstat(target).st_mode):
        raise BadValue(f"{file} is no ordinary file. Name another file")
    if exists and not force:
        raise KamError(f"{file} is there already. Name another file, or replace it with --force")
    return target


def save_encrypted(c: Context, target: str, force: bool, recipients: list[str], command: str | None) -> None:
    """The copy is made, checked, sealed and encrypted in memory: nothing readable is left by a power cut."""
    import hashlib

    from kam_cli.atomic import place, sealing
    from kam_cli.tools.encryption import closing

    close = closing(c, recipients, command)
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        backups.snapshot(c.book.path, copy)
        data = copy.serialize()
    finally:
        copy.close()
    data = close(data + sealing(hashlib.sha256(data).hexdigest()))

    def fill(part: str) -> None:
        with open(part, "wb") as file:
            file.write(data)

    place(target, fill, force=force)


def listed(c: Context) -> Rows:
    """Every backup known, newest first; works where the book itself is lost."""
    # Without a book there is no time zone to show times in.
    when = "made_at" if c.format != "table" or opens(c.db_path) else "made (UTC)"
    rows = [
        {when: one.made_at, "reason": one.reason or "by hand", "bytes": one.size, "path": one.path}
        for one in backups.made(c.db_path)
    ]
    return Rows(rows, show=(when, "reason", "bytes", "path"), empty="no backups yet; make one: kam backup")


def opens(book: str) -> bool:
    from kam_cli.book import Book

    try:
        opened = Book.open(book)
        try:
            return bool(opened.meta)
        finally:
            opened.close()
    except (KamError, *backups.BROKEN):
        return False


def size_text(size: int) -> str:
    """1234567 → '1.2 MB'."""
    if size < 1000:
        return f"{size} bytes"
    if size < 10**6:
        return f"{size / 1000:.0f} kB"
    return f"{size / 10**6:.1f} MB" if size < 10**9 else f"{size / 10**9:.1f} GB"
