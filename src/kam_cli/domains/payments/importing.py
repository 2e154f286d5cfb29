"""How a table becomes payments, each of the invoice that it names, else of the oldest open one."""

from __future__ import annotations

from kam_cli.domains.payments import allocating, rules, store
from kam_cli.errors import BadValue
from kam_cli.formats.packed import unpack_pair
from kam_cli.imports import vocabulary
from kam_cli.imports.amounts import Amount
from kam_cli.imports.fields import LONGEST_TEXT, Field, Packed, Reference, Text, Words
from kam_cli.imports.identity import by_uid
from kam_cli.imports.moments import Day
from kam_cli.imports.noun import Importing
from kam_cli.kinds import currency
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.domains.payments.rules import Allocation
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]


def _minor(c: Context, text: str) -> int:
    from kam_cli.values.money import parse_minor

    return parse_minor(text)


def _allocation(c: Context, text: str) -> tuple[str, int]:
    """What a payment pays of an invoice, as `kam export` writes it: ``uid=minor units``."""
    uid, minor = unpack_pair(text)
    if not uid:
        raise BadValue(f"{text[:60]!r} is not written uid=minor units, as kam export writes it")
    return uid, _minor(c, minor)


MINOR, CURRENCY = Field(Kind(_minor, "N")), Field(currency)


def check_amounts(batch: Batch, field: str, least: int = 0) -> None:
    """Refuse rows with an amount that cannot be one."""
    for index, minor in enumerate(batch.get(f"{field}_minor")):
        try:
            rules.check_amount(least if minor is None else minor, least)
        except BadValue as error:
            batch.refuse(index, str(error), field)


def of_orders(run: Run, batch: Batch) -> list[str | None]:
    """Fill in client and currency from the orders that the rows name; gives the day of each order."""
    orders = batch.get("order")
    batch.values["order_id"] = orders
    if not any(orders):
        return [None] * len(batch)
    sql = (
        "SELECT id, client_id, currency, ordered_on FROM orders WHERE id IN (SELECT value FROM json_each(?))"
    )
    asked = allocating.as_list({one for one in orders if one})
    known = {row["id"]: row for row in run.book.rows(sql, (asked,))}
    clients, currencies = list(batch.get("client")), list(batch.get("currency"))
    for index, order in enumerate(orders):
        if order and clients[index] not in (None, known[order]["client_id"]):
            batch.refuse(index, "that order is another client's", "order")
        elif order:
            clients[index] = known[order]["client_id"]
            currencies[index] = currencies[index] or known[order]["currency"]
    batch.values["client"], batch.values["currency"] = clients, currencies
    return [order and known[order]["ordered_on"] for order in orders]


class Payments(Importing):
    """A row is a payment; ``allocations`` say exactly what it pays, else that is worked out."""

    name = "payments"
    noun = "payment"
    word = "payment"
    table = "payments"
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=(*vocabulary.COMPANY_ID, "customer id")),
        "invoice": Reference("invoice", within="client", ids=("invoice id",)), "order": Reference("order", within="client"), "paid_on": Day(), "amount": Amount(),
        "amount_minor": MINOR, "currency": CURRENCY, "method": Text(), "kind": Words("payment", "write-off"),
        "note": Text(LONGEST_TEXT, lines=True), "allocations": Packed(_allocation),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": ("payment id", "transaction id", "transaction number", *vocabulary.OWN_ID),
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID, "customer id"), "invoice": (*vocabulary.INVOICE_ID, "invoice"),
        "order": ("order id", "order number", "order no", "order #"),
        "paid_on": (*vocabulary.PAID_ON, "transaction date", "date"),
        "amount": ("payment amount", "amount paid", "paid amount", "amount"), "currency": vocabulary.CURRENCY,
        "method": ("payment method", "method", "payment type"), "note": vocabulary.NOTE,
    }  # fmt: skip
    required = ("client|invoice|order", "amount|amount_minor")
    columns = (
        "client_id", "order_id", "kind", "method", "paid_on", "amount_minor", "free_minor", "currency", "note",
    )  # fmt: skip
    defaults = {"kind": "payment"}  # noqa: RUF012
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        days = of_orders(run, batch)
        _of_invoices(run, batch)
        if any(days):
            given = zip(batch.get("paid_on"), days, strict=True)
            batch.values["paid_on"] = [own or other for own, other in given]
        run.amounts(batch, "amount")
        check_amounts(batch, "amount")
        batch.values["client_id"] = batch.get("client")
        _find_allocated(run, batch)

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.fill("currency", run.c.currency)
        batch.fill("paid_on", run.today)
        batch.fill("kind", "payment")
        rows = zip(batch.get("kind"), batch.get("amount_minor"), strict=True)
        batch.values["free_minor"] = [minor if kind == "payment" else 0 for kind, minor in rows]
        ids = super().insert(run, batch)
        allocating.allocate(run.book, _allocated(run, batch, ids))
        if "allocations" not in batch.values:
            allocating.settle(run.book, set(batch.get("client_id")))
        return ids

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        fields = {name: row[name] for name in self.columns if name in row and name != "free_minor"}
        paying = store.paying(run.book, row_id)
        if "allocations" in row:
            changed = bool(run.book.update("payments", row_id, fields))
            return allocating.replace(run.book, row_id, row["allocations"]) or changed
        invoice = row.get("invoice")
        named = [invoice] if invoice and invoice not in [one["id"] for one in paying] else []
        return store.edit(run.book, row_id, fields, named)


