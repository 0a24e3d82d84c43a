"""Building, reviewing, signing and sending the monthly form and the year's summary: each in one transaction,
or nothing at all.

What is counted cannot be stated by anybody: only the summary (工作亮点) and the reason of a revision are
words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight import REPORT
from trace.errors import (
    MonthlyFormNotYours,
    MonthlyFormSame,
    MonthNotOver,
    RevisionUnexplained,
    RiskUnfit,
)
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.competence import MARKET
from trace.oversight.monthly.differences import differences
from trace.oversight.monthly.document import FrozenForm, Header, frozen_hash, read_document
from trace.oversight.monthly.figures import misfits
from trace.oversight.monthly.steps import BUILT, RETURNED, SIGN, Standing, state_of, step_taken
from trace.oversight.monthly.year import is_year
from trace.parties import Actor
from trace.rules.monthly_form import monthly_form
from trace.store.accounts.people import find_organisation
from trace.store.analyses.documents import known_until
from trace.store.casework.cases import names_of
from trace.store.monthly.forms import (
    FormRow,
    FormStep,
    add_form,
    add_form_step,
    forms_of,
    signature_of,
    steps_of,
)
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of
from trace.usecases.supervision.counted_forms import Counted, count_month, count_year, require_form
from trace.usecases.supervision.month_scope import Month, month_of

FORM: Final = "/office/monthly/{}"
_SIGN: Final = "/desk/sign/{}"
_LONGEST: Final = 2000
_LEAST_WORDS: Final = 4
SUMMARY_NAME: Final = "年度工作总结"
_TOLD: Final = ("highlights", "unplaced", "parts", "missing")
"""What a revision may say otherwise besides its figures."""
_NOWHERE: Final = RowOrigin("", ())


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to be built: the month, by which form, with which words."""

    actor: Actor
    form: str
    month: str
    highlights: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stepping:
    """What somebody does with a form: which step, by which form, with which words; `title` names a batch."""

    actor: Actor
    form: str
    step: str
    why: str = ""
    title: str = ""


def build_form(transactions: Transactions, wish: Wish) -> str:
    """Count, freeze and keep the next revision of a month's form or a year's summary; its address.

    Raises `MonthMalformed`, `MonthlyFormNotYours`, `MonthNotOver`, `MonthsUnsent`, `RevisionUnexplained`,
    `MonthlyFormSame`.
    """
    actor = wish.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, wish.form, actor.person)
        if done.before:
            return done.leads_to
        require_reporter(actor, actor.region)
        frozen = _frozen(tx, actor, wish)
        document = frozen.document()
        key = frozen_hash(document)
        head = frozen.header
        row = FormRow(
            key, head.month, head.area, head.authority, head.revision, head.replaces, actor.person, tx.now
        )
        add_form(tx.connection, row, document)
        add_form_step(tx.connection, noted_step(tx, key, 1, BUILT, actor, wish.reason))
        return done.to(FORM.format(key))


def take_form_step(transactions: Transactions, key: str, stepping: Stepping) -> str:
    """Take the step; the address to go on from. Raises `MonthlyFormUnknown`, `MonthlyFormNotYours` and what
    `step_taken` refuses."""
    actor = stepping.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, stepping.form, actor.person)
        if done.before:
            return done.leads_to
        row, document = require_form(tx, key)
        require_reporter(actor, row.area)
        if actor.party != row.authority:
            raise MonthlyFormNotYours(area=row.area, department=MARKET)
        steps = steps_of(tx.connection, [key])[key]
        frozen = read_document(document)
        signed = signature_of(tx.connection, subject_of(row), row.authority, key) is not None
        state = state_of([one.step for one in steps], signed=signed)
        standing = Standing(state, row.built_by, misfits(frozen.figures))
        leads_to = step_taken(standing, stepping.step, actor.person, actor.duties_but_of(row.built_by))
        batch = _drafted(tx, actor, row, frozen, stepping.title) if stepping.step == SIGN else ""
        add_form_step(
            tx.connection, noted_step(tx, key, steps[-1].seq + 1, leads_to, actor, stepping.why, batch)
        )
        return done.to(_SIGN.format(batch) if batch else FORM.format(key))


def require_reporter(actor: Actor, area: str) -> None:
    """Return for who reports the form of that area: the market bureau whose area it is; raises
    `MonthlyFormNotYours`."""
    own = level_of(actor.region) == level_of(area)
    if not actor.oversees or MARKET not in departments_of(actor) or not own:
        raise MonthlyFormNotYours(area=area, department=MARKET)


