"""A payment in one line, and on a page of its own."""

from __future__ import annotations

from kam_cli.domains.invoices import store as invoices
from kam_cli.domains.invoices.page import day
from kam_cli.domains.payments import store
from kam_cli.errors import BadValue
from kam_cli.output import Block, Page, Saved
from kam_cli.values.money import format_amount, format_money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]

TOLD = 5  # invoices named in a line


def check_named(c: Context, named: Sequence[Ref], client_id: int, currency: str) -> None:
    """Raises BadValue for an invoice of another client or in another currency."""
    for one in named:
        row = invoices.get(c.book, one.id)
        if row["client_id"] != client_id:
            raise BadValue(
                f"--invoice: #{one.id} {one.name} is of another client. See: kam invoice show {one.id}"
            )
        if row["currency"] != currency:
            raise BadValue(
                f"--invoice: #{one.id} {one.name} is in {row['currency']}, the payment in {currency}"
            )


def saved(c: Context, payment_id: int, done: str, named: Sequence[int] = ()) -> Saved:
    """The one line a change is answered with, and the record; ``named`` invoices that it does not pay are remarked."""
    row = store.LISTING.one(c, payment_id)
    pays = store.paying(c.book, payment_id)
    told = [f"{_name(one)} {format_amount(one['amount_minor'], one['currency'])}" for one in pays[:TOLD]]
    more = f", and {len(pays) - TOLD} more" if len(pays) > TOLD else ""
    parts = [
        f"{row['kind']} #{payment_id}",
        row["client"],
        format_money(row["amount_minor"], row["currency"]),
    ]
    parts += [day(row["paid_on"]), f"pays {', '.join(told)}{more}" if told else ""]
    parts.append(f"credit {format_money(row['free_minor'], row['currency'])}" if row["free_minor"] else "")
    paid = {one["id"] for one in pays}
    hints = [f"invoice #{one} had nothing open: kam invoice show {one}" for one in named if one not in paid]
    return Saved(f"{' · '.join(filter(None, parts))} – {done}", row, hints)


def _name(invoice: Row) -> str:
    return f"#{invoice['id']}{' ' + invoice['number'] if invoice['number'] else ''}"


def build(c: Context, payment_id: int) -> Page:
    """The page: what it is, and what it pays."""
    row = store.LISTING.one(c, payment_id)
    pays = store.paying(c.book, payment_id)
    pairs = [
        ("client", f"{row['client']} (#{row['client_id']})"),
        ("amount", format_money(row["amount_minor"], row["currency"])),
        ("credit", format_money(row["free_minor"], row["currency"]) if row["free_minor"] else None),
        ("on", day(row["paid_on"])),
        ("how", row["method"]),
        ("order", row["order_id"] and f"{row['order']} (#{row['order_id']})"),
        ("note", row["note"]),
    ]
    shown = Block("Pays", rows=pays, show=("id", "number", "due_on", "amount_minor"))
    return Page({**row, "pays": pays}, [Block(f"{row['kind']} #{payment_id}", pairs=pairs), shown])
