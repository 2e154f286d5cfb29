"""How `kam find` shows a product; nothing of it waits for a day."""

from kam_cli.agenda import Hit, Part

PARTS: tuple[Part, ...] = ()

HIT = Hit("t.name", "coalesce(t.category, 'product')", "kam product show {id}")
