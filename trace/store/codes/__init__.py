"""Codes as rows: ranges, containers, attempts at hidden codes."""
