"""A folder that address books, calendars and to-do programs read, and telephones through them."""
