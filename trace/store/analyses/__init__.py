"""Analyses that are kept: documents under their hash, and what was found to be asked of firms."""
