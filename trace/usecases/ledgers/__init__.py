"""A firm's ledgers in the legal columns, on pages and as files."""
