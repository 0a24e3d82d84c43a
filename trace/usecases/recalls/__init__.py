"""Recalls as the public reads them: what is recalled now, of which goods, and what became of it."""
