"""What the kernel knows of a deal."""

from kam_cli.noun import Noun

NOUN = Noun(
    "deal",
    "deals",
    6,
    title="title",
    key="title_key",
    hint="(SELECT name FROM clients WHERE id = t.client_id) || ' · ' || t.status",
    feeds=("deals",),
    document="""
        SELECT d.id, d.client_id, d.title, coalesce(d.product, '') || ' ' || coalesce(d.competitor, '') || ' ' ||
          coalesce(d.reason, '') || ' ' || coalesce(d.note, '')
        FROM deals d WHERE d.deleted_at IS NULL AND d.id IN ({ids})""",
)
