"""NPS answers in the book."""

from __future__ import annotations

from kam_cli.domains.clients.store import IN_COMMAND
from kam_cli.domains.nps import rules
from kam_cli.listing import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]
    Counts = tuple[int, int, int]  # promoters, passives, critics

GROUP = "CASE WHEN a.score >= 9 THEN 'promoter' WHEN a.score >= 7 THEN 'passive' ELSE 'critic' END"
RESPONDENT = "coalesce(contact_id, -client_id)"  # the contact, else the client
RANK = "answered_at || substr('000000000000' || id, -12)"  # grows with time, then with the number
PERIODS = ("week", "month", "quarter", "year")
ATTRIBUTES = ("segment", "source", "country")  # of the client
GROUPINGS = (*PERIODS, *ATTRIBUTES, "product", "client")

# Looked up for the rows that are shown, so that counting them all needs one table.
_CLIENT = "(SELECT name FROM clients WHERE id = a.client_id)"
_CONTACT = "(SELECT name FROM contacts WHERE id = a.contact_id)"
LISTING = Listing(
    {
        "id": "a.id", "uid": "a.uid", "client_id": "a.client_id", "client": _CLIENT,
        "contact_id": "a.contact_id", "contact": _CONTACT, "score": "a.score", "nps_group": GROUP,
        "reason": "a.reason", "product": "a.product", "answered_on": "a.answered_on",
        "answered_at": "a.answered_at", "created_at": "a.created_at", "updated_at": "a.updated_at",
    },
    "nps_answers a",
    base="a.deleted_at IS NULL",
    order="a.answered_on DESC, a.answered_at DESC, a.id DESC",
    show="id answered_on client contact score nps_group reason product",
    wide="contact product",
    empty="no answers. Add one: kam nps add CLIENT SCORE --reason …",
)  # fmt: skip

# kam_today() is given by the command.
_LAST_DAY = (
    "(SELECT a.answered_on FROM nps_answers a WHERE a.client_id = c.id AND a.deleted_at IS NULL "
    "ORDER BY a.answered_at DESC, a.id DESC LIMIT 1)"
)
DUE = Listing(
    {
        "client_id": "c.id", "client": "c.name", "stage": "c.stage", "nps_score": "c.nps_score",
        "nps_group": "c.nps_group", "answered_on": _LAST_DAY,
        "days": f"CAST(julianday(kam_today()) - julianday({_LAST_DAY}) AS INTEGER)",
        "last_contact_at": "c.last_contact_at",
        "command": f"replace('{rules.COMMANDS['unasked']}', '{{}}', {IN_COMMAND})",
    },
    "clients c",
    base="c.deleted_at IS NULL AND c.archived_at IS NULL AND c.stage <> 'lost'",
    order="CASE c.stage WHEN 'key' THEN 1 WHEN 'regular' THEN 2 WHEN 'new' THEN 3 ELSE 4 END, "
    "c.nps_answered_at, c.name_key, c.id",
    show="client stage nps_score answered_on days last_contact_at command",
    wide="last_contact_at command",
    empty="everybody was asked lately",
)  # fmt: skip


def of_respondent(book: Book, answer: Row) -> list[Row]:
    """All answers of the one who gave this one, newest first: ``id score answered_on reason``."""
    contact = answer["contact_id"]
    who = "contact_id = ?" if contact else "client_id = ? AND contact_id IS NULL"
    return book.rows(
        f"SELECT id, score, answered_on, reason FROM nps_answers WHERE {who} AND deleted_at IS NULL "
        "ORDER BY answered_at DESC, id DESC",
        (contact or answer["client_id"],),
    )


def standing(book: Book, answer: Row) -> Row:
    """Of an answer's client: ``handle``, ``is_last`` (none came later), ``is_spoken_to`` (reached since)."""
    row = book.row(
        "SELECT c.handle, coalesce(c.last_contact_at, '') > :answered_at AS is_spoken_to, NOT EXISTS "
        "(SELECT 1 FROM nps_answers a WHERE a.client_id = c.id AND a.deleted_at IS NULL "
        "AND (a.answered_at, a.id) > (:answered_at, :id)) AS is_last FROM clients c WHERE c.id = :client_id",
        answer,
    )
    assert row is not None
    return row


# --- the score ----------------------------------------------------------------------------------------------


