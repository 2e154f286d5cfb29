"""What an export gives of an NPS answer."""

from __future__ import annotations

from kam_cli.exporting import IDS, Exporting, living

EXPORT = Exporting(
    {
        "client": "c.name", "contact": "p.name", "score": "a.score", "reason": "a.reason",
        "answered_on": "a.answered_on", "product": "a.product", "answered_at": "a.answered_at", IDS: None,
        "external_id": "a.uid", "client_uid": "c.uid", "contact_uid": "p.uid",
    },
    joins=living("a", c="client", p="contact"),
)  # fmt: skip
