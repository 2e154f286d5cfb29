"""What the kernel knows of a need."""

from kam_cli.noun import Noun

NOUN = Noun(
    "need",
    "needs",
    11,
    title="text",
    key="text_key",
    hint="(SELECT name FROM clients WHERE id = t.client_id) || ' · ' || t.status",
    feeds=("needs",),
    document="""
        SELECT n.id, n.client_id, n.text, coalesce(n.reason, '') || ' ' || coalesce(n.note, '')
        FROM needs n WHERE n.deleted_at IS NULL AND n.id IN ({ids})""",
)
