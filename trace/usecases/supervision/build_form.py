"""Building, reviewing, signing and sending the monthly form: each in one transaction, or nothing at all.

A district's form counts records; the form of a wider area sums the forms that its districts have sent, and
names those that have not. What is counted cannot be stated by anybody: only the summary (工作亮点) and the
reason of a revision are words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from trace.access.roles import AUTHORITY
from trace.chain.facts.oversight import REPORT
from trace.errors import (
    MonthlyFormNotYours,
    MonthlyFormSame,
    MonthlyFormUnknown,
    MonthNotOver,
    RevisionUnexplained,
)
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.competence import MARKET, is_of_county
from trace.oversight.monthly.differences import differences, summed
from trace.oversight.monthly.document import FrozenForm, Header, frozen_hash, read_document
from trace.oversight.monthly.figures import misfits
from trace.oversight.monthly.steps import BUILT, SENT, SIGN, Standing, state_of, step_taken
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
    district_authorities,
    find_form,
    forms_of,
    signature_of,
    steps_of,
)
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of
from trace.usecases.supervision.figure_counters import count_figures
from trace.usecases.supervision.month_scope import Month, month_of, scope_of

FORM: Final = "/office/monthly/{}"
_SIGN: Final = "/desk/sign/{}"
_LONGEST: Final = 2000
_LEAST_WORDS: Final = 4
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
    """Count, freeze and keep the next revision; the address of the form.

    Raises `MonthMalformed`, `MonthlyFormNotYours`, `MonthNotOver`, `RevisionUnexplained`, `MonthlyFormSame`.
    """
    actor = wish.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, wish.form, actor.person)
        if done.before:
            return done.leads_to
        require_reporter(actor, actor.region)
        month = month_of(wish.month, tx.now)
        if tx.now < month.ends:
            raise MonthNotOver(month=month.text, ends=month.ends.isoformat())
        frozen = _frozen(tx, actor, month, wish)
        document = frozen.document()
        key = frozen_hash(document)
        head = frozen.header
        row = FormRow(
            key, head.month, head.area, head.authority, head.revision, head.replaces, actor.person, tx.now
        )
        add_form(tx.connection, row, document)
        add_form_step(tx.connection, _step(tx, key, 1, BUILT, actor, wish.reason))
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
        batch = _drafted(tx, actor, row, stepping.title) if stepping.step == SIGN else ""
        add_form_step(tx.connection, _step(tx, key, steps[-1].seq + 1, leads_to, actor, stepping.why, batch))
        return done.to(_SIGN.format(batch) if batch else FORM.format(key))


def require_reporter(actor: Actor, area: str) -> None:
    """Return for who reports the form of that area: the market bureau whose area it is; raises
    `MonthlyFormNotYours`."""
    own = level_of(actor.region) == level_of(area)
    if not actor.oversees or MARKET not in departments_of(actor) or not own:
        raise MonthlyFormNotYours(area=area, department=MARKET)


def require_form(tx: Tx, key: str) -> tuple[FormRow, bytes]:
    """The form of that hash with its bytes; raises `MonthlyFormUnknown`."""
    found = find_form(tx.connection, key)
    if found is None:
        raise MonthlyFormUnknown(form=key[:80])
    return found


def subject_of(row: FormRow) -> str:
    """The subject of the signed records about the form of a month and area."""
    return f"urn:report:monthly:{row.area}:{row.month}"


def live_form(tx: Tx, actor: Actor, month: Month) -> FrozenForm:
    """The form as it would be built now; nothing is kept."""
    return _counted(tx, actor, month, Wish(actor, "", month.text), 0, "")


def _frozen(tx: Tx, actor: Actor, month: Month, wish: Wish) -> FrozenForm:
    before = forms_of(tx.connection, actor.party or "", month.text)
    revision, replaces = (before[0].revision + 1, before[0].hash) if before else (1, "")
    if before and len(wish.reason.strip()) < _LEAST_WORDS:
        raise RevisionUnexplained(revision=revision)
    frozen = _counted(tx, actor, month, wish, revision, replaces)
    if before:
        _, document = require_form(tx, replaces)
        last = read_document(document)
        words = last.header.highlights == frozen.header.highlights
        if words and not differences(last, frozen) and last.header.unplaced == frozen.header.unplaced:
            raise MonthlyFormSame(month=month.text, revision=before[0].revision)
    return frozen


def _counted(tx: Tx, actor: Actor, month: Month, wish: Wish, revision: int, replaces: str) -> FrozenForm:
    parts, missing = ([], []) if is_of_county(actor.region) else _of_districts(tx, actor, month)
    scope = None if parts or missing else scope_of(tx, actor.region, month)
    figures = count_figures(scope) if scope is not None else summed([form for _, form in parts])
    known = known_until(tx.connection, tx.origin, tx.now)
    of = find_organisation(tx.connection, actor.party or "")
    header = Header(
        month=month.text,
        area=level_of(actor.region) or actor.region,
        authority=actor.party or "",
        name=of.name if of is not None else actor.party or "",
        revision=revision,
        replaces=replaces,
        as_of=tx.now,
        log=known.log,
        arrival=known.arrival,
        rules=tx.rules.version,
        highlights=wish.highlights.strip()[:_LONGEST],
        reason=wish.reason.strip()[:_LONGEST],
        parts=tuple(key for key, _ in parts),
        missing=tuple(missing),
        unplaced=scope.unplaced if scope is not None else (),
    )
    return FrozenForm(header, monthly_form().version, figures)


def _of_districts(tx: Tx, actor: Actor, month: Month) -> tuple[list[tuple[str, FrozenForm]], list[str]]:
    """The newest form that each district's bureau has sent, with its hash; and the districts without one."""
    parts, missing = [], []
    listed = district_authorities(tx.connection, AUTHORITY, MARKET, level_of(actor.region))
    for urn, _, region in listed:
        if not is_of_county(region):
            continue
        sent = _last_sent(tx, urn, month)
        if sent is None:
            missing.append(region)
        else:
            parts.append((sent, read_document(require_form(tx, sent)[1])))
    return parts, missing


def _last_sent(tx: Tx, authority: str, month: Month) -> str | None:
    rows = forms_of(tx.connection, authority, month.text)
    steps = steps_of(tx.connection, [row.hash for row in rows])
    return next((row.hash for row in rows if any(one.step == SENT for one in steps[row.hash])), None)


def _drafted(tx: Tx, actor: Actor, row: FormRow, title: str) -> str:
    """The batch with the record that reports the form."""
    form = monthly_form()
    data: dict[str, Any] = {
        "document": f"{form.document} {form.annex}",
        "month": row.month,
        "area": row.area,
        "revision": row.revision,
        "sha256": row.hash,
    }
    if row.replaces:
        data["replaces"] = row.replaces
    draft = Draft(REPORT.typ, subject_of(row), tx.now, data, (), (), _NOWHERE, "")
    return keep_in(tx, Signer(actor.party or "", actor.person), title, [content_of(draft, data)])


def _step(  # noqa: PLR0917 - a row's columns
    tx: Tx, key: str, seq: int, step: str, actor: Actor, why: str, detail: str = ""
) -> FormStep:
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    return FormStep(key, seq, step, tx.now, actor.person, name, why.strip()[:_LONGEST], detail)
