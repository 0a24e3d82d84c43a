"""Checks of online listings: what an officer saw of a product on a shop's page, and what came of it."""

from __future__ import annotations

from typing import Final

CONFORMS, FAILS, DOUBTFUL = "conforms", "fails", "doubtful"
RESULTS: Final = (CONFORMS, FAILS, DOUBTFUL)
LICENCE, MARK, LABEL, CLAIMS, PROHIBITED = "licence", "mark", "label", "claims", "prohibited"
FAULTS: Final = (LICENCE, MARK, LABEL, CLAIMS, PROHIBITED)
"""Licence not shown, use of the mark, label, claims about the food, goods that may not be sold."""
