"""What clients have to pay: invoices, and what of them is open."""
