"""What clients say against buying, what was answered, and whether it worked."""
