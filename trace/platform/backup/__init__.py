"""Backups of a platform: made while it runs, put back elsewhere, or carried on under a new origin."""
