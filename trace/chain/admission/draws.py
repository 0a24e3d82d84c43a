"""Decisions on random draws: a result shows the halves that were committed to, under the plan that was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.records import keep
from trace.chain.facts.draws import DRAW, GIVEN_UP, RESULT, DrawCommitted, DrawDone, DrawGivenUp
from trace.chain.known_records import KnownRecord
from trace.errors.draws import DrawNotAsPlanned
from trace.errors.food import NamedStatementUnknown


@decides(DRAW)
def committed(decision: Decision, fact: DrawCommitted) -> None:
    """Keep a commitment: from now on its plan has the one result that both halves give."""
    if fact.take > fact.objects:
        decision.refuse(DrawNotAsPlanned(member="take"))
    keep(decision, fact)


@decides(RESULT)
def drawn(decision: Decision, fact: DrawDone) -> None:
    """Keep a result under its commitment.

    Raises `NamedStatementUnknown`; `DrawNotAsPlanned` for another plan or a half that is not the one.
    """
    record = _commitment(decision, fact.draw)
    if record.text("planHash") != fact.plan_hash:
        decision.refuse(DrawNotAsPlanned(member="planHash"))
    value = record.data.get("commitments")
    promised = {
        str(one["department"]): str(one["value"])
        for one in (value if isinstance(value, list | tuple) else ())
        if isinstance(one, Mapping)
    }
    shown = {one.department: hashlib.sha256(bytes.fromhex(one.value)).hexdigest() for one in fact.halves}
    if shown != promised:
        decision.refuse(DrawNotAsPlanned(member="halves"))
    keep(decision, fact)


@decides(GIVEN_UP)
def given_up(decision: Decision, fact: DrawGivenUp) -> None:
    """Keep that a draw is given up, and why; raises `NamedStatementUnknown`."""
    _commitment(decision, fact.draw)
    keep(decision, fact)


def _commitment(decision: Decision, statement: str) -> KnownRecord:
    record = decision.known.records.get(statement)
    if record is None or record.typ != DRAW.typ:
        raise NamedStatementUnknown(statement=statement)
    return record
