"""How `kam find` shows a loyalty programme; nothing of it waits for a day."""

from kam_cli.agenda import Hit, Part

PARTS: tuple[Part, ...] = ()

HIT = Hit("t.name", "'loyalty'", "kam loyalty show {id}")
