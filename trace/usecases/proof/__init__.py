"""Offline bundles and the proofs in them."""
