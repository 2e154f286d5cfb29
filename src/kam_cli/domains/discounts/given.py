"""How much a client was given in a period: list price less net of what he accepted and ordered, by rule; his bonus.

An order that came of an offer counts as that offer; returned and cancelled orders do not count. Each currency stands
for itself.
"""

from __future__ import annotations

from kam_cli.domains.discounts import rules, store
from kam_cli.domains.offers.rules import format_percent
from kam_cli.output import Block, Page
from kam_cli.values.money import format_money
from kam_cli.values.quantities import MILLI
from kam_cli.values.rounding import halves_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]

ON_ORDERS = "on orders without an offer"
_ACCEPTED = """
SELECT o.id, o.currency, o.list_minor, o.total_minor, l.steps FROM offers o JOIN offer_lines l ON l.offer_id = o.id
WHERE o.client_id = ? AND o.status = 'accepted' AND o.deleted_at IS NULL AND o.decided_on BETWEEN ? AND ?
ORDER BY o.id, l.id"""
_COUNTS = """o.client_id = ? AND o.deleted_at IS NULL AND o.status NOT IN ('returned', 'cancelled')
AND o.ordered_on BETWEEN ? AND ?"""
_OFFERED = "o.offer_id IN (SELECT id FROM offers WHERE status = 'accepted' AND deleted_at IS NULL)"
_ORDERED = f"""
SELECT o.id, o.currency, o.total_minor, l.quantity_milli, l.unit_price_minor
FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
WHERE {_COUNTS} AND (o.offer_id IS NULL OR NOT {_OFFERED}) ORDER BY o.id"""
_TURNOVER = f"""
SELECT currency, total_minor FROM orders o WHERE {_COUNTS} UNION ALL
SELECT o.currency, o.total_minor FROM offers o
WHERE o.client_id = ? AND o.status = 'accepted' AND o.deleted_at IS NULL AND o.decided_on BETWEEN ? AND ?
AND NOT EXISTS (SELECT 1 FROM orders x WHERE x.offer_id = o.id AND x.deleted_at IS NULL)"""


def build(c: Context, client: Ref, since: datetime.date | None, until: datetime.date | None) -> Page:
    """The page; its data: ``client_id client since until`` and the lists ``totals rules bonuses``."""
    first = (since or c.today.replace(month=1, day=1)).isoformat()
    last = (until or c.today).isoformat()
    totals, by_rule = _given(c.book, client.id, first, last)
    due = bonuses(c.book, client.id, first, last)
    data: Row = {"client_id": client.id, "client": client.name, "since": first, "until": last}
    data |= {"totals": totals, "rules": by_rule, "bonuses": due}
    blocks = [
        Block(f"{client.name} · {first} to {last}", pairs=[(row["currency"], _said(row)) for row in totals]),
        Block("By rule", rows=by_rule, show=("kind", "name", "given_minor")),
        Block("Bonus", pairs=[(str(row["year"]), _bonus_said(row)) for row in due]),
    ]
    return Page(data, blocks, empty=f"{client.name} accepted and ordered nothing from {first} to {last}")


def _said(row: Row) -> str:
    """``155.50 EUR given: 932.50 EUR for 1 088.00 EUR by the list (14.3 %)``."""
    given, net, listed = (
        format_money(row[f"{name}_minor"], row["currency"]) for name in ("given", "net", "list")
    )
    share = f" ({row['given_pct']:.1f} %)" if row["given_pct"] is not None else ""
    return f"{given} given: {net} for {listed} by the list{share}"


def _bonus_said(row: Row) -> str:
    bonus, turnover = (format_money(row[f"{name}_minor"], row["currency"]) for name in ("bonus", "turnover"))
    return f"{bonus} of {turnover}, {format_percent(row['discount_bp'])}: {row['name']}"


def _given(book: Book, client_id: int, first: str, last: str) -> tuple[list[Row], list[Row]]:
    """Sums by currency, and by currency and rule, the largest first."""
    sums: dict[str, list[int]] = {}
    by_rule: dict[tuple[str, str, str], int] = {}
    seen = set()
    for row in book.rows(_ACCEPTED, (client_id, first, last)):
        if row["id"] not in seen:
            seen.add(row["id"])
            _add(sums, row["currency"], row["list_minor"], row["total_minor"])
        for kind, name, minor in taken(row["steps"]):
            key = (row["currency"], kind, name)
            by_rule[key] = by_rule.get(key, 0) + minor
    for currency, list_minor, net_minor in _orders(book, client_id, first, last):
        _add(sums, currency, list_minor, net_minor)
        if list_minor != net_minor:
            key = (currency, "order", ON_ORDERS)
            by_rule[key] = by_rule.get(key, 0) + list_minor - net_minor
    totals = [
        {"currency": currency, "list_minor": listed, "net_minor": net, "given_minor": listed - net,
         "given_pct": (listed - net) * 100 / listed if listed else None}
        for currency, (listed, net) in sorted(sums.items())
    ]  # fmt: skip
    found = [
        {"currency": currency, "kind": kind, "name": name, "given_minor": minor}
        for (currency, kind, name), minor in by_rule.items()
        if minor
    ]
    return totals, sorted(found, key=lambda row: (row["currency"], -row["given_minor"], row["name"]))


def _add(sums: dict[str, list[int]], currency: str, list_minor: int, net_minor: int) -> None:
    pair = sums.setdefault(currency, [0, 0])
    pair[0] += list_minor
    pair[1] += net_minor


def taken(steps: str) -> list[tuple[str, str, int]]:
    """Kind, name and minor units that each step of a line took off; below 0 what it put on."""
    import json
    from itertools import pairwise

    return [
        (step["kind"], step["name"], before["left_minor"] - step["left_minor"])
        for before, step in pairwise(json.loads(steps))
    ]


def _orders(book: Book, client_id: int, first: str, last: str) -> list[tuple[str, int, int]]:
    """Currency, list price and net of each order that came of no offer; one without lines has its total as both."""
    listed: dict[int, int] = {}
    heads: dict[int, Row] = {}
    for row in book.rows(_ORDERED, (client_id, first, last)):
        heads[row["id"]] = row
        if row["quantity_milli"] is not None:
            exact = row["quantity_milli"] * row["unit_price_minor"]
            listed[row["id"]] = listed.get(row["id"], 0) + exact
    return [
        (
            row["currency"],
            halves_up(listed.get(order_id, row["total_minor"] * MILLI), MILLI),
            row["total_minor"],
        )
        for order_id, row in heads.items()
    ]


def bonuses(book: Book, client_id: int, first: str, last: str) -> list[Row]:
    """The bonus on the turnover of each calendar year in the period, as far as it goes by ``last``."""
    own = [rule for rule in store.all_for(book, client_id) if rule["client_id"] == client_id]
    found = []
    for year in range(int(first[:4]), int(last[:4]) + 1) if any(r["kind"] == "bonus" for r in own) else ():
        span = (client_id, f"{year}-01-01", min(f"{year}-12-31", last))
        turnover: dict[str, int] = {}
        for row in book.rows(_TURNOVER, (*span, *span)):
            turnover[row["currency"]] = turnover.get(row["currency"], 0) + row["total_minor"]
        for currency, minor in sorted(turnover.items()):
            if due := rules.bonus(minor, own, currency, year):
                found.append({"year": year, "currency": currency, "turnover_minor": minor, **due})
    return found
