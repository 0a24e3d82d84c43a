"""Commitment certificates: what may be certified now, a certificate to print, and what its symbol shows."""
