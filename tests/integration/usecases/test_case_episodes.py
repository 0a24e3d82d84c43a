"""Cases over time: the officer leaves, and what was closed is opened again."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.cases import (
    BUREAU,
    HEAD,
    OFFICER,
    PDF,
    REVIEWER,
    accredit,
    cases,
    fail,
    history,
    somebody,
    step,
)
from tests.builders.traced_chain import K1, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import ProofsMissing
from trace.oversight.casework.table import PROOFS
from trace.store.accounts.people import end_membership, memberships_of
from trace.usecases.casework.list_cases import read_desk
from trace.usecases.casework.read_case import read_case
from trace.usecases.signing.batches import open_batch


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        fail(chain)
        yield chain


def test_the_case_of_an_officer_who_left_is_nobodys_and_its_clock_goes_on(chain) -> None:
    tx = chain.platform.transactions
    officer, other = somebody(tx, "陈办", OFFICER), somebody(tx, "李办", OFFICER)
    step(tx, officer, "take")
    (listed,) = read_desk(tx, other).open
    clock = listed.clock
    assert listed.officer == "陈办"
    with tx.begin("test") as writing:
        (held,) = memberships_of(writing.connection, officer.person)
        end_membership(writing.connection, held.id, other.person, writing.now)
    desk = read_desk(tx, other)
    (left,) = desk.open
    assert (left.officer, left.clock) == ("", clock)
    assert [one.name for one in desk.loads] == [""]
    number = cases(tx)[0].number
    assert [one.name for one in history(tx, number) if one.event == "take"] == ["陈办"], "what was done stays"


def test_a_case_opened_again_is_a_new_episode(chain) -> None:
    """The first closing stays in its history; proofs are asked for anew, and the limit runs from now."""
    tx, number = chain.platform.transactions, cases(chain.platform.transactions)[0].number
    officer, reviewer = somebody(tx, "陈办", OFFICER), somebody(tx, "褚核", REVIEWER)
    step(tx, officer, "investigate")
    for proof in PROOFS:
        step(tx, officer, "prove", proof=proof, paper=PDF + proof.encode())
    step(tx, officer, "submit")
    address = step(tx, reviewer, "prepare-closing", why="五项均已到位，可以结案")
    (draft,) = open_batch(tx, BUREAU, address.rsplit("/", 1)[1]).drafts
    chain.state(made.BUREAU, "oversight.closing", K1, dict(draft.content["data"]), "24 10:00")
    head = somebody(tx, "卫局", HEAD)
    step(tx, head, "reopen", why="发现新的证据")
    again = read_case(tx, head, number)
    assert again.row.state == "investigating"
    assert [one.event for one in again.events].count("closing-signed") == 1
    assert again.proved == frozenset()
    due = {one.duty: one for one in again.clocks}
    assert due["finish"].state == "running"
    assert due["finish"].since == next(one.at for one in again.events if one.event == "reopen")
    with pytest.raises(ProofsMissing):
        step(tx, officer, "submit")
