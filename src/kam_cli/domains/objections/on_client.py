"""What a client's page shows of his objections: the last ones, and how they were answered."""

from __future__ import annotations

from kam_cli.domains.objections import store
from kam_cli.output import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

SHOWN = 4


def put(c: Context, data: Row, client_id: int) -> Block:
    """Add ``objections`` (see `store.of_client`) to the page's data; gives their block, the last first."""
    data["objections"] = store.of_client(c.book, client_id, SHOWN)
    pairs = []
    for row in data["objections"]:
        answered = f"{row['result'] or 'answered'}: {row['answer']}" if row["answer"] else "not answered yet"
        parts = [f"#{row['id']}", row["text"], row["contact"], row["product"], answered]
        pairs.append((row["said_on"], " · ".join(filter(None, parts))))
    return Block("Objections", pairs=pairs)
