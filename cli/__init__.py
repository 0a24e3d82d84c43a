"""The command line: a third skin beside `api` and `scanner_web` (ruling 24)."""
