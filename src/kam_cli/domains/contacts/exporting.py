"""What an export gives of a contact person."""

from __future__ import annotations

from kam_cli.domains.clients.exporting import CONTACT, card_parts
from kam_cli.exporting import IDS, Exporting

EXPORT = Exporting(
    {
        "client": "c.name", "name": "p.name", "first_name": "p.first_name", "last_name": "p.last_name",
        "title": "p.title", "role": "p.role", "phone": None, "email": None, "birthday": "p.birthday",
        "note": "p.note", "sex": "p.sex", "tags": None, "verified_on": "p.verified_on", "address": None,
        "website": None, "alias": None, "social": None, "date": None, "hobby": None, "family": None,
        "preference": None, "fact": None, "more_details": None, IDS: None, "external_id": "p.uid",
        "client_uid": "c.uid",
    },
    card_parts("contact_id", CONTACT),
)  # fmt: skip
