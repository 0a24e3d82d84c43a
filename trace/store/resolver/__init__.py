"""Resolver queries: what is registered under a key, and the links on it."""
