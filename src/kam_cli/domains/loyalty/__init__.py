"""Loyalty: programmes with tiers and points, worked out from the orders of those who take part."""
