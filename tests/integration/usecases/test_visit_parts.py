"""One visit filled in apart: joined or agreed on, photographs one by one, how far a clock was off."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.cases import PDF
from tests.builders.traced_chain import MILL, TracedChain
from tests.builders.visits import (
    BOTH,
    FIRM,
    answers,
    filled,
    key,
    of_agriculture,
    of_market,
    opened,
    registered,
    signed,
    stands,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import (
    PaperUnfit,
    ReasonTooShort,
    VisitAnswerUnfit,
    VisitIncomplete,
    VisitMoved,
    VisitStepUnfit,
    VisitToAgree,
)
from trace.oversight.visits.answers import Answer
from trace.oversight.visits.joined import CAME
from trace.oversight.visits.makers import Inspector
from trace.usecases.casework.take_step import Paper
from trace.usecases.records.read_record import read_record
from trace.usecases.visits.agree_visit import Agreeing, agree_visit
from trace.usecases.visits.fill_visit import Photo
from trace.usecases.visits.photos import send_photo
from trace.usecases.visits.read_visit import read_visit, read_visits_of
from trace.usecases.visits.sign_visit import sign_visit

ALONE = (BOTH[0], Inspector("31011500777", "market"))
ITEM = "market-check-7"


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        registered(chain)
        yield chain


def part_of(tx, number: str):
    return stands(tx, number)[1]["market"]


@pytest.mark.requirement("S1-07", "S0-10")
def test_two_fillings_of_one_state_are_kept_and_agreed_before_anybody_signs(chain) -> None:
    tx = chain.platform.transactions
    li, zhao = of_market(tx, "li"), of_market(tx, "zhao")
    agri = of_agriculture(tx, "wang", "case-officer")
    number = opened(tx, li)
    first = {"seen": 1, "captured_at": "2026-10-10T09:00:00+08:00"}
    filled(tx, li, number, "market", answers=answers("market-12", [ITEM]), result="fails", **first)
    filled(tx, agri, number, "agriculture", seen=1)
    mine = part_of(tx, number)
    filled(tx, zhao, number, "market", seen=1, captured_at="2026-10-10T09:20:00+08:00")
    assert part_of(tx, number) == mine, "the last to come wrote over nothing"
    (beside,) = read_visit(tx, li, number).own.beside
    assert beside.joined.differing == (ITEM, "result")
    assert (beside.event.name, beside.event.detail["captured"]) == ("zhao", "2026-10-10T09:20:00+08:00")
    assert [one.to_agree for one in read_visits_of(tx, li)] == [True]
    with pytest.raises(VisitToAgree):
        sign_visit(tx, li, key(), number, mine.version, "检查")
    signed(chain, agri, number)  # the other department's part waits for nobody
    of = beside.event.seq
    for new, refusal in (
        (Agreeing(mine.version, of, {ITEM: CAME}), VisitAnswerUnfit),
        (Agreeing(mine.version, 99, {}), VisitStepUnfit),
        (Agreeing(1, of, {ITEM: CAME, "result": CAME}), VisitMoved),
    ):
        with pytest.raises(refusal):
            agree_visit(tx, li, key(), number, new)
    agree_visit(tx, li, key(), number, Agreeing(mine.version, of, {ITEM: CAME, "result": CAME}))
    agreed = part_of(tx, number)
    assert (agreed.result, {one.value for one in agreed.answers}) == ("conforms", {"yes"})
    assert [one.to_agree for one in read_visits_of(tx, li)] == [False]
    signed(chain, li, number)
    told = [one.event for one in read_visit(tx, li, number).events if one.department == "market"]
    assert told[:4] == ["opened", "saved", "beside", "agreed"]


def test_what_comes_after_signing_changes_nothing_without_a_reason(chain) -> None:
    tx = chain.platform.transactions
    li, zhao = of_market(tx, "li"), of_market(tx, "zhao")
    number = opened(tx, li, "special", inspectors=ALONE)
    whole = answers("market-12")
    filled(tx, li, number, "market", seen=1, answers=whole[:-1])
    filled(tx, zhao, number, "market", seen=1, answers=whole[-1:], result="conforms")
    joined = part_of(tx, number)
    assert {one.item for one in joined.answers} >= {one.item for one in whole}, "joined without a question"
    record = signed(chain, li, number)
    filled(
        tx, zhao, number, "market", seen=joined.version, result="fails", answers=answers("market-12", [ITEM])
    )
    (beside,) = read_visit(tx, li, number).own.beside
    version, of = part_of(tx, number).version, beside.event.seq
    taken = dict.fromkeys(beside.joined.differing, CAME)
    with pytest.raises(ReasonTooShort):
        agree_visit(tx, li, key(), number, Agreeing(version, of, taken))
    agree_visit(tx, li, key(), number, Agreeing(version, of, taken, "漏记一项不符合"))
    assert part_of(tx, number).record == record
    replaced = signed(chain, li, number)
    assert part_of(tx, number).record == replaced != record


@pytest.mark.requirement("S1-07")
def test_photographs_come_one_by_one_and_nothing_is_signed_before(chain) -> None:
    tx = chain.platform.transactions
    li = of_market(tx, "li")
    number = opened(tx, li, "special", inspectors=ALONE)
    bodies = [PDF + bytes([n]) for n in range(3)]
    digests = [hashlib.sha256(one).hexdigest() for one in bodies]
    given = [*answers("market-12")[1:], Answer("market-check-1", "no", "缺台账", tuple(digests))]
    told = {"answers": given, "result": "fails", "awaited": digests}
    with tx.look() as reading:
        at = reading.now + timedelta(minutes=3)
    filled(tx, li, number, "market", sent_at=at.isoformat(), captured_at=at.isoformat(), **told)
    assert read_visit(tx, li, number).own.to_come == 3
    assert part_of(tx, number).clock_offset is not None
    version = part_of(tx, number).version
    for body, digest in [(b"", digests[0]), (bodies[1], digests[0])]:
        with pytest.raises(PaperUnfit):
            send_photo(tx, li, number, Photo(Paper("a.pdf", body)), digest, "")
    for body, digest in [*zip(bodies[:2], digests, strict=False), (bodies[0], digests[0])]:
        send_photo(tx, li, number, Photo(Paper("a.pdf", body), "market-check-1"), digest, "")
    with pytest.raises(VisitIncomplete):
        sign_visit(tx, li, key(), number, version, "检查")
    send_photo(tx, li, number, Photo(Paper("a.pdf", bodies[2])), digests[2], "")
    assert read_visit(tx, li, number).own.to_come == 0
    assert stands(tx, number)[0].party == FIRM and signed(chain, li, number)


@pytest.mark.requirement("S1-01")
def test_the_record_says_when_and_how_far_from_the_plot_and_no_coordinates(chain) -> None:
    tx = chain.platform.transactions
    li = of_market(tx, "li")
    plot = "urn:place:MILL-PLOT"
    outline = [["121.4000", "31.6200"], ["121.4010", "31.6200"], ["121.4010", "31.6210"]]
    chain.state(MILL, "master.place", plot, made.a_plot(outline=outline), "12 08:00")
    number = opened(tx, li, "special", inspectors=ALONE, place=plot)
    with tx.look() as reading:
        slow = (reading.now - timedelta(days=3)).replace(microsecond=0).isoformat()
    fix = {"lat": "31.6230", "lon": "121.4005", "accuracy": "8.2", "at": slow, "datum": "WGS84"}
    for said, known in [("1904-01-01T00:00:00+08:00", False), ("1970-01-01T00:00:00+08:00", True)]:
        filled(tx, li, number, "market", captured_at=said, sent_at=said)
        assert (part_of(tx, number).clock_offset is not None) == known
    filled(tx, li, number, "market", position=fix, captured_at=slow, sent_at=slow)
    record = signed(chain, li, number)
    said = read_record(tx, record, li).version.said
    told = {name: said.data[name] for name in ("placed", "metres", "accuracy", "capturedAt")}
    assert told == {"placed": "away", "metres": told["metres"], "accuracy": 9, "capturedAt": slow}
    assert 200 < told["metres"] < 260
    assert abs(said.data["clockOffset"] - 3 * 86_400) < 600
    assert not [one for one in ("31.6230", "121.4005") if one in str(dict(said.data))]
