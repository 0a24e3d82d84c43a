"""Foreign EPCIS events: kept word for word, read into lots and links, or refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.builders import facts as made
from tests.builders.admission import received, refuses
from tests.builders.chain import Chain
from trace.chain.admission import needs_of
from trace.chain.effects import (
    NewLink,
    RecordKept,
)
from trace.chain.facts import parse_fact
from trace.chain.needs import Needs
from trace.errors.epcis import EpcisMalformed


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
