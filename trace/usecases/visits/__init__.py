"""Visits of supervision: opened, filled in, signed by each department, answered by the firm, published."""
