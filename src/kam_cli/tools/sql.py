"""`kam sql`: questions to the book in SQL, which cannot change it."""

from __future__ import annotations

import sqlite3

from kam_cli.command import verb
from kam_cli.errors import BadValue
from kam_cli.kinds import text
from kam_cli.output import Rows
from kam_cli.params import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context


@verb()
def sql(c: Context, query: str = words(text, "one SELECT; - reads it from stdin")) -> Rows:
    """Ask the book in SQL, read-only; `kam schema` tells the tables and columns.

    $ kam sql "SELECT city, count(*) AS clients FROM clients GROUP BY city"
    """
    conn = c.book.conn
    conn.execute("PRAGMA query_only = ON")
    conn.set_authorizer(reading_only)
    try:
        cursor = conn.execute(query)
        if cursor.description is None:
            raise BadValue(
                "QUERY: that is not a question: write one SELECT. Changes go through kam's commands"
            )
        rows = [dict(zip(column_names(cursor), row, strict=True)) for row in cursor.fetchall()]
    except (sqlite3.Error, sqlite3.Warning) as error:
        message = str(error)
        if "not authorized" in message or "prohibited" in message:
            raise BadValue(
                "kam sql only reads: write one SELECT. Changes go through kam's commands"
            ) from None
        raise BadValue(f"QUERY: {message}. See: kam schema") from None
    finally:
        conn.set_authorizer(None)
        conn.execute("PRAGMA query_only = OFF")
    return Rows(rows, empty="no rows")


def reading_only(action: int, first: str | None, second: str | None, *_: object) -> int:
    """Reading, functions, and nothing else: no ATTACH, no PRAGMA that sets, no writing."""
    if action in (
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    ):
        return sqlite3.SQLITE_DENY if second == "load_extension" else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (
        second is None or first in ("table_info", "index_list", "data_version")
    ):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def column_names(cursor: sqlite3.Cursor) -> list[str]:
    """The names of the columns; a second one of a name gets a number, so that no value is lost."""
    names: list[str] = []
    for name, *_ in cursor.description:
        number = 2
        fresh = name
        while fresh in names:
            fresh, number = f"{name}_{number}", number + 1
        names.append(fresh)
    return names
