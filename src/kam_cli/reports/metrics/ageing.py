"""`kam metrics ageing`: how long the open deals have stood in their stage, and which of them are rotten."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.deals import rules, store
from kam_cli.domains.stages import store as stages
from kam_cli.output import Block, Page, Rows
from kam_cli.params import flag
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

COUNTS = """
SELECT count(*) AS deals, min(entered_stage_at) AS entered_at,
  count(CASE WHEN entered_stage_at < :limit THEN 1 END) AS rotten
FROM deals WHERE status = 'open' AND stage_id = :stage AND deleted_at IS NULL
"""
# The days fall as the instants rise, so the middle instants have the middle days.
MIDDLE = """
SELECT entered_stage_at FROM deals WHERE status = 'open' AND stage_id = ? AND deleted_at IS NULL
ORDER BY entered_stage_at LIMIT ? OFFSET ?
"""
WIDEST = 15  # cells of the longest bar


@verb()
def ageing(c: Context, rotten: bool = flag("list the rotten deals alone")) -> Any:
    """Days of open deals in their stage, and the rotten ones.

    A deal is rotten from 1.5 × the days expected of its current stage on. A person sees the rotten ones below
    the stages; programs get the stages, or with --rotten the deals.

    $ kam metrics ageing
    $ kam metrics ageing --rotten --json
    """
    rows, limits = [], {}
    for stage in stages.all_stages(c.book):
        if stage["is_after_win"]:
            continue
        if limit := rotten_before(c, stage["expected_days"]):
            limits[stage["id"]] = limit
        rows.append({"stage": stage["name"], **figures(c, stage, limit)})
    if rotten:
        found = rotten_deals(c, limits)
        found.rows = common.on_screen(c, found.rows)
        return found
    blocks = [Block("Days in the current stage, median", rows=lines(rows))]
    if c.format == "table":
        blocks.append(rotten_block(c, limits, sum(row["rotten"] for row in rows)))
    if not any(row["deals"] for row in rows):
        blocks = []
    return Page(rows, blocks, empty="no open deals")


def rotten_before(c: Context, expected_days: int) -> str | None:
    """The UTC instant before which a deal must have entered its stage to be rotten today."""
    days = rules.rotten_from(expected_days)
    if days is None:
        return None
    import datetime

    from kam_cli.values.clock import local_day_bounds

    return local_day_bounds(c.today - datetime.timedelta(days), c.tz)[1]


def figures(c: Context, stage: Row, limit: str | None) -> Row:
    """``deals median_days expected_days rotten oldest_days`` of one stage; no days where it is empty."""
    row = c.book.row(COUNTS, {"stage": stage["id"], "limit": limit or ""}) or {}
    count = row["deals"]
    middle = c.book.column(MIDDLE, (stage["id"], 2 - count % 2, (count - 1) // 2)) if count else []
    days = store.days_counter(c)
    return {
        "deals": count,
        "median_days": common.plain(rules.median(days(at, None) for at in middle)),
        "expected_days": stage["expected_days"],
        "rotten": row["rotten"],
        "oldest_days": days(row["entered_at"], None) if count else None,
    }


def rotten_deals(c: Context, limits: dict[int, str], limit: int | None = None) -> Rows:
    """The deals that are rotten, those longest in their stage first."""
    wheres = " OR ".join(["d.stage_id = ? AND d.entered_stage_at < ?"] * len(limits)) or "0"
    args = [one for pair in limits.items() for one in pair]
    where = f"d.status = 'open' AND ({wheres})"
    rows = store.LISTING.part(c, where, args, "d.entered_stage_at, d.id", limit)
    return Rows(rows, show=store.LISTING.show, wide=store.LISTING.wide, empty="no deal is rotten")


def lines(rows: list[Row]) -> list[Row]:
    """A line a stage: the median as a bar, and what is expected."""
    most = max((row["median_days"] or 0 for row in rows), default=0) or 1
    drawn = []
    for row in rows:
        median = row["median_days"]
        late = median is not None and row["expected_days"] and median > row["expected_days"]
        drawn.append(
            {
                "stage": row["stage"],
                "median": "–" if median is None else str(median),
                "bar": "█" * round(WIDEST * (median or 0) / most),
                "expected": f"of {row['expected_days']}{' !' if late else ''}",
                "deals": f"{row['deals']} deal{'' if row['deals'] == 1 else 's'}",
                "rotten": f"{row['rotten']} rotten" if row["rotten"] else "",
            }
        )
    return drawn


def rotten_block(c: Context, limits: dict[int, str], count: int) -> Block:
    """The rotten deals, as many as a person reads."""
    found = rotten_deals(c, limits, common.ON_SCREEN if c.terminal else None).rows if count else []
    rows = [
        {
            "id": f"#{row['id']}",
            "days": f"{row['days_in_stage']} d",
            **{name: row[name] for name in ("stage", "client", "title", "value_minor", "currency")},
        }
        for row in found
    ]
    more = count - len(rows)
    return Block(
        "Rotten: 1.5 × the expected days and more",
        rows=rows,
        show=("id", "days", "stage", "client", "title", "value_minor"),
        folded=f"{more} more: kam metrics ageing --rotten" if more else "",
    )
