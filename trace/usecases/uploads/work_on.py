"""The job of an upload: read, check, plan, try; whoever begins again goes on where the last one stopped."""

from __future__ import annotations

from trace.errors import Missing
from trace.store.jobs import Claim
from trace.store.transaction import Transactions
from trace.store.uploads.files import find_upload
from trace.store.uploads.mappings import find_mapping
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.uploads.check_records import check_records
from trace.usecases.uploads.fill_drafts import Desk
from trace.usecases.uploads.plan_drafts import plan
from trace.usecases.uploads.take_rows import take_rows
from trace.usecases.uploads.try_drafts import try_drafts
from trace.usecases.uploads.working import ENDED, Work


def work_on(transactions: Transactions, codes: IssuedCodes, claim: Claim) -> None:
    """Do all that is still to be done for an upload. An upload that was discarded needs nothing."""
    with transactions.look("uploads") as tx:
        upload = find_upload(tx.connection, claim.key.partition("/")[0])
        if upload is None or upload.discarded_at is not None:
            return
        mapping = None if upload.mapping is None else find_mapping(tx.connection, upload.mapping)
        if upload.mapping is not None and mapping is None:
            raise Missing(mapping=upload.mapping)
    work = Work(transactions, upload, claim)
    take_rows(work, None if mapping is None else mapping.content)
    judge(work, Desk(transactions, codes, upload.holder))


def judge(work: Work, desk: Desk) -> None:
    """Check what is unread and try what is untried."""
    check_records(work)
    plan(work)
    try_drafts(work, desk)
    with work.step(ENDED, 0):
        pass