def _of_invoices(run: Run, batch: Batch) -> None:
    """Fill in the currency from the invoices that the rows name."""
    invoices = batch.get("invoice")
    if not any(invoices):
        return
    sql = "SELECT id, client_id, currency FROM invoices WHERE id IN (SELECT value FROM json_each(?))"
    asked = allocating.as_list({one for one in invoices if isinstance(one, int)})
    known = {row["id"]: row for row in run.book.rows(sql, (asked,))}
    currencies = list(batch.get("currency"))
    for index, invoice in enumerate(invoices):
        if not isinstance(invoice, int):
            continue
        row = known[invoice]
        if batch.get("client")[index] not in (None, row["client_id"]):
            batch.refuse(index, "that invoice is another client's", "invoice")
        elif currencies[index] is None:
            currencies[index] = row["currency"]
        elif currencies[index] != row["currency"]:
            batch.refuse(
                index, f"that invoice is in {row['currency']}, the payment in {currencies[index]}", "currency"
            )
    batch.values["currency"] = currencies


def _find_allocated(run: Run, batch: Batch) -> None:
    """The invoices that the packed allocations name by their uids."""
    if "allocations" not in batch.values:
        return
    uids = {uid for cell in batch.values["allocations"] if cell for uid, _ in cell}
    known = by_uid(run.book, "invoice", uids)
    found = []
    for index, (cell, minor) in enumerate(
        zip(batch.values["allocations"], batch.get("amount_minor"), strict=True)
    ):
        pairs = [(known.get(uid), part) for uid, part in cell or ()]
        if any(invoice is None for invoice, _ in pairs):
            batch.refuse(index, "no invoice with this uid; import the invoices first", "allocations")
        elif minor is not None and sum(part for _, part in pairs) > minor:
            batch.refuse(index, "they add up to more than the payment", "allocations")
        found.append(pairs or None)
    batch.values["allocations"] = found


def _allocated(run: Run, batch: Batch, ids: Sequence[int]) -> list[Allocation]:
    """What the new payments pay of the invoices that their rows name, none of them more than it has open."""
    named = [
        cell or ([(invoice, minor)] if invoice else [])
        for cell, invoice, minor in zip(
            *map(batch.get, ("allocations", "invoice", "amount_minor")), strict=True
        )
    ]
    asked = allocating.as_list({invoice for cell in named for invoice, _ in cell})
    sql = "SELECT id, open_minor, issued_on FROM invoices WHERE id IN (SELECT value FROM json_each(?))"
    rows = {row["id"]: row for row in run.book.rows(sql, (asked,))}
    found: list[Allocation] = []
    for payment, day, cell in zip(ids, batch.get("paid_on"), named, strict=True):
        for invoice, wanted in cell:
            row = rows[invoice]
            minor = min(wanted, row["open_minor"])
            if minor > 0:
                row["open_minor"] -= minor
                found.append(rules.allocation(payment, day, invoice, row["issued_on"], minor))
    return found


IMPORTS = (Payments(),)
