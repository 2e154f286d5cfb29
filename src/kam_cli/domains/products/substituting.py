"""The substitutes that a table names, settled once all of its products are there."""

from __future__ import annotations

from kam_cli import refs, registry
from kam_cli.domains.products import facts
from kam_cli.imports import identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kam_cli.imports.run import Run

    Later = tuple[int, int, list[tuple[str, str | None]], list[str]]  # product, line, names with notes, uids


def settle(run: Run, later: Sequence[Later]) -> None:
    """Put the substitutes on their products: by uid, by external id of the source, else by exact name or article number.

    One that cannot be told is a fault of its row.
    """
    noun = registry.noun("product")
    for product_id, line, named, uids in later:
        found: list[facts.Substitute] = []
        for index, (name, note) in enumerate(named or [("", None)] * len(uids)):
            uid = uids[index] if index < len(uids) else ""
            ids = list(identity.by_uid(run.book, "product", [uid] if uid else []).values())
            ids = ids or list(identity.seen(run.book, "product", run.source, [name]).values())
            ids = ids or (refs.exact(run.book, noun, name) if name else [])
            if len(ids) == 1 and ids[0] != product_id:
                found.append((ids[0], note))
                continue
            why = (
                "it is the product itself"
                if ids == [product_id]
                else f"{len(ids) or 'no'} products are called so"
            )
            fault = {
                "line": line,
                "column": "substitutes" if name else "substitutes_uid",
                "value": name or uid,
                "message": f"no substitute: {why}",
            }
            run.faults.append(fault)
            run.bad += 1
        facts.add_substitutes(run.book, product_id, found)
