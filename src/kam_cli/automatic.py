"""Backups that kam makes by itself: before bulk changes and migrations, once a day where asked for; and which are kept."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress

from kam_cli import backup
from kam_cli.errors import KamError, NoBook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.config import Config

MOST = 20_000  # rows from which on a change is a bulk change in any case: so many are read ahead at most


def bulk_rows(config: Config) -> int:
    """From how many rows on a change is preceded by a backup; 0: none is."""
    return min(int(config.get("backup.bulk_rows")), MOST)


def before_write(c: Context, rows: int) -> None:
    """The backups that are due before a write that may change so many rows, as `Context.write` asks.

    Raises KamError where the one before a bulk change cannot be made: what could not be brought back should not be
    begun. One of the day that fails is no more than told: a disk full of backups must not keep a call from being logged.
    """
    made = daily(c.book, c.note) if c.config.get("backup.daily") else None
    if made is None and rows > 1 and 0 < bulk_rows(c.config) <= rows:
        made = before(c.book, c.verb.name if c.verb else "change")
    if made:
        c.note(f"kam: backed up first: {made}")


def before(book: Book, what: str) -> str | None:
    """A backup before a bulk change (``what``: import, undo …). Gives its path; None where the newest one holds the same.

    Raises KamError where it fails.
    """
    if is_backed_up(book):
        return None
    try:
        return automatic(book, f"before-{what}")
    except (KamError, OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise KamError(
            f"the backup before this {what} could not be made ({why}), so nothing was begun. See to the disk, or go "
            "without: kam config set backup.bulk_rows 0"
        ) from None


def daily(book: Book, note: Callable[[str], None]) -> str | None:
    """A backup where the owner's day has none yet; where it has, this costs one listing of the folder.

    What goes wrong is told by ``note``.
    """
    from kam_cli.stamps import utc_now
    from kam_cli.values.clock import to_local

    tz = book.meta["tz"]
    try:
        today = to_local(utc_now(), tz).date()
        # One of a day to come was made while the clock was wrong; this day needs its own.
        found = [one for one in backup.own(book.path) if one.reason == "daily"]
        if any(to_local(one.made_at, tz).date() == today for one in found):
            return None
        return automatic(book, "daily")
    except (KamError, OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        note(f"kam: the backup of the day could not be made ({why}). Try: kam backup")
        return None


def automatic(book: Book, reason: str) -> str:
    """A backup in `backup.folder`, named by the time and the reason; older automatic ones go by `rotate`. Gives its path."""
    from kam_cli.output import progress

    path = backup.free_name(book.path, reason)
    progress("making a backup …")
    try:
        backup.copy(book.path, path)
    finally:
        progress("")
    rotate(book.path, path)
    return path


def is_backed_up(book: Book) -> bool:
    """Whether the newest backup beside the book is whole, and nothing was journalled since.

    So an import that is mended and tried again does not drive older backups out.
    """
    try:
        own = [one for one in backup.own(book.path) if not one.path.endswith(".age")]
        newest = max((one.made_at for one in own), default="")
        return any(_holds_all(one.path, book) for one in own if one.made_at == newest)
    except (NoBook, OSError, *backup.BROKEN):
        return False


def _holds_all(path: str, book: Book) -> bool:
    from kam_cli.atomic import unseal

    state = (
        "SELECT (SELECT max(id) FROM commands), (SELECT max(id) FROM journal), (SELECT book_uid FROM meta)"
    )
    conn = backup.still(path)
    try:
        same = conn.execute(state).fetchone() == book.conn.execute(state).fetchone()
    finally:
        conn.close()
    if not same:
        return False
    with open(path, "rb") as file:
        return unseal(file, path)


# --- which are kept -----------------------------------------------------------------------------------------


def rotate(book_path: str, new: str = "") -> list[str]:
    """Remove automatic backups that no rule keeps, and what a killed backup left. Gives the paths removed.

    The ``new`` one stays, even where the clock was set back and it looks older than all others.
    """
    from kam_cli.atomic import Part
    from kam_cli.config import Config

    place = backup.folder(book_path)
    for name in backup.names(place):
        if name.endswith(".part"):
            Part(os.path.join(place, name)).clear()
    try:
        config = Config.load()
    except KamError:
        return []  # settings that cannot be read ask for nothing to be removed
    own = [one for one in backup.own(book_path) if one.reason]
    rules = {rule: int(config.get(f"backup.keep_{rule}")) for rule in ("last", "daily", "weekly", "monthly")}
    keep = kept([one.made_at for one in own], **rules)
    removed = [one.path for one in own if one.made_at not in keep and one.path != new]
    for path in removed:
        with suppress(OSError):  # the new one is there; an old one that stays does no harm
            os.unlink(path)
    return removed


def kept(times: Iterable[str], last: int, daily: int, weekly: int, monthly: int) -> set[str]:
    """Which of the instants the rules keep: the ``last`` ones, and the newest of each of so many days, ISO weeks and
    months that have one. The newest is always kept; rules that are all 0 keep everything."""
    import datetime

    newest_first = sorted(set(times), reverse=True)
    if not (last or daily or weekly or monthly):
        return set(newest_first)
    keep = set(newest_first[: max(1, last)])
    periods: tuple[tuple[int, Callable[[str], Any]], ...] = (
        (daily, lambda at: at[:10]),
        (weekly, lambda at: datetime.date.fromisoformat(at[:10]).isocalendar()[:2]),
        (monthly, lambda at: at[:7]),
    )
    for count, period in periods:
        newest: dict[Any, str] = {}
        for at in newest_first:
            newest.setdefault(period(at), at)
        keep.update(list(newest.values())[:count])
    return keep
