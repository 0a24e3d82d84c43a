"""When a producer's certificates were last verified on site, and which it holds on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from trace.oversight.visits.answers import YES
from trace.oversight.visits.verified import CERTIFIED, Verified, answered
from trace.store.duties import LicenceRow, read_licences
from trace.store.transaction import Tx
from trace.store.visits.visits import signed_parts_of


def certificates_on(tx: Tx, party: str, day: date) -> list[LicenceRow]:
    """The certificates that a party holds on a day, as authorities stated them last."""
    return [one for one in read_licences(tx.connection, party) if _holds(one, day)]


def _holds(one: LicenceRow, day: date) -> bool:
    data = one.data
    valid = str(data.get("validFrom", "")) <= day.isoformat() <= str(data.get("validTo", ""))
    return data.get("kind") in CERTIFIED and data.get("status") == "valid" and valid


def last_verified(tx: Tx, parties: Collection[str]) -> dict[str, Verified]:
    """Party -> the last signed answer about its certificates."""
    found: dict[str, Verified] = {}
    for party, day, part in signed_parts_of(tx.connection, parties):
        answer = answered(part.answers)
        if answer is not None and party not in found:
            found[party] = Verified(
                party, day, part.number, answer.value == YES, answer.note, str(part.record)
            )
    return found
