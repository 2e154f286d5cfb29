"""What an export gives of an invoice; what paid it goes out with the payments."""

from __future__ import annotations

from kam_cli.exporting import IDS, Exporting, living

EXPORT = Exporting(
    {
        "number": "i.number", "client": "c.name", "issued_on": "i.issued_on", "due_on": "i.due_on",
        "amount_minor": "i.amount_minor", "currency": "i.currency", "kind": "i.kind",
        "order": "o.number", "note": "i.note", IDS: None, "external_id": "i.uid", "client_uid": "c.uid", "order_uid": "o.uid",
    },
    joins=living("i", c="client", o="order"),
)  # fmt: skip
