"""`kam check`: silent where the book is sound; else each fault by the name of the check that found it."""

from __future__ import annotations

import os
import sqlite3
import stat

from kam_cli.backup import BROKEN
from kam_cli.command import verb
from kam_cli.errors import KamError, NoBook
from kam_cli.output import Failed, Rows
from kam_cli.params import arg, flag, opt
from kam_cli.tools.checks import BESIDE, CHECKS, OF_ANY_VERSION
from kam_cli.tools.encryption import OPENING, decrypt, is_encrypted, path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.tools.checks import Check

    Row = dict[str, Any]

SHOWN = 20  # faults a check; the rest are counted


@verb(extra=OPENING)
def check(
    c: Context,
    file: str | None = arg(path, "a backup, or another book", optional=True),
    deep: bool = flag("read and check every single value, too"),
    repair: str | None = opt(path, "save what can be read in a new, sound file", "--repair"),
    *,
    identity: str | None,
    passphrase_command: str | None,
) -> Any:
    """Check that the book, or a backup, is sound; the file is never changed.

    Silent and 0 when all is well. Warnings go to stderr (0); faults are listed (1); what cannot be read is 6.

    $ kam check
    $ kam check --deep ~/.local/share/kam/backups/book-20260318T101500Z.db
    $ kam check --repair saved.db
    """
    name = file or c.db_path
    if repair:
        from kam_cli.tools.repair import repaired

        return repaired(raw(c, file, identity, passphrase_command, repair), name, repair)
    book, version = opened(c, file, identity, passphrase_command)
    try:
        faults, is_read = run(c, book, version, deep, file is None)
    finally:
        book.close()
    if file is None:
        from kam_cli.tools.surroundings import warnings

        for warning in warnings(name, c.config.get("backup.warn_days")):
            c.note(f"kam: {warning}")
    if not faults:
        return Rows([]) if c.format != "table" else None
    return Failed(Rows(faults), failure(name, faults, is_read))


def failure(name: str, faults: list[Row], is_read: bool) -> KamError:
    found = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
    named = {fault["check"] for fault in faults}
    if named <= BESIDE.keys():
        ways = ". ".join(BESIDE[check][1] for check in sorted(named))
        return KamError(
            f"{name} is sound; beside it there {'is' if len(faults) == 1 else 'are'} {found}. {ways}"
        )
    way = "Bring back a backup: kam restore FILE; or save what can be read: kam check --repair NEW"
    if not is_read:
        return NoBook(f"{name} has {found}, and parts of it cannot be read. {way}")
    return KamError(f"{name} has {found}. {way}")


# --- opening ------------------------------------------------------------------------------------------------


def opened(c: Context, file: str | None, identity: str | None, command: str | None) -> tuple[Book, int]:
    """The book, or the file, as it is: neither migrated nor locked against others; and its schema version.

    Raises NoBook where it is no book, of a newer kam, or a backup of which a bit was changed.
    """
    from kam_cli.backup import readable, still
    from kam_cli.book import Book, connect, read_header
    from kam_cli.migrations import LATEST

    name = file or c.db_path
    if file:
        regular(file)
    if file and is_encrypted(file):
        version, conn = in_memory(decrypt(c, file, identity, command), file)
    else:
        is_sealed = file is not None and vouched(c, file)
        version = read_header(name)
        try:
            conn = still(name) if is_sealed else connect(name)
        except sqlite3.OperationalError:
            raise  # locked, or out of reach: no fault of the file
        except BROKEN:
            conn = still(name)
    if version > LATEST:
        conn.close()
        raise NoBook(
            f"{name} was written by a newer kam (schema {version}, this one knows {LATEST}). Upgrade kam"
        )
    # A broken text is a fault that a check names, and none that ends the others.
    conn.text_factory = readable
    return Book(name, conn), version


def raw(c: Context, file: str | None, identity: str | None, command: str | None, new: str) -> bytes:
    """The bytes of a book or backup without its seal, whatever is wrong with it; no kam writes meanwhile.

    A write that was broken off is taken back in a copy beside ``new``: the file itself and its journal stay as they are.
    """
    from kam_cli.atomic import MARK, SEAL_BYTES
    from kam_cli.book import BUSY_SECONDS
    from kam_cli.lock import Lock

    name = file or c.db_path
    regular(name)
    if file and is_encrypted(file):
        data = decrypt(c, file, identity, command)
    elif file:
        data = settled(name, new)
    else:
        lock = Lock(name, BUSY_SECONDS)
        lock.acquire()
        try:
            data = settled(name, new)
        finally:
            lock.release()
    return data[:-SEAL_BYTES] if data[-SEAL_BYTES:].startswith(MARK) else data


