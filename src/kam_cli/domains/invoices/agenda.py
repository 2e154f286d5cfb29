"""How `kam find` shows an invoice; what is overdue is on the agenda as a debt."""

from kam_cli.agenda import Hit, Part

PARTS: tuple[Part, ...] = ()

HIT = Hit(
    "coalesce(t.number || ', ', '') || kam_money(t.amount_minor, t.currency)",
    "t.kind",
    "kam invoice show {id}",
    day="t.issued_on",
    due_on="CASE WHEN t.open_minor > 0 THEN t.due_on END",
)
