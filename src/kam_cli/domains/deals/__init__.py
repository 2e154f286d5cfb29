"""Deals: the pipeline from the first appointment to the signature, and its stages."""
