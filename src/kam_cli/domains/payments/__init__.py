"""What came in, and which invoice it pays."""
