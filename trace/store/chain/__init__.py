"""The chain as rows: what admission asks, and the effects that a round writes."""
