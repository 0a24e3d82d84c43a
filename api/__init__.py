"""HTTP for machines: statements in, lots, traces, bundles, keys and the log out (docs/http-api.md)."""
