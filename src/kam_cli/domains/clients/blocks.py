"""The parts of a page that shows a card: people, what is ahead, what was, what is open."""

from __future__ import annotations

import datetime

from kam_cli.domains.clients import details, rules
from kam_cli.output import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]
    Here = tuple[int | None, int | None]  # the client and the contact that need not be named on this page

LONGEST_LABEL = 32  # characters of a name that may stand beside its lines
FIRST_WORDS = 160  # characters of a text that a terminal shows; a pipe gets it whole


def joined(*parts: str | None) -> str:
    """What is there, between middle dots."""
    return " · ".join(part for part in parts if part)


def table(title: str, rows: list[Row], show: str, folded: str = "") -> Block:
    """Rows under a title, without the columns that hold nothing."""
    names = [name for name in show.split() if any(row.get(name) not in (None, "") for row in rows)]
    return Block(title, rows=rows, show=names, folded=folded)


def people(c: Context, rows: list[Row]) -> Block:
    """Contact persons: position and role, how to reach them, birthday."""
    pairs = []
    for row in rows:
        name, is_short = row["name"], len(row["name"]) <= LONGEST_LABEL
        born = row["birthday"] and f"born {rules.say_birthday(row['birthday'], c.today)}"
        lines = [
            joined(None if is_short else name, row["title"], row["role"]),
            joined(row["phones"], row["emails"]),
            born,
            row["note"],
        ]
        pairs.append((name if is_short else f"#{row['id']}", [line for line in lines if line] or ["–"]))
    return Block("People", pairs=pairs)


def ahead(c: Context, appointments: list[Row], tasks: list[Row], here: Here) -> list[Block]:
    """Appointments and tasks."""
    agreed = [
        {**row, "due_on": local(c, row), "time": clock(c, row), "text": aside(row["text"], who(row, here))}
        for row in appointments
    ]
    todo = [{**row, "time": row["due_time"], "text": aside(row["title"], who(row, here))} for row in tasks]
    return [
        table("Agreed", agreed, "id due_on time kind text"),
        table("To do", todo, "id due_on time text"),
    ]


def contacts(c: Context, rows: list[Row], total: int, all_of_them: str, here: Here) -> Block:
    """The last contacts: day, kind, who, outcome, first words; ``all_of_them`` is the command for more."""
    width = max((len(row["kind"]) for row in rows), default=0)
    pairs = [
        (
            f"{local(c, row)}  {row['kind']:{width}}",
            joined(who(row, here), row["outcome"], first_words(c, row["text"])) or "–",
        )
        for row in rows
    ]
    folded = f"{total - len(rows)} more: {all_of_them}" if total > len(rows) else ""
    return Block("Last contacts", pairs=pairs, folded=folded)


def deals(c: Context, rows: list[Row], here: Here) -> Block:
    """Open deals: stage, value, expected day."""
    today = c.today.isoformat()
    shown = []
    for row in rows:
        day = row["close_on"]
        closes = day and f"{'closes' if day >= today else 'was to close'} {day}"
        shown.append({**row, "closes": closes, "title": aside(row["title"], who(row, here))})
    return table("Open deals", shown, "id title stage value_minor closes")


def orders(c: Context, rows: list[Row], total: int, handle: str) -> Block:
    """The orders that are not wholly delivered, and the last ones: state, total, the promise."""
    today = c.today.isoformat()
    shown = []
    for row in rows:
        day = row["due_on"]
        is_over = row["shipped_on"] or row["status"] in ("delivered", "returned", "cancelled")
        due = day and not is_over and f"{'due' if day >= today else 'was due'} {day}"
        shown.append({**row, "when": due or (row["shipped_on"] and f"delivered {row['shipped_on']}") or None})
    folded = f"{total - len(rows)} more: kam order list --client {handle}" if total > len(rows) else ""
    return table("Orders", shown, "id ordered_on number status total_minor when", folded)


def answers(c: Context, rows: list[Row], here: Here) -> Block:
    """The last NPS answers: day, score, group, who, about what, the reason."""
    pairs = [
        (
            f"{row['answered_on']}  {row['score']:2} {row['nps_group']}",
            joined(who(row, here), row["product"], first_words(c, row["reason"])) or "–",
        )
        for row in rows
    ]
    return Block("NPS", pairs=pairs)


def who(row: Row, here: Here) -> str:
    """The people of a record, and its client where that is not the page's own."""
    client, contact = here
    names = [
        row["client"] if row["client_id"] != client else None,
        row["contact"] if row["contact_id"] != contact else None,
        row.get("others"),
    ]
    return ", ".join(name for name in names if name)


def aside(text: str | None, names: str) -> str:
    """A text with names after it in brackets."""
    return f"{text or ''} ({names})".strip() if names else text or ""


def first_words(c: Context, text: str | None) -> str:
    """A text on one line; on a terminal no more of it than is needed to recognise it."""
    line = " ".join((text or "").split())
    if c.terminal and len(line) > FIRST_WORDS:
        line = line[:FIRST_WORDS].rsplit(" ", 1)[0] + " …"
    return line


def more(found: Sequence[Row], leave: tuple[str, ...], *pairs: tuple[str, Any]) -> Block:
    """Details that the card's head does not show, and the ``pairs`` that go with them."""
    kinds = [(kind, lines) for kind, lines in details.grouped(list(found)) if kind not in leave]
    return Block("Details", pairs=[*kinds, *pairs])


def local(c: Context, row: Row) -> str:
    """The owner's day on which an interaction took place."""
    from kam_cli.values.clock import to_local

    return to_local(row["occurred_at"], c.tz).date().isoformat()


def clock(c: Context, row: Row) -> str | None:
    """Its time of day, where one is known."""
    from kam_cli.values.clock import to_local

    return f"{to_local(row['occurred_at'], c.tz):%H:%M}" if row["is_timed"] else None


def day_said(value: str | None) -> str | None:
    """``Fri 2026-11-27`` of an ISO day."""
    from kam_cli.values.dates import echo_day

    return echo_day(datetime.date.fromisoformat(value)) if value else None
