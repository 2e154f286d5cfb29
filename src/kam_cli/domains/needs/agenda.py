"""How `kam find` shows a need; nothing of it waits for a day."""

from kam_cli.agenda import Hit, Part

PARTS: tuple[Part, ...] = ()

HIT = Hit("t.text", "t.status", "kam need show {id}", day="coalesce(t.closed_on, t.noted_on)")
