"""The monthly forms and years' summaries as authorities read them: which there are, one whole, each list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import CaseOutOfArea, MonthlyFormUnknown, RightMissing
from trace.oversight.competence import MARKET
from trace.oversight.monthly.differences import Change, differences
from trace.oversight.monthly.document import FrozenForm, read_document
from trace.oversight.monthly.figures import Figure, Line, Misfit, misfits
from trace.oversight.monthly.steps import SENT, Standing, due_at, state_of, steps_open
from trace.oversight.monthly.year import due_of_year, is_derived, is_year
from trace.parties import ALL, Actor
from trace.rules.monthly_form import monthly_form
from trace.store.accounts.people import list_organisations
from trace.store.lots.scope import master_data
from trace.store.monthly.forms import (
    FormRow,
    FormStep,
    Signature,
    find_form,
    forms_in,
    forms_of,
    signature_of,
    steps_of,
)
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.supervision.build_form import live_form, subject_of
from trace.usecases.supervision.counted_forms import last_sent, require_form
from trace.usecases.supervision.month_scope import Month, month_of

MOST: Final = 200
AT_ONCE: Final = 200
"""Lines of a list on one page."""


@dataclass(frozen=True, slots=True)
class FormListed:
    """A form in the list: where it stands, when it was sent, and by when it had to be; `derived`: that day is
    in no text. `first_sent`: when the first of its month was sent, which is what can be late: a revision of
    what was sent in time is none."""

    row: FormRow
    authority: str
    state: str
    sent_at: datetime | None
    due: datetime | None
    derived: bool = False
    first_sent: datetime | None = None

    @property
    def yearly(self) -> bool:
        return is_year(self.row.month)

    @property
    def late(self) -> bool:
        return self._after and not self.derived

    @property
    def after_derived(self) -> bool:
        """Whether it was sent after a day that is derived: said, and not called late."""
        return self._after and self.derived

    @property
    def _after(self) -> bool:
        first = self.first_sent or self.sent_at
        return self.due is not None and first is not None and self.sent_at is not None and first >= self.due


@dataclass(frozen=True, slots=True)
class FormsPage:
    """The forms that the caller may read; whether it reports one, and of which month next, until when."""

    forms: Sequence[FormListed]
    reports: bool
    month: Month
    due: datetime | None
    built: bool
    sent: bool
    year: str
    year_due: datetime | None
    year_built: bool
    year_sent: bool
    year_derived: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class MonthSummed:
    """A month in a year's summary: the form that was summed, and a later one that has been sent since."""

    month: str
    hash: str
    frozen: FrozenForm
    later: str = ""


@dataclass(frozen=True, slots=True)
class FormSeen:
    """A form whole: its row (None for the live one), what people did with it, and what they may do next.

    `months`: of a year's summary, the forms that it sums.
    """

    frozen: FrozenForm
    authority: str
    row: FormRow | None = None
    state: str = ""
    steps: Sequence[FormStep] = ()
    open: Sequence[str] = ()
    misfits: Sequence[Misfit] = ()
    changes: Sequence[Change] = ()
    signature: Signature | None = None
    later: FormRow | None = None
    due: datetime | None = None
    unplaced: Mapping[str, str] | None = None
    months: Sequence[MonthSummed] = ()

    @property
    def yearly(self) -> bool:
        return is_year(self.frozen.header.month)


@dataclass(frozen=True, slots=True)
class ListSeen:
    """A part of the list behind a figure, with the names of the firms on it."""

    form: FormSeen
    figure: Figure
    lines: Sequence[Line]
    names: Mapping[str, str]
    page: int
    pages: int


def list_forms(transactions: Transactions, actor: Actor) -> FormsPage:
    """The forms of the caller's area and of those in it, and the one that is due next; an authority's alone.

    Raises `RightMissing`.
    """
    _require_authority(actor)
    with transactions.look(actor.subject) as tx:
        month, year = month_of("", tx.now), day_in_shanghai(tx.now).isoformat()[:4]
        rows = forms_in(tx.connection, level_of(actor.region), MOST)
        steps = steps_of(tx.connection, [row.hash for row in rows])
        names = {one.urn: one.name for one in list_organisations(tx.connection)}
        sent_at = {key: next((one.at for one in of if one.step == SENT), None) for key, of in steps.items()}
        first: dict[tuple[str, str], datetime] = {}
        for row in rows:
            at, of = sent_at.get(row.hash), (row.authority, row.month)
            if at is not None:
                first[of] = min(at, first.get(of, at))
        listed = [
            FormListed(
                row,
                names.get(row.authority, row.authority),
                _state(tx, row, steps[row.hash]),
                sent_at.get(row.hash),
                _due(tx, row.month),
                is_year(row.month) and is_derived(tx.rules, row.month),
                first.get((row.authority, row.month)),
            )
            for row in rows
            if row.authority == actor.party or _was_sent(steps[row.hash]) or _same_place(actor, row)
        ]
        built = {one.row.month for one in listed if one.row.authority == actor.party}
        reports = MARKET in departments_of(actor)
        return FormsPage(
            listed,
            reports,
            month,
            _due(tx, month.text),
            month.text in built,
            (actor.party, month.text) in first,
            year,
            _due(tx, year),
            year in built,
            (actor.party, year) in first,
            is_derived(tx.rules, year),
            tx.now,
        )


def read_form(transactions: Transactions, actor: Actor, key: str) -> FormSeen:
    """One form; raises `MonthlyFormUnknown`, `CaseOutOfArea` for another area's."""
    with transactions.look(actor.subject) as tx:
        return _read(tx, actor, key)


