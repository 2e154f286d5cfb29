"""How `kam find` shows a rule of discount; none of them waits for anything."""

from kam_cli.agenda import Hit, Part

PARTS: tuple[Part, ...] = ()

HIT = Hit("t.name", "t.kind", "kam discount show {id}", day="t.valid_until")
