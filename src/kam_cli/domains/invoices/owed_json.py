"""Receivables of very many clients as JSON that SQLite itself writes: making the text in Python would take longer than
adding up the amounts."""

from __future__ import annotations

import sqlite3
from operator import itemgetter

from kam_cli.domains.invoices import owed, rules
from kam_cli.values.currencies import decimals, other_decimals

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime

    from kam_cli.book import Book

MOST = 10**14  # minor units that a number of SQLite's writes exactly


def text(book: Book, day: datetime.date, days: list[int]) -> str | None:
    """The rows of `owed.table` by client, as the JSON of a list; None where this way cannot write them exactly."""
    values, firsts = {"day": day.isoformat()}, rules.due_from(day, days)
    credits = owed.credits_of(book, values, by_client=True)
    values |= {f"d{index}": first for index, first in enumerate(firsts)}
    try:
        found = book.conn.execute(_query(book, owed.source_of(book, values), days), values).fetchall()
    except sqlite3.OperationalError:
        return None  # a sum beyond 2^63, or a name that is no UTF-8
    owed.arrange(book, found, total=0, currency=3)
    if found and max(map(itemgetter(0), found)) >= MOST:
        return None
    lines = [line for _, line, *_ in found]
    if credits:
        unpaid = {(client, currency): at for at, (_, _, client, currency) in enumerate(found)}
        if not credits.keys().isdisjoint(unpaid) or any(minor >= MOST for minor in credits.values()):
            return None
        lines += [_credit(book, key, minor, days) for key, minor in owed.by_size(credits)]
    whole = "[" + ",\n ".join(lines) + "]"
    # Of what a terminal would obey nothing may stand there as it is.
    return whole if whole.replace("\n", "").isprintable() else None


def _query(book: Book, source: str, days: list[int]) -> str:
    """``total line client_id currency`` a row."""
    sums = owed.sums(len(days) + 1)
    columns = ", ".join(f"{one} AS b{at}" for at, one in enumerate(sums))
    home = book.meta["currency"]
    whens = f"WHEN '{home}' THEN {10 ** decimals(home)} " + " ".join(
        f"WHEN '{one}' THEN {10**digits}" for one, digits in other_decimals().items()
    )
    inner = (
        f"SELECT client_id, currency, sum(minor) AS t, {columns}, CASE currency {whens} ELSE 100 END AS u "
        f"FROM ({source}) GROUP BY client_id, currency HAVING t <> 0"
    )
    parts = [
        "'{\"client_id\": ' || client_id",
        "', \"client\": ' || json_quote((SELECT name FROM clients WHERE id = client_id))",
        '\', "currency": "\' || currency',
        f'\'", "total": \' || {_amount("t")}',
    ]
    parts += [f"', \"{name}\": ' || {_amount(f'b{at}')}" for at, name in enumerate(rules.buckets(days))]
    line = " || ".join([*parts, "', \"credit\": 0}'"])
    return f"SELECT t, {line}, client_id, currency FROM ({inner})"


def _amount(sql: str) -> str:
    return f"CASE WHEN {sql} = 0 THEN 0 WHEN {sql} % u THEN {sql} * 1.0 / u ELSE {sql} / u END"


def _credit(book: Book, key: tuple[int | None, str], minor: int, days: list[int]) -> str:
    """The row of a client who owes nothing and has credit."""
    from kam_cli.encode import json_line, public

    names = [f"{name}_minor" for name in rules.buckets(days)]
    row = dict.fromkeys(("total_minor", *names), 0)
    name = owed.name_of(book, key[0])
    return json_line(
        public({"client_id": key[0], "client": name, "currency": key[1], **row, "credit_minor": minor})
    )
