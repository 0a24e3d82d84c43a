"""Refusals of the signed log: records, keys, proofs, checkpoints, witnesses."""

from __future__ import annotations
