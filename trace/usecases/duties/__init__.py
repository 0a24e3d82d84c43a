"""Duties: what waits for somebody, counted from what stands, never kept as a list."""
