"""What waits to be done, as data: each noun says in its `agenda.py` which records wait, and what to do."""

from __future__ import annotations

from kam_cli import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

# Sections of the agenda in the order of urgency: name → (title, the command that shows all of it).
SECTIONS = {
    "overdue": ("Overdue", "kam task list --due overdue"),
    "today": ("Today", "kam task list --due today"),
    "cadence": ("To be contacted", "kam client list --sort next_due_on"),
    "critic": ("Critics without a call back", "kam segment list critics"),
    "debt": ("Debts and broken promises", "kam debt list"),
    "order": ("Orders past their date", "kam order list --late"),
    "date": ("Birthdays and dates", "kam today --all"),
    "deal": ("Deals past their date", "kam deal list --sort close_on"),
    "offer": ("Offers without an answer", "kam offer list --sort valid_until"),
    "renewal": ("Contracts that run out", "kam contract list --ending 60d"),
    "next": ("Soon", "kam today --all"),
}
SOON_MINUTES = 60  # how long before an appointment `kam remind` speaks of it
COUNTED = 1000  # records of one part that are counted; a longer list is "more than 1000"
MOST_HANDLES = 500  # clients named by a handle proved to be unambiguous; further ones by number


class Part:
    """Records of one noun that wait for one reason, as SQL that an index answers.

    ``section``  a key of SECTIONS; ``kind`` the reason, for programs.
    ``source``   FROM with all that ``where`` needs; ``joins`` what only the shown columns need.
    ``where``    the condition, on the values of `values`.
    ``columns``  ``id text due_on due_time``, or ``id text due_at is_timed`` where it is an instant. The alias
                 ``c`` is the client.
    ``order``    ORDER BY that the index gives.
    ``now``      what else must hold for `kam remind` to speak of it; None: it never does.
    ``command``  what deals with it, with ``{id}``, ``{client}`` or another column.
    ``noun``     where the record is of another noun than the one that says so.
    """

    __slots__ = ("columns", "command", "joins", "kind", "noun", "now", "order", "section", "source", "where")

    def __init__(
        self,
        section: str,
        kind: str,
        *,
        source: str,
        where: str,
        columns: str,
        order: str,
        command: str,
        joins: str = "",
        now: str | None = None,
        noun: str = "",
    ) -> None:
        self.section = section
        self.kind = kind
        self.source = source
        self.where = where
        self.columns = columns
        self.order = order
        self.command = command
        self.joins = joins
        self.now = now
        self.noun = noun

    def select(self, now: bool = False) -> str:
        """The query of the rows, with ``now`` of those that `kam remind` speaks of."""
        where = f"{self.where} AND {self.now}" if now and self.now else self.where
        return (
            f"SELECT '{self.noun}' AS noun, '{self.kind}' AS kind, {self.columns}, c.id AS client_id, "
            f"c.name AS client, c.handle "
            f"FROM {self.source} {self.joins} WHERE {where} ORDER BY {self.order}"
        )

    def count(self) -> str:
        """The query of their number; one above COUNTED stands for more."""
        return f"SELECT count(*) FROM (SELECT 1 FROM {self.source} WHERE {self.where} LIMIT {COUNTED + 1})"


class Hit:
    """How `kam find` shows a record of the noun; ``text kind day due_on`` are SQL over its table ``t``.

    ``day`` is the local day or the instant it speaks of; ``command`` is as of a `Part`.
    """

    __slots__ = ("command", "day", "due_on", "kind", "text")

    def __init__(
        self, text: str, kind: str, command: str, *, day: str = "NULL", due_on: str = "NULL"
    ) -> None:
        self.text = text
        self.kind = kind
        self.command = command
        self.day = day
        self.due_on = due_on


def parts() -> list[Part]:
    """What all nouns put on the agenda, in the order of the registry."""
    found = []
    for entry in registry.ENTRIES:
        if entry.agenda:
            module: Any = registry.load(entry.module + ".agenda")
            for part in module.PARTS:
                part.noun = part.noun or entry.name
                found.append(part)
    return found


