"""The board: open deals in a column a stage on a wide terminal, else in a list a stage."""

from __future__ import annotations

from kam_cli.domains.deals import rules, store
from kam_cli.domains.stages import store as stages
from kam_cli.output import Block, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

IN_STAGE = "d.status = 'open' AND d.stage_id = ?"
WIDE = 100  # cells from which the stages stand side by side
MOST = 20  # deals of a stage that are drawn on a terminal
RULE = 8  # no wider than the narrowest column


def build(c: Context) -> Page:
    """The board; a stage in its data: ``stage probability_pct expected_days count totals deals``."""
    on_screen = c.format == "table" and c.terminal
    sums = store.open_sums(c.book)
    columns = []
    for stage in stages.all_stages(c.book):
        if stage["is_after_win"]:
            continue
        held = sums.get(stage["id"], [])
        column = {"stage": stage["name"], **{k: stage[k] for k in ("probability_pct", "expected_days")}}
        column["count"] = sum(row["deals"] for row in held)
        column["totals"] = [
            {k: row[k] for k in ("currency", "value_minor", "weighted_minor")} for row in held
        ]
        limit = MOST if on_screen else None
        column["deals"] = store.LISTING.part(c, IN_STAGE, [stage["id"]], limit=limit)
        columns.append(column)
    filled = [column for column in columns if column["count"]]
    empty = [column["stage"] for column in columns if not column["count"]]
    width = _width() if on_screen else 0
    blocks = [side_by_side(filled)] if width >= WIDE and filled else [block(one) for one in filled]
    if blocks and empty:
        blocks.append(Block("", lines=[f"empty: {', '.join(empty)}"]))
    return Page(columns, blocks, empty='no open deals. Add one: kam deal add acme "Oak panels" --value 12k')


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def money(minor: int, currency: str) -> str:
    """An amount for a narrow place: without decimals where they are zeros."""
    from kam_cli.values.money import format_amount

    return f"{format_amount(minor, currency).removesuffix('.00').removesuffix('.000')} {currency}"


def flag(deal: Row, expected_days: int) -> str:
    return "!" if rules.is_rotten(deal["days_in_stage"], expected_days) else ""


def block(column: Row) -> Block:
    """A stage as a list."""
    sums = ", ".join(money(row["value_minor"], row["currency"]) for row in column["totals"])
    rows = []
    for deal in column["deals"]:
        late = flag(deal, column["expected_days"])
        closes = f"closes {deal['close_on']}" if deal["close_on"] else ""
        days = f"{deal['days_in_stage']} d{late}"
        value = money(deal["value_minor"], deal["currency"])
        who = {"id": f"#{deal['id']}", "client": deal["client"], "title": deal["title"]}
        rows.append({**who, "value": value, "days": days, "closes": closes})
    more = column["count"] - len(rows)
    folded = f'{more} more: kam deal list --stage "{column["stage"]}"' if more else ""
    title = f"{column['stage']} · {column['count']} · {sums}"
    return Block(title, rows=rows, show=tuple(rows[0]), folded=folded)


def side_by_side(columns: list[Row]) -> Block:
    """The stages as columns of cards: the client, below him the value; "!" where the deal is rotten."""
    heads = []
    for column in columns:
        sums = [money(row["value_minor"], row["currency"]) for row in column["totals"]]
        heads.append([column["stage"], f"{column['count']} deal{'' if column['count'] == 1 else 's'}", *sums])
    height = max(map(len, heads))
    stacks = []
    for column, head in zip(columns, heads, strict=True):
        stack = [*head, *[""] * (height - len(head)), "─" * RULE]
        for deal in column["deals"]:
            late = flag(deal, column["expected_days"])
            stack += [deal["client"], f"{money(deal['value_minor'], deal['currency'])} {late}", ""]
        more = column["count"] - len(column["deals"])
        stacks.append([*stack, f"… {more} more"] if more else stack)
    rows = [
        {str(place): stack[line] if line < len(stack) else "" for place, stack in enumerate(stacks)}
        for line in range(max(map(len, stacks)))
    ]
    return Block("", rows=rows, show=tuple(rows[0]))
