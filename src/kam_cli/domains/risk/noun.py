"""What the kernel knows of an assessment of a client's reliability."""

from kam_cli.noun import Noun

NOUN = Noun(
    "risk",
    "risk_assessments",
    20,
    title="'assessment of ' || t.assessed_on",
    key=None,
    hint="(SELECT name FROM clients WHERE id = t.client_id)",
    feeds=("risk_assessments", "risk_findings.risk_assessment_id"),
    document="""
        SELECT a.id, a.client_id, '', coalesce(a.note, '') || coalesce((SELECT ' ' || group_concat(evidence, ' ')
          FROM risk_findings WHERE risk_assessment_id = a.id), '')
        FROM risk_assessments a WHERE a.deleted_at IS NULL AND a.id IN ({ids})""",
)
