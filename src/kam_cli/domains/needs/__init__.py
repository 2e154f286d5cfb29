"""What clients need or are interested in, how strongly, and what became of it."""
