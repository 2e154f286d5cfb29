"""What happened with a client or one person, and what is open: the queries of the pages that show a card."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

# ``owner`` is ``client_id`` or ``contact_id`` throughout; every query goes by an index on it.
_INTERACTION = """
SELECT i.id, i.client_id, c.name AS client, i.kind, i.occurred_at, i.is_timed, i.direction,
  i.outcome, i.minutes, i.text, i.contact_id, p.name AS contact,
  (SELECT group_concat(o.name, ', ') FROM interaction_people x JOIN contacts o ON o.id = x.contact_id
    WHERE x.interaction_id = i.id) AS others,
  i.deal_id, d.title AS deal, i.is_planned
FROM interactions i LEFT JOIN clients c ON c.id = i.client_id LEFT JOIN contacts p ON p.id = i.contact_id
  LEFT JOIN deals d ON d.id = i.deal_id
WHERE i.deleted_at IS NULL AND i.is_planned = ? AND"""
_TOOK_PART = (
    "(i.contact_id = ? OR i.id IN (SELECT interaction_id FROM interaction_people WHERE contact_id = ?))"
)


def interactions(book: Book, owner: str, owner_id: int, last: int) -> list[Row]:
    """The last contacts, newest first."""
    where, args = _whose(owner, owner_id)
    return book.rows(
        f"{_INTERACTION} {where} ORDER BY i.occurred_at DESC, i.id DESC LIMIT ?", (0, *args, last)
    )


def appointments(book: Book, owner: str, owner_id: int) -> list[Row]:
    """What is agreed and not yet held, the next first."""
    where, args = _whose(owner, owner_id)
    return book.rows(f"{_INTERACTION} {where} ORDER BY i.occurred_at, i.id", (1, *args))


def count(book: Book, owner: str, owner_id: int) -> int:
    """How many contacts there were."""
    where, args = _whose(owner, owner_id)
    sql = "SELECT count(*) FROM interactions i WHERE i.deleted_at IS NULL AND i.is_planned = 0 AND "
    return int(book.value(sql + where, args))


def _whose(owner: str, owner_id: int) -> tuple[str, tuple[int, ...]]:
    return ("i.client_id = ?", (owner_id,)) if owner == "client_id" else (_TOOK_PART, (owner_id, owner_id))


def open_deals(book: Book, owner: str, owner_id: int) -> list[Row]:
    """Open deals, the next to close first.

    (The plus keeps SQLite from going through all open deals instead of this client's.)
    """
    return book.rows(
        "SELECT d.id, d.client_id, c.name AS client, d.title, s.name AS stage, d.value_minor, d.currency, "
        "coalesce(d.probability_pct, s.probability_pct) AS probability_pct, d.close_on, d.contact_id, "
        "p.name AS contact FROM deals d JOIN stages s ON s.id = d.stage_id "
        "LEFT JOIN clients c ON c.id = d.client_id LEFT JOIN contacts p ON p.id = d.contact_id "
        f"WHERE d.{owner} = ? AND +d.status = 'open' AND d.deleted_at IS NULL "
        "ORDER BY d.close_on NULLS LAST, d.id",
        (owner_id,),
    )


def tasks(book: Book, owner: str, owner_id: int) -> list[Row]:
    """Tasks not yet done, the next due first."""
    return book.rows(
        "SELECT t.id, t.client_id, c.name AS client, t.title, t.due_on, t.due_time, t.repeat_rule, "
        "t.contact_id, p.name AS contact FROM tasks t LEFT JOIN clients c ON c.id = t.client_id "
        "LEFT JOIN contacts p ON p.id = t.contact_id "
        f"WHERE t.{owner} = ? AND t.done_at IS NULL AND t.deleted_at IS NULL "
        "ORDER BY t.due_on NULLS LAST, t.due_time NULLS LAST, t.id",
        (owner_id,),
    )


def answers(book: Book, owner: str, owner_id: int, last: int) -> list[Row]:
    """The last NPS answers, newest first."""
    from kam_cli.domains.nps.rules import group_of

    rows = book.rows(
        "SELECT a.id, a.client_id, c.name AS client, a.answered_on, a.score, a.contact_id, "
        "p.name AS contact, a.reason, a.product FROM nps_answers a LEFT JOIN clients c ON c.id = a.client_id "
        f"LEFT JOIN contacts p ON p.id = a.contact_id WHERE a.{owner} = ? AND a.deleted_at IS NULL "
        "ORDER BY a.answered_at DESC, a.id DESC LIMIT ?",
        (owner_id, last),
    )
    return [{**row, "nps_group": group_of(row["score"])} for row in rows]
