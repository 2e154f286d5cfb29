"""`kam product suggest`: what to offer a client or for a use, each with its reason."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.products import buying, facts, rules, store
from kam_cli.errors import BadValue
from kam_cli.kinds import integer, line, ref
from kam_cli.output import Rows
from kam_cli.params import arg, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]
    Reason = tuple[str, int, str]  # kind, product, why

SHOWN = 10  # suggestions
EMPTY = (
    "nothing to suggest yet. It needs one of: what he needs (kam need add … --product), orders of his and of others, a "
    "--segment, options for uses (kam product edit … --option)"
)


@verb()
def suggest(
    c: Context,
    client: Ref | None = arg(ref("client"), "to whom", optional=True),
    use: str | None = opt(line, "for which use", "--for"),
    limit: int | None = opt(integer(0, 10**6), "at most so many; 10, 0 for all"),
) -> Rows:
    """What to offer a client, or for a use, and why.

    What he needs; what he bought that is out of stock; what clients of his segment, and those who buy the same as he,
    buy and he does not. Where something is out of stock, what stands in for it.

    $ kam product suggest acme
    $ kam product suggest --for sauna
    """
    if not (client or use):
        raise BadValue("say to whom (CLIENT), or --for which use")
    reasons = for_use(c, use) if use else []
    reasons += for_client(c, client.id) if client else []
    most = SHOWN if limit is None else limit
    rows = _in_stock_first(c, reasons, most or len(reasons))
    show = ("product", "price_minor", "is_in_stock", "delivery_days", "reason")
    return Rows(rows[:most] if most else rows, show=show, wide=("delivery_days",), empty=EMPTY)


def for_use(c: Context, use: str) -> list[Reason]:
    """Products with an option for the use, then those of which something else speaks of it."""
    found: list[Reason] = []
    for row in buying.options_for(c.book, use):
        found.append(("use", row["product_id"], f"for {row['label']}: {row['text']}"))
    named = {one[1] for one in found}
    mentioned = [number for number in buying.speaking_of(c.book, use) if number not in named]
    return found + [("use", number, f"{use!r} is spoken of on its page") for number in mentioned]


def for_client(c: Context, client_id: int) -> list[Reason]:
    """What he needs, what he cannot have as before, and what others like him buy."""
    found: list[Reason] = []
    for row in buying.needed(c.book, client_id):
        own = "he is interested" if row["text"] == row["product"] else f"he needs {row['text']!r}"
        found.append(("need", row["product_id"], f"{own}, {row['strength']} of 5, {row['noted_on']}"))
    mine = buying.bought(c.book, client_id)
    for product, count in mine.items():
        if not store.get(c.book, product)["is_in_stock"]:
            found.append(
                ("substitute", product, f"he ordered it {'once' if count == 1 else f'{count} times'}")
            )
    groups = []
    segment = buying.segment_of(c.book, client_id)
    if segment:
        groups.append((f"clients in {segment}", *buying.in_segment(c.book, segment, client_id)))
    groups.append(("clients who buy the same as he", *buying.by_peers(c.book, client_id)))
    return found + [("similar", *one) for one in rules.bought_by_others(mine, groups)]


def _in_stock_first(c: Context, reasons: list[Reason], most: int) -> list[Row]:
    """A row a product, with all its reasons; one that is out of stock gives way to what stands in for it."""
    rows: dict[int, Row] = {}
    for kind, product, why in reasons:
        if len(rows) >= most and product not in rows:
            continue  # looked up for nothing
        own = store.LISTING.one(c, product)
        if own["archived_at"]:
            continue
        others = [] if own["is_in_stock"] else facts.substitutes(c.book, product)
        there = [one for one in others if one["is_in_stock"]]
        for one in there:
            note = f" ({one['note']})" if one["note"] else ""
            said = f"in place of {own['name']}, out of stock{note}: {why}"
            _put(c, rows, one["product_id"], "substitute", said, own["name"])
        if not there and (own["is_in_stock"] or kind != "substitute"):
            _put(c, rows, product, kind, why, None)
    return list(rows.values())


def _put(c: Context, rows: dict[int, Row], product: int, kind: str, why: str, instead_of: str | None) -> None:
    if product in rows:
        rows[product]["reason"] += f"; {why}"
        return
    listed = store.LISTING.one(c, product)
    names = ("price_minor", "currency", "is_in_stock", "delivery_days")
    rows[product] = {
        "product_id": product, "product": listed["name"], **{name: listed[name] for name in names},
        "kind": kind, "reason": why, "instead_of": instead_of,
    }  # fmt: skip
