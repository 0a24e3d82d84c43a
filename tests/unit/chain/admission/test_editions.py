"""Editions: doors are asked of new entries; what stands in a log keeps every effect and bears a mark."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.builders import facts as made
from tests.builders.admission import order, refuses
from tests.builders.chain import BUREAU, FOOD_LOG, Chain, Signed, good_chain
from tests.builders.every_kind import STATED
from trace.chain.admission import DECIDE, Door
from trace.chain.admission.decision import Decision
from trace.chain.editions import NEWEST, SECOND, edition_at, is_for_everybody
from trace.chain.effects import EntryRef, LotTaken, NewLink, NewLot
from trace.chain.handover_effects import Formed
from trace.errors.food import EditionOutOfTurn, EditionUnknown, HeldLotUsed, LotNotHeld
from trace.parties import PLATFORM

ADMITTED = "admitted-under-edition-1"


@pytest.mark.parametrize(
    ("begun", "index", "edition"),
    [((), 5, 1), (((3, 2),), 3, 1), (((3, 2),), 4, 2), (((3, 2), (9, 3)), 9, 2), (((3, 2), (9, 3)), 10, 3)],
)
def test_an_edition_counts_for_the_entries_behind_it(begun, index, edition):
    assert edition_at(begun, index) == edition


def foreign_merge():
    """A merge that pours a lot of somebody else."""
    taken = [{"lot": made.lot(made.COOPERATIVE, "H1"), "quantity": made.kg("100")}]
    output = {"lot": made.lot(made.MILL, "M9"), "productName": "稻谷", "quantity": made.kg("100")}
    return made.a_merge(inputs=taken, output=output)


def test_a_new_entry_is_refused_at_the_door():
    chain = good_chain()
    with pytest.raises(LotNotHeld):
        chain.state("food.merge", foreign_merge())


def test_a_logged_entry_keeps_lots_links_and_takes_and_says_what_the_door_would():
    chain = good_chain()
    effects = chain.state("food.merge", foreign_merge(), door=Door.LOGGED)
    assert {type(change) for change in effects.changes} >= {NewLot, NewLink, LotTaken}
    (mark,) = [one for one in effects.marks if one.code == ADMITTED]
    assert (mark.gates, mark.params["refusal"], mark.params["edition"]) == ((), "lot-not-held", 1)
    assert chain.marks("M9") == [("P25", ADMITTED)]


def test_a_carried_entry_is_kept_with_the_mark_and_takes_nothing_of_anybody():
    chain = good_chain()
    before = chain.lot("H1", made.COOPERATIVE)
    effects = chain.state("food.merge", foreign_merge(), door=Door.CARRIED)
    assert [mark.code for mark in effects.marks if mark.rule == "P25"] == [ADMITTED]
    assert not [change for change in effects.changes if isinstance(change, (LotTaken, NewLink))]
    (former,) = [change for change in effects.changes if isinstance(change, Formed)]
    assert (former.above, former.below) == (before.id, chain.lot("M9").id), "an order still reaches it"
    assert chain.lot("H1", made.COOPERATIVE).available == before.available


@pytest.mark.parametrize("door", [Door.LOGGED, Door.CARRIED])
def test_an_order_reaches_what_an_entry_made_that_a_door_refuses_today(door):
    """Also what was made of that later, by records that no door has anything against."""
    chain = good_chain()
    chain.state("food.merge", foreign_merge(), door=door)
    made_of_it = made.a_split(
        input={"lot": made.lot(made.MILL, "M9"), "quantity": made.kg("50")},
        outputs=[{"lot": made.lot(made.MILL, "S9"), "productName": "稻谷", "quantity": made.kg("50")}],
    )
    chain.state("food.split", made_of_it)
    order(chain, "oversight.recall", "H1", owner=made.COOPERATIVE)
    used = made.a_merge(
        inputs=[{"lot": made.lot(made.MILL, "S9"), "quantity": made.kg("10")}],
        output={"lot": made.lot(made.MILL, "M8"), "productName": "稻谷", "quantity": made.kg("10")},
        loss=made.ABSENT,
        startedAt="2026-10-09T08:00:00+08:00",
        finishedAt="2026-10-09T09:00:00+08:00",
    )
    refuses(chain, HeldLotUsed, "food.merge", used)


@pytest.mark.parametrize("door", [Door.LOGGED, Door.CARRIED])
@pytest.mark.parametrize("typ", sorted(DECIDE))
def test_nothing_that_is_logged_is_ever_refused(typ, door):
    """On an empty platform nothing is known, so nearly every kind has a door that would shut."""
    sub, data = STATED[typ]
    for chain in (Chain(), good_chain()):
        effects = chain.state(typ, data, sub=sub, roles=frozenset(), by=made.LAB, door=door)
        assert [one for one in effects.marks if one.code == ADMITTED], "stated by nobody who may"


def begin(edition, log=FOOD_LOG):
    return "platform.edition", {"log": log, "edition": edition}


def test_only_the_next_edition_of_this_log_begins_and_only_one_that_the_software_knows():
    chain = Chain()
    for stated, refusal in (
        (begin(3), EditionOutOfTurn),
        (begin(2, "another.example/log"), EditionOutOfTurn),
    ):
        with pytest.raises(refusal):
            chain.state(*stated, sub=stated[1]["log"], roles={PLATFORM}, by=made.BUREAU)
    for number in range(2, NEWEST + 1):
        chain.state(*begin(number), sub=FOOD_LOG, roles={PLATFORM}, by=made.BUREAU)
    with pytest.raises(EditionUnknown):
        chain.state(*begin(NEWEST + 1), sub=FOOD_LOG, roles={PLATFORM}, by=made.BUREAU)


@pytest.mark.parametrize(("edition", "shut"), [(1, False), (2, True)])
def test_a_door_of_a_later_edition_is_noted_before_it_and_shut_from_it_on(edition, shut):
    chain = good_chain()
    refusal = LotNotHeld(lot="urn:lot:1:A", iss=made.MILL)
    decision = decision_on(chain, edition)
    if shut:
        with pytest.raises(LotNotHeld):
            decision.refuse(refusal, since=SECOND)
    else:
        decision.refuse(refusal, since=SECOND)
    assert decision.would_refuse == ([] if shut else [refusal])


def decision_on(chain, edition):
    """A decision about a new entry that would stand under `edition`."""
    moment = datetime(2026, 10, 5, tzinfo=UTC)
    entry = EntryRef(FOOD_LOG, 9, "s" * 43, made.MILL, moment)
    stated = Signed("food.split", made.MILL, "urn:lot:1:A", moment, (), {})
    day = date(2026, 10, 5)
    return Decision(stated, entry, chain.known, chain.rules, (), "food.split", {}, day, edition=edition)


def test_what_a_later_edition_took_is_said_under_that_edition():
    chain = good_chain()
    chain.state(*begin(2), sub=FOOD_LOG, roles=BUREAU | {PLATFORM}, by=made.BUREAU, door=Door.LOGGED)
    effects = chain.state("food.merge", foreign_merge(), door=Door.LOGGED)
    assert [one.code for one in effects.marks if one.rule == "P25"] == ["admitted-under-edition-2"]


def test_a_refused_group_leaves_the_editions_as_they_were():
    chain = Chain()
    point = chain.known.savepoint()
    chain.state(*begin(2), sub=FOOD_LOG, roles={PLATFORM}, by=made.BUREAU, door=Door.LOGGED)
    assert chain.known.editions == {FOOD_LOG: ((0, 2),)}
    chain.known.rollback(point)
    assert chain.known.editions == {}


def test_what_an_edition_took_is_no_news_for_the_public():
    assert not is_for_everybody(ADMITTED)
    assert is_for_everybody("late-upload")