def subject_of(row: FormRow) -> str:
    """The subject of the signed records about the form of a month, or of a year, and area."""
    return f"urn:report:{'yearly' if is_year(row.month) else 'monthly'}:{row.area}:{row.month}"


def live_form(tx: Tx, actor: Actor, period: str) -> FrozenForm:
    """The form of a month or year as it would be built now; nothing is kept."""
    counted = (
        count_year(tx, actor, period) if is_year(period) else count_month(tx, actor, month_of(period, tx.now))
    )
    return _formed(tx, actor, period, Wish(actor, "", period), counted)


def _frozen(tx: Tx, actor: Actor, wish: Wish) -> FrozenForm:
    period = wish.month if is_year(wish.month) else _over(tx, wish.month).text
    before = forms_of(tx.connection, actor.party or "", period)
    if before and len(wish.reason.strip()) < _LEAST_WORDS:
        raise RevisionUnexplained(revision=before[0].revision + 1)
    counted = (
        count_year(tx, actor, period) if is_year(period) else count_month(tx, actor, month_of(period, tx.now))
    )
    frozen = _formed(tx, actor, period, wish, counted, before[0] if before else None)
    if before:
        last = read_document(require_form(tx, before[0].hash)[1])
        old, new = last.header, frozen.header
        same = all(getattr(old, name) == getattr(new, name) for name in _TOLD)
        if same and not differences(last, frozen):
            raise MonthlyFormSame(month=period, revision=before[0].revision)
    return frozen


def _over(tx: Tx, text: str) -> Month:
    month = month_of(text, tx.now)
    if tx.now < month.ends:
        raise MonthNotOver(month=month.text, ends=day_in_shanghai(month.ends).isoformat())
    return month


def _formed(
    tx: Tx, actor: Actor, period: str, wish: Wish, counted: Counted, before: FormRow | None = None
) -> FrozenForm:
    known = known_until(tx.connection, tx.origin, tx.now)
    of = find_organisation(tx.connection, actor.party or "")
    header = Header(
        month=period,
        area=level_of(actor.region) or actor.region,
        authority=actor.party or "",
        name=of.name if of is not None else actor.party or "",
        revision=0 if not wish.form else 1 if before is None else before.revision + 1,
        replaces=before.hash if before is not None else "",
        as_of=tx.now,
        log=known.log,
        arrival=known.arrival,
        rules=tx.rules.version,
        highlights=whole_text("highlights", wish.highlights, _LONGEST),
        reason=whole_text("reason", wish.reason, _LONGEST),
        parts=counted.parts,
        missing=counted.missing,
        unplaced=counted.unplaced,
    )
    return FrozenForm(header, monthly_form().version, counted.figures)


def _drafted(tx: Tx, actor: Actor, row: FormRow, frozen: FrozenForm, title: str) -> str:
    """The batch with the record that reports the form; of a year it names the last month that is in it."""
    form, month = monthly_form(), row.month
    document = f"{form.document} {form.annex}"
    if is_year(month):
        document = f"{form.document} {SUMMARY_NAME}"
        month = require_form(tx, frozen.header.parts[-1])[0].month
    data: dict[str, Any] = {
        "document": document,
        "month": month,
        "area": row.area,
        "revision": row.revision,
        "sha256": row.hash,
    }
    if row.replaces:
        data["replaces"] = row.replaces
    return report_draft(tx, actor, subject_of(row), data, title)


def report_draft(tx: Tx, actor: Actor, subject: str, data: Mapping[str, Any], title: str) -> str:
    """The batch with a record that reports a frozen document."""
    draft = Draft(REPORT.typ, subject, tx.now, dict(data), (), (), _NOWHERE, "")
    return keep_in(tx, Signer(actor.party or "", actor.person), title, [content_of(draft, dict(data))])


def noted_step(  # noqa: PLR0917 - a row's columns
    tx: Tx, key: str, seq: int, step: str, actor: Actor, why: str, detail: str = ""
) -> FormStep:
    """A step that the caller takes now, with the person's name as it is.

    Raises `RiskUnfit` for a document that is given back without a word of what is wrong with it.
    """
    if step == RETURNED and len(why.strip()) < LEAST_WORDS:
        raise RiskUnfit(wanted="reason")
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    return FormStep(key, seq, step, tx.now, actor.person, name, whole_text("why", why, _LONGEST), detail)
