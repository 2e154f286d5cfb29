"""What offers put on the page of a client: those without an answer first, then the last ones."""

from __future__ import annotations

from kam_cli.domains.offers import store
from kam_cli.output import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

MOST = 5  # offers shown


def put(c: Context, data: Row, client_id: int) -> Block:
    """``offers`` in the data of the page, and their block."""
    data["offers"] = store.of_client(c, client_id, MOST)
    total = store.count_of(c.book, client_id)
    rows = [{**row, "until": f"until {row['valid_until']}"} for row in data["offers"]]
    more = f"{total - len(rows)} more: kam offer list --status all --client {data['handle']}"
    show = ("id", "number", "status", "until", "total_minor")
    return Block("Offers", rows=rows, show=show, folded=more if total > len(rows) else "")
