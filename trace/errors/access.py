"""Refusals at the door: tokens, scopes, limits, request shapes."""

from __future__ import annotations
