"""How `kam find` shows an objection; nothing of it waits for a day."""

from kam_cli.agenda import Hit, Part

PARTS: tuple[Part, ...] = ()

HIT = Hit("t.text", "coalesce(t.result, 'open')", "kam objection show {id}", day="t.said_on")
