"""What tasks put on the agenda: those that are open and have a day."""

from kam_cli.agenda import Hit, Part
from kam_cli.calendars import Dated

_OPEN = "t.done_at IS NULL AND t.deleted_at IS NULL AND c.archived_at IS NULL"


def _part(section: str, where: str, now: str | None) -> Part:
    return Part(
        section,
        "task",
        source="tasks t LEFT JOIN clients c ON c.id = t.client_id",
        where=f"{_OPEN} AND {where}",
        columns="t.id, t.title || coalesce(' (' || p.name || ')', '') AS text, t.due_on, t.due_time",
        joins="LEFT JOIN contacts p ON p.id = t.contact_id",
        order="t.due_on, t.due_time, t.id",
        command="kam task done {id}",
        now=now,
    )


PARTS = (
    _part("overdue", "t.due_on < :today", "1"),
    _part("today", "t.due_on = :today", "coalesce(t.due_time, '') <= :clock"),
    _part("next", "t.due_on > :today AND t.due_on <= :until", None),
)

HIT = Hit(
    "t.title",
    "CASE WHEN t.done_at IS NULL THEN 'open' ELSE 'done' END",
    "kam task show {id}",
    day="coalesce(t.done_at, t.due_on)",
    due_on="CASE WHEN t.done_at IS NULL THEN t.due_on END",
)

DATED = (
    Dated(
        "tasks t LEFT JOIN clients c ON c.id = t.client_id LEFT JOIN contacts p ON p.id = t.contact_id",
        "t.id, t.uid, t.updated_at, t.due_on AS day, t.due_time AS time, c.name AS client, p.name AS contact, "
        "t.title AS summary, t.note AS text",
        # What is overdue is still to be done.
        "t.due_on IS NOT NULL AND t.done_at IS NULL AND t.deleted_at IS NULL",
        "t.due_on, t.due_time, t.id",
        todo=True,
    ),
)
