"""Builders of what tests put in: records, statements, chains, logs, workbooks."""
