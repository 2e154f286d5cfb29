"""`kam today`, and `kam` alone: what waits to be done, the most urgent first, on one screen."""

from __future__ import annotations

import datetime

from kam_cli import agenda
from kam_cli.command import verb
from kam_cli.kinds import integer
from kam_cli.output import Group, Groups
from kam_cli.params import flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

IN_A_PIPE = 12  # rows of a section where no screen says how many fit
FIRST = ("overdue", "today")  # get all their rows before another section gets a second one
STYLES = {"overdue": "bold red", "critic": "bold red", "cadence": "bold yellow", "next": "bold dim"}
WORDS = {
    "overdue": "overdue",
    "today": "today",
    "cadence": "to contact",
    "critic": "critic(s)",
    "order": "order(s) late",
    "deal": "deal(s) late",
    "renewal": "contract(s) to renew",
}
NARROW = 130  # below this width a command is cut down to what tells it apart
WELCOME = """\
kam is your working memory: clients, calls, deals and what is due, in one file.

  kam demo                            look around in an invented book
  kam init --currency EUR --tz Europe/Warsaw
                                      start your own, then:
  kam client add "Acme GmbH" --city Berlin --every 3w
  kam log call acme wants the new price list --next "send it" --due fri
  kam                                 what is due, every morning
  kam --help                          all commands"""


@verb()
def today(
    c: Context,
    days: int | None = opt(integer(0, 3660), "how many days ahead to look; 7 (config agenda_days)"),
    all_: bool = flag("every item, also what does not fit the screen"),
) -> Any:
    """Show what is due: tasks, appointments, clients to call, critics, birthdays, deals.

    Overdue comes first, then today by time. JSON and CSV hold every item.

    $ kam today
    $ kam today --days 14
    """
    if is_welcome(c):
        return WELCOME
    ahead = c.config.get("agenda_days") if days is None else days
    values = agenda.values(c, ahead)
    lines = screen(c)[1]
    most = None if all_ or c.format != "table" else lines or IN_A_PIPE
    sections, counts = collect(c, values, most)
    data = [row for rows in sections.values() for row in rows]
    if not data:
        return Groups([], nothing(c, ahead))
    sizes = allot(counts, lines, most)
    groups = [group(c, name, rows[: sizes[name]], counts[name], ahead) for name, rows in sections.items()]
    return Groups(data, headline(c, counts), groups, show=("when", "text", "client", "do"))


def is_welcome(c: Context) -> bool:
    """Whether `kam` stands alone and there is no book yet: a person at the door."""
    import os

    return "today" not in c.argv and c.format == "table" and not os.path.lexists(c.db_path)


def screen(c: Context) -> tuple[int, int]:
    """Columns of the terminal, and its lines without the one on top and the prompt; 0 where there is none."""
    if not c.terminal:
        return 0, 0
    import shutil

    size = shutil.get_terminal_size()
    return size.columns, max(size.lines - 2, 4)


def collect(c: Context, values: Row, most: int | None) -> tuple[dict[str, list[Row]], dict[str, int]]:
    """Per section at most so many items in order, and how many there are; no more are read."""
    sections: dict[str, list[Row]] = {name: [] for name in agenda.SECTIONS}
    counts = dict.fromkeys(sections, 0)
    namer = agenda.Namer(c)
    for part in agenda.parts():
        sql = part.select() + (f" LIMIT {most + 1}" if most else "")
        found = agenda.fetch(c, sql, values)
        sections[part.section] += [agenda.item(c, part, row, namer) for row in found]
        more = most is not None and len(found) > most
        counts[part.section] += c.book.value(part.count(), values) if more else len(found)
    for rows in sections.values():
        rows.sort(key=agenda.by_time)
        del rows[most or len(rows) :]
    return sections, counts


def allot(counts: dict[str, int], lines: int, most: int | None) -> dict[str, int]:
    """How many rows each section shows so that headings and rows fit the lines; every section shows one."""
    if not (most and lines):
        return {name: min(count, most or count) for name, count in counts.items()}
    sizes = {name: min(count, 1) for name, count in counts.items()}
    free = lines - sum(1 + size for size in sizes.values() if size)
    for names in (FIRST, tuple(sizes)):
        while free > 0 and any(sizes[name] < counts[name] for name in names):
            for name in names:
                if sizes[name] < counts[name] and free > 0:
                    sizes[name] += 1
                    free -= 1
    return sizes


def group(c: Context, name: str, rows: list[Row], count: int, days: int) -> Group:
    title, command = agenda.SECTIONS[name]
    if name == "next":
        title = f"The next {days} days" if days != 1 else "Tomorrow"
    width = screen(c)[0]
    do = short if 0 < width < NARROW else lambda row: row["command"]
    shown = [{**row, "when": when(c, row), "do": do(row)} for row in rows]
    if width:
        from kam_cli.cells import cut

        # What is to be done says more than the second half of a long name.
        shown = [{**row, "client": row["client"] and cut(row["client"], width // 4)} for row in shown]
    beside = f"… and {number(count, len(shown))} more: {command}" if count > len(shown) else ""
    return Group(title, shown, beside=beside, style=STYLES.get(name, ""))


def number(count: int, less: int = 0) -> str:
    """``12``; ``1000+`` of a list that was not counted to its end."""
    return f"{agenda.COUNTED}+" if count > agenda.COUNTED else str(count - less)


def short(row: Row) -> str:
    """A command without what is the same for all, its client by number: ``task done 33``, ``log call 12``."""
    noun, name, given = row["command"].split()[1:4]
    return f"{noun} {name} {given if given.isdigit() else row['client_id']}"


def when(c: Context, row: Row) -> str:
    """``15:00`` today, ``Fri 15:00`` within a week, else the day: ``Mon 16 Mar``, far off ``2025-03-30``."""
    try:
        day = datetime.date.fromisoformat(row["due_on"])
    except (ValueError, TypeError):
        return str(row["due_on"] or "")
    if day == c.today:
        return row["due_time"] or ("" if row["section"] == "today" else "today")
    ahead = (day - c.today).days
    if row["due_time"] and 0 < ahead < 7:
        return f"{day:%a} {row['due_time']}"
    return f"{day:%a} {day.day} {day:%b}" if abs(ahead) < 300 else day.isoformat()


def headline(c: Context, counts: dict[str, int]) -> str:
    from kam_cli.values.dates import echo_day

    parts = [
        f"{number(counts[name])} {word.replace('(s)', 's' * (counts[name] != 1))}"
        for name, word in WORDS.items()
        if counts[name]
    ]
    return " · ".join([echo_day(c.today), *parts])


def nothing(c: Context, days: int) -> str:
    """One kind line for a day on which nothing waits."""
    from kam_cli.values.dates import echo_day

    if not c.book.value("SELECT 1 FROM clients WHERE deleted_at IS NULL LIMIT 1"):
        return 'The book is empty. Add a client: kam client add "Acme GmbH" --city Berlin --every 3w'
    soon = f", nor in the next {days} days" if days > 1 else ""
    return (
        f"{echo_day(c.today)}: nothing is due{soon}. "
        "Whom did you not call for long? kam client list --sort last_contact_at"
    )
