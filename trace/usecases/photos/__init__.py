"""Photographs that records name by digest: taken in, shown, and erased."""
