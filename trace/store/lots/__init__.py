"""Lots as rows: the graph, what hangs on them, what is under recall."""
