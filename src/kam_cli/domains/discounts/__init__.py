"""Discounts: the rules by which a price is lowered, and what a client was given by them."""
