"""Servers that tests start: databases, platforms with their doors, workers; and what is made once."""
