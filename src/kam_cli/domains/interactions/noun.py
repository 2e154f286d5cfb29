"""What the kernel knows of an interaction."""

from kam_cli.noun import Noun

NOUN = Noun(
    "log",
    "interactions",
    3,
    title="coalesce(substr(text, 1, 80), kind)",
    key=None,
    hint="t.kind || ' ' || substr(t.occurred_at, 1, 10)",
    feeds=("interactions", "interaction_points.interaction_id"),
    document="""
        SELECT i.id, i.client_id, '', coalesce(i.text, '') || ' ' || coalesce(i.outcome, '') ||
          coalesce((SELECT ' ' || group_concat(p.text, ' ') FROM interaction_points p
            WHERE p.interaction_id = i.id), '')
        FROM interactions i WHERE i.deleted_at IS NULL AND i.id IN ({ids})""",
)
