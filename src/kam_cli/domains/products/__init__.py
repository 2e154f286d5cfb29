"""What is sold: the price list, what is to be known of each product, and what to offer to whom."""
