"""What an export gives of a promise to pay."""

from __future__ import annotations

from kam_cli.exporting import IDS, Exporting, living

EXPORT = Exporting(
    {
        "client": "c.name", "contact": "p.name", "invoice": "i.number", "amount_minor": "m.amount_minor", "currency": "m.currency",
        "promised_on": "m.promised_on", "due_on": "m.due_on", "note": "m.note", IDS: None, "external_id": "m.uid",
        "client_uid": "c.uid", "contact_uid": "p.uid", "invoice_uid": "i.uid",
    },
    joins=living("m", c="client", p="contact", i="invoice"),
)  # fmt: skip
