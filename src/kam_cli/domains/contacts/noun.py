"""What the kernel knows of a contact person."""

from kam_cli.noun import Noun

NOUN = Noun(
    "contact",
    "contacts",
    2,
    title="name",
    key="name_key",
    is_merged=True,
    hint="""nullif(trim(coalesce((SELECT name FROM clients WHERE id = t.client_id), '') ||
        coalesce(', ' || t.title, '') || coalesce(', born ' || t.birthday, ''), ', '), '')""",
    exact=("SELECT contact_id FROM aliases WHERE name_key = :key AND contact_id IS NOT NULL",),
    feeds=("contacts", "details.contact_id", "aliases.contact_id"),
    document="""
        SELECT p.id, p.client_id,
          p.name || coalesce((SELECT ' ' || group_concat(name, ' ') FROM aliases
            WHERE contact_id = p.id), ''),
          coalesce(p.title, '') || ' ' || coalesce(p.role, '') || ' ' || coalesce(p.birthday, '') || ' ' ||
          coalesce(p.note, '') ||
          coalesce((SELECT ' ' || group_concat(coalesce(label || ' ', '') || value ||
            CASE kind WHEN 'phone' THEN ' ' || value_key || coalesce(' ' || e164, '') ELSE '' END, ' ') FROM details
            WHERE contact_id = p.id), '')
        FROM contacts p
        WHERE p.deleted_at IS NULL AND p.id IN ({ids})""",
)
