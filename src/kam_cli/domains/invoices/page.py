"""An invoice in one line, and on a page of its own."""

from __future__ import annotations

import datetime

from kam_cli.domains.invoices import store
from kam_cli.output import Block, Page, Saved
from kam_cli.values.money import format_money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def day(value: str) -> str:
    """``Wed 2026-03-18``."""
    from kam_cli.values.dates import echo_day

    return echo_day(datetime.date.fromisoformat(value))


def said(row: Row) -> str:
    """``open``, ``paid``, ``overdue by 3 days, 200.00 EUR open``."""
    late = f"{row['days_late']} day{'s' * (row['days_late'] != 1)}"
    if row["open_minor"] <= 0:
        return f"paid {late} late" if row["days_late"] else "paid"
    state = f"overdue by {late}" if row["status"] == "overdue" else ""
    part = row["open_minor"] < row["amount_minor"]
    left = f"{format_money(row['open_minor'], row['currency'])} open" if part else ""
    return ", ".join(filter(None, (state, left))) or "open"


def saved(c: Context, invoice_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    row = store.LISTING.one(c, invoice_id)
    number = f" {row['number']}" if row["number"] else ""
    parts = [
        f"{row['kind']} #{invoice_id}{number}",
        row["client"],
        format_money(row["amount_minor"], row["currency"]),
    ]
    parts += [f"due {day(row['due_on'])}", said(row)]
    return Saved(f"{' · '.join(parts)} – {done}", row)


def build(c: Context, invoice_id: int) -> Page:
    """The page: what it is, and what paid it."""
    row = store.LISTING.one(c, invoice_id)
    paid = store.paid_by(c.book, invoice_id)
    pairs = [
        ("client", f"{row['client']} (#{row['client_id']})"),
        ("amount", format_money(row["amount_minor"], row["currency"])),
        ("state", said(row)),
        ("issued", day(row["issued_on"])),
        ("due", day(row["due_on"])),
        ("order", row["order_id"] and f"{row['order']} (#{row['order_id']})"),
        ("note", row["note"]),
    ]
    title = f"{row['kind']} #{invoice_id}{' ' + row['number'] if row['number'] else ''}"
    shown = Block("Paid by", rows=paid, show=("id", "paid_on", "amount_minor", "kind"))
    return Page({**row, "payments": paid}, [Block(title, pairs=pairs), shown])
