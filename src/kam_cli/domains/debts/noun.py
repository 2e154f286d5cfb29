"""What the kernel knows of a debt: its records are the promises to pay."""

from kam_cli.noun import Noun

NOUN = Noun(
    "debt",
    "promises",
    22,
    title="'promise of ' || promised_on",
    key=None,
    hint="(SELECT name FROM clients WHERE id = t.client_id) || ', due ' || t.due_on",
    feeds=("promises",),
    document="""
        SELECT m.id, m.client_id, '', m.note
        FROM promises m WHERE m.deleted_at IS NULL AND m.note IS NOT NULL AND m.id IN ({ids})""",
)
