"""What waits for somebody who is signed in: each thing once, with how many and where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trace.access.rights import APPLICATIONS, PREPARE, SIGN
from trace.store.transaction import Transactions
from trace.usecases.accounts.decide_applications import waiting_applications
from trace.usecases.accounts.forms import kept_forms
from trace.usecases.accounts.second_step import ways_in
from trace.usecases.accounts.sessions import SignedIn
from trace.usecases.casework.objections import PAGE as OBJECTIONS
from trace.usecases.casework.objections import list_results
from trace.usecases.inbox.read_inbox import read_inbox
from trace.usecases.signing.batches import count_batches
from trace.usecases.signing.key_requests import own_keys, waiting_requests
from trace.usecases.uploads.answers import DONE, REFUSED_STATE, states_of

LIVE = "live"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to be done: its slug (worded `work.today.<slug>`), how often, and the page for it.

    `things`: what each is known by; `newest`: a number of the newest, where they are not read.
    """

    slug: str
    count: int
    address: str
    things: tuple[str, ...] = ()
    newest: int = 0


def waiting_for(transactions: Transactions, signed: SignedIn) -> list[Waiting]:
    """What waits, what others wait for first."""
    return [one for one in _things(transactions, signed) if one.count]


def _things(transactions: Transactions, signed: SignedIn) -> Iterator[Waiting]:
    if signed.may(APPLICATIONS):
        yield Waiting("applications", len(waiting_applications(transactions)), "/desk/applications")
        yield Waiting("key-requests", len(waiting_requests(transactions)), "/desk/key-requests")
    member = signed.membership
    if member is not None and (signed.may(SIGN) or signed.may(APPLICATIONS)):
        urn = member.organisation.urn
        if signed.may(SIGN):
            inbox = read_inbox(transactions, signed.actor)
            claims = tuple(one.receipt for each in inbox.claims for one in each.claims)
            yield Waiting("claims", sum(each.count for each in inbox.claims), "/desk/inbox", claims)
            offered = tuple(one.stmt for one in inbox.handovers)
            yield Waiting("handovers", len(offered), "/desk/inbox", offered)
        count, newest = count_batches(transactions, urn)
        yield Waiting("batches", count, "/desk/sign", newest=newest)
        lacking = signed.may(PREPARE) and all(one.state != LIVE for one in own_keys(transactions, urn))
        yield Waiting("no-key", int(lacking), "/desk/keys")
    if signed.may(PREPARE):
        ended = [one for one in states_of(transactions, signed.actor) if one.state in {DONE, REFUSED_STATE}]
        faulty = tuple(str(one.upload.id) for one in ended if one.faults or one.of_file)
        yield Waiting("faulty", len(faulty), "/desk/uploads", faulty)
        unsigned = tuple(str(one.upload.id) for one in ended if one.fresh and not one.faults)
        yield Waiting("unsigned", len(unsigned), "/desk/uploads", unsigned)
        results = tuple(one.row.number for one in list_results(transactions, signed.actor) if one.is_open)
        yield Waiting("results", len(results), OBJECTIONS, results)
    yield Waiting("kept", len(kept_forms(transactions, signed.person.id)), "/desk/kept")
    second = ways_in(transactions, signed.person.id).second
    yield Waiting("no-second", int(not second), "/desk/account")
