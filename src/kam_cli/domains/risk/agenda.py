"""How `kam find` shows an assessment; it puts nothing on the agenda."""

from kam_cli.agenda import Hit, Part

PARTS: tuple[Part, ...] = ()

HIT = Hit(
    "'assessment' || coalesce(': ' || t.note, '')",
    "'risk'",
    "kam risk show {client}",
    day="t.assessed_on",
)
