"""Scans as rows: counts and alerts."""
