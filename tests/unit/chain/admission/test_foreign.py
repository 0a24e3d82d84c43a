"""Foreign EPCIS events: kept word for word, read into lots and links, or refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import received, refuses
from tests.builders.chain import Chain
from trace.chain.admission import needs_of
from trace.chain.effects import (
    NewLink,
    RecordKept,
)
from trace.chain.facts import parse_fact
from trace.chain.interchange import event_of
from trace.chain.needs import Needs
from trace.epcis.documents import event_members, write_json
from trace.errors.epcis import EpcisMalformed
from trace.errors.food import FactMalformed


def milled_abroad(**changed: Any) -> dict[str, Any]:
    paddy, rice = "urn:epc:class:lgtin:4012345.066666.P1", "urn:epc:class:lgtin:4012345.077777.R1"
    event = {
        "type": "TransformationEvent",
        "eventTime": "2026-10-12T09:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "inputQuantityList": [{"epcClass": paddy, "quantity": 1000, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": rice, "quantity": 600, "uom": "KGM"}],
    }
    return {"event": {**event, **changed}}


def test_a_foreign_event_makes_lots_and_links_and_is_kept_word_for_word():
    chain = Chain()
    effects = chain.state("epcis.event", milled_abroad())
    assert sorted(lot.kind for lot in chain.known.lots.values()) == ["batch", "material", "product"]
    assert len([change for change in effects.changes if isinstance(change, NewLink)]) == 2
    assert effects.changes[-1] == RecordKept(effects.changes[-1].id, "urn:record:1", milled_abroad())
    needs = needs_of(parse_fact("epcis.event", milled_abroad(), "x", effects.occurred_at), "s")
    assert set(chain.known.lots) & needs.lots


def test_a_foreign_event_that_cannot_be_read_is_refused():
    broken = milled_abroad(eventTime="yesterday")
    refuses(Chain(), EpcisMalformed, "epcis.event", broken)
    fact = parse_fact("epcis.event", broken, "x", datetime(2026, 10, 12, tzinfo=UTC))
    assert needs_of(fact, "s") == Needs()


def consumed(lot: str, at: str) -> dict[str, Any]:
    return milled_abroad(eventTime=at, inputQuantityList=[{"epcClass": lot, "quantity": 10, "uom": "KGM"}])


def test_an_event_before_the_own_goods_were_there_is_told_on_both_lots_of_the_link():
    chain = received(("R1", made.kg("1000")), receivedAt="2026-10-06T09:00:00+08:00")
    own = made.lot(made.MILL, "R1")
    effects = chain.state("epcis.event", consumed(own, "2026-10-06T00:30:00Z"))
    told = [mark for mark in effects.marks if mark.code == "times-contradict"]
    assert {mark.params["upper"] for mark in told} == {own}
    assert len({mark.lot for mark in told}) == 2
    assert not chain.state("epcis.event", consumed(own, "2026-10-06T01:30:00Z")).marks


def test_an_event_about_the_goods_of_another_tells_that_one_nothing():
    chain = received(("R1", made.kg("1000")), receivedAt="2026-10-06T09:00:00+08:00")
    theirs = consumed(made.lot(made.MILL, "R1"), "2026-10-06T00:30:00Z")
    assert not [mark for mark in chain.state("epcis.event", theirs, by=made.TOFU).marks if mark.rule == "P27"]


def test_an_event_may_come_as_its_text_and_is_read_alike():
    event = milled_abroad()["event"]
    odd = {**event, "ex:moisture": 14.5}
    chain, other = Chain(), Chain()
    read = chain.state("epcis.event", {"event": json.dumps(odd)})
    assert [type(change) for change in read.changes] == [
        type(change) for change in other.state("epcis.event", {"event": event}).changes
    ]
    assert len(chain.known.lots) == len(other.known.lots) == 3
    assert read.changes[-1].data == {"event": json.dumps(odd)}, "kept word for word"


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"type": NaN}', "[" * 5000, None, 7])
def test_a_text_that_is_no_event_is_refused(text):
    with pytest.raises(FactMalformed):
        parse_fact("epcis.event", {"event": text}, "x", datetime(2026, 10, 12, tzinfo=UTC))


def test_our_own_event_that_comes_home_counts_nothing_twice():
    chain = received(("R1", made.kg("1000")), receivedAt="2026-10-06T09:00:00+08:00")
    merge = made.a_merge(
        inputs=[{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("1000")}],
        output={"lot": made.lot(made.MILL, "S1"), "productName": "稻谷", "quantity": made.kg("990")},
        loss=made.ABSENT,
    )
    stated = chain.state("food.merge", merge)
    fact = parse_fact("food.merge", merge, made.lot(made.MILL, "S1"), stated.occurred_at)
    event = event_members(event_of(fact, stated.entry.statement_id, made.uscc(made.MILL)))
    lots = dict(chain.known.lots)
    (kept,) = chain.state("epcis.event", {"event": write_json(event)}).changes
    assert isinstance(kept, RecordKept)
    assert chain.known.lots == lots
    elsewhere = Chain().state("epcis.event", {"event": write_json(event)}, by=made.MILL)
    assert len([change for change in elsewhere.changes if isinstance(change, NewLink)]) == 2


def test_what_declares_itself_an_error_makes_nothing():
    declared = {"declarationTime": "2026-10-20T12:00:00.000+08:00", "reason": "did_not_occur"}
    (kept,) = Chain().state("epcis.event", milled_abroad(errorDeclaration=declared)).changes
    assert isinstance(kept, RecordKept)
