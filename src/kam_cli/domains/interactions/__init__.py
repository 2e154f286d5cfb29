"""Interactions: every contact with a client on every channel, and the rhythm they keep."""
