"""What signed records do to cases, in the transaction that takes them.

A failing result opens a case, or joins the open one of its lot that another result began; a source that an
authority signs opens one, or joins the open one of its lot. An order of re-test and the result under it, a
signed closing and every other official act move the case that they are about. What a guard would refuse does
not move the case: the act stands in its history, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.chain.admission.gates import FAILED_REPORT
from trace.chain.editions import UNASKED
from trace.chain.effects import Effects, LotMentioned, Mark, RecordKept
from trace.chain.facts.cases import CASE
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.goods import REPORT
from trace.chain.facts.laboratory import COMMISSION
from trace.chain.facts.oversight import CLOSING, NOTICE, ORDERING, OVERSIGHT, RETEST, SAMPLING
from trace.chain.report_effects import ReportNoted
from trace.errors import Refusal
from trace.oversight.casework.competence import LEAD, Word
from trace.oversight.casework.decide import Act, decide
from trace.oversight.casework.major import major_grounds
from trace.oversight.casework.table import ENDED, LOG, OBJECTED, OPENED, RETESTING, SOURCED
from trace.oversight.commitments import SERVED
from trace.oversight.competence import competent_department, county_of
from trace.parties import PROCESSOR, REGULATORS
from trace.store.casework.asked import FailedLot, failed_lots_of, firm_names, signed_as
from trace.store.casework.cases import (
    CaseRow,
    EventRow,
    add_case,
    add_event,
    cases_of_lot,
    find_case,
    last_number,
    move_case,
)
from trace.store.casework.competence import add_word
from trace.store.log.inbox import put_addressed
from trace.store.log.keys import read_holder_roles
from trace.store.lots.details import LotRow, read_lots_by_id
from trace.store.lots.standing import regions_of, regions_of_parties
from trace.store.messages.outbox import put_notices
from trace.store.transaction import Tx
from trace.usecases.casework.standing import level_of, standing_of
from trace.usecases.intake.decide_round import Decided

TOPIC: Final = "case-notice"
"""What the outbox calls a notice of an authority to a firm."""
_ACTS: Final = frozenset(kind.typ for kind in (*OVERSIGHT, *ORDERING))
_TESTS: Final = frozenset({REPORT.typ, CORRECTION.typ})
_FAILURES: Final = frozenset({FAILED_REPORT, UNASKED})
_BETWEEN: Final = "; "
"""What stands between the items of a failed report within its mark."""
_OFFICIAL: Final = "sampling"
_BASIS: Final = {SAMPLING.typ: "sampling", COMMISSION.typ: "commission", RETEST.typ: "retest"}


def follow_log(tx: Tx, decided: Sequence[Decided]) -> None:
    """Open and move the cases that these records are about."""
    for one in decided:
        for effects in (one.effects, *one.woken):
            if effects.typ in _TESTS:
                _result(tx, effects)
            elif effects.typ == CASE.typ:
                _registered(tx, effects)
            elif effects.typ in _ACTS:
                _official_act(tx, effects)


@dataclass(frozen=True, slots=True)
class _Failure:
    """A failing test of a lot: what failed, and whether anybody had asked for it."""

    lot: int
    params: Mapping[str, Any]
    asked: bool


def _failures(effects: Effects) -> Iterator[_Failure]:
    for change in effects.changes:
        if isinstance(change, Mark) and change.code in _FAILURES and change.lot is not None:
            yield _Failure(change.lot, change.params, change.code == FAILED_REPORT)


def _result(tx: Tx, effects: Effects) -> None:
    for noted in effects.changes:
        if isinstance(noted, ReportNoted) and (ordered := _under_retest(tx, noted)) is not None:
            event = "retest-passed" if noted.conclusion == "pass" else "retest-failed"
            log_step(tx, ordered, event, effects.entry.statement_id, {"reportNo": noted.report_no})
            return
    for failure in _failures(effects):
        _failed(tx, effects, failure)


def _under_retest(tx: Tx, noted: ReportNoted) -> CaseRow | None:
    """The case whose re-test this report is the result of, late or in time."""
    basis = noted.data.get("basis")
    if not basis:  # of nearly every test: nothing is asked of the tables then
        return None
    lots = read_lots_by_id(tx.connection, [noted.lot])
    waiting = cases_of_lot(tx.connection, lots[noted.lot].urn) if noted.lot in lots else []
    for row in waiting:
        events = standing_of(tx, row)[1] if row.state in {RETESTING, OBJECTED} else []
        if any(one.event == "retest-ordered" and basis in one.evidence for one in events):
            return row
    return None


def _failed(tx: Tx, effects: Effects, failure: _Failure) -> None:
    lot = read_lots_by_id(tx.connection, [failure.lot])[failure.lot]
    number, text = _report_no(effects), _items(failure.params)
    detail = {"reportNo": number, "items": text}
    going_on = _still_open(cases_of_lot(tx.connection, lot.urn))
    tested = [one for one in going_on if one.basis not in SOURCED]
    for row in going_on:
        if row.basis in SOURCED:
            log_step(tx, row, "further-result", effects.entry.statement_id, detail)
    if tested:
        urgent = tested[0].urgent or failure.params.get("hazard") == "urgent"
        log_step(tx, replace(tested[0], urgent=urgent), "further-result", effects.entry.statement_id, detail)
    else:  # in a case of a clue no result is delivered, and nobody objects
        _enter(tx, effects, _new_case(tx, effects, lot, failure, number, text), "open", detail)


def _enter(tx: Tx, effects: Effects, row: CaseRow, event: str, detail: Mapping[str, str]) -> None:
    add_case(tx.connection, row)
    add_word(tx.connection, row.number, Word(tx.now, LEAD, row.department, row.area))
    add_event(
        tx.connection,
        EventRow(
            row.number, 1, event, "", OPENED, tx.now, party=effects.entry.iss, detail=detail,
            evidence=(effects.entry.statement_id,), rules=tx.rules.version,
        ),
    )  # fmt: skip


def _registered(tx: Tx, effects: Effects) -> None:
    """A source that an authority signed opens a case where the firm is, or joins the open one of its lot."""
    said = _reported(effects)
    if not said:
        return
    lot, party, source = (str(said.get(name) or "") for name in ("lot", "party", "source"))
    detail = {name: str(said[name]) for name in ("authority", "reference") if name in said}
    detail |= {"typ": effects.typ, "source": source}
    waiting = cases_of_lot(tx.connection, lot) if lot else []
    if (going_on := next(iter(_still_open(waiting)), None)) is not None:
        log_step(tx, going_on, "act-signed", effects.entry.statement_id, detail, effects.entry.iss)
        return
    found = datetime.combine(date.fromisoformat(str(said["foundOn"])), time(), SHANGHAI_TIME)
    regions = sorted(regions_of_parties(tx.connection, {party}).get(party, ()))
    row = CaseRow(
        number=_next_number(tx),
        lot=lot,
        report=effects.entry.statement_id,
        report_no=detail.get("reference", ""),
        items=str(said["purpose"]),
        basis=source,
        party=party,
        department=str(said["department"]),
        area=_area_of(regions),
        urgent=False,
        major=(),
        state=OPENED,
        version=1,
        officer="",
        receiver="",
        joined_to="",
        result_at=found,
        received_at=tx.now,
    )
    _enter(tx, effects, row, "registered", detail)


def _next_number(tx: Tx) -> str:
    """The running number is safe: whoever takes records holds the log's lock."""
    prefix = f"AJ{day_in_shanghai(tx.now).year}-"
    return f"{prefix}{last_number(tx.connection, prefix) + 1:05d}"


