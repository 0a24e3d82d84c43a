"""Rows of warnings, letters, notices, bulletins, lists of risks and study meetings."""
