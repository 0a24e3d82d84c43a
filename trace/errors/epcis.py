"""Refusals of EPCIS documents and events.

Malformed
└── EpcisMalformed     a document or event breaks EPCIS 2.0          path, expected
"""

from __future__ import annotations

from trace.errors.base import Malformed


class EpcisMalformed(Malformed):
    code = "epcis-malformed"
