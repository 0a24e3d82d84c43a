"""Gaps and contradictions of a firm: found by the rule book, asked of the firm, closed by its records."""
