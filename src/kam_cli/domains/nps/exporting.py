"""What an export gives of an NPS answer."""

from __future__ import annotations

from kam_cli.exporting import IDS, Exporting


def _living(what: str, table: str) -> str:
    return f"(SELECT {what} FROM {table}s WHERE id = a.{table}_id AND deleted_at IS NULL)"


EXPORT = Exporting(
    {
        "client": _living("name", "client"), "contact": _living("name", "contact"), "score": "a.score",
        "reason": "a.reason", "answered_on": "a.answered_on", "product": "a.product",
        "answered_at": "a.answered_at", IDS: None, "external_id": "a.uid",
        "client_uid": _living("uid", "client"), "contact_uid": _living("uid", "contact"),
    }
)  # fmt: skip
