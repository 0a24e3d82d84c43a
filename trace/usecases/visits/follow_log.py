"""What a signed inspection does to its visit, in the transaction that takes it.

Each record is noted for figures, whoever signed it where: one that names a visit of ours and comes from the
authority of one of its parts signs that part. A record that replaces another is believed where both are of
the same authority and visit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.effects import Effects, RecordKept
from trace.chain.facts.oversight import INSPECTION
from trace.oversight.competence import county_of
from trace.oversight.visits.answers import digest_of_answers
from trace.oversight.visits.counted import VisitRecord
from trace.oversight.visits.makers import departments_of_visit
from trace.oversight.visits.states import SIGNED
from trace.store.accounts.people import find_organisation
from trace.store.lots.standing import regions_of_parties
from trace.store.transaction import Tx
from trace.store.visits.records import add_visit_record, is_noted, records_of_visit
from trace.store.visits.visits import (
    PartRow,
    VisitEvent,
    VisitRow,
    add_visit_event,
    find_visit,
    move_visit,
    parts_of,
    save_part,
)
from trace.usecases.intake.decide_round import Decided

_FORM_OF_VISITS = 2


def follow_visits(tx: Tx, decided: Sequence[Decided]) -> None:
    """Note the inspections among these records."""
    for one in decided:
        if one.effects.typ == INSPECTION.typ:
            for change in one.effects.changes:
                if isinstance(change, RecordKept):
                    _inspected(tx, one.effects, change.data)


def _inspected(tx: Tx, effects: Effects, data: Mapping[str, Any]) -> None:
    if data.get("form") not in {1, _FORM_OF_VISITS} or is_noted(tx.connection, effects.entry.statement_id):
        return  # of before it had a form: nothing can be counted of it; or carried here a second time
    iss, number = effects.entry.iss, str(data["matter"])
    row = find_visit(tx.connection, number)
    part = next((one for one in parts_of(tx.connection, number) if one.authority == iss), None)
    ours = row is not None and part is not None and row.party == data["party"]
    record = _record(tx, effects, data, row if ours else None, part if ours else None)
    add_visit_record(tx.connection, record)
    if row is not None and part is not None and ours:
        current = digest_of_answers(part.form_digest, part.answers)
        _sign(tx, row, part, record, differs=data.get("answers") != current)


def _record(
    tx: Tx, effects: Effects, data: Mapping[str, Any], row: VisitRow | None, part: PartRow | None
) -> VisitRecord:
    iss, party, number = effects.entry.iss, str(data["party"]), str(data["matter"])
    authority = find_organisation(tx.connection, iss)
    day = data.get("day")
    named = str(data.get("replaces") or "")
    known = {one.record for one in records_of_visit(tx.connection, number) if one.authority == iss}
    due = data.get("rectifyBy")
    return VisitRecord(
        record=effects.entry.statement_id,
        # A matter that is no visit of ours is one visit by itself: equal words make no second visit one.
        number=number if row is not None or data["form"] == _FORM_OF_VISITS else effects.entry.statement_id,
        kind=str(data.get("visit") or ""),
        department=part.department if part is not None else authority.department if authority else "",
        authority=iss,
        party=party,
        area=row.area if row is not None else area_of(tx, party),
        day=date.fromisoformat(day) if day else day_in_shanghai(effects.occurred_at),
        result=str(data["result"]),
        inspectors=tuple(data["officers"]),
        findings=len(data.get("findings", ())),
        rectify_by=date.fromisoformat(due) if due else None,
        replaces=named if named in known else "",
        logged_at=effects.entry.logged_at,
    )


def area_of(tx: Tx, party: str) -> str:
    """The county that a party lies in as far as it is stated, "" where none is."""
    regions = regions_of_parties(tx.connection, [party])[party]
    return next((found for one in sorted(regions) if (found := county_of(one))), min(regions, default=""))


def _sign(tx: Tx, row: VisitRow, part: PartRow, record: VisitRecord, *, differs: bool) -> None:
    """The part is signed; once every department has, the visit is. `differs`: an older draft was signed."""
    while not save_part(tx.connection, replace(part, record=record.record, signed_at=tx.now)):
        part = next(one for one in parts_of(tx.connection, row.number) if one.department == part.department)
    signed = {one.department for one in parts_of(tx.connection, row.number) if one.record}
    whole = signed >= {*departments_of_visit(row.kind, part.department)}
    state = SIGNED if whole else row.state
    current = row
    while not (seq := move_visit(tx.connection, replace(current, state=state), current.version)):
        found = find_visit(tx.connection, row.number)  # somebody acts on a page at the same time
        if found is None:
            return
        current = found
    event = "replaced" if record.replaces else "signed"
    add_visit_event(
        tx.connection,
        VisitEvent(
            row.number, seq, event, part.department, tx.now, party=record.authority,
            evidence=(record.record,), detail={"replaces": record.replaces, "differs": differs},
        ),
    )  # fmt: skip
