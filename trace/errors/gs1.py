"""Refusals of numbers and codes: identity numbers, GS1 keys, Digital Link URIs, quantities."""

from __future__ import annotations
