"""What offers put on the agenda: those that were sent and are about to expire, or have, without an answer."""

from kam_cli.agenda import Hit, Part

PARTS = (
    Part(
        "offer",
        "offer",
        # Left to itself, SQLite would walk through all offers of a client.
        source="offers o INDEXED BY offers_open JOIN clients c ON c.id = o.client_id",
        where="o.status = 'sent' AND o.deleted_at IS NULL AND c.archived_at IS NULL AND o.valid_until <= :until",
        columns="o.id, CASE WHEN o.valid_until < :today THEN 'expired without an answer: ' ELSE 'expires: ' END || "
        "o.number || coalesce(' for ' || (SELECT title FROM deals WHERE id = o.deal_id), '') AS text, "
        "o.valid_until AS due_on, NULL AS due_time",
        order="o.valid_until, o.id",
        command="kam offer show {id}",
        now="o.valid_until BETWEEN :today AND date(:today, '+2 days')",
    ),
)

HIT = Hit(
    "t.number || coalesce(' · ' || (SELECT title FROM deals WHERE id = t.deal_id), '')",
    "t.status",
    "kam offer show {id}",
    day="t.issued_on",
    due_on="CASE WHEN t.status IN ('draft', 'sent') THEN t.valid_until END",
)
