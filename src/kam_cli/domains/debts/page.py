"""What a client owes, promised and was told, on a page; a promise and a reminder as they are answered with."""

from __future__ import annotations

from kam_cli.domains.debts import promises, store
from kam_cli.domains.interactions import store as interactions
from kam_cli.domains.invoices import store as invoices
from kam_cli.domains.invoices.page import day
from kam_cli.domains.payments import store as payments
from kam_cli.errors import BadValue
from kam_cli.output import Block, Page, Saved
from kam_cli.values.money import format_money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.domains.debts.letters import Letter
    from kam_cli.refs import Ref

    Row = dict[str, Any]


def build(c: Context, client: Ref) -> Page:
    """The page: sums, open invoices, promises, letters. Its data: ``client_id client average_days_late``, lists
    ``owed credit invoices promises letters``."""
    owed = store.owed_by(c, client.id)
    today = c.today.isoformat()
    bills = [
        {**row, "state": "overdue" if row["due_on"] < today else "open"}
        for row in store.open_invoices(c.book, client.id)
    ]
    average = store.average_days_late(c.book, client.id)
    data: Row = {
        "client_id": client.id, "client": client.name, "average_days_late": average, "owed": owed,
        "credit": payments.credit_of(c.book, client.id), "invoices": bills,
        "promises": promises.of_client(c, client.id), "letters": store.letters(c.book, client.id),
    }  # fmt: skip
    pairs = summary(data)
    blocks = [
        Block(client.name, pairs=pairs or [("owes", "nothing")]),
        Block(
            "Open invoices",
            rows=bills,
            show=("id", "number", "issued_on", "due_on", "open_minor", "state"),
        ),
        Block(
            "Promises",
            rows=data["promises"],
            show=("id", "amount_minor", "paid_minor", "promised_on", "due_on", "status"),
        ),
        Block("Reminders", rows=data["letters"], show=("sent_on", "level", "language")),
    ]
    return Page(data, blocks)


def summary(data: Row) -> list[tuple[str, Any]]:
    """What is owed, overdue, to his credit, in words."""
    owes = [format_money(row["owed_minor"], row["currency"]) for row in data["owed"]]
    late = [
        f"{format_money(row['overdue_minor'], row['currency'])}, the oldest by {row['days_late']} days"
        for row in data["owed"]
        if row["overdue_minor"]
    ]
    credit = [format_money(row["free_minor"], row["currency"]) for row in data["credit"]]
    average = data["average_days_late"]
    return [
        ("owes", owes),
        ("overdue", late),
        ("credit", credit),
        ("pays", f"{average:.0f} days late on average" if average else None),
    ]


def check_promise(c: Context, row: Row) -> None:
    """Raises BadValue for a promise that cannot be one."""
    if row["due_on"] < row["promised_on"]:
        raise BadValue(f"--by: {row['due_on']} is before the day of the promise, {row['promised_on']}")
    payments.check_amount(row["amount_minor"])
    if row["invoice_id"]:
        currency = invoices.get(c.book, row["invoice_id"])["currency"]
        if currency != row["currency"]:
            raise BadValue(f"--invoice: it is in {currency}, the promise in {row['currency']}")


def saved(c: Context, promise_id: int, done: str) -> Saved:
    """The one line a change of a promise is answered with, and the record."""
    row = promises.LISTING.one(c, promise_id)
    parts = [f"promise #{promise_id}", row["client"], format_money(row["amount_minor"], row["currency"])]
    parts += [
        f"by {day(row['due_on'])}",
        row["invoice_id"] and f"for {row['invoice'] or '#' + str(row['invoice_id'])}",
    ]
    parts.append(row["status"] if row["status"] != "open" else "")
    return Saved(f"{' · '.join(filter(None, parts))} – {done}", row)


def note(c: Context, client: Ref, letter: Letter, kind: str) -> int:
    """Log a reminder, inside a write; gives the number of the entry. A reminder is no contact that was agreed on."""
    entry = {
        "client_id": client.id, "kind": kind, "occurred_at": c.now, "is_timed": 1, "is_planned": 0, "direction": "out",
        "outcome": "sent", "text": f"{letter.subject} (reminder, level {letter.level})",
    }  # fmt: skip
    logged = interactions.add(c.book, entry, [letter.contact_id] if letter.contact_id else [], [])
    sent = {
        "client_id": client.id,
        "interaction_id": logged,
        "level": letter.level,
        "language": letter.language,
    }
    store.note_letter(c.book, sent | {"sent_on": c.today.isoformat()})
    return logged


def of_letter(c: Context, letter: Letter, logged: int | None, done: str) -> Any:
    """The text itself where it has to be sent by hand, else the line that says what was done; for programs all of it."""
    names = ("level", "language", "to", "subject", "text", "total", "days")
    row = {name: getattr(letter, name) for name in names} | {
        "invoices": letter.invoices,
        "interaction_id": logged,
    }
    if c.format != "table":
        return Page(row, [])
    if done:
        return Saved(f"{letter.subject} · level {letter.level} – {done}, logged as #{logged}", row)
    if logged:
        c.note(f"reminder of level {letter.level}, logged as #{logged}; taken back with: kam undo")
    head = [f"To: {letter.to}"] if letter.to else []
    from kam_cli.text import safe

    return safe("\n".join([*head, f"Subject: {letter.subject}", "", letter.text]), newlines=True)
