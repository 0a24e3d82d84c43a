"""`make bench`: every figure beside its peer or bare limit, measured in the same run (docs/adr/0021)."""
