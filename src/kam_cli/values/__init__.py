"""What people type and read: money, dates, durations, percents. Strict: what is not certain is refused."""
