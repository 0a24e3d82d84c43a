"""GS1 Digital Link resolution: links of keys, listed, resolved, signed, verified."""
