"""Rows of keys that people ask for, of held keys and of batches to be signed."""
