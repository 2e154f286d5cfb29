"""Contracts: from the draft through disagreements and signature to extension or end, with their documents."""
