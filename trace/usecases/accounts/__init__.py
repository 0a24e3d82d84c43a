"""Accounts: who may call this platform, and for whom."""
