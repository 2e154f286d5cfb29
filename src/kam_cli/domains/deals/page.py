"""The page of one deal: its worth, what is to be done, what was said, and its way through the stages."""

from __future__ import annotations

from kam_cli.domains.deals import rules, store
from kam_cli.domains.stages import store as stages
from kam_cli.output import Block, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

LAST = 8  # contacts shown; all are in the JSON


def build(c: Context, deal_id: int) -> Page:
    """The page; its data: the row of the list, ``note expected_days is_rotten moves interactions tasks``."""
    row, stored = store.LISTING.one(c, deal_id), store.get(c.book, deal_id)
    stage = stages.get(c.book, stored["stage_id"])
    rotten = row["status"] == "open" and rules.is_rotten(row["days_in_stage"], stage["expected_days"])
    data = {**row, "note": stored["note"], "expected_days": stage["expected_days"], "is_rotten": rotten}
    data["moves"] = way(c, row, store.moves(c.book, deal_id))
    data["interactions"] = store.interactions(c.book, deal_id)
    data["tasks"] = store.tasks(c.book, deal_id)
    title = f"{row['title']} · {row['client']} · #{deal_id}"
    return Page(data, [Block(title, pairs=card(c, data)), todo(data), contacts(data), history(data)])


def card(c: Context, deal: Row) -> list[tuple[str, Any]]:
    """The facts, the decisive ones first."""
    pairs = [("status", None if deal["status"] == "open" else f"{deal['status']} {day(deal['closed_on'])}")]
    if deal["status"] == "open":
        stay = f"{count(deal['days_in_stage'])} of {deal['expected_days']} expected"
        pairs.append(("stage", f"{deal['stage']}, {stay}{' – rotten' if deal['is_rotten'] else ''}"))
    else:
        pairs.append(("stage", deal["stage"]))
    return [
        *pairs,
        ("value", worth(deal)),
        ("closes", closes(c, deal) if deal["status"] == "open" else None),
        ("reason", deal["reason"]),
        ("person", deal["contact"]),
        ("product", deal["product"]),
        ("competitor", deal["competitor"]),
        ("opened", day(deal["opened_on"])),
        ("note", deal["note"]),
    ]


def worth(deal: Row) -> str:
    """``12 000.00 EUR × 35 % = 4 200.00 EUR``; of a closed deal its value alone."""
    from kam_cli.values.money import format_money

    value = format_money(deal["value_minor"], deal["currency"])
    if deal["status"] != "open":
        return value
    weighted = format_money(round(deal["weighted_minor"]), deal["currency"])
    return f"{value} × {deal['probability_pct']} % = {weighted}"


def closes(c: Context, deal: Row) -> str | None:
    """The expected day, and how far it is."""
    if not deal["close_on"]:
        return None
    import datetime

    left = (datetime.date.fromisoformat(deal["close_on"]) - c.today).days
    far = "today" if left == 0 else f"in {count(left)}" if left > 0 else f"{count(-left)} late"
    return f"{day(deal['close_on'])}, {far}"


def day(iso: str) -> str:
    """A local date with its weekday."""
    import datetime

    from kam_cli.values.dates import echo_day

    return echo_day(datetime.date.fromisoformat(iso))


def count(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def way(c: Context, deal: Row, moves: list[Row]) -> list[Row]:
    """The moves with ``days`` from each to the next; of the last to today, or None of a closed deal."""
    from kam_cli.values.clock import to_local

    days = store.days_counter(c)
    for move in moves:
        left_on = to_local(move["left_at"], c.tz).date().isoformat() if move["left_at"] else None
        ended = left_on is None and deal["status"] != "open"
        move["days"] = None if ended else days(move["moved_at"], left_on)
    return moves


def todo(deal: Row) -> Block:
    rows = [{**task, "id": f"#{task['id']}"} for task in deal["tasks"]]
    return Block("To do", rows=rows, show=("due_on", "due_time", "title", "id"))


def contacts(deal: Row) -> Block:
    """The last contacts about it."""
    rows = []
    for one in deal["interactions"][:LAST]:
        row = {name: one[name] for name in ("is_timed", "kind", "contact", "text")}
        rows.append(
            {**row, "at": one["occurred_at"], "result": "planned" if one["is_planned"] else one["outcome"]}
        )
    more = len(deal["interactions"]) - LAST
    folded = f"{more} more: kam log list --client {deal['client_id']}" if more > 0 else ""
    show = ("at", "kind", "contact", "result", "text")
    return Block("Contacts about it", rows=rows, show=show, folded=folded)


def history(deal: Row) -> Block:
    """Its way through the stages, a line a move."""
    rows, expected_on = [], None
    for move in deal["moves"]:
        stay = "" if move["days"] is None else count(move["days"])
        what = move["stage"] if move["status"] == "open" else f"{move['status']} – {move['stage']}"
        expected = f"to close {move['close_on']}" if move["close_on"] not in (None, expected_on) else ""
        expected_on = move["close_on"]
        rows.append({"at": move["moved_at"], "stage": what, "stay": stay, "expected": expected})
    return Block("Way through the stages", rows=rows, show=("at", "stage", "stay", "expected"))
