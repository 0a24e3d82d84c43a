"""Examination of a data folder: what is wrong with it and around it, one finding a check."""
