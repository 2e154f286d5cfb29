"""What a client's page shows of his needs: the open ones, and what of our offer is of interest."""

from __future__ import annotations

from kam_cli.domains.needs import interest
from kam_cli.output import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def put(c: Context, data: Row, client_id: int) -> Block:
    """Add ``needs`` (see `interest.of_client`) to the page's data; gives their block, the strongest first."""
    data["needs"] = interest.of_client(c, client_id)
    pairs = []
    for row in data["needs"]:
        text = row["text"] if row["text"] != row["product"] else None
        parts = [f"#{row['id']}", text, row["contact"], interest.said(row)]
        pairs.append((f"{row['noted_on']}  {row['strength']} of 5", " · ".join(filter(None, parts))))
    return Block("Needs", pairs=pairs)
