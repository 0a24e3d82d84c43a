"""Refusals of the food chain: facts, admission rules, lots, quantities."""

from __future__ import annotations
