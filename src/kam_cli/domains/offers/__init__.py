"""Offers: what a client is offered at what price, the document he gets, and what he answered."""
