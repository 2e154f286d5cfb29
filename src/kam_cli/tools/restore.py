"""`kam restore`: put a verified backup in the place of the book, and keep the book as it was."""

from __future__ import annotations

import os
import stat

from kam_cli.atomic import Part, make_folder, sync, unseal
from kam_cli.backup import BROKEN, count_rows, still, unsound
from kam_cli.book import APPLICATION_ID, Book, connect, put_leftovers_aside, read_header
from kam_cli.command import verb
from kam_cli.errors import BadValue, KamError, NoBook
from kam_cli.output import Saved
from kam_cli.params import arg
from kam_cli.stamps import utc_now
from kam_cli.tools.encryption import OPENING, decrypt, is_encrypted, path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO

    from kam_cli.command import Context


@verb(extra=OPENING)
def restore(
    c: Context,
    file: str = arg(path, "the backup; kam backup --list shows which there are"),
    *,
    identity: str | None,
    passphrase_command: str | None,
) -> Saved:
    """Bring back a backup; the book as it was is kept beside it.

    The backup is verified before and after, and brought up to this version of kam. Works where the present book is
    damaged or gone. Asks first.

    $ kam restore ~/.local/share/kam/backups/book-20260318T101500Z.db
    """
    real = os.path.realpath(c.db_path)
    if os.path.exists(real) and os.path.exists(file) and os.path.samefile(file, real):
        raise BadValue(f"{file} is the book itself. Name a backup of it: kam backup --list")
    make_folder(os.path.dirname(real))
    part = Part(f"{real}.restore.part")
    part.claim()
    try:
        is_sealed = stage(c, file, part.path, identity, passphrase_command)
        counts, about = bring_up(part.path, file, real)
        if not is_sealed:
            c.note(
                f"kam: {file} has no SHA-256 of its own (no backup by kam); what SQLite can check is sound"
            )
        c.confirm(
            f"Replace the book {c.db_path} by this backup?", [f"backup: {about}", f"book:   {state(real)}"]
        )
        aside = swap(c.db_path, real, part.path, counts)
    finally:
        part.drop()
        for end in ("-journal", "-wal", "-shm"):
            if os.path.exists(part.path + end):
                os.unlink(part.path + end)
    kept = f"; the book as it was: {aside}" if aside else ""
    line = f"restored {c.db_path} from {file} ({about}){kept}"
    return Saved(line, {"path": c.db_path, "from": file, "kept": aside, "rows": sum(counts.values())})


# --- the backup, beside the book ----------------------------------------------------------------------------


def stage(c: Context, file: str, part: str, identity: str | None, command: str | None) -> bool:
    """Write the backup's database to ``part``; gives whether a seal vouches for each bit of it. Raises NoBook."""
    from io import BytesIO

    try:
        if not stat.S_ISREG(os.stat(file).st_mode):
            raise NoBook(f"{file} is no file. See: kam backup --list")
        encrypted = is_encrypted(file)
        with open(part, "r+b", buffering=0) as target:
            put = writing(target)
            if encrypted:
                return unseal(BytesIO(decrypt(c, file, identity, command)), file, put)
            with open(file, "rb") as source:
                is_sealed = unseal(source, file, put, is_torn=os.path.exists(f"{file}-journal"))
    except OSError as error:
        raise NoBook(f"{file} cannot be read: {error.strerror}. See: kam backup --list") from None
    if not is_sealed:
        take_journal(file, part)
    return is_sealed


def writing(target: FileIO) -> Callable[[bytes], None]:
    """How to write a block. What is raised is KamError: what can be read must not be said to be unreadable."""

    def put(block: bytes) -> None:
        try:
            while block:
                block = block[target.write(block) :]
        except OSError as error:
            raise KamError(
                f"cannot write {target.name}: {error.strerror}; the book is as it was. See to the disk"
            ) from None

    return put


def take_journal(file: str, part: str) -> None:
    """A copy of a folder may hold an unfinished write; SQLite takes it back where it finds the journal beside."""
    for end in ("-journal", "-wal"):
        if os.path.exists(file + end):
            with open(file + end, "rb") as source, open(part + end, "wb") as target:
                while block := source.read(1 << 20):
                    target.write(block)


