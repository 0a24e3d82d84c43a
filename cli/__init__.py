"""The command line: a third skin beside `api` and `scanner_web` (docs/adr/0018)."""
