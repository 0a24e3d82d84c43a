"""An officer who leaves or opens no cases any more: cases go to colleagues in the same transaction, urgent
ones never to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from scanner_web import create_pages
from tests.builders.cases import (
    BUREAU,
    HEAD,
    OFFICER,
    REVIEWER,
    accredit,
    cases,
    fail,
    history,
    somebody,
    step,
)
from tests.builders.members import signed_in
from tests.builders.traced_chain import TracedChain
from tests.servers.door import Door
from trace.errors import CasesLeft, ReceiverUnknown
from trace.parties import Lent
from trace.store.accounts.people import Membership, Person, members_of
from trace.store.casework.cases import CaseRow, add_case, move_case
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.people import change_roles
from trace.usecases.accounts.sessions import Device, SignedIn
from trace.usecases.casework.departing import Successors, hand_over_cases
from trace.usecases.casework.list_cases import read_desk
from trace.usecases.casework.read_case import read_case

PASSWORD = "a long river of plain words"
WHY = "承办人离任"


@pytest.fixture
def door(tmp_path, databases) -> Iterator[Door]:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as opened:
        chain = TracedChain(opened, opened.clock)
        accredit(chain)
        chain.packed_rice()
        fail(chain)
        yield opened


def membership(door: Door, person: str) -> Membership:
    with door.platform.transactions.look() as tx:
        return next(one for one in members_of(tx.connection, BUREAU) if one.person == person)


def add_second(door: Door, row: CaseRow, officer: str) -> CaseRow:
    """A further case in the same hands, which is not urgent."""
    second = replace(
        row, number=f"{row.number[:-1]}9", report=f"{row.report}9", urgent=False, officer=officer
    )
    with door.platform.transactions.begin("test") as writing:
        add_case(writing.connection, second)
    return second


def holders(tx: Transactions) -> dict[str, str]:
    return {one.number: one.officer for one in cases(tx)}


def test_cases_of_who_leaves_go_to_a_colleague_and_keep_their_history(door: Door) -> None:
    tx = door.platform.transactions
    leaving, staying, head = (somebody(tx, name, OFFICER) for name in ("甲", "乙", "丙"))
    step(tx, leaving, "take")
    step(tx, leaving, "investigate")
    before = read_case(tx, head, cases(tx)[0].number)
    of = membership(door, leaving.person)
    with tx.begin("test") as writing:
        assert hand_over_cases(writing, of, Successors(), head, WHY) == 1, "what is not urgent may wait"
    assert cases(tx)[0].officer == leaving.person
    row = cases(tx)[0]
    with tx.begin("test") as writing:
        move_case(writing.connection, replace(row, urgent=True), row.version)
    with pytest.raises(CasesLeft), tx.begin("test") as writing:
        hand_over_cases(writing, of, Successors(), head, WHY)
    keeper = somebody(tx, "登记员", "registrar").person
    for nobody in (leaving.person, "someone else", keeper):
        with pytest.raises(ReceiverUnknown), tx.begin("test") as writing:
            hand_over_cases(writing, of, Successors(nobody), head, WHY)
    with tx.begin("test") as writing:
        assert (
            hand_over_cases(writing, of, Successors(head.person, {row.number: staying.person}), head, WHY)
            == 1
        )
    row = cases(tx)[0]
    last = history(tx, row.number)[-1]
    assert (row.officer, last.event, last.person, last.why) == (staying.person, "assign", head.person, WHY)
    assert last.detail["left"] == "甲"
    after = read_case(tx, head, row.number)
    assert [one.name for one in after.events if one.event == "investigate"] == ["甲"]
    old = {one.duty: one.ends for one in before.clocks}
    assert {one.duty: one.ends for one in after.clocks if one.duty in old} == old, "clocks go on"
    assert [one.name for one in read_desk(tx, head).loads] == ["乙"]


def test_the_page_that_removes_an_officer_asks_who_takes_urgent_cases(door: Door) -> None:
    tx = door.platform.transactions
    leaving, staying, other = (somebody(tx, name, OFFICER) for name in ("甲", "乙", "丙"))
    step(tx, leaving, "take")
    row = cases(tx)[0]
    with tx.begin("test") as writing:
        move_case(writing.connection, replace(row, urgent=True), row.version)
        token = invite(writing, BUREAU, "juzhang", [HEAD], None)
    join(tx, token, "juzhang", PASSWORD, Device("192.0.2.1", "test"))
    desk = signed_in(door.platform, door.client, "juzhang")
    of = membership(door, leaving.person)
    keeper = somebody(tx, "登记员", "registrar").person
    second = add_second(door, row, leaving.person)
    page = desk.get("/desk/people").text
    assert f'value="{staying.person}"' in page and f'value="{keeper}"' not in page, (
        "who opens no case takes none"
    )
    refused = desk.post(f"/desk/people/{of.id}/remove")
    assert refused.status_code == 409
    assert row.number in refused.text
    assert second.number not in refused.text.split("<main")[1].split("<section")[0], "it is not urgent"
    assert membership(door, leaving.person).id == of.id
    named = {f"successor-{second.number}": other.person}
    desk.post(f"/desk/people/{of.id}/remove", successor=staying.person, **named)
    assert holders(tx) == {row.number: staying.person, second.number: other.person}
    with tx.look() as reading:
        assert leaving.person not in {one.person for one in members_of(reading.connection, BUREAU)}


def test_who_opens_no_case_with_new_roles_hands_them_over_first(door: Door) -> None:
    tx = door.platform.transactions
    leaving, staying = (somebody(tx, name, OFFICER) for name in ("甲", "乙"))
    step(tx, leaving, "take")
    row = cases(tx)[0]
    with tx.begin("test") as writing:
        move_case(writing.connection, replace(row, urgent=True), row.version)
    of, head = membership(door, leaving.person), head_of(door)
    change_roles(tx, head, of.id, [REVIEWER], hands(head))
    assert cases(tx)[0].officer == leaving.person, "the new roles open cases too"
    with pytest.raises(CasesLeft):
        change_roles(tx, head, of.id, ["registrar"], hands(head))
    assert membership(door, leaving.person).roles == (REVIEWER,), "nothing changed"
    change_roles(tx, head, of.id, ["registrar"], hands(head, staying.person))
    assert membership(door, leaving.person).roles == ("registrar",)
    assert cases(tx)[0].officer == staying.person


def head_of(door: Door) -> SignedIn:
    """A head that was given the one role which opens no case."""
    actor = somebody(door.platform.transactions, "局长", HEAD, "registrar")
    of = membership(door, actor.person)
    return SignedIn("", Person(of.person, of.login, of.name, demo=False), of, (of,), actor)


def hands(by: SignedIn, successor: str = "") -> Callable[[Tx, Membership], object]:
    return lambda tx, leaving: hand_over_cases(tx, leaving, Successors(successor), by.actor, WHY)


def test_a_step_that_is_taken_for_another_names_both(door: Door) -> None:
    tx = door.platform.transactions
    absent = somebody(tx, "甲", OFFICER)
    keeper = somebody(tx, "乙", "registrar")
    lent = Lent(absent.person, "甲", frozenset({OFFICER}))
    deputy = replace(keeper, duties=keeper.duties | {OFFICER}, lent=(lent,), scopes=absent.scopes)
    step(tx, deputy, "take", insteadOf="forged", insteadOfName="伪造")
    last = history(tx, cases(tx)[0].number)[-1]
    assert (last.person, last.name) == (deputy.person, "乙")
    assert (last.detail["insteadOf"], last.detail["insteadOfName"]) == (absent.person, "甲")
    step(tx, absent, "investigate", insteadOf="forged")
    assert "insteadOf" not in history(tx, cases(tx)[0].number)[-1].detail, "an own step is nobody else's"
