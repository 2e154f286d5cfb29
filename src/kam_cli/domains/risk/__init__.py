"""Reliability: warning signs, a score with its reasons, and how much may be owed."""
