"""The projections of the food chain: written from effects, read back for admission, traces and pages."""
