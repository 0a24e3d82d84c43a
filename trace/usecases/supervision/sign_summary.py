"""The frozen summary of a month's tests on its way: another person approves it, and it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.errors import FormStepUnfit, MonthlyFormUnknown
from trace.oversight.monthly.steps import BUILT, SEND, SIGN, Standing, state_of, step_taken, steps_open
from trace.parties import Actor
from trace.store.casework.cases import names_of
from trace.store.casework.sampling import SummaryRow, find_summary, summaries_of
from trace.store.monthly.forms import FormStep, Signature, add_form_step, signature_of, steps_of
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.build_form import Stepping, noted_step, report_draft

PAGE: Final = "/office/samples#summary"
_SIGN: Final = "/desk/sign/{}"
DOCUMENT: Final = "检测月汇总"


@dataclass(frozen=True, slots=True)
class SummarySeen:
    """A revision of a month's summary: where it stands, who did what with it, what the caller may do next."""

    row: SummaryRow
    by: str
    state: str
    steps: Sequence[FormStep]
    open: Sequence[str]
    signature: Signature | None


def summaries_seen(tx: Tx, actor: Actor, month: str) -> list[SummarySeen]:
    """The revisions of the caller's summary of a month, the oldest first; the last alone goes on."""
    rows = summaries_of(tx.connection, actor.party or "", month)
    names = names_of(tx.connection, [row.person for row in rows])
    steps = steps_of(tx.connection, [row.digest for row in rows])
    found = []
    for row in rows:
        signature = _signature(tx, actor, row)
        state = _state(steps[row.digest], signature)
        duties = actor.duties_but_of(row.person)
        may = steps_open(Standing(state, row.person), actor.person, duties) if row == rows[-1] else ()
        found.append(
            SummarySeen(
                row,
                names.get(row.person, ""),
                state,
                steps[row.digest],
                [one for one in may if one != SEND],
                signature,
            )
        )
    return found


def take_summary_step(transactions: Transactions, digest: str, stepping: Stepping) -> str:
    """Approve it, return it, or have it signed; the address to go on from.

    Raises `MonthlyFormUnknown` for another authority's or an earlier revision, and what `step_taken` refuses.
    """
    actor = stepping.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, stepping.form, actor.person)
        if done.before:
            return done.leads_to
        row = find_summary(tx.connection, actor.party or "", digest)
        if row is None or not actor.oversees:
            raise MonthlyFormUnknown(form=digest[:12])
        steps, signature = steps_of(tx.connection, [digest])[digest], _signature(tx, actor, row)
        state = _state(steps, signature)
        if stepping.step == SEND:
            raise FormStepUnfit(step=SEND, state=state)
        duties = actor.duties_but_of(row.person)
        leads_to = step_taken(Standing(state, row.person), stepping.step, actor.person, duties)
        batch = _drafted(tx, actor, row, stepping.title) if stepping.step == SIGN else ""
        seq = steps[-1].seq + 1 if steps else 1
        add_form_step(tx.connection, noted_step(tx, digest, seq, leads_to, actor, stepping.why, batch))
        return done.to(_SIGN.format(batch) if batch else PAGE)


def _state(steps: Sequence[FormStep], signature: Signature | None) -> str:
    return state_of([BUILT, *(one.step for one in steps)], signed=signature is not None)


def _subject(actor: Actor, row: SummaryRow) -> str:
    return f"urn:report:tests:{level_of(actor.region)}:{row.month}"


def _signature(tx: Tx, actor: Actor, row: SummaryRow) -> Signature | None:
    return signature_of(tx.connection, _subject(actor, row), row.authority, row.digest)


def _drafted(tx: Tx, actor: Actor, row: SummaryRow, title: str) -> str:
    """The batch with the record that reports the summary."""
    before = [
        one for one in summaries_of(tx.connection, row.authority, row.month) if one.revision < row.revision
    ]
    data: dict[str, Any] = {
        "document": DOCUMENT,
        "month": row.month,
        "area": level_of(actor.region) or actor.region,
        "revision": row.revision,
        "sha256": row.digest,
    }
    if before:
        data["replaces"] = before[-1].digest
    return report_draft(tx, actor, _subject(actor, row), data, title)
