"""One folder per noun: what it stores, its rules, and its commands."""
