"""Exchange with systems of others as rows."""
