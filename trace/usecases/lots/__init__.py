"""Lots: found, traced, marked, held, exported; and who may see how much of them."""
