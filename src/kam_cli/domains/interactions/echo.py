"""How an interaction is said again, in one line, to the person who logged it between two calls."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

DIRECTIONS = {"in": "incoming ", "out": "outgoing ", None: ""}
LONGEST = 60  # characters of a text that are enough to recognise it


def echo_moment(c: Context, utc: str, timed: bool = True) -> str:
    """``Wed 2026-03-18 10:42`` in the book's time zone; the day alone where no time is known."""
    from kam_cli.values.clock import to_local
    from kam_cli.values.dates import echo_day

    local = to_local(utc, c.tz)
    return echo_day(local.date(), local.time() if timed else None)


def shortened(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text[: 4 * LONGEST].split())
    return line if len(line) <= LONGEST and len(text) <= 4 * LONGEST else line[: LONGEST - 1].rstrip() + "…"


def one_line(c: Context, row: Row) -> str:
    """``#812 call · Acme GmbH · Jana Nováková · Wed 2026-03-18 10:42 · reached · "wants the new list"``."""
    people = ", ".join(name for name in (row["contact"], row["others"]) if name)
    parts = [
        f"#{row['id']} {DIRECTIONS[row['direction']]}{row['kind']}",
        row["client"],
        people,
        echo_moment(c, row["occurred_at"], bool(row["is_timed"])),
        row["result"],
        f"{row['minutes']} min" if row["minutes"] is not None else "",
        f"deal #{row['deal_id']} {row['deal']}" if row["deal_id"] else "",
        f'"{shortened(row["text"])}"' if row["text"] else "",
        f'wish "{shortened(row["wishes"])}"' if row["wishes"] else "",
        f'decision "{shortened(row["decisions"])}"' if row["decisions"] else "",
    ]
    return " · ".join(part for part in parts if part)
