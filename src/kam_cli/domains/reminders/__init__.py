"""What is due, told by itself: printed, mailed or shown on the desktop, and started by cron."""
