"""A visit begun: which kind, whose, on which day, by whom, for which item of a plan or which cause.

Refused with nothing written: too few inspectors, a department that is missing, an object of another area or
department, a form that does not hold on that day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.chain.sight import lies_in
from trace.errors import (
    DepartmentsMissing,
    Refusal,
    VisitAnswerUnfit,
    VisitFormUnknown,
    VisitNotYours,
    VisitObjectUnknown,
)
from trace.oversight.competence import competent_department
from trace.oversight.sampling import require_not_checked_above
from trace.oversight.visits.checked import RECHECK, items_named
from trace.oversight.visits.forms import digest_of
from trace.oversight.visits.makers import (
    JOINT,
    PATROL,
    Inspector,
    competent_for,
    departments_of_visit,
    require_joint_items,
    require_makers,
    require_reason,
)
from trace.oversight.visits.states import OPEN
from trace.parties import Actor, party_named
from trace.rules.duty_list import duty_list
from trace.rules.forms import Form, first_forms
from trace.store.accounts.people import Organisation, list_organisations
from trace.store.casework.cases import names_of
from trace.store.casework.checks import check_items
from trace.store.duties import read_licences
from trace.store.log.keys import read_holder_roles
from trace.store.lots.scope import master_data
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import (
    PartRow,
    VisitEvent,
    VisitRow,
    add_visit,
    add_visit_event,
    last_visit_number,
)
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.checked_above import checked_above
from trace.usecases.casework.standing import level_of
from trace.usecases.forms.versions import form_of, keep_version
from trace.usecases.supervision.triage import Deciding, turn_into_visit
from trace.usecases.visits.follow_log import area_of
from trace.usecases.visits.from_draw import keep_draw, require_named
from trace.usecases.visits.standing import own_department, require_area, require_visit

VISIT: Final = "/office/visits/{}"
LEAST: Final = "R42"
MARK: Final = "green_mark"
_TWO: Final = 2
_TEXT: Final = 500
_SPLIT: Final = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Opening:
    """What the form says. `forms`: department -> form, the first that fits where none is named; `partner`:
    the other department's authority, where more than one covers the area; `warning`: the one behind it;
    `draw`: the draw that it comes from, `draw_why`: why other inspectors go, or why a firm that was drawn is
    visited without its draw; `again`: the breach suspected or the plain hazard, where a higher authority has
    just checked the same."""

    kind: str
    party: str
    day: str
    inspectors: Sequence[Inspector]
    plan: str = ""
    cause: str = ""
    place: str = ""
    follows: str = ""
    partner: str = ""
    warning: str = ""
    again: str = ""
    draw: str = ""
    draw_why: str = ""
    forms: dict[str, str] = field(default_factory=dict)


def open_visit(transactions: Transactions, actor: Actor, key: str, new: Opening) -> str:
    """Open the visit; the address of its page.

    Raises `VisitAnswerUnfit`, `VisitObjectUnknown`, `VisitOutOfArea`, `VisitNotYours`, `InspectorsTooFew`,
    `DepartmentsMissing`, `VisitCauseMissing`, `JointItemsMissing`, `VisitFormUnknown`, `CheckedAbove`; of a
    draw `NamedStatementUnknown`, `VisitNotDrawn`, `InspectorNotDrawn`, `InspectorRecused`, `DrawUnnamed`; of
    a warning `RightMissing`, `RiskItemUnknown`, `RiskOutOfArea`, `RiskMoved`, `RiskUnfit`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        own = own_department(actor)
        party, area = _object(tx, actor, new.party)
        day = _day(new.day, day_in_shanghai(tx.now))
        least = tx.rules.find(LEAST, day)
        require_makers(new.kind, own, new.inspectors, int(least.number) if least is not None else _TWO)
        require_reason(new.plan, new.cause)
        if new.kind == JOINT:
            require_joint_items(new.cause, _planned(tx, new.plan, party, day))
        _require_competent(tx, party, own, day)
        follows = require_visit(tx, actor, new.follows) if new.follows else None
        ordered = follows is not None and follows.party == party and new.kind == RECHECK
        row = _row(tx, actor, new, party, area, day)
        parts = [
            _part(row, name, _authority(tx, actor, row, name, new.partner), _form(tx, new, name, day))
            for name in departments_of_visit(new.kind, own)
        ]
        forms = [form_of(tx, form, day) for form in {one.form for one in parts}]
        cause = new.again or new.warning or (new.follows if ordered else "")
        _require_not_repeated(tx, actor, row, forms, cause)
        for form in forms:
            keep_version(tx, form)
        _hold_to_draw(tx, actor, new, row)
        add_visit(tx.connection, row, parts)
        if new.warning:
            turn_into_visit(tx, Deciding(actor, "", new.warning, row.cause, reference=row.number), party)
        name = names_of(tx.connection, [actor.person]).get(actor.person, "")
        add_visit_event(
            tx.connection,
            VisitEvent(row.number, 1, "opened", own, tx.now, actor.person, name, actor.party or "", row.cause,
                       detail=_told(new, row)),
        )  # fmt: skip
        return done.to(VISIT.format(row.number))