def settled(name: str, new: str) -> bytes:
    """What the file holds once what its journal says was taken back, or its write-ahead log was written into it."""
    from contextlib import suppress
    from shutil import copyfile
    from tempfile import TemporaryDirectory

    from kam_cli.book import connect

    beside = [end for end in ("-journal", "-wal") if os.path.exists(name + end)]
    if not beside:
        return whole(name)
    try:
        with TemporaryDirectory(prefix=".kam-", dir=os.path.dirname(os.path.abspath(new))) as folder:
            copy = os.path.join(folder, "book.db")
            for end in ("", *beside):
                copyfile(name + end, copy + end)
            with suppress(*BROKEN):
                connect(copy).close()
            return whole(copy)
    except OSError as error:
        raise KamError(
            f"cannot copy {name} to the folder of {new}: {error.strerror}. Name another one"
        ) from None


def whole(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read()


def regular(name: str) -> None:
    """Raises NoBook where there is no ordinary file of that name."""
    try:
        if stat.S_ISREG(os.stat(name).st_mode):
            return
    except OSError as error:
        raise NoBook(f"{name} cannot be read: {error.strerror}. See: kam backup --list") from None
    raise NoBook(f"{name} is no file. See: kam backup --list")


def in_memory(data: bytes, name: str) -> tuple[int, sqlite3.Connection]:
    """A decrypted backup, opened without being written to a disk; and its schema version."""
    from io import BytesIO

    from kam_cli.atomic import unseal
    from kam_cli.book import APPLICATION_ID

    parts: list[bytes] = []
    unseal(BytesIO(data), name, parts.append)
    data = b"".join(parts)
    if data[:16] != b"SQLite format 3\0" or int.from_bytes(data[68:72], "big") != APPLICATION_ID:
        raise NoBook(f"{name} holds no book of kam")
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.deserialize(data)
    return int.from_bytes(data[60:64], "big"), conn


def vouched(c: Context, file: str) -> bool:
    """Whether a file carries a seal, and is as it was sealed. Raises NoBook where it is not."""
    from kam_cli.atomic import unseal

    with open(file, "rb") as source:
        is_sealed = unseal(source, file, is_torn=os.path.exists(f"{file}-journal"))
    if not is_sealed:
        c.note(
            f"kam: {file} has no SHA-256 of its own (no backup by kam): a changed letter would not be noticed"
        )
    return is_sealed


# --- checking -----------------------------------------------------------------------------------------------


def run(c: Context, book: Book, version: int, deep: bool, is_live: bool) -> tuple[list[Row], bool]:
    """All faults (``check fault``), and whether all could be read; of the live book also what lies beside it."""
    from kam_cli.migrations import LATEST

    checks = list(CHECKS)
    if deep:
        from kam_cli.tools.deep import DEEP

        checks += DEEP
    if is_live:
        checks += [(name, one) for name, (one, _) in BESIDE.items()]
    if version < LATEST:
        c.note(
            f"kam: {book.path} is of an older kam (schema {version} of {LATEST}); what changes is not checked"
        )
        checks = [one for one in checks if one[0] in OF_ANY_VERSION]
    faults: list[Row] = []
    for name, one in checks:
        faults += [{"check": name, "fault": fault} for fault in collect(book, one)]
    return faults, not faults or can_be_read(book)


def collect(book: Book, one: Check) -> list[str]:
    """The faults that a check finds, the first few and how many more, and what kept it from looking on."""
    found: list[str] = []
    more = 0
    # One state of the book for all that a check compares; a writer waits for no longer than one check.
    book.conn.execute("BEGIN")
    try:
        for fault in one(book):
            if len(found) < SHOWN:
                found.append(fault)
            else:
                more += 1
    except BROKEN as error:
        if "locked" in str(error):
            raise
        found.append(f"could not go on: {error}")
    finally:
        book.conn.execute("ROLLBACK")
    return [*found, f"and {more} more"] if more else found


def can_be_read(book: Book) -> bool:
    """Whether every row of every table can be read; the search index can be made again."""
    try:
        for name in book.column(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
        ):
            for _ in book.conn.execute(f'SELECT * FROM "{name}" NOT INDEXED'):
                pass
    except BROKEN:
        return False
    return True
