"""What the kernel knows of an NPS answer."""

from kam_cli.noun import Noun

NOUN = Noun(
    "nps",
    "nps_answers",
    7,
    title="'NPS ' || score",
    key=None,
    hint="(SELECT name FROM clients WHERE id = t.client_id) || ' ' || t.answered_on",
    feeds=("nps_answers",),
    document="""
        SELECT a.id, a.client_id, '', coalesce(a.reason, '') || ' ' || coalesce(a.product, '')
        FROM nps_answers a WHERE a.deleted_at IS NULL AND a.id IN ({ids})""",
)
