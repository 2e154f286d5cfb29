"""What contracts put on the agenda: those whose renewal is to be decided, and those that ran out undecided."""

from kam_cli.agenda import Hit, Part

_AFTER = "30 days"  # so long after its end an undecided one is still spoken of
_DAYS = "CAST(julianday(k.ends_on) - julianday(:today) AS INTEGER)"

PARTS = (
    Part(
        "renewal",
        "renewal",
        source="contracts k INDEXED BY contracts_notice JOIN clients c ON c.id = k.client_id",
        where="k.status = 'signed' AND k.ended_on IS NULL AND k.deleted_at IS NULL AND c.archived_at IS NULL "
        f"AND k.notice_on <= :today AND k.ends_on >= date(:today, '-{_AFTER}')",
        columns="k.id, k.title || coalesce(' no. ' || k.number, '') || CASE WHEN k.ends_on < :today THEN ', ran out' "
        f"WHEN k.ends_on = :today THEN ', ends today' ELSE ', ends in ' || {_DAYS} || ' days' END AS text, "
        "k.ends_on AS due_on, NULL AS due_time",
        order="k.notice_on, k.ends_on, k.id",
        command="kam contract extend {id} --until …",
        now="1",
    ),
)

HIT = Hit(
    "t.title || coalesce(' no. ' || t.number, '')",
    "t.status",
    "kam contract show {id}",
    day="coalesce(t.ended_on, t.signed_on)",
    due_on="CASE WHEN t.ended_on IS NULL THEN t.ends_on END",
)
