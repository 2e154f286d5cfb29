"""What interactions put on the agenda: appointments, also those of which nobody said what came of them."""

from kam_cli.agenda import Hit, Part
from kam_cli.calendars import Dated

_OPEN = "i.is_planned = 1 AND i.deleted_at IS NULL AND i.outcome IS NULL AND c.archived_at IS NULL"


def _part(section: str, where: str, now: str) -> Part:
    return Part(
        section,
        "appointment",
        source="interactions i JOIN clients c ON c.id = i.client_id",
        where=f"{_OPEN} AND {where}",
        columns="i.id, i.kind || coalesce(': ' || i.text, '') || coalesce(' (' || p.name || ')', '') "
        "AS text, i.occurred_at AS due_at, i.is_timed",
        joins="LEFT JOIN contacts p ON p.id = i.contact_id",
        order="i.occurred_at, i.id",
        command="kam log edit {id} --outcome …",
        now=now,
    )


PARTS = (
    _part("overdue", "i.occurred_at < :day_start", "1"),
    _part(
        "today",
        "i.occurred_at >= :day_start AND i.occurred_at < :day_end",
        "(i.is_timed = 0 OR i.occurred_at <= :soon)",
    ),
    _part(
        "next",
        "i.occurred_at >= :day_end AND i.occurred_at < :until_end",
        # Shortly before midnight the next hour belongs to tomorrow.
        "i.is_timed = 1 AND i.occurred_at <= :soon",
    ),
)

HIT = Hit(
    "t.text",
    "t.kind",
    "kam log show {id}",
    day="t.occurred_at",
    due_on="CASE WHEN t.is_planned THEN t.occurred_at END",
)

DATED = (
    Dated(
        "interactions t JOIN clients c ON c.id = t.client_id LEFT JOIN contacts p ON p.id = t.contact_id",
        "t.id, t.uid, t.updated_at, t.occurred_at AS at, t.is_timed, t.minutes, t.kind, c.name AS client, p.name AS contact, "
        "t.kind || ': ' || c.name AS summary, t.text, t.outcome = 'cancelled' AS is_cancelled",
        "t.occurred_at >= :since AND t.is_planned = 1 AND t.deleted_at IS NULL",
        "t.occurred_at, t.id",
    ),
)
