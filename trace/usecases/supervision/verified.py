"""When a producer's certificates were last verified on site, and which it holds on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from trace.oversight.visits.answers import YES
from trace.oversight.visits.verified import (
    CERTIFIED,
    HOLDS,
    Verified,
    answered,
    states_of,
)
from trace.store.duties import LicenceRow, read_licences
from trace.store.transaction import Tx
from trace.store.visits.visits import signed_parts_of

_SHOWN: Final = timedelta(days=365)


def certificates_on(tx: Tx, party: str, day: date) -> list[LicenceRow]:
    """The certificates that a party holds on a day, as authorities stated them last."""
    return [one for one in read_licences(tx.connection, party) if _holds(one, day)]


def certificates_known(tx: Tx, party: str, day: date) -> list[tuple[LicenceRow, str]]:
    """The certificates of a party, each with how it stands on a day; what holds first.

    One that ended over a year before is left out.
    """
    found = [
        (one, states_of(one.data, day))
        for one in read_licences(tx.connection, party)
        if one.data.get("kind") in CERTIFIED
        and str(one.data.get("validTo", "")) >= (day - _SHOWN).isoformat()
    ]
    return sorted(found, key=lambda pair: (pair[1] != HOLDS, str(pair[0].data.get("number", ""))))


def _holds(one: LicenceRow, day: date) -> bool:
    return one.data.get("kind") in CERTIFIED and states_of(one.data, day) == HOLDS


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
