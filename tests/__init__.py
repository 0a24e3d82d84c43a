"""The tests. `make test` runs all but the full sizes; `make soak` runs those."""