def _area_of(regions: Sequence[str]) -> str:
    """The county of the first code that names one, else what the least of them says."""
    return next((found for one in regions if (found := county_of(one))), level_of(min(regions, default="")))


def _new_case(tx: Tx, effects: Effects, lot: LotRow, failure: _Failure, number: str, items: str) -> CaseRow:
    party = lot.made_by.iss
    roles = read_holder_roles(tx.connection, party)
    regions = sorted(regions_of(tx.connection, [lot])[lot.id])
    major = _major(tx, effects, lot, roles) if failure.asked else ()
    return CaseRow(
        number=_next_number(tx),
        lot=lot.urn,
        report=effects.entry.statement_id,
        report_no=number,
        items=items,
        basis=_basis(tx, effects, lot) if failure.asked else "unasked",
        party=party,
        department=competent_department(roles),
        area=_area_of(regions),
        urgent=failure.params.get("hazard") == "urgent",
        major=major,
        state=OPENED,
        version=1,
        officer="",
        receiver="",
        joined_to="",
        result_at=effects.occurred_at,
        received_at=tx.now,
    )


def _major(tx: Tx, effects: Effects, lot: LotRow, roles: Collection[str]) -> tuple[str, ...]:
    """Grounds of R24, where this failure is of an official sampling, from those that stand."""
    party, on = lot.made_by.iss, day_in_shanghai(effects.occurred_at)
    said = _reported(effects)
    this = FailedLot(
        lot.urn, on, effects.entry.iss, str(said.get("purpose") or ""), str(said.get("basis") or "")
    )
    if not _is_official(tx, this, party):
        return ()
    failed = failed_lots_of(tx.connection, party, FAILED_REPORT)
    official = [(one.lot, one.day) for one in (this, *failed) if _is_official(tx, one, party)]
    return major_grounds(tx.rules, official, on, maker=PROCESSOR in roles)


def _is_official(tx: Tx, test: FailedLot, maker: str) -> bool:
    """Whether an authority had the lot sampled: by its own word, by its order, or as its maker says."""
    if test.by == maker:
        return test.purpose == _OFFICIAL
    if signed_as(tx.connection, test.basis)[1] == SAMPLING.typ:
        return True
    return not REGULATORS.isdisjoint(read_holder_roles(tx.connection, test.by))