def _told(new: Opening, row: VisitRow) -> dict[str, Any]:
    """What the history says of the opening."""
    reasons = {"again": new.again, "draw": new.draw, "drawWhy": new.draw_why}
    return {
        "inspectors": [one.as_data() for one in row.inspectors],
        "plan": row.plan,
        "day": new.day,
        **{name: whole_text(name, text, _TEXT) for name, text in reasons.items() if text.strip()},
    }


def _hold_to_draw(tx: Tx, actor: Actor, new: Opening, row: VisitRow) -> None:
    """Keep the visit under the draw that it names; a joint one of a firm that was drawn has to name it."""
    if new.draw:
        keep_draw(tx, actor, new.draw, row, new.draw_why)
    elif new.kind == JOINT and not (new.warning or new.follows or new.draw_why.strip()):
        require_named(tx, actor, row.party)


def _planned(tx: Tx, plan: str, party: str, day: date) -> set[str]:
    """The departments whose items of the year's plans are named, those that run and are about the firm."""
    named = {*_SPLIT.split(plan)}
    return {
        one.department
        for one in check_items(tx.connection, day.year)
        if one.number in named and one.party == party and one.ended_at is None
    }


def _row(tx: Tx, actor: Actor, new: Opening, party: str, area: str, day: date) -> VisitRow:
    prefix = f"XC{day.year}-"
    number = f"{prefix}{last_visit_number(tx.connection, prefix) + 1:05d}"
    place, plan, cause = (whole_text(name, getattr(new, name), _TEXT) for name in ("place", "plan", "cause"))
    return VisitRow(
        number, new.kind, party, place, area, day, plan, cause, new.follows, tuple(new.inspectors), OPEN, 1,
        tx.now, actor.person,
    )  # fmt: skip


def _part(row: VisitRow, department: str, authority: str, form: Form) -> PartRow:
    return PartRow(row.number, department, authority, form.id, form.version, digest_of(form))


def _object(tx: Tx, actor: Actor, named: str) -> tuple[str, str]:
    """Who is visited, and the county; raises `VisitObjectUnknown`, `VisitOutOfArea`."""
    try:
        party = party_named(named)
    except Refusal:
        raise VisitObjectUnknown(party=named[:60]) from None
    if not master_data(tx.connection, "party", [party]).get(party):
        raise VisitObjectUnknown(party=party)
    area = area_of(tx, party)
    require_area(actor, party, area)
    return party, area


def _require_competent(tx: Tx, party: str, own: str, day: date) -> None:
    """Both departments have duties over who may use the mark, over others the one that is competent."""
    marked = any(
        one.data.get("kind") == MARK
        and one.data.get("status") != "cancelled"
        and str(one.data.get("validFrom", "")) <= day.isoformat() <= str(one.data.get("validTo", ""))
        for one in read_licences(tx.connection, party)
    )
    competent = competent_department(read_holder_roles(tx.connection, party))
    if own not in competent_for(competent, marked=marked):
        raise VisitNotYours(kind="", department=own)


def _require_not_repeated(tx: Tx, actor: Actor, row: VisitRow, forms: Sequence[Form], cause: str) -> None:
    """Raises `CheckedAbove` where the forms ask for what a higher authority checked within three months.

    `cause`: a suspected breach, a warning, or a visit of the firm that is checked again; the reason that any
    visit has, such as a draw, is none. Patrols go on: how often they are made is a rule of its own (R38).
    """
    if row.kind == PATROL:
        return
    words = {
        name: item.zh
        for form in forms
        for of, name in items_named(form, duty_list().duties).items()
        if (item := form.item(of)) is not None
    }
    at = min(tx.now, datetime.combine(row.day, time.max, SHANGHAI_TIME))
    earlier = checked_above(tx, actor, row.party)
    require_not_checked_above(tx.rules, at, words.keys(), earlier, cause, words)


def authorities_of(tx: Tx, department: str, area: str) -> list[Organisation]:
    """The authorities of a department whose area holds this one, the closest first."""
    here = (area,) if area else ()
    every = (one for one in list_organisations(tx.connection) if one.department == department)
    found = [one for one in every if one.region and lies_in(level_of(one.region), here)]
    return sorted(found, key=lambda one: (-len(level_of(one.region)), one.urn))


def _authority(tx: Tx, actor: Actor, row: VisitRow, department: str, partner: str) -> str:
    if department == own_department(actor):
        return actor.party or ""
    found = [one.urn for one in authorities_of(tx, department, row.area)]
    if not found or (partner and partner not in found):
        raise DepartmentsMissing(missing=[department])
    return partner or found[0]


def _form(tx: Tx, new: Opening, department: str, day: date) -> Form:
    fitting = [one.id for one in first_forms() if one.department == department and new.kind in one.visits]
    named = new.forms.get(department, "") or next(iter(fitting), "")
    if named not in fitting:
        raise VisitFormUnknown(form=named[:40] or department)
    return form_of(tx, named, day)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise VisitAnswerUnfit(item="day", expected="YYYY-MM-DD") from None
    if not HAPPENED.holds(day, today):
        raise VisitAnswerUnfit(item="day", expected=f"{HAPPENED.first(today)} – {today}")
    return day
