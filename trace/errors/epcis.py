"""Refusals of EPCIS documents and events.

Malformed
└── EpcisMalformed     a document or event breaks EPCIS 2.0                    path, expected
Inadmissible
└── EpcisForeignLot    an event would create a lot in another's namespace      lot
"""

from __future__ import annotations

from trace.errors.base import Inadmissible, Malformed


class EpcisMalformed(Malformed):
    code = "epcis-malformed"


class EpcisForeignLot(Inadmissible):
    code = "epcis-foreign-lot"
