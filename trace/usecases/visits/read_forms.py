"""Forms as they stand: every version with its first day, which one holds on a day, and an edited new one.

Versions are read by `trace.usecases.forms.versions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.access.rights import ORGANISATIONS
from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import START
from trace.errors import PurposeMissing, RightMissing, VisitFormUnfit, VisitFormUnknown
from trace.oversight.risk_table import RISK_GRADE, require_indicators
from trace.oversight.trace_catalogue import CATALOGUE, require_kinds
from trace.oversight.visits.forms import Dated, digest_of, edited
from trace.parties import Actor
from trace.rules.forms import Form, first_forms
from trace.store.transaction import Transactions, Tx
from trace.store.visits.forms import add_form, list_forms
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.forms.versions import form_of, keep_version, versions_of

FORM: Final = "/office/forms/{}"
_REQUIRED: Final = {RISK_GRADE: require_indicators, CATALOGUE: require_kinds}
"""What the lines of forms must be that something else than a visit is made by."""
_LEAST_WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class FormSeen:
    """A form with its versions, the newest first; `holds` is the version of today."""

    versions: Sequence[tuple[Dated, str]]
    holds: Form
    digest: str


def read_forms(transactions: Transactions, actor: Actor) -> list[FormSeen]:
    """Every form, for whoever makes visits or edits forms."""
    with transactions.look(actor.subject) as tx:
        return [_seen(tx, one.id) for one in first_forms()]


def read_form(transactions: Transactions, actor: Actor, form: str) -> FormSeen:
    """One form with its versions; raises `VisitFormUnknown`."""
    with transactions.look(actor.subject) as tx:
        return _seen(tx, form)


def _seen(tx: Tx, form: str) -> FormSeen:
    told = {one.dated.form.version: one.why for one in list_forms(tx.connection) if one.dated.form.id == form}
    holds = form_of(tx, form, day_in_shanghai(tx.now))
    every = [(one, told.get(one.form.version, "")) for one in reversed(versions_of(tx, form))]
    return FormSeen(every, holds, digest_of(holds))


@dataclass(frozen=True, slots=True)
class Editing:
    """A new version: its lines, its first day, why; `seen` is the version that was edited."""

    form: str
    seen: int
    text: str
    since: str
    why: str


def edit_form(transactions: Transactions, actor: Actor, key: str, new: Editing) -> str:
    """Make the next version of a form, for visits from its first day on; the address of the form.

    The platform's administrator alone. Raises `RightMissing`, `VisitFormUnknown`, `VisitFormUnfit`,
    `PurposeMissing`.
    """
    if not actor.may(ORGANISATIONS):
        raise RightMissing(scope=ORGANISATIONS)
    with transactions.begin(actor.subject) as tx:
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        every = versions_of(tx, new.form)
        if not every:
            raise VisitFormUnknown(form=new.form[:40])
        newest = every[-1]
        since = _day(new.since, max(day_in_shanghai(tx.now), newest.since))
        if newest.form.version != new.seen:
            raise VisitFormUnfit(line=0, expected=f"{newest.form.version}")
        if len(new.why.strip()) < _LEAST_WORDS:
            raise PurposeMissing
        keep_version(tx, newest.form)
        made = Dated(edited(newest.form, new.text), since)
        if new.form in _REQUIRED:
            _REQUIRED[new.form](made.form)
        add_form(tx.connection, made, whole_text("why", new.why, 500), actor.person, tx.now)
        return done.to(FORM.format(new.form))


def _day(text: str, least: date) -> date:
    """The first day of a version: today or later, so that no visit of before changes."""
    try:
        day = date.fromisoformat(text) if text else least
    except ValueError:
        raise VisitFormUnfit(line=0, expected="YYYY-MM-DD") from None
    if not START.holds(day, least):
        raise VisitFormUnfit(line=0, expected=f"{least} – {START.last(least)}")
    return day
