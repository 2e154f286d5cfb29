"""What debts put on the agenda: promises that were broken or are due soon, and who is overdue and was not reminded of late."""

from kam_cli.agenda import Hit, Part
from kam_cli.domains.debts import promises

_OWES = (
    "x.client_id = {0}.client_id AND x.currency = {0}.currency AND x.open_minor > 0 AND x.deleted_at IS NULL"
)
_PROMISED = "'promised ' || kam_money(m.amount_minor, m.currency)"


# Not kept, and no newer promise has taken its place.
_IS_UP = (
    "m.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM promises n WHERE n.client_id = m.client_id "
    "AND n.currency = m.currency AND n.deleted_at IS NULL AND n.promised_on > m.due_on) "
    f"AND NOT {promises.IS_KEPT}"
)


def _promise(section: str, where: str, now: str | None) -> Part:
    return Part(
        section,
        "promise",
        source="promises m INDEXED BY promises_due JOIN clients c ON c.id = m.client_id",
        where=f"{where} AND c.archived_at IS NULL "
        f"AND EXISTS (SELECT 1 FROM invoices x WHERE {_OWES.format('m')}) AND {_IS_UP}",
        columns=f"m.id, {_PROMISED} AS text, m.due_on, NULL AS due_time",
        order="m.due_on, m.id",
        command="kam debt show {client}",
        now=now,
    )


_OVERDUE = Part(
    "debt",
    "debt",
    source="invoices i INDEXED BY invoices_open JOIN clients c ON c.id = i.client_id",
    # A line a debtor: his oldest invoice, unless he was reminded of late, or a promise of his is up.
    where="i.open_minor > 0 AND i.deleted_at IS NULL AND i.due_on < :today AND c.archived_at IS NULL "
    f"AND NOT EXISTS (SELECT 1 FROM invoices x WHERE {_OWES.format('i')} AND (x.due_on, x.id) < (i.due_on, i.id)) "
    "AND NOT EXISTS (SELECT 1 FROM debt_letters l WHERE l.client_id = i.client_id AND l.sent_on > :reminded) "
    "AND NOT EXISTS (SELECT 1 FROM promises m WHERE m.client_id = i.client_id AND m.currency = i.currency "
    f"AND {_IS_UP})",
    columns="i.id, 'owes ' || kam_money((SELECT sum(x.open_minor) FROM invoices x "
    f"WHERE {_OWES.format('i')} AND x.due_on < :today), i.currency) || ', ' || "
    "CAST(julianday(:today) - julianday(i.due_on) AS INTEGER) || ' days late' AS text, i.due_on, NULL AS due_time",
    order="i.due_on, i.id",
    command="kam debt remind {client}",
    now="1",
    noun="invoice",
)

PARTS = (
    _promise("debt", "m.due_on < :today", "1"),
    _OVERDUE,
    _promise("next", "m.due_on >= :today AND m.due_on <= :until", None),
)

HIT = Hit(
    _PROMISED.replace("m.", "t."),
    "'promise'",
    "kam debt show {client}",
    day="t.promised_on",
    due_on="t.due_on",
)