def read_live(transactions: Transactions, actor: Actor, period: str) -> FormSeen:
    """The form of a month or year as it would be built now, kept nowhere.

    Raises `MonthMalformed`, `MonthsUnsent`, `RightMissing`.
    """
    _require_authority(actor)
    with transactions.look(actor.subject) as tx:
        asked = period if is_year(period) else month_of(period, tx.now).text
        frozen = live_form(tx, actor, asked)
        return FormSeen(
            frozen,
            frozen.header.name,
            misfits=misfits(frozen.figures),
            due=_due(tx, asked),
            unplaced=_names(tx, frozen.header.unplaced),
            months=_months(tx, frozen),
        )


def read_list(transactions: Transactions, actor: Actor, key: str, name: str, page: int) -> ListSeen:
    """A part of the list behind a figure; the look at its firms is noted, with the form as its purpose.

    Raises `MonthlyFormUnknown`, `CaseOutOfArea`.
    """
    with transactions.begin(actor.subject) as tx:
        seen = _read(tx, actor, key)
        figure = seen.frozen.figures.get(name)
        if figure is None or figure.lines is None:
            raise MonthlyFormUnknown(form=f"{key[:12]} {name[:40]}")
        pages = max(1, -(-len(figure.lines) // AT_ONCE))
        page = min(max(page, 1), pages)
        lines = figure.lines[(page - 1) * AT_ONCE : page * AT_ONCE]
        firms = {line.party for line in lines if line.party}
        form, head = monthly_form(), seen.frozen.header
        purpose = Purpose(f"{form.document} {form.annex} {head.month} {head.area} {name}")
        note_looks(tx, actor, firms, Seen("figure", f"{head.month} {name}", len(lines)), purpose)
        return ListSeen(seen, figure, lines, _names(tx, firms), page, pages)


def read_document_of(transactions: Transactions, actor: Actor, key: str) -> bytes:
    """The frozen bytes of a form; the look at every firm on it is noted. Raises as `read_form`."""
    seen = read_form(transactions, actor, key)
    note_whole(transactions, actor, seen)
    with transactions.look(actor.subject) as tx:
        return require_form(tx, key)[1]


def note_whole(transactions: Transactions, actor: Actor, seen: FormSeen) -> Mapping[str, str]:
    """Note the look at every firm on a form, for its files; the names of the firms."""
    with transactions.begin(actor.subject) as tx:
        firms = {party for one in seen.frozen.figures.values() for party in one.parties if party}
        form, head = monthly_form(), seen.frozen.header
        purpose = Purpose(f"{form.document} {form.annex} {head.month} {head.area}")
        rows = sum(len(one.lines or ()) for one in seen.frozen.figures.values())
        note_looks(tx, actor, firms, Seen("figure", head.month, rows), purpose)
        return _names(tx, firms)


def _read(tx: Tx, actor: Actor, key: str) -> FormSeen:
    row, document = require_form(tx, key)
    steps = steps_of(tx.connection, [key])[key]
    own = row.authority == actor.party
    if not actor.oversees or not (
        own or _same_place(actor, row) or (_above(actor, row) and _was_sent(steps))
    ):
        raise CaseOutOfArea(number=key[:12], area=row.area, department=MARKET)
    frozen = read_document(document)
    signature = signature_of(tx.connection, subject_of(row), row.authority, key)
    state = state_of([one.step for one in steps], signed=signature is not None)
    unfit = misfits(frozen.figures)
    standing = Standing(state, row.built_by, unfit)
    before = find_form(tx.connection, row.replaces) if row.replaces else None
    later = forms_of(tx.connection, row.authority, row.month)[0]
    return FormSeen(
        frozen,
        frozen.header.name,
        row,
        state,
        steps,
        steps_open(standing, actor.person, actor.duties_but_of(row.built_by)) if own else (),
        unfit,
        differences(read_document(before[1]), frozen) if before is not None else (),
        signature,
        later if later.hash != key else None,
        _due(tx, row.month),
        _names(tx, frozen.header.unplaced),
        _months(tx, frozen),
    )


def _due(tx: Tx, period: str) -> datetime | None:
    """Until when the form of that month or year has to be sent."""
    if is_year(period):
        return due_of_year(tx.rules, period)
    return due_at(tx.rules, month_of(period, tx.now).last)


def _months(tx: Tx, frozen: FrozenForm) -> list[MonthSummed]:
    """The forms that a year's summary sums, each with a later one that has been sent since."""
    found = []
    for key in frozen.header.parts if is_year(frozen.header.month) else ():
        row, document = require_form(tx, key)
        sent = last_sent(tx, row.authority, row.month) or key
        found.append(MonthSummed(row.month, key, read_document(document), sent if sent != key else ""))
    return found


def _require_authority(actor: Actor) -> None:
    if not actor.oversees:
        raise RightMissing(scope=ALL)


def _state(tx: Tx, row: FormRow, steps: Sequence[FormStep]) -> str:
    signed = signature_of(tx.connection, subject_of(row), row.authority, row.hash) is not None
    return state_of([one.step for one in steps], signed=signed)


def _was_sent(steps: Sequence[FormStep]) -> bool:
    return any(one.step == SENT for one in steps)


def _same_place(actor: Actor, row: FormRow) -> bool:
    """Both departments of a district read its form."""
    return level_of(actor.region) == level_of(row.area)


def _above(actor: Actor, row: FormRow) -> bool:
    return row.area.startswith(level_of(actor.region))


def _names(tx: Tx, parties: Any) -> dict[str, str]:
    wanted = sorted(set(parties))
    known = master_data(tx.connection, "party", wanted)
    return {urn: str(known.get(urn, {}).get("name") or urn) for urn in wanted}
