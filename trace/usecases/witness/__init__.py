"""A witness at work."""
