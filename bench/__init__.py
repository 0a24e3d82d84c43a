"""`make bench`: every figure beside its peer or bare limit, measured in the same run (ruling 21)."""
