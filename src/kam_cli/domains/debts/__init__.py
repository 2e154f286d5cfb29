"""Who owes, who was reminded, who promised what."""
