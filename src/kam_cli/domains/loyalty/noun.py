"""What the kernel knows of a loyalty programme."""

from kam_cli.noun import Noun

NOUN = Noun(
    "loyalty",
    "loyalty_programmes",
    21,
    title="name",
    key="name_key",
    client="NULL",
    hint="t.basis || ' in ' || t.window_months || ' months'",
    feeds=("loyalty_programmes", "loyalty_tiers.programme_id"),
    document="""
        SELECT p.id, NULL AS client_id, p.name, coalesce(p.note, '') ||
          coalesce((SELECT ' ' || group_concat(name, ' ') FROM loyalty_tiers WHERE programme_id = p.id), '')
        FROM loyalty_programmes p WHERE p.deleted_at IS NULL AND p.id IN ({ids})""",
)
