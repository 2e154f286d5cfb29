"""What an export gives of a deal: as it stands, not its way there; nothing of a stage or person that was removed."""

from __future__ import annotations

from kam_cli.exporting import IDS, Exporting

_LIVING = "CASE WHEN p.deleted_at IS NULL THEN p.{} END"

EXPORT = Exporting(
    {
        "client": "c.name", "title": "d.title", "product": "d.product", "value_minor": "d.value_minor",
        "currency": "d.currency", "stage": "CASE WHEN s.deleted_at IS NULL THEN s.name END", "status": "d.status", "opened_on": "d.opened_on",
        "close_on": "d.close_on", "closed_on": "d.closed_on", "probability": "d.probability_pct",
        "reason": "d.reason", "competitor": "d.competitor", "note": "d.note", "contact": _LIVING.format("name"),
        IDS: None, "external_id": "d.uid", "client_uid": "c.uid", "contact_uid": _LIVING.format("uid"),
    }
)  # fmt: skip
