"""Contact persons of clients."""
