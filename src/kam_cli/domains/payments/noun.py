"""What the kernel knows of a payment."""

from kam_cli.domains.payments.allocating import FREE_OF_PAYMENTS
from kam_cli.noun import Noun

NOUN = Noun(
    "payment",
    "payments",
    18,
    title="kind || ' of ' || paid_on",
    key=None,
    hint="(SELECT name FROM clients WHERE id = t.client_id)",
    feeds=("payments",),
    document="""
        SELECT p.id, p.client_id, '', coalesce(p.method, '') || ' ' || coalesce(p.note, '')
        FROM payments p WHERE p.deleted_at IS NULL AND coalesce(p.method, p.note) IS NOT NULL AND p.id IN ({ids})""",
    maintain=FREE_OF_PAYMENTS,
    maintained_by=("payments", "allocations.payment_id"),
)
