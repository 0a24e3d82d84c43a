"""Visits of supervision: who may make one, by which form, what was found, and until when what follows."""
