"""What the kernel knows of an objection."""

from kam_cli.noun import Noun

NOUN = Noun(
    "objection",
    "objections",
    12,
    title="text",
    key="text_key",
    hint="(SELECT name FROM clients WHERE id = t.client_id) || ' ' || t.said_on",
    feeds=("objections",),
    document="""
        SELECT o.id, o.client_id, o.text, coalesce(o.answer, '') || ' ' || coalesce(o.note, '')
        FROM objections o WHERE o.deleted_at IS NULL AND o.id IN ({ids})""",
)
