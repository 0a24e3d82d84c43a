"""Whom corrected hand-overs name now: disclosures of the version in force, not of what it replaces.

Hand-overs that were never corrected, nearly all, are not in the answers: what was disclosed beside their
statement holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection

from trace.ledger.disclosure import disclosure_digest
from trace.store.log.disclosures import read_disclosures
from trace.store.lots.amendments import amendments_of
from trace.store.lots.offers import read_handovers


def disclosed_in_force(connection: Connection, statements: Collection[str]) -> dict[str, str]:
    """Hand-over (its first statement) -> what its newest version that conceals anything disclosed and nobody
    has erased, blanks between; of a withdrawn one, that is the version that was withdrawn."""
    versions: defaultdict[str, list[str]] = defaultdict(list)
    for one in amendments_of(connection, statements, handovers=True):
        versions[one.about].append(one.stmt)
    if not versions:
        return {}
    later = [stmt for listed in versions.values() for stmt in listed]
    held = read_disclosures(connection, [*versions, *later])
    found: dict[str, str] = {}
    for handover, _ in read_handovers(connection, "stmt", versions):
        named: set[str] = set(next((one for one in reversed(handover.sealed) if one), ()))
        disclosed = (
            encoded for stmt in (handover.stmt, *versions[handover.stmt]) for encoded in held.get(stmt, ())
        )
        found[handover.stmt] = " ".join(
            dict.fromkeys(encoded for encoded in disclosed if disclosure_digest(encoded) in named)
        )
    return found
