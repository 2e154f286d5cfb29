"""`kam metrics pipeline`: what the open deals are worth, by stage or otherwise."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.deals import store
from kam_cli.domains.stages import store as stages
from kam_cli.kinds import choice
from kam_cli.output import Rows
from kam_cli.params import opt
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

FIGURES = ("deals", "value_minor", "weighted_minor", "oldest_days")
GROUPED = """
SELECT {key} AS key, {name} AS "group", d.currency, count(*) AS deals,
  min(d.entered_stage_at) AS entered_at, {sums}
FROM deals d JOIN stages s ON s.id = d.stage_id JOIN clients c ON c.id = d.client_id
WHERE d.status = 'open' AND d.deleted_at IS NULL GROUP BY 1, d.currency
"""


@verb()
def pipeline(
    c: Context,
    by: str | None = opt(choice(*common.OF_DEALS), "product, client, segment, source or country"),
) -> Rows:
    """Open deals by stage: number, value, weighted value, age.

    A stage with deals in several currencies has a row for each. The age is that of the deal longest in its
    current stage, in days.

    $ kam metrics pipeline
    $ kam metrics pipeline --by segment --json
    """
    rows = grouped(c, by) if by else by_stage(c)
    totals = common.by_currency([row for row in rows if row["deals"]], c.currency, total)
    for row in totals:
        row["group" if by else "stage"] = "total"
    return Rows(
        common.on_screen(c, rows),
        show=("group" if by else "stage", *FIGURES),
        totals=totals,
        bar="deals",
        empty="no open deals",
    )


def by_stage(c: Context) -> list[Row]:
    """A row a stage and currency; one of zeros in the book's currency for an empty stage."""
    sums, days = store.open_sums(c.book), store.days_counter(c)
    rows = []
    for stage in stages.all_stages(c.book):
        if stage["is_after_win"] and c.format == "table":
            continue  # never an open deal in it: of no interest to a person, but promised to programs
        for row in sums.get(stage["id"]) or [nothing(c.currency)]:
            rows.append({"stage": stage["name"], **figures(row, days)})
    return rows


def grouped(c: Context, by: str) -> list[Row]:
    """A row a group and currency, the groups with the most deals first."""
    key, name = common.OF_DEALS[by]
    found = c.book.rows(GROUPED.format(key=key, name=name, sums=store.WEIGHED_SUMS))
    groups: dict[Any, list[Row]] = {}
    for row in found:
        groups.setdefault(row["key"], []).append(store.weigh(row))

    days = store.days_counter(c)

    def rank(rows: list[Row]) -> tuple[Any, ...]:
        return rows[0]["group"] is None, -sum(row["deals"] for row in rows), rows[0]["group"] or ""

    return [
        {"group": row["group"], **figures(row, days)}
        for rows in sorted(groups.values(), key=rank)
        for row in ordered(rows, c.currency)
    ]


def ordered(rows: list[Row], home: str) -> list[Row]:
    return sorted(rows, key=lambda row: (row["currency"] != home, row["currency"]))


def nothing(currency: str) -> Row:
    return {"deals": 0, "value_minor": 0, "weighted_minor": 0, "currency": currency, "entered_at": None}


def figures(row: Row, days: Callable[[str, None], int]) -> Row:
    """The promised columns, the oldest entry as whole days."""
    kept = {name: row[name] for name in ("deals", "value_minor", "weighted_minor", "currency")}
    return {**kept, "oldest_days": days(row["entered_at"], None) if row["entered_at"] else None}


def total(rows: list[Row]) -> Row:
    sums = {name: sum(row[name] for row in rows) for name in FIGURES[:3]}
    return {**sums, "oldest_days": max(row["oldest_days"] for row in rows)}
