"""What the kernel knows of an invoice."""

from kam_cli.domains.payments.allocating import OPEN_OF_INVOICES
from kam_cli.noun import Noun

NOUN = Noun(
    "invoice",
    "invoices",
    17,
    title="coalesce(number, 'without number')",
    key="number_key",
    hint="(SELECT name FROM clients WHERE id = t.client_id) || ', due ' || t.due_on",
    feeds=("invoices",),
    document="""
        SELECT i.id, i.client_id, coalesce(i.number, ''), coalesce(i.note, '')
        FROM invoices i WHERE i.deleted_at IS NULL AND i.id IN ({ids})""",
    maintain=OPEN_OF_INVOICES,
    maintained_by=("invoices", "allocations.invoice_id"),
)