def bring_up(part: str, file: str, present: str) -> tuple[dict[str, int], str]:
    """Verify the database in ``part`` and migrate it; gives its rows by table, and what is in it, in a line.

    Raises NoBook where it is damaged, foreign, empty, or of a newer kam.
    """
    from kam_cli import erasure, migrations

    try:
        version = read_header(part)
        if version > migrations.LATEST:
            raise NoBook(
                f"{file} was written by a newer kam (schema {version}). Upgrade kam; nothing was changed"
            )
        # Under the book's own name: what is kept beside that (who was erased) counts for its backups, too.
        book = Book(present, connect(part))
        try:
            book.conn.execute("PRAGMA journal_mode = DELETE")
            if fault := unsound(book.conn):
                raise NoBook(
                    f"{file} is damaged ({fault}). Save what can be read: kam check {file} --repair NEW"
                )
            if version < migrations.LATEST:
                migrations.apply(book)
            # Who was erased since the backup was made is erased from it, before anybody sees it.
            erasure.reapply(book, present)
            counts, about = count_rows(book.conn), content(book)
        finally:
            book.close()
    except NoBook as error:
        raise NoBook(str(error).replace(part, file)) from None
    except BROKEN as error:
        raise NoBook(f"{file} cannot be read ({error}). See: kam backup --list") from None
    sync(part)
    return counts, about


def content(book: Book) -> str:
    """``12 clients, 340 interactions, last change 2026-03-18 10:15``, in the book's own time zone."""
    from kam_cli.values.clock import to_local

    counts = [
        (book.value(f"SELECT count(*) FROM {table} WHERE deleted_at IS NULL"), name)
        for table, name in (("clients", "client"), ("interactions", "interaction"))
    ]
    what = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts)
    changed = book.value("SELECT max(at) FROM commands") or book.meta["created_at"]
    return f"{what}, last change {to_local(changed, book.meta['tz']):%Y-%m-%d %H:%M}"


# --- the book ------------------------------------------------------------------------------------------------


def state(real: str) -> str:
    """What is now in the place of the book."""
    if not os.path.exists(real):
        return "none there"
    try:
        read_header(real)
        book = Book(real, still(real))
        try:
            return content(book)
        finally:
            book.close()
    except (KamError, *BROKEN):
        return "cannot be read"


def swap(book: str, real: str, part: str, counts: dict[str, int]) -> str | None:
    """Put ``part`` in the place of the book, under the lock; gives where the old one is kept, None if there was none.

    Raises NoBook where the disk gives back something else than was written.

    Whoever has the old file open goes on reading it; a write there is refused by SQLite, since its name is gone.
    """
    from kam_cli.book import BUSY_SECONDS
    from kam_cli.lock import Lock

    lock = Lock(book, BUSY_SECONDS)
    lock.acquire()
    try:
        aside = keep_aside(real)
        os.rename(part, real)
        sync(os.path.dirname(real))
        # Still under the lock: what another kam writes next is no fault of the disk.
        if not reads_back(real, counts):
            kept = f" The book as it was is {aside}." if aside else ""
            raise NoBook(
                f"{real} does not read back as it was written.{kept} Is the disk sound? Try: kam check"
            )
    except OSError as error:
        raise KamError(
            f"the disk failed while {book} was replaced ({error.strerror}). The book as it was is there, or beside it as "
            f"{os.path.basename(real)}.before-restore-…: see kam check, then restore again"
        ) from None
    finally:
        lock.release()
    return aside


def keep_aside(real: str) -> str | None:
    """The old book under another name, with the journal of a write that was broken off, which must not meet the new one.

    Without such a journal the book has two names for a moment, so that at no time there is none. With one it is
    moved first: no book at all is noticed, half of a write without its journal is not.
    """
    if not os.path.lexists(real):
        put_leftovers_aside(real)
        return None
    stem = f"{real}.before-restore-{utc_now().replace('-', '').replace(':', '')}"
    aside, number = stem, 2
    while os.path.lexists(aside):
        aside, number = f"{stem}.{number}", number + 1
    ends = [end for end in ("-journal", "-wal", "-shm") if os.path.lexists(real + end)]
    try:
        if ends:
            raise OSError
        os.link(real, aside)
    except OSError:  # also where the file system knows no second names
        os.rename(real, aside)
    for end in ends:
        os.rename(real + end, aside + end)
    sync(os.path.dirname(real))
    return aside


def reads_back(real: str, counts: dict[str, int]) -> bool:
    """Whether what is now in place is sound, and has all rows."""
    try:
        conn = connect(real)
        try:
            is_book = conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            return is_book and not unsound(conn) and count_rows(conn) == counts
        finally:
            conn.close()
    except BROKEN:
        return False
