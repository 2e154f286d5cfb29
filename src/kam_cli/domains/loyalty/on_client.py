"""What a client's page shows of loyalty: tier, points, what is missing to the next tier."""

from __future__ import annotations

from kam_cli.domains.loyalty import page, standing, store
from kam_cli.output import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def put(c: Context, data: Row, client_id: int) -> Block:
    """Add ``loyalty``, a row a programme, to the page's data; gives its block."""
    found = [row for one in store.programmes(c.book) for row in standing.of(c.book, one, c.today, client_id)]
    data["loyalty"] = [
        {name: value for name, value in row.items() if name not in ("lots", "spendings")} for row in found
    ]
    pairs = []
    for row in found:
        missing = row["next"] and f"{page.amount(row, 'missing')} to {row['next']}"
        parts = [row["tier"], f"{row['points']} points", missing, row["move"] and f"about to {row['move']}"]
        pairs.append((row["programme"], " · ".join(part for part in parts if part)))
    return Block("Loyalty", pairs=pairs)
