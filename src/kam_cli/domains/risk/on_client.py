"""What a client's page shows of his reliability: the score, why, and the limit."""

from __future__ import annotations

from kam_cli.domains.risk import store
from kam_cli.output import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def put(c: Context, data: Row, client_id: int) -> Block:
    """Add ``risk`` (the row of the list, or None where he was never assessed) to the page's data; gives its block."""
    last = store.last(c.book, client_id)
    data["risk"] = row = last and store.LISTING.one(c, last["id"])
    if not row:
        return Block("")
    from kam_cli.values.money import format_money

    stale = f", {row['days']} days ago" if row["is_stale"] else ""
    return Block(
        "Reliability",
        pairs=[
            (
                "score",
                "–" if row["score"] is None else f"{row['score']} of 100 ({row['assessed_on']}{stale})",
            ),
            ("signs", row["signs"]),
            ("limit", row["limit_minor"] is not None and format_money(row["limit_minor"], row["currency"])),
        ],
    )
