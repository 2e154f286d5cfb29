"""Commands over the book as a whole: start it, look into it, take things back."""
