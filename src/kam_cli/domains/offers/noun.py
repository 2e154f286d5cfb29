"""What the kernel knows of an offer."""

from kam_cli.noun import Noun

NOUN = Noun(
    "offer",
    "offers",
    14,
    title="number",
    key="number_key",
    hint="(SELECT name FROM clients WHERE id = t.client_id) || ' · ' || t.status",
    feeds=("offers", "offer_lines.offer_id"),
    document="""
        SELECT o.id, o.client_id, o.number, coalesce(o.note, '') || ' ' || coalesce(o.reason, '') || ' ' ||
          coalesce((SELECT group_concat(l.title, ' ') FROM offer_lines l WHERE l.offer_id = o.id), '')
        FROM offers o WHERE o.deleted_at IS NULL AND o.id IN ({ids})""",
)
