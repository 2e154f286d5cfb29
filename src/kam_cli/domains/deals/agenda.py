"""What deals put on the agenda: open ones whose expected date has passed, or comes soon."""

from kam_cli.agenda import Hit, Part

_OPEN = "d.status = 'open' AND d.deleted_at IS NULL AND c.archived_at IS NULL"


def _part(section: str, where: str) -> Part:
    return Part(
        section,
        "deal",
        # Left to itself, SQLite would walk through all open deals.
        source="deals d INDEXED BY deals_close JOIN clients c ON c.id = d.client_id",
        where=f"{_OPEN} AND {where}",
        columns="d.id, d.title || coalesce(', in ' || s.name, '') AS text, d.close_on AS due_on, "
        "NULL AS due_time",
        joins="LEFT JOIN stages s ON s.id = d.stage_id",
        order="d.close_on, d.id",
        command="kam deal edit {id} --close …",
    )


PARTS = (
    _part("deal", "d.close_on < :today"),
    _part("next", "d.close_on >= :today AND d.close_on <= :until"),
)

HIT = Hit(
    "t.title",
    "t.status",
    "kam deal show {id}",
    day="coalesce(t.closed_on, t.close_on)",
    due_on="CASE WHEN t.status = 'open' THEN t.close_on END",
)
