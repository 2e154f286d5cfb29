"""What a client's page shows of his contracts: those that are not over."""

from __future__ import annotations

from kam_cli.domains.contracts import rules, store
from kam_cli.output import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def put(c: Context, data: Row, client_id: int) -> Block:
    """Add ``contracts`` (rows of the list) to the page's data; gives their block."""
    store.know_today(c.book, c.today)
    data["contracts"] = rows = store.of_client(c.book, client_id)
    shown = []
    for row in rows:
        if row["status"] not in rules.OVER:
            last = row["ended_on"] or row["ends_on"]
            shown.append({**row, "ends": last and f"ends {last}"})
    over = len(rows) - len(shown)
    folded = f"{over} over: kam contract list --status all --client {client_id}" if over else ""
    names = [
        name
        for name in ("id", "number", "title", "status", "value_minor", "ends")
        if any(r[name] for r in shown)
    ]
    return Block("Contracts", rows=shown, show=names, folded=folded)
