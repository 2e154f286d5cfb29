"""`kam init`: the only command that makes a book."""

from __future__ import annotations

import os

from kam_cli.command import verb
from kam_cli.errors import BadValue
from kam_cli.kinds import country, line
from kam_cli.output import Saved
from kam_cli.params import Kind, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context


def _zone(c: Context, text: str) -> str:
    from kam_cli.values.clock import check_tz

    return check_tz(text)


@verb()
def init(
    c: Context,
    currency: str | None = opt(line, "ISO code of amounts typed without one; EUR"),
    tz: str | None = opt(
        Kind(_zone, "TEXT"), "time zone in which your days begin, e.g. Europe/Warsaw; the system's"
    ),
    name: str | None = opt(line, "your name"),
    country: str | None = opt(country, "your country, for phone numbers and holidays"),
) -> Saved:
    """Start a book; where there is one already, say so and leave it alone.

    $ kam init --currency EUR --tz Europe/Warsaw --name "Ewa Lis"
    """
    path = c.db_path
    created = create(path, settings(currency, tz, name, country))
    meta = c.book.meta
    line = (
        f"started the book {path} ({meta['currency']}, {meta['tz']})"
        if created
        else f"there is a book already: {path}"
    )
    hints = ['next: kam client add "Acme GmbH" --phone … --every 3w'] if created else []
    return Saved(
        line, {"path": path, "created": created, "currency": meta["currency"], "tz": meta["tz"]}, hints
    )


def settings(currency: str | None, tz: str | None, name: str | None, country: str | None) -> dict[str, Any]:
    """The row of ``meta`` for a new book. Raises BadValue for an unknown currency or time zone."""
    from kam_cli.book import new_uid, utc_now
    from kam_cli.values.clock import check_tz
    from kam_cli.values.money import is_currency

    code = (currency or "EUR").upper()
    if not is_currency(code):
        raise BadValue(f"--currency: {currency!r} is not an ISO 4217 code such as EUR or PLN")
    now = utc_now()
    return {
        "id": 1,
        "book_uid": new_uid(),
        "device_uid": new_uid(),
        "owner_name": name,
        "currency": code,
        "tz": check_tz(tz) if tz else system_tz(),
        "country": country,
        "created_at": now,
        "updated_at": now,
    }


def create(path: str, meta: dict[str, Any]) -> bool:
    """Make the book, whole or not at all; of several at once one makes it. Gives whether this one did."""
    from kam_cli.atomic import make_folder, sync
    from kam_cli.book import Book, put_leftovers_aside, read_header
    from kam_cli.lock import Lock

    folder = os.path.dirname(os.path.abspath(path))
    make_folder(folder)
    lock = Lock(path, 30)
    lock.acquire()
    try:
        if os.path.lexists(path):
            read_header(path)
            return False
        fresh = f"{path}.new"
        if os.path.exists(fresh):
            os.unlink(fresh)
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            _fill(Book, fresh, meta)
            put_leftovers_aside(path)
            os.rename(fresh, path)
        except BaseException:
            if os.path.exists(fresh):
                os.unlink(fresh)
            raise
        sync(folder)
    finally:
        lock.release()
    return True


def _fill(book_class: Any, path: str, meta: dict[str, Any]) -> None:
    from kam_cli.book import APPLICATION_ID, connect
    from kam_cli.migrations import apply

    book = book_class(path, connect(path))
    try:
        book.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        apply(book)
        names = ", ".join(meta)
        book.conn.execute("BEGIN IMMEDIATE")
        book.conn.execute(
            f"INSERT INTO meta ({names}) VALUES ({', '.join('?' * len(meta))})", tuple(meta.values())
        )
        seed(book)
        # The first state of a book is no change of it: there is nothing to undo yet.
        book.conn.execute("DELETE FROM journal")
        book.conn.execute("COMMIT")
    finally:
        book.close()


def seed(book: Any) -> None:
    """What a new book starts with: the stages of the work cycle."""
    from kam_cli.domains.stages.store import seed as seed_stages

    seed_stages(book)


def system_tz() -> str:
    """The system's IANA zone: TZ, the link /etc/localtime, else UTC."""
    from kam_cli.values.clock import check_tz

    link = os.path.realpath("/etc/localtime")
    for name in (os.environ.get("TZ", "").lstrip(":"), link.partition("/zoneinfo/")[2]):
        if name:
            try:
                return check_tz(name)
            except BadValue:
                continue
    return "UTC"
