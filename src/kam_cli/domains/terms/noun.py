"""What the kernel knows of terms of payment."""

from kam_cli.noun import Noun

NOUN = Noun(
    "terms",
    "terms",
    16,
    title="'terms of ' || (SELECT name FROM clients WHERE id = client_id)",
    key=None,
    hint="(SELECT name FROM clients WHERE id = t.client_id)",
    feeds=("terms",),
    document="""
        SELECT t.id, t.client_id, '', t.note
        FROM terms t WHERE t.deleted_at IS NULL AND t.note IS NOT NULL AND t.id IN ({ids})""",
)
