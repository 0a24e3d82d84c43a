"""Rows of the monthly form: frozen documents with their steps, and the records that its figures count."""
