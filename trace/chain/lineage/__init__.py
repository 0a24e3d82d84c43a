"""Lineage: what a lot came from, what came of it, in what share; as values over a lot graph."""