def counts(
    book: Book, by: str | None, since: str | None, until: str | None, latest: bool
) -> list[tuple[Any, str | None, Counts]]:
    """Promoters, passives and critics of each group, as (key, label, counts) in no order.

    ``since`` and ``until`` are local dates, the second one exclusive. ``latest`` counts the last answer of
    each respondent only. The key is the client's number where ``by`` is client, else it is the label.
    """
    answers, args = _answers(by, since, until, latest)
    if by in PERIODS:
        key = "answered_on"
    elif by == "product":
        key = "product"
    else:
        key = "client_id" if by else "'all'"
    sums = "sum(score >= 9) AS p, sum(score BETWEEN 7 AND 8) AS q, sum(score <= 6) AS r"
    sql = f"SELECT {key} AS label, {sums} FROM {answers} GROUP BY label"
    if by == "client":
        # Adding up before the join spares a look-up for every answer.
        sql = f"SELECT g.label, c.name, p, q, r FROM ({sql}) g JOIN clients c ON c.id = g.label"
        return [(client, name, (p, q, r)) for client, name, p, q, r in book.conn.execute(sql, args)]
    if by in ATTRIBUTES:
        joined = f"({sql}) g JOIN clients c ON c.id = g.label"
        sql = f"SELECT c.{by}, sum(p), sum(q), sum(r) FROM {joined} GROUP BY c.{by}"
    found = [(label, (p, q, r)) for label, p, q, r in book.conn.execute(sql, args)]
    return [(label, label, count) for label, count in (_by_period(found, by) if by in PERIODS else found)]


def _by_period(days: list[tuple[str, Counts]], kind: str | None) -> list[tuple[str, Counts]]:
    from datetime import date

    from kam_cli.values.dates import period_label

    totals: dict[str, Counts] = {}
    for day, (p, q, r) in days:
        label = period_label(date.fromisoformat(day), str(kind))
        had = totals.get(label, (0, 0, 0))
        totals[label] = had[0] + p, had[1] + q, had[2] + r
    return list(totals.items())


def _answers(by: str | None, since: str | None, until: str | None, latest: bool) -> tuple[str, list[str]]:
    """A FROM clause of the answers to count, with its values."""
    span = [("answered_on >= ?", since), ("answered_on < ?", until)]
    where = " AND ".join(["deleted_at IS NULL", *(sql for sql, value in span if value)])
    args = [value for _, value in span if value]
    # SQLite would go through the index of days and look up every row from there: ten times slower.
    table = "nps_answers NOT INDEXED" if (latest or by == "product") and not args else "nps_answers"
    if not latest:
        return f"{table} WHERE {where}", args
    columns = "client_id, product, answered_on, score"
    # With max() SQLite takes the other columns from the row that holds it.
    return f"(SELECT {columns}, max({RANK}) FROM {table} WHERE {where} GROUP BY {RESPONDENT})", args


def population(book: Book, by: str | None) -> dict[Any, int]:
    """How many clients the book has: of each group where ``by`` divides them, else all under None."""
    key = f"c.{by}" if by in ATTRIBUTES else "c.id" if by == "client" else "NULL"
    rows = book.conn.execute(
        f"SELECT {key} AS label, count(*) FROM clients c WHERE c.deleted_at IS NULL GROUP BY label"
    )
    return dict(rows.fetchall())


# --- movements ----------------------------------------------------------------------------------------------


_BEFORE = (
    "SELECT b.id FROM nps_answers b WHERE {who} AND b.deleted_at IS NULL AND b.answered_on < :since "
    "ORDER BY b.answered_at DESC, b.id DESC LIMIT 1"
)
_MOVES = f"""
WITH span AS (
  SELECT CAST(substr(max({RANK}), 21) AS INTEGER) AS last_id,
    CAST(substr(min({RANK}), 21) AS INTEGER) AS first_id
  FROM nps_answers WHERE deleted_at IS NULL AND answered_on >= :since AND answered_on < :until
  GROUP BY {RESPONDENT})
SELECT a.id, a.client_id, c.name AS client, p.name AS contact, b.score AS from_score, a.score AS to_score,
  a.reason, a.answered_on AS "on", b.answered_at AS from_at, a.answered_at AS to_at
FROM span JOIN nps_answers a ON a.id = span.last_id JOIN clients c ON c.id = a.client_id
LEFT JOIN contacts p ON p.id = a.contact_id
LEFT JOIN nps_answers b ON b.id = coalesce(
  CASE WHEN a.contact_id IS NULL
    THEN ({_BEFORE.format(who="b.client_id = a.client_id AND b.contact_id IS NULL")})
    ELSE ({_BEFORE.format(who="b.contact_id = a.contact_id")}) END,
  nullif(span.first_id, span.last_id))
ORDER BY a.answered_at DESC, a.id DESC"""


def moves(book: Book, since: str, until: str) -> list[Row]:
    """The last answer of everybody who answered from ``since`` to before ``until``, newest first.

    Beside it the one to compare it with: the last before ``since``, else the first of the respondent in the
    period; nothing where that is the same answer.
    """
    return book.rows(_MOVES, {"since": since, "until": until})


def contact_between(book: Book, client_id: int, after: str, until: str) -> Row | None:
    """The last contact that reached the client between two instants: ``kind occurred_at text``."""
    return book.row(
        "SELECT kind, occurred_at, text FROM interactions WHERE client_id = ? AND is_reached = 1 "
        "AND deleted_at IS NULL AND occurred_at > ? AND occurred_at <= ? ORDER BY occurred_at DESC LIMIT 1",
        (client_id, after, until),
    )


def give_today(book: Book, today: datetime.date) -> None:
    """Let SQL of this connection ask for the owner's day: ``kam_today()``."""
    book.conn.create_function("kam_today", 0, today.isoformat)
