"""Analyses over the records: each answer is a document, kept and returned by its hash."""
