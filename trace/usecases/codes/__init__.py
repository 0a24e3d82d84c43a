"""Codes on packs and containers: found by computation, listed, opened."""
