"""Exchange with the systems of others that the founding documents name."""
