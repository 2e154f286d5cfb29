"""Clients: companies and private persons, with all that their card holds."""
