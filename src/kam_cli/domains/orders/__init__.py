"""Orders: what clients bought, what was promised, and what was delivered of it."""
