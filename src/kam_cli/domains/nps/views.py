"""The score and the movements as they are shown: rows for programs, pages and bars for a person."""

from __future__ import annotations

from kam_cli.domains.nps import rules, store
from kam_cli.output import Block, Page, Rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

AXIS = "-100    0    +100"  # the heading above the bars of the index, which are as wide as it
HALF = len(AXIS) // 2
SHARE = 30  # cells of a share of 100 %
SHOWN = 15  # movements of a kind on a page
NO_ANSWERS = "no answers. Add one: kam nps add CLIENT SCORE --reason …"


# --- the score ----------------------------------------------------------------------------------------------


def score(
    c: Context,
    by: str | None,
    latest: bool,
    since: datetime.date | None,
    until: datetime.date | None,
    population: bool,
) -> Rows | Page:
    """The index of each group, or of all answers; ``until`` is the last day that counts."""
    after = _next(until).isoformat() if until else None
    found = store.counts(c.book, by, since.isoformat() if since else None, after, latest)
    clients = store.population(c.book, by) if population else None
    if clients is not None:
        c.note("± narrowed by √((N − n)/(N − 1)), n answers out of N clients in the book; – where n > N")
    if by in store.PERIODS:
        found.sort()
    else:
        # The groups heard best come first, those without a name last.
        found.sort(key=lambda one: (one[1] is None, -sum(one[2]), (one[1] or "").casefold()))
    rows = [_row(label, count, clients, key) for key, label, count in found]
    overall = [sum(column) for column in zip(*(count for _, _, count in found), strict=True)] or [0, 0, 0]
    total = _row("all", (overall[0], overall[1], overall[2]), clients and {None: sum(clients.values())}, None)
    what = f"   {total['responses']} answer{'s' * (total['responses'] != 1)}"
    what += ", the last of each respondent" if latest else ""
    what += "".join(f" {word} {day}" for word, day in (("from", since), ("to", until)) if day)
    if by is None:
        return Page([total], _score_page(total, what))
    return _score_table(c, by, rows, total, what)


def _row(label: str | None, counts: store.Counts, clients: dict[Any, int] | None, key: Any) -> Row:
    """A row of the report, its margins narrowed where the number of clients is to be thought of."""
    row = rules.tally(label, *counts)
    if clients is not None:
        row["population"] = size = clients.get(key, clients.get(None, 0))
        for name in ("margin", "margin_adjusted"):
            row[name] = rules.finite_population(row[name], row["responses"], size)
    return row


def _score_page(total: Row, what: str) -> list[Block]:
    if not total["responses"]:
        return [Block("", lines=[NO_ANSWERS])]
    answers = total["responses"]
    groups = []
    for name in ("promoter", "passive", "critic"):
        part = total[f"{name}s"] / answers
        bar = "█" * round(SHARE * part)
        groups.append({"group": name, "answers": total[f"{name}s"], "share_pct": 100 * part, "bar": bar})
    title = f"NPS {rules.index(total['nps'], total['margin'])}{what}"
    few = f"adjusted for few answers: {rules.index(total['nps_adjusted'], total['margin_adjusted'])}"
    return [Block(title, rows=groups), Block("", lines=[f"± at 95 %; {few}"])]


def _score_table(c: Context, by: str, rows: list[Row], total: Row, what: str) -> Rows:
    if c.format != "table":
        return Rows(rows, show=list(total))
    for row in (*rows, total) if rows else ():
        row[AXIS] = line(row["nps"])
    show = ["group", "responses", "promoters", "passives", "critics", "nps", "margin", AXIS]
    if by not in store.PERIODS:
        show.remove("passives")  # the room goes to long names
    wide = ("passives",) if by in store.PERIODS else (AXIS,)
    title = f"NPS by {by}{what}" if rows else ""
    return Rows(rows, show=show, wide=wide, title=title, totals=[total], empty=NO_ANSWERS)


def line(value: float) -> str:
    """An index on a line from −100 to 100, to half a cell, away from the zero in its middle."""
    halves = round(abs(value) / 100 * HALF * 2)
    length = "█" * (halves // 2)
    if value < 0:
        return ("▐" * (halves % 2) + length).rjust(HALF) + "│" + " " * HALF
    return " " * HALF + "│" + (length + "▌" * (halves % 2)).ljust(HALF)


def _next(day: datetime.date) -> datetime.date:
    from datetime import timedelta

    return day + timedelta(1)


# --- movements ----------------------------------------------------------------------------------------------


def moves(c: Context, since: datetime.date, until: datetime.date) -> Page:
    """Who rose and who fell among those who answered in the period."""
    found = store.moves(c.book, since.isoformat(), _next(until).isoformat())
    before = {row["id"]: row["from_score"] for row in found if row["from_score"] is not None}
    who, matrix = rules.moves(before, {row["id"]: row["to_score"] for row in found})
    change = {answer: name for name, answers in who.items() for answer in answers}
    rows = [_move(c, row, change[row["id"]]) for row in found]
    counts = ", ".join(
        f"{len(who[kind])} {word}"
        for kind, word in (("rose", "rose"), ("fell", "fell"), ("same", "stayed"), ("new", "new"))
    )
    blocks = [Block(f"Moves from {since} to {until}: {counts}", lines=_matrix(matrix))] if rows else []
    for kind, title in (("fell", "Fell"), ("rose", "Rose"), ("new", "Answered for the first time")):
        some = [_on_page(row) for row in rows if row["change"] == kind]
        more = f"{len(some) - SHOWN} more; --json has all" if len(some) > SHOWN else ""
        blocks.append(Block(title, rows=some[:SHOWN], folded=more))
    return Page(rows, blocks, empty=f"nobody answered from {since} to {until}")


def _move(c: Context, row: Row, change: str) -> Row:
    score = row["from_score"]
    return {
        "client_id": row["client_id"],
        "client": row["client"],
        "contact": row["contact"],
        "from_group": None if score is None else rules.group_of(score),
        "to_group": rules.group_of(row["to_score"]),
        "from_score": score,
        "to_score": row["to_score"],
        "change": change,
        "reason": row["reason"],
        "after": _after(c, row) if change in ("rose", "fell") else None,
        "on": row["on"],
    }


def _after(c: Context, row: Row) -> str | None:
    """What happened with the client between the two answers: the last contact."""
    contact = store.contact_between(c.book, row["client_id"], row["from_at"], row["to_at"])
    if contact is None:
        return None
    from kam_cli.values.clock import to_local

    day = to_local(contact["occurred_at"], c.tz).date()
    return f"{contact['kind']} {day}" + (f": {contact['text']}" if contact["text"] else "")


def _matrix(matrix: list[list[int]]) -> list[str]:
    """Counts from group to group, in lines of equal width."""
    names = list(rules.GROUPS)
    width = max(len(name) for name in names) + 2
    lines = ["    was \\ is now" + "".join(name.rjust(width) for name in names)]
    for name, counts in zip(names, matrix, strict=True):
        lines.append(name.rjust(16) + "".join((str(n) if n else "·").rjust(width) for n in counts))
    return lines


def _on_page(row: Row) -> Row:
    """The few columns that a person reads."""
    was = f"{row['from_score']} → " if row["from_score"] is not None else ""
    shown = {"on": row["on"], "client": row["client"], "contact": row["contact"]}
    shown |= {"score": f"{was}{row['to_score']}", "to_group": row["to_group"]}
    return shown | {"reason": row["reason"], "after": row["after"]}
