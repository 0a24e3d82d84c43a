"""Uploads as rows: files in parts, what was read of them, what it would state."""
