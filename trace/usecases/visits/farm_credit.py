"""The credit file of a farm: what was found of it, to what it committed itself, how it was graded.

Nothing is kept for it: each line is a record or an entry that stands elsewhere, so that the file moves with
them. A file without lines says nothing good of a farm, and nothing bad.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.commitment import commitment_name
from trace.oversight.register_entries import GRADE
from trace.parties import COUNTRY, Actor
from trace.store.lots.commitments import read_commitments
from trace.store.monthly.register_entries import entries_of
from trace.store.transaction import Tx
from trace.store.visits.records import visit_records_between
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.credit import CreditEntry, credit_entries

VISIT: Final = "visit"
COMMITMENT: Final = "commitment"
GRADED: Final = "grade"
_BACK: Final = timedelta(days=3 * 366)


def credit_of_farm(tx: Tx, actor: Actor, party: str) -> list[CreditEntry]:
    """The lines of the last three years, the newest first."""
    today = day_in_shanghai(tx.now)
    found = [one for one in credit_entries(tx, actor) if one.party == party]
    found += [*_visits(tx, actor, party, today), *_commitments(tx, party, today), *_grades(tx, party)]
    return sorted(found, key=lambda one: (one.day, one.record), reverse=True)


def _visits(tx: Tx, actor: Actor, party: str, today: date) -> Iterator[CreditEntry]:
    area = "" if actor.region == COUNTRY else level_of(actor.region)
    for one in visit_records_between(tx.connection, area, today - _BACK, today, tx.now):
        if one.party == party:
            yield CreditEntry(one.day, VISIT, party, one.record, one.authority, (one.result, one.number))


def _commitments(tx: Tx, party: str, today: date) -> Iterator[CreditEntry]:
    names = {commitment_name(party, year): year for year in range(today.year - 2, today.year + 1)}
    for name, rows in read_commitments(tx.connection, list(names)).items():
        for one in rows:
            if one.row.iss == party:
                day = day_in_shanghai(one.row.logged_at)
                yield CreditEntry(day, COMMITMENT, party, one.row.statement, party, (str(names[name]),))


def _grades(tx: Tx, party: str) -> Iterator[CreditEntry]:
    for one in entries_of(tx.connection, [party]):
        if one.kind == GRADE:
            words = (str(one.content.get("grade", "")), one.evidence)
            yield CreditEntry(one.since, GRADED, party, f"{one.kind} {one.seq}", one.authority, words)
