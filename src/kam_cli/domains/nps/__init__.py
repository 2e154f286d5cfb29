"""The voice of the client: answers to "would you recommend us?", and what follows from them."""
