"""What was agreed with clients about paying: days, credit limit, language."""
