"""Rows of visits, their forms, history, photographs and signed records."""
