"""`kam metrics funnel`: how many deals came into each stage, and how many of them went on."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.deals import rules
from kam_cli.domains.stages import store as stages
from kam_cli.output import Rows
from kam_cli.reports.metrics import _common as common

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

# A deal's way is an integer, a bit for each stage it ever entered: SQL counts the ways, and they are few.
WAYS = """
SELECT m.way | CASE d.status WHEN 'won' THEN {won} ELSE 0 END AS way, count(*) AS deals
FROM (SELECT deal_id, sum(DISTINCT CASE to_stage_id {bits} END) AS way FROM deal_moves GROUP BY deal_id) m
CROSS JOIN deals d ON d.id = m.deal_id WHERE d.deleted_at IS NULL{period} GROUP BY 1
"""


@verb(extra=common.PERIOD)
def funnel(
    c: Context,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Rows:
    """Deals that entered each stage, and the share that went on.

    Going on is reaching the next stage or a later one. All deals count, open and closed; --since and --until
    are days of opening. A deal that skipped a stage never entered it; one that came back still went on. A win
    is beyond the last stage before it.

    $ kam metrics funnel --since 2026-01-01
    """
    places = {stage_id: place for place, stage_id in enumerate(line(c))}
    paths = ways(c, places, since, until)
    living = stages.all_stages(c.book)
    rows = [row_of(stage["name"], places[stage["id"]], paths) for stage in living]
    if rows and living[-1]["is_after_win"]:
        rows[-1] |= {"reached_next": None, "conversion_pct": None}  # nothing comes after the last stage
    title = f"Deals opened{common.said(since, until)}" if since or until else ""
    return Rows(rows, bar="entered", title=title, empty="no stages")


def line(c: Context) -> list[int]:
    """All stages there ever were in their order, by number, with 0 for the win itself."""
    ids = stages.ever(c.book)
    after = {row["id"] for row in stages.all_stages(c.book) if row["is_after_win"]}
    first = next((place for place, stage_id in enumerate(ids) if stage_id in after), len(ids))
    return [*ids[:first], 0, *ids[first:]]


def ways(
    c: Context, places: dict[int, int], since: datetime.date | None, until: datetime.date | None
) -> list[tuple[list[int], int]]:
    """The places each way led through, with the number of deals that went it."""
    bits = " ".join(f"WHEN {stage_id} THEN {1 << place}" for stage_id, place in places.items())
    period, args = common.within("d.opened_on", since, until)
    found = c.book.rows(WAYS.format(bits=bits, won=1 << places[0], period=period), args)
    return [([place for place in places.values() if row["way"] >> place & 1], row["deals"]) for row in found]


def row_of(name: str, place: int, paths: list[tuple[list[int], int]]) -> Row:
    entered, passed = rules.entered_and_passed(paths, place)
    return {
        "stage": name,
        "entered": entered,
        "reached_next": passed,
        "conversion_pct": common.share(passed, entered),
    }
