"""Builders of what tests put in."""
