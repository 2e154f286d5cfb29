"""How a due date is stored and said again to the person who typed it."""

from __future__ import annotations

import datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    When = tuple[datetime.date, datetime.time | None]


def due_fields(due: When | None) -> dict[str, Any]:
    """The due date and time as the columns ``due_on`` and ``due_time``."""
    day, at = due or (None, None)
    return {"due_on": day.isoformat() if day else None, "due_time": f"{at:%H:%M}" if at else None}


def echo_rule(row: dict[str, Any]) -> str:
    """``every 2w`` or ``monthly on 15``; empty for a task that does not come back."""
    rule = row["repeat_rule"] or ""
    return rule if not rule or rule.startswith("monthly") else f"every {rule}"


def echo_due(row: dict[str, Any]) -> str:
    """``due Fri 2026-03-20 15:00`` of a row with those columns; ``no due date``."""
    if not row["due_on"]:
        return "no due date"
    from kam_cli.values.dates import echo_day

    day = echo_day(datetime.date.fromisoformat(row["due_on"]))
    return f"due {day}{' ' + row['due_time'] if row['due_time'] else ''}"
