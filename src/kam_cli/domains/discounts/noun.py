"""What the kernel knows of a rule of discount."""

from kam_cli.noun import Noun

NOUN = Noun(
    "discount",
    "discounts",
    13,
    title="name",
    key="name_key",
    hint="t.kind || coalesce(' · ' || (SELECT name FROM clients WHERE id = t.client_id), '')",
    feeds=("discounts",),
    document="""
        SELECT d.id, d.client_id, d.name, coalesce(d.category, '') || ' ' || coalesce(d.note, '')
        FROM discounts d WHERE d.deleted_at IS NULL AND d.id IN ({ids})""",
)
