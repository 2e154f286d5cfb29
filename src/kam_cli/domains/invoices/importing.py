"""How a table becomes invoices, and payments of those that it says are paid."""

from __future__ import annotations

from datetime import date, timedelta

from kam_cli.domains.invoices import store
from kam_cli.domains.payments import allocating, rules
from kam_cli.domains.payments import store as payments
from kam_cli.domains.payments.importing import CURRENCY, MINOR, check_amounts, of_orders
from kam_cli.imports import vocabulary
from kam_cli.imports.amounts import Amount
from kam_cli.imports.fields import LONGEST_TEXT, Reference, Text, Words
from kam_cli.imports.identity import is_uid
from kam_cli.imports.moments import Day
from kam_cli.imports.noun import Importing
from kam_cli.text import fold_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]


class Invoices(Importing):
    """A row is an invoice; a day or an amount of payment beside it makes a payment, too."""

    name = "invoices"
    noun = "invoice"
    word = "invoice"
    table = "invoices"
    fields = {  # noqa: RUF012
        "external_id": Text(), "number": Text(), "client": Reference("client", ids=(*vocabulary.COMPANY_ID, "customer id")), "order": Reference("order", within="client"),
        "issued_on": Day(), "due_on": Day(), "amount": Amount(), "amount_minor": MINOR, "currency": CURRENCY,
        "paid_on": Day(), "paid_amount": Amount(), "paid_amount_minor": MINOR, "kind": Words("invoice", "refund"),
        "note": Text(LONGEST_TEXT, lines=True),
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": (*vocabulary.INVOICE_ID, "invoice", "document number", *vocabulary.OWN_ID),
        "number": ("number", "document no"),
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID, "customer id"),
        "order": ("order id", "order number", "order no", "order #"),
        "issued_on": ("invoice date", "issue date", "date issued", "issued", "date"),
        "due_on": ("due date", "payment due date", "payment due"),
        "amount": ("invoice total", "invoice amount", "gross amount", "total amount", "total", "amount"),
        "currency": vocabulary.CURRENCY, "paid_on": vocabulary.PAID_ON, "paid_amount": ("amount paid",), "note": vocabulary.NOTE,
    }  # fmt: skip
    required = ("client|order", "amount|amount_minor")
    telling = ("issued_on",)
    columns = (
        "kind", "number", "number_key", "client_id", "order_id", "issued_on", "due_on", "amount_minor", "open_minor",
        "currency", "note",
    )  # fmt: skip
    defaults = {"kind": "invoice"}  # noqa: RUF012
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        days = of_orders(run, batch)
        batch.values["client_id"] = batch.get("client")
        if "issued_on" not in batch.values and any(days):
            batch.values["issued_on"] = days
        run.amounts(batch, "amount")
        run.amounts(batch, "paid_amount")
        check_amounts(batch, "amount")
        check_amounts(batch, "paid_amount")
        pairs = zip(batch.get("issued_on"), batch.get("due_on"), strict=True)
        for index, (issued, due) in enumerate(pairs):
            if issued and due and due < issued:
                batch.refuse(index, f"it is due before it was issued, on {issued}", "due_on")

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.fill("currency", run.c.currency)
        batch.fill("issued_on", run.today)
        numbered = zip(batch.get("number"), batch.get("external_id"), strict=True)
        numbers = [own or (None if is_uid(other) else other) for own, other in numbered]
        batch.values |= {"number": numbers, "number_key": fold_all([one or "" for one in numbers])}
        batch.values["number_key"] = [key or None for key in batch.values["number_key"]]
        batch.values["open_minor"] = batch.get("amount_minor")
        _fill_due(run, batch)
        ids = super().insert(run, batch)
        _pay(run, batch, ids)
        allocating.settle(run.book, set(batch.get("client_id")))
        return ids

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        names = [name for name in self.columns if name in row and name not in ("number_key", "open_minor")]
        changed = store.edit(run.book, row_id, {name: row[name] for name in names})
        return _pay_more(run, row_id, row) or changed


def _fill_due(run: Run, batch: Batch) -> None:
    """The last day to pay, where none is given, by the terms of each client."""
    if None not in batch.get("due_on"):
        return
    clients = allocating.as_list(set(batch.get("client_id")))
    agreed = dict(
        run.book.conn.execute(
            "SELECT client_id, pay_days FROM terms WHERE pay_days IS NOT NULL AND deleted_at IS NULL "
            "AND client_id IN (SELECT value FROM json_each(?)) ORDER BY updated_at, id",
            (clients,),
        ).fetchall()
    )
    general = run.c.config.get("money.pay_days")
    rows = zip(batch.get("due_on"), batch.get("issued_on"), batch.get("client_id"), strict=True)
    batch.values["due_on"] = [
        due or _after(issued, agreed.get(client, general)) for due, issued, client in rows
    ]


def _after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def _pay(run: Run, batch: Batch, ids: Sequence[int]) -> None:
    """Payments of the new invoices that are paid: all of it where no amount is said, today where no day is."""
    names = ("client_id", "order_id", "paid_on", "paid_amount_minor", "amount_minor", "currency", "issued_on")
    columns: dict[str, list[Any]] = {name: [] for name in (*names[:3], "amount_minor", "currency")}
    of: list[tuple[int, int, str, str]] = []
    rows = zip(ids, *map(batch.get, names), strict=True)
    for invoice, client, order, day, paid, amount, currency, issued in rows:
        minor = paid if paid is not None else amount if day else 0
        if minor:
            on = day or run.today
            values = (client, order, on, minor, currency)
            for column, value in zip(columns.values(), values, strict=True):
                column.append(value)
            of.append((invoice, min(minor, amount), on, issued))
    if of:
        made = run.insert("payments", {**columns, "free_minor": columns["amount_minor"]})
        run.count_also("payments", len(made))
        pairs = zip(made, of, strict=True)
        allocating.allocate(
            run.book,
            [
                rules.allocation(one, on, invoice, issued, minor)
                for one, (invoice, minor, on, issued) in pairs
                if minor
            ],
        )


def _pay_more(run: Run, row_id: int, row: Row) -> bool:
    """Let an invoice that is known be paid as far as the table now says; never less than it is."""
    if "paid_on" not in row and "paid_amount_minor" not in row:
        return False
    invoice = store.get(run.book, row_id)
    paid = int(row.get("paid_amount_minor") or (invoice["amount_minor"] if "paid_on" in row else 0))
    missing = paid - allocating.allocated(run.book, "invoice", row_id)
    if missing <= 0:
        return False
    payment = {name: invoice[name] for name in ("client_id", "order_id", "currency")}
    payments.add(
        run.book, payment | {"amount_minor": missing, "paid_on": row.get("paid_on", run.today)}, [row_id]
    )
    run.count_also("payments", 1)
    return True


IMPORTS = (Invoices(),)
