"""Cases of supervision: opened by failing results, worked on by officers, closed by proofs."""
