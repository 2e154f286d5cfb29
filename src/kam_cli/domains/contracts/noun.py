"""What the kernel knows of a contract."""

from kam_cli.noun import Noun

NOUN = Noun(
    "contract",
    "contracts",
    19,
    title="title",
    key="title_key",
    hint="(SELECT name FROM clients WHERE id = t.client_id) || coalesce(' · no. ' || t.number, '') || ' · ' || t.status",
    # By its number on the paper, else by its client.
    exact=(
        "SELECT id FROM contracts WHERE number_key = :key",
        "SELECT k.id FROM clients c JOIN contracts k ON k.client_id = c.id WHERE c.handle = :raw OR c.name_key = :key",
    ),
    feeds=(
        "contracts",
        "contract_clauses.contract_id",
        "contract_versions.contract_id",
        "contract_files.contract_id",
    ),
    document="""
        SELECT k.id, k.client_id, k.title || coalesce(' ' || k.number, ''),
          coalesce(k.reason, '') || ' ' || coalesce(k.note, '') ||
          coalesce((SELECT ' ' || group_concat(clause || ' ' || coalesce(ours, '') || ' ' || coalesce(theirs, '') ||
            ' ' || coalesce(agreed, ''), ' ') FROM contract_clauses WHERE contract_id = k.id), '') ||
          coalesce((SELECT ' ' || group_concat(note, ' ') FROM contract_versions WHERE contract_id = k.id), '') ||
          coalesce((SELECT ' ' || group_concat(path || ' ' || coalesce(note, ''), ' ') FROM contract_files
            WHERE contract_id = k.id), '')
        FROM contracts k WHERE k.deleted_at IS NULL AND k.id IN ({ids})""",
)
