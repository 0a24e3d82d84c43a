"""Print runs as rows."""
