"""The style sheets of the shopper's pages: the page behind a code is the one that must be small."""

from __future__ import annotations

from typing import Final

CODES: Final = ("consumer.css", "batch.css")
FORMS: Final = ("consumer.css", "forms.css")
SCANNER: Final = (*FORMS, "scan.css")
FINDING: Final = (*FORMS, "finding.css")
