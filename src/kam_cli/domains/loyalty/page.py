"""The pages of loyalty: a programme with its tiers, and how one client stands, point by point."""

from __future__ import annotations

from kam_cli.domains.loyalty import standing, store
from kam_cli.errors import KamError
from kam_cli.output import Block, Page, Saved

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]

LAST = 12  # orders with points that are shown; all are in the JSON


def standing_of(c: Context, programme: Row, client: Ref, day: datetime.date) -> Row:
    """How a client stands in a programme on a day. Raises KamError where he takes no part."""
    found = standing.of(c.book, programme, day, client.id)
    if not found:
        raise KamError(
            f"{client.name} takes no part in {programme['name']}. See: kam loyalty enrol {client.id}"
        )
    return found[0]


def saved(c: Context, programme_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    row = record(c, programme_id)
    parts = [
        f"loyalty #{programme_id} {row['name']}",
        rule_of(row),
        tiers_said(row),
        many(row["members"]),
    ]
    return Saved(" · ".join(part for part in parts if part) + f" – {done}", row)


def record(c: Context, programme_id: int) -> Row:
    """The row of the list, with a list of tiers: ``name from… discount_bp currency``."""
    row = store.LISTING.one(c, programme_id)
    unit = "_minor" if row["basis"] == "turnover" else ""
    row["tiers"] = [
        {
            "name": one["name"],
            f"from{unit}": one["from_value"],
            "discount_bp": one["discount_bp"],
            "currency": row["currency"],
        }
        for one in store.tiers(c.book, programme_id)
    ]
    return row


def rule_of(row: Row) -> str:
    """``1 point for 10.00 EUR, for 24 months``; how points are earned."""
    from kam_cli.values.money import format_money

    if not row["earn_points"]:
        return "no points"
    lasts = f", for {row['expire_months']} months" if row["expire_months"] else ""
    count = f"{row['earn_points']} point{'' if row['earn_points'] == 1 else 's'}"
    first = ", from the second order on" if row["is_repeat_only"] else ""
    return f"{count} for {format_money(row['per_minor'], row['currency'])}{lasts}{first}"


def many(count: int) -> str:
    return f"{count} member{'' if count == 1 else 's'}"


def tiers_said(row: Row) -> str:
    return ", ".join(f"{one['name']} from {from_said(row, one)}" for one in row["tiers"])


def from_said(row: Row, tier: Row) -> str:
    from kam_cli.values.money import format_money

    if row["basis"] == "turnover":
        return format_money(tier["from_minor"], row["currency"])
    return f"{tier['from']} purchases"


def build(c: Context, programme_id: int) -> Page:
    """A programme; its data: `record` and ``reached``, how many members have each tier."""
    row = record(c, programme_id)
    stored = store.get(c.book, programme_id)
    reached: dict[str | None, int] = {}
    for member in standing.of(c.book, stored, c.today):
        reached[member["tier"]] = reached.get(member["tier"], 0) + 1
    rows = []
    for one in row["tiers"]:
        one["members"] = reached.get(one["name"], 0)
        off = f"{one['discount_bp'] / 100:g} % off" if one["discount_bp"] else None
        rows.append(
            {
                "tier": one["name"],
                "from": f"from {from_said(row, one)}",
                "off": off,
                "members": many(one["members"]),
            }
        )
    pairs = [
        ("tiers", f"by {row['basis']} of {row['window_months']} months"),
        ("points", rule_of(row)),
        ("orders", f"from {row['starts_on']} on"),
        ("members", f"{row['members']}, {reached.get(None, 0)} without a tier"),
        ("note", row["note"]),
    ]
    return Page(
        row,
        [
            Block(f"{row['name']} · #{programme_id}", pairs=pairs),
            Block("Tiers", rows=rows, show=("tier", "from", "off", "members")),
        ],
    )


def of_client(c: Context, found: list[Row]) -> Page:
    """How a client stands in his programmes; data is one record where it is one programme, else a list."""
    blocks = []
    for row in found:
        blocks += [Block(f"{row['client']} · {row['programme']}", pairs=facts(c, row)), earned(row)]
    return Page(found[0] if len(found) == 1 else found, blocks)


def facts(c: Context, row: Row) -> list[tuple[str, Any]]:
    off = f", {row['discount_bp'] / 100:g} % off" if row["discount_bp"] else ""
    gone = f"{row['expiring']} of them expire on {row['expiring_on']}" if row["expiring"] else ""
    return [
        ("tier", f"{row['tier'] or 'none yet'}{off}"),
        ("reached", amount(row, "value")),
        ("next", row["next"] and f"{row['next']}, {amount(row, 'missing')} missing"),
        ("move", row["move"] and f"about to {row['move']}"),
        ("points", ", ".join(filter(None, [str(row["points"]), gone]))),
        ("spent", row["spent"] + row["uncovered"] or None),
        (
            "without order",
            (
                row["uncovered"]
                and f"{row['uncovered']} points were spent of orders that do not count any more"
            )
            or None,
        ),
    ]


def amount(row: Row, name: str) -> str:
    from kam_cli.values.money import format_money

    if row["purchases"] is None:
        return format_money(row[f"{name}_minor"], row["currency"])
    count = row["purchases"] if name == "value" else row["missing_purchases"]
    return f"{count} purchase{'' if count == 1 else 's'}"


def earned(row: Row) -> Block:
    """The last orders that earned points, the last first."""
    lots = sorted(row["lots"], key=lambda lot: (lot["earned_on"], lot["order_id"]), reverse=True)
    rows = [
        {"on": lot["earned_on"], "order": lot["number"], "points": lot["points"], "what": said(lot)}
        for lot in lots[:LAST]
    ]
    folded = f"{len(lots) - LAST} more; --json has them all" if len(lots) > LAST else ""
    return Block("Points", rows=rows, show=("on", "order", "points", "what"), folded=folded)


def said(lot: Row) -> str:
    """``10 spent, 2 left until 2027-01-05``."""
    until = f" until {lot['expires_on']}" if lot["expires_on"] else ""
    parts = [
        f"{lot['spent']} spent" if lot["spent"] else "",
        f"{lot['expired']} expired" if lot["expired"] else "",
    ]
    parts.append(f"{lot['left']} left{until}" if lot["left"] else "")
    return ", ".join(filter(None, parts))


def told(c: Context, row: Row, done: str) -> Saved:
    """The one line about a client's points."""
    shown = {name: value for name, value in row.items() if name != "lots"}
    return Saved(f"{row['client']} · {row['programme']} · {row['points']} points left – {done}", shown)
