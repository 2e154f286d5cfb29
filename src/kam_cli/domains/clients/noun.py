"""What the kernel knows of a client."""

from kam_cli.noun import Noun

_LAST = """FROM nps_answers a WHERE a.client_id = clients.id AND a.deleted_at IS NULL
            ORDER BY a.answered_at DESC, a.id DESC LIMIT 1"""
_REACHED = """(SELECT i.occurred_at FROM interactions i WHERE i.client_id = clients.id AND i.is_reached = 1
            AND i.deleted_at IS NULL ORDER BY i.occurred_at DESC LIMIT 1)"""

NOUN = Noun(
    "client",
    "clients",
    1,
    title="name",
    key="name_key",
    is_merged=True,
    client="t.id",
    hint="""coalesce(t.city || ', ', '') || coalesce(t.country || ', ', '') ||
        coalesce('born ' || t.birthday || ', ', '') || t.handle""",
    exact=(
        # A handle of one word is no more than a beginning: "acme" may be meant for Acme Berlin too.
        "SELECT id FROM clients WHERE handle = :raw AND handle LIKE '%-%'",
        "SELECT client_id FROM aliases WHERE name_key = :key AND client_id IS NOT NULL",
    ),
    feeds=("clients", "details.client_id", "aliases.client_id"),
    document="""
        SELECT c.id, c.id AS client_id, c.name || ' ' || c.handle ||
            coalesce((SELECT ' ' || group_concat(name, ' ') FROM aliases WHERE client_id = c.id), ''),
          coalesce(c.city, '') || ' ' || coalesce(c.region, '') || ' ' || coalesce(c.address, '') || ' ' ||
          coalesce(c.postcode, '') || ' ' || coalesce(c.segment, '') || ' ' || coalesce(c.source, '') ||
          ' ' || coalesce(c.document_no, '') || ' ' || coalesce(c.website, '') || ' ' ||
          coalesce(c.birthday, '') || ' ' || coalesce(c.note, '') ||
          coalesce((SELECT ' ' || group_concat(coalesce(label || ' ', '') || value ||
            CASE kind WHEN 'phone' THEN ' ' || value_key || coalesce(' ' || e164, '') ELSE '' END, ' ') FROM details
            WHERE client_id = c.id), '')
        FROM clients c
        WHERE c.deleted_at IS NULL AND c.id IN ({ids})""",
    # Both follow from interactions; a client who was never reached is due a cadence after entry.
    maintained_by=("clients", "interactions.client_id", "nps_answers.client_id"),
    maintain=f"""
        UPDATE clients SET
          last_contact_at = {_REACHED},
          nps_score = (SELECT a.score {_LAST}),
          nps_answered_at = (SELECT a.answered_at {_LAST}),
          nps_group = (SELECT CASE WHEN a.score >= 9 THEN 'promoter' WHEN a.score >= 7 THEN 'passive'
            ELSE 'critic' END {_LAST}),
          next_due_on = date(kam_local_day(coalesce({_REACHED}, created_at)), '+' || cadence_days || ' days')
        WHERE id IN ({{ids}}) AND (
          cadence_days IS NOT NULL OR coalesce(last_contact_at, nps_answered_at, next_due_on) IS NOT NULL
          OR EXISTS (SELECT 1 FROM interactions i WHERE i.client_id = clients.id)
          OR EXISTS (SELECT 1 FROM nps_answers a WHERE a.client_id = clients.id))""",
)
