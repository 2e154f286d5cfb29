"""What a change of an order is answered with."""

from __future__ import annotations

from kam_cli.output import Saved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context


def saved(c: Context, order_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    from kam_cli.domains.orders.page import day, record
    from kam_cli.values.money import format_money

    row = record(c, order_id)
    when = row["shipped_on"] if row["status"] == "delivered" else None
    state = f"{row['status']} {day(when)}" if when else row["status"]
    due = (
        row["due_on"]
        and row["status"] in ("taken", "in-work", "part-delivered")
        and f"due {day(row['due_on'])}"
    )
    parts = [
        f"order #{order_id} {row['number']}",
        row["client"],
        format_money(row["total_minor"], row["currency"]),
    ]
    parts += [state, due, row["reason"]]
    return Saved(" · ".join(str(part) for part in parts if part) + f" – {done}", row)
