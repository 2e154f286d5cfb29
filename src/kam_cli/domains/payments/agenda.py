"""How `kam find` shows a payment; none waits for anything."""

from kam_cli.agenda import Hit, Part

PARTS: tuple[Part, ...] = ()

HIT = Hit(
    "kam_money(t.amount_minor, t.currency) || coalesce(', ' || t.note, '')",
    "t.kind",
    "kam payment show {id}",
    day="t.paid_on",
)