def _basis(tx: Tx, effects: Effects, lot: LotRow) -> str:
    if effects.entry.iss in {lot.holder, lot.made_by.iss}:
        return "own"
    named = str(_reported(effects).get("basis") or "")
    return _BASIS.get(signed_as(tx.connection, named)[1], "sampling")


def _reported(effects: Effects) -> Mapping[str, Any]:
    """What the report says openly."""
    for change in effects.changes:
        if isinstance(change, ReportNoted | RecordKept):
            return change.data
    return {}


def _report_no(effects: Effects) -> str:
    return str(_reported(effects).get("reportNo") or "")


def _items(params: Mapping[str, Any]) -> str:
    """What failed as one line, each item beside its limit: 镉 0.27 mg/kg（0.2 mg/kg）; 铅 0.3 mg/kg."""
    value, limit = str(params.get("value") or ""), str(params.get("limit") or "")
    named = params.get("items")
    items = [str(each) for each in named] if isinstance(named, list | tuple) else []
    values, limits = value.split(_BETWEEN), limit.split(_BETWEEN)
    if not len(items) == len(values) == len(limits):
        return f"{value}（{limit}）" if limit else value
    return _BETWEEN.join(map(_with_limit, items, values, limits))


def _with_limit(item: str, value: str, limit: str) -> str:
    bare = limit.removeprefix(item).strip()  # a unit alone where no limit is stated
    return value if not bare or value.endswith(f" {bare}") else f"{value}（{bare}）"


def _official_act(tx: Tx, effects: Effects) -> None:
    event = {CLOSING.typ: "closing-signed", RETEST.typ: "retest-ordered"}.get(effects.typ, "act-signed")
    rows = _concerned(tx, effects)
    detail = {"typ": effects.typ} | (_addressed(tx, effects, rows) if effects.typ == NOTICE.typ else {})
    for row in rows:
        log_step(tx, row, event, effects.entry.statement_id, detail, effects.entry.iss)


def _addressed(tx: Tx, effects: Effects, rows: Sequence[CaseRow]) -> dict[str, str]:
    """A notice goes out to each whom it names, in the transaction that takes it, and stands in its inbox."""
    data = next((change.data for change in effects.changes if isinstance(change, RecordKept)), {})
    named, due = data.get("to"), str(data.get("dueBy") or "")
    parties = [str(one) for one in named] if isinstance(named, list | tuple) else []
    statement = effects.entry.statement_id
    if rows or str(data.get("matter")).startswith(SERVED):
        put_addressed(tx.connection, [(one, statement, "") for one in parties])
    if not rows or not parties:
        return {}
    names = firm_names(tx.connection, parties)
    told = {"case": rows[0].number, "text": data.get("text"), "due": due, "notice": statement}
    payloads = [(TOPIC, {"to": one, "name": names.get(one, ""), **told}) for one in parties]
    outbox = put_notices(tx.connection, payloads, tx.now)
    return {"to": " ".join(parties), "due": due, "outbox": " ".join(map(str, outbox))}


def _concerned(tx: Tx, effects: Effects) -> list[CaseRow]:
    """The cases that an act is about: by its matter, by the report that it names, else those of its lots."""
    kept = [change.data for change in effects.changes if isinstance(change, RecordKept)]
    matters = {str(data["matter"]) for data in kept if data.get("matter")}
    named = [row for matter in matters if (row := find_case(tx.connection, matter)) is not None]
    if named:
        return named
    ids = {change.lot for change in effects.changes if isinstance(change, LotMentioned)}
    lots = read_lots_by_id(tx.connection, ids).values()
    found = [row for lot in lots for row in cases_of_lot(tx.connection, lot.urn)]
    reports = {str(data["report"]) for data in kept if data.get("report")}
    return [row for row in found if row.report in reports] if reports else _still_open(found)


def _still_open(rows: Iterable[CaseRow]) -> list[CaseRow]:
    return [row for row in rows if row.state not in ENDED]


def log_step(
    tx: Tx, row: CaseRow, event: str, statement: str, detail: Mapping[str, str], party: str = ""
) -> None:
    """A record moves a case; where a guard or the table refuses, it is noted and the case stays."""
    number: str | None = row.number
    while number is not None:  # somebody may act on a page at the same time: then the case is read again
        standing, _ = standing_of(tx, row)
        name, told = event, dict(detail)
        try:
            to = decide(standing, Act(event, "", frozenset({LOG}), "", (statement,), detail)).to
        except Refusal as refusal:
            told |= {"refused": refusal.code, "meant": event}
            name, to = "act-signed", row.state
        if seq := move_case(tx.connection, replace(row, state=to), row.version):
            step = EventRow(row.number, seq, name, row.state, to, tx.now, party=party, evidence=(statement,),
                            detail=told, rules=tx.rules.version)  # fmt: skip
            add_event(tx.connection, step)
            return
        again = find_case(tx.connection, number)
        number, row = (again.number, replace(again, urgent=row.urgent)) if again else (None, row)