def values(c: Context, days: int) -> Row:
    """What the parts compare with: ``today until`` (local days), ``day_start day_end until_end now soon``
    (UTC), ``clock`` (local HH:MM), ``dates`` (JSON: MM-DD → the day on which it is kept), ``critic_days``,
    ``reminded`` (local day after which a debtor who got a letter is left alone).
    """
    import datetime

    from kam_cli.values.clock import local_day_bounds, to_local, utc_text

    until = c.today + datetime.timedelta(days=days)
    start, end = local_day_bounds(c.today, c.tz)
    now = to_local(c.now, c.tz)
    kept = ", ".join(f'"{md}": "{day}"' for md, day in anniversaries(c.today, days))
    return {
        "today": c.today.isoformat(),
        "until": until.isoformat(),
        "day_start": start,
        "day_end": end,
        "until_end": local_day_bounds(until, c.tz)[1],
        "now": utc_text(now),
        "soon": utc_text(now + datetime.timedelta(minutes=SOON_MINUTES)),
        "clock": f"{now:%H:%M}",
        "dates": f"{{{kept}}}",
        "critic_days": c.config.get("critic_days"),
        "reminded": (c.today - datetime.timedelta(days=c.config.get("debt.pause_days"))).isoformat(),
    }


def anniversaries(today: datetime.date, days: int) -> Iterable[tuple[str, str]]:
    """MM-DD → the day on which it is kept, for today and so many days after it, at most 364.

    29 February is kept on 28 February in common years.
    """
    import datetime

    for ahead in range(min(days, 364) + 1):
        day = today + datetime.timedelta(days=ahead)
        yield f"{day:%m-%d}", day.isoformat()
        if (day.month, day.day) == (2, 28) and (day + datetime.timedelta(days=1)).month == 3:
            yield "02-29", day.isoformat()


def fetch(c: Context, sql: str, args: Row) -> list[Row]:
    """Rows, also where another program wrote a text that is not UTF-8: such a one never hides the others."""
    import sqlite3

    try:
        return c.book.rows(sql, args)
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    c.book.conn.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        return c.book.rows(sql, args)
    finally:
        c.book.conn.text_factory = str


class Namer:
    """Names a client in a command by its handle where that names no other, else by its number."""

    def __init__(self, c: Context) -> None:
        self.c = c
        self.known: dict[int, str] = {}

    def fill(self, command: str, row: Row) -> str:
        """The command for a row with ``noun id client_id handle``."""
        if "{client}" not in command:
            return command.format_map(row)
        if row["client_id"] is None:
            return f"kam {row['noun']} show {row['id']}"
        return command.format_map({**row, "client": self.name(row["client_id"], row["handle"])})

    def name(self, client_id: int, handle: str) -> str:
        if client_id not in self.known:
            self.known[client_id] = handle if self._is_own(client_id, handle) else str(client_id)
        return self.known[client_id]

    def _is_own(self, client_id: int, handle: str) -> bool:
        from kam_cli.refs import candidates

        if len(self.known) >= MOST_HANDLES:
            return False
        return candidates(self.c.book, registry.noun("client"), handle) == [client_id]


def item(c: Context, part: Part, row: Row, namer: Namer) -> Row:
    """A row for programs: ``noun id client_id client text due_on kind command due_time section``."""
    due_on, due_time = row.get("due_on"), row.get("due_time")
    if "due_at" in row:
        due_on, due_time = local(c, row["due_at"])
    return {
        "noun": row["noun"],
        "id": row["id"],
        "client_id": row["client_id"],
        "client": row["client"],
        "text": " ".join(str(row["text"] or "").split()),
        "due_on": due_on,
        "kind": row["kind"],
        "command": namer.fill(part.command, row),
        "due_time": due_time if row.get("is_timed", 1) else None,
        "section": part.section,
    }


def local(c: Context, instant: Any) -> tuple[str, str]:
    """Local day and time of an instant; of one that cannot be read what stands there."""
    from kam_cli.values.clock import to_local

    try:
        at = to_local(instant, c.tz)
    except (ValueError, TypeError, OverflowError):
        return str(instant), ""
    return f"{at:%Y-%m-%d}", f"{at:%H:%M}"


def by_time(row: Row) -> tuple[Any, ...]:
    """The order within a section: by day, then by time, what has no time after what has one."""
    return (str(row["due_on"] or "9"), str(row["due_time"] or "99"), row["noun"], row["id"])
