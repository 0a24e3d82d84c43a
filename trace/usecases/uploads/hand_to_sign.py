"""Handing over of an upload to be signed by people: what is new, as batches of the signing page.

An upload is signed batch by batch; what refers to a record of the same file stands in the same batch or in a
later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trace.access.record_kinds import wants_two
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.admission.accreditation import covers
from trace.chain.facts.goods import REPORT
from trace.errors import AccreditationAbsent, PreparedByAnother, UploadFaulty
from trace.exchange.draft import Draft, in_signing_order
from trace.ledger.canonical import b64u, unb64u
from trace.parties import Actor
from trace.store.chain.own_master import licences_of
from trace.store.transaction import Transactions, Tx
from trace.store.uploads.drafts import (
    KeptDraft,
    fresh_drafts,
    hand_over,
    note_drafts,
    signed_elsewhere,
    state_drafts,
    waiting_batch,
)
from trace.store.uploads.files import UploadRow
from trace.store.uploads.rows import count_faults
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.intake.check_drafts import draft_id
from trace.usecases.signing.batches import keep_batch
from trace.usecases.signing.content import Content, content_of
from trace.usecases.uploads.fill_drafts import Desk, Filling, stand_ins
from trace.usecases.uploads.receive import require_idle, require_own
from trace.usecases.uploads.sign_upload import still_new

BATCH: Final = 500
PERSON: Final = "person:"
"""What the subject of somebody who is signed in begins with."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who hands over, as the signing page names people, and whether faulty rows are left out knowingly.

    `of_kind` is the kind of the organisation.
    """

    actor: Actor
    person: str
    leave_faulty: bool = False
    of_kind: str = ""


def hand_to_sign(
    transactions: Transactions, codes: IssuedCodes, who: Person, upload: str, title: str
) -> str | None:
    """The batch in which the next records of an upload wait for a signature; None when none is left.

    Raises `UploadFaulty` where rows have faults and nobody said that they stay out, `UploadBusy`,
    `PreparedByAnother`, `AccreditationAbsent`.
    """
    with transactions.begin(who.actor.subject) as tx:
        one = require_own(tx, who.actor, upload)
        require_idle(tx, one)
        settle(tx, one.id)
        faults = count_faults(tx.connection, one.id)
        if faults.of_file or (faults.faults and not who.leave_faulty):
            raise UploadFaulty(upload=one.id, rows=faults.rows, count=faults.faults)
        waiting = waiting_batch(tx.connection, one.id)
        kept = fresh_drafts(tx.connection, one.id, BATCH)
    if waiting is not None:
        return waiting
    _require_preparer(who, one, kept)
    _require_accredited(transactions, one, kept)
    desk = Desk(transactions, codes, one.holder)
    fresh = still_new(transactions, desk, one, kept, planned=True)
    if not fresh:
        return None
    drafts, contents = _contents(transactions, desk, one, fresh)
    batch = keep_batch(transactions, one.holder, who.person, title, contents)
    with transactions.begin(who.actor.subject) as tx:
        hand_over(tx.connection, one.id, batch, [each.key for each in drafts])
    return batch


def _require_preparer(who: Person, one: UploadRow, kept: Sequence[KeptDraft]) -> None:
    """What takes two persons is handed over by who sent it up: as who prepared it, and signs it not.

    What a program sent up, whoever looks at it first hands over.
    """
    by_another = one.sent_by.startswith(PERSON) and one.sent_by != who.actor.subject
    if by_another and any(wants_two(who.of_kind, each.draft.typ) for each in kept):
        raise PreparedByAnother


def _require_accredited(transactions: Transactions, one: UploadRow, kept: Sequence[KeptDraft]) -> None:
    """R50: a report that bears a CMA number is of a day on which that accreditation held, as an authority
    stated it; raises `AccreditationAbsent`."""
    named = [each.draft.data for each in kept if each.draft.typ == REPORT.typ and "cma" in each.draft.data]
    if not named:
        return
    with transactions.look("uploads") as tx:
        held = [data for _, data in licences_of(tx.connection, one.holder)]
    for data in named:
        day, number = day_in_shanghai(datetime.fromisoformat(str(data["testedAt"]))), str(data["cma"])
        if not any(covers(each, day, number) for each in held):
            raise AccreditationAbsent(
                number=number, day=day.isoformat(), report=str(data.get("reportNo", ""))
            )


def _contents(
    transactions: Transactions, desk: Desk, one: UploadRow, kept: Sequence[KeptDraft]
) -> tuple[Sequence[Draft], list[Content]]:
    """The drafts in signing order, and what each says, under stand-ins for others of the batch."""
    drafts = in_signing_order([each.draft for each in kept])
    ids = [draft_id(place) for place in range(1, len(drafts) + 1)]
    handovers = desk.handovers(drafts)
    handovers.secrets.update({each.draft.key: unb64u(each.note) for each in kept if each.note is not None})
    handovers.write_notes(drafts)
    filling = Filling(desk, stand_ins(drafts, ids), handovers)
    filling.look(drafts)
    contents = []
    for draft in drafts:
        data, inputs = filling.fill(draft)
        salted = replace(draft, salts={**draft.salts, **handovers.salts(draft)})
        named: list[Mapping[str, Any]] = [
            {"stmt": each.stmt, "log": each.log, "index": each.index, "role": each.role} for each in inputs
        ]
        contents.append(content_of(salted, data, named))
    with transactions.begin("uploads") as tx:
        note_drafts(tx.connection, one.id, {key: b64u(note) for key, note in handovers.secrets.items()})
    return drafts, contents


def settle(tx: Tx, upload: str) -> None:
    """Take note of what was signed in batches since."""
    stated = signed_elsewhere(tx.connection, upload)
    if stated:
        state_drafts(tx.connection, upload, stated)


def settle_upload(transactions: Transactions, actor: Actor, upload: str) -> None:
    """Take note of what was signed of an upload on the signing page; raises `UploadUnknown`."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        open_end = signed_elsewhere(tx.connection, one.id)
    if open_end:
        with transactions.begin(actor.subject) as tx:
            settle(tx, one.id)
