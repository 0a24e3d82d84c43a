"""Exchange with the named systems: documents made of records, sent over real HTTP, never shown as delivered
before they are; matters that come in and are passed on."""

from __future__ import annotations

import secrets
from contextlib import ExitStack

import pytest

from tests.builders import facts as made
from tests.builders import two_bureaus, visits
from tests.builders.cases import accredit, cases, fail, step
from tests.builders.connected import World, sent_to
from tests.builders.traced_chain import MILL, TOFU_MAKER
from trace.errors import NotReady, RiskItemUnknown, RiskMoved, RiskUnfit
from trace.exchange.simulators.system import receipt_of
from trace.oversight.visits.makers import Inspector
from trace.parties import Actor
from trace.usecases.systems.move_matter import MatterStep, move_matter, send_again
from trace.usecases.systems.read_systems import read_systems
from trace.usecases.visits.step_visit import PUBLISH, Step, step_visit

HOTLINES = ("hotline-12315", "hotline-12345")
OWN = ("shanghai-market-checks", "hunongan")
CREDIT, HOTLINE, CENTRE = "credit-publicity", "hotline-12345", "shanghai-data-centre"


@pytest.fixture
def worlds(databases, request):
    """Worlds by profile and systems; on SQLite where a test asks for no other."""
    kind = getattr(request, "param", "sqlite")
    with ExitStack() as stack:
        yield lambda profile, *systems: World(stack, databases.migrated(kind), profile, *systems)


BOTH = pytest.mark.parametrize(
    "worlds", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.mark.requirement("S2-28", "S3-25")
def test_what_the_profile_asks_for_goes_and_a_receipt_alone_delivers(worlds):
    world = worlds("CN-51", CREDIT)
    world.month.firm(MILL)
    world.month.mark(MILL, made.RICE_MARK)
    world.licence()
    world.month.penalty(MILL, "20 09:00", ["fine"], "30000.50")
    world.month.penalty(MILL, "20 10:00", ["warning"], None)  # a warning alone is not published
    found = world.round()[CREDIT]
    assert (found.states, found.error) == ({"accepted": 3}, "")
    credit = world.simulators[CREDIT]
    (penalty,) = sent_to(credit, "penalty")
    assert (penalty["code"], penalty["kinds"], penalty["amount"]) == (MILL, ["fine"], "30000.50")
    (licence,) = sent_to(credit, "licence")
    assert (licence["number"], licence["kind"]) == ("SC10131015100442", "food_production")
    assert [one["code"] for one in sent_to(credit, "registration")] == [MILL]
    for one in world.documents():
        assert one.delivered
        assert one.job.receipt == receipt_of(one.job.id)
    assert world.round()[CREDIT].states == {"accepted": 3}, "nothing is made twice"
    assert {one.repeats for one in credit.taken.values()} == {0}
    world.month.firm(MILL, "310116")
    world.month.firm(TOFU_MAKER)
    world.round()
    assert [one["district"] for one in sent_to(credit, "registration")] == ["310151", "310116"]


def test_under_another_profile_less_is_asked_for(worlds):
    world = worlds("CN-31", CREDIT)
    world.licence()
    world.month.penalty(MILL, "20 09:00", ["fine"], "100")
    world.round()
    assert {one.type for one in world.documents()} == {"penalty"}


@pytest.mark.requirement("S2-28")
def test_refused_unanswered_and_mistaken_documents_are_never_delivered(worlds):
    world = worlds("CN-31", CREDIT)
    credit, seen = world.simulators[CREDIT], world.bureau()
    world.month.firm(MILL)
    world.month.penalty(MILL, "20 09:00", ["fine"], "100")

    def standing():
        (one,) = world.documents()
        page = read_systems(world.transactions, seen, {CREDIT: "127.0.0.1"})
        (system,) = [one for one in page.systems if one.system.id == CREDIT]
        assert not one.delivered or system.states == {"accepted": 1}
        return one, page, system

    credit.outage = "hang_up"
    assert world.round()[CREDIT].error
    one, page, system = standing()
    assert one.job.attempts == 1
    assert one.job.last_error
    assert page.trouble == (one,)
    assert (system.contact.heard_at, bool(system.contact.error)) == (None, True)
    credit.outage, credit.mistaken = "none", True
    world.round()
    one, page, system = standing()
    assert one.job.last_error == "receipt-of-another-document"
    assert page.trouble == (one,)
    credit.mistaken, credit.reject = False, {"penalty": "格式不符"}
    credit.taken.clear()
    world.round()
    one, page, system = standing()
    assert (one.job.state, one.job.last_error) == ("rejected", ": 格式不符")
    world.round()
    assert standing()[0].job.state == "rejected", "what was refused waits for a person"
    credit.reject, credit.late_acks = {}, 2
    send_again(world.transactions, seen, secrets.token_urlsafe(24), one.job.id)
    world.round()
    one, page, system = standing()
    assert one.job.state == "sent"
    assert page.trouble == ()
    world.round()
    world.round()
    one, page, system = standing()
    assert one.delivered
    assert system.contact.heard_at is not None


def released(world) -> tuple[Actor, str]:
    """A failed sample that a second person released: that person, and the report."""
    chain, transactions = world.chain, world.transactions
    officer = two_bureaus.market(chain, "officer", "case-officer")
    head = two_bureaus.market(chain, "head", "bureau-head")
    accredit(chain)
    chain.packed_rice()
    report = fail(chain)
    step(transactions, officer, "investigate")
    step(transactions, officer, "propose-publication")
    world.round()
    assert world.documents("failed_sample") == [], "proposed is not released"
    step(transactions, head, "publish")
    return head, report


@BOTH
@pytest.mark.requirement("S3-21")
def test_a_failed_sample_goes_once_a_second_person_released_it_and_is_withdrawn_when_overturned(worlds):
    world = worlds("CN-51", CREDIT)
    head, report = released(world)
    credit = world.simulators[CREDIT]
    world.round()
    (document,) = sent_to(credit, "failed_sample")
    row = cases(world.transactions)[0]
    assert (document["case"], document["code"], document["report"]) == (row.number, MILL, report)
    world.round()
    assert len(world.documents("failed_sample")) == 1
    step(world.transactions, head, "result-corrected", evidence=(report,))
    for _ in range(2):
        world.round()
    (withdrawn,) = sent_to(credit, "withdrawal")
    (one,) = world.documents("failed_sample")
    assert (withdrawn["document"], withdrawn["record"]) == (one.job.id, report)
    assert not [one for one in world.documents() if one.job.last_error]


@pytest.mark.requirement("S3-21")
def test_what_is_overturned_before_it_went_never_goes(worlds):
    world = worlds("CN-51", CREDIT)
    credit = world.simulators[CREDIT]
    world.licence()
    credit.outage = "refuse"  # what stands first in the queue breaks each round off
    head, report = released(world)
    world.round()
    assert [one.job.attempts for one in world.documents("failed_sample")] == [0]
    step(world.transactions, head, "result-corrected", evidence=(report,))
    credit.outage = "none"
    for _ in range(2):
        world.round()
    assert sent_to(credit, "failed_sample") == sent_to(credit, "withdrawal") == []
    assert [one.job.state for one in world.documents("failed_sample")] == ["superseded"]


@BOTH
@pytest.mark.requirement("S2-28", "S3-25", "S2-01")
def test_a_check_goes_once_it_is_published_with_the_results_that_were_signed(worlds):
    world = worlds("CN-42", CREDIT, "supervision-network")
    visits.registered(world.chain)
    transactions, market = world.transactions, visits.of_market(world.transactions, "li")
    alone = (Inspector(visits.MARKET_CARD, "market"), Inspector("31011500124", "market"))
    number = visits.opened(transactions, market, "flying", inspectors=alone)
    visits.filled(transactions, market, number, "market")
    visits.signed(world.chain, market, number)
    world.round()
    assert world.documents("check") == []
    row, _ = visits.stands(transactions, number)
    step_visit(transactions, market, visits.key(), number, Step(PUBLISH, row.version, "按期公开"))
    mended = {
        "answers": visits.answers("market-12", ["market-check-11"]),
        "result": "fails",
        "why": "漏记一项不符合",
    }
    visits.filled(transactions, market, number, "market", **mended)
    world.round()
    for system in world.simulators.values():
        (check,) = sent_to(system, "check")
        assert (check["visit"], check["code"]) == (number, MILL)
        assert [one["result"] for one in check["results"]] == ["conforms"], "nobody has signed the other yet"
    record = visits.signed(world.chain, market, number)
    for _ in range(2):
        world.round()
    for system in world.simulators.values():
        _, again = sent_to(system, "check")
        assert [(one["result"], one["record"]) for one in again["results"]] == [("fails", record)]


@pytest.mark.requirement("S0-17")
def test_a_joint_visit_goes_to_both_departments_systems_and_a_patrol_to_its_own(worlds):
    world = worlds("CN-31", *OWN)
    visits.registered(world.chain)
    transactions, market = world.transactions, visits.of_market(world.transactions, "li")
    agri = visits.of_agriculture(transactions, "wang", "case-officer")
    joint = visits.opened(transactions, market)
    patrol = {"inspectors": visits.BOTH[1:], "forms": {"agriculture": "daily-patrol"}}
    patrol = visits.opened(transactions, agri, "patrol", **patrol)
    for number, actor, department in (
        (joint, market, "market"), (joint, agri, "agriculture"), (patrol, agri, "agriculture"),
    ):  # fmt: skip
        visits.filled(transactions, actor, number, department)
        visits.signed(world.chain, actor, number)
    for number in (joint, patrol):
        row, _ = visits.stands(transactions, number)
        step_visit(transactions, agri, visits.key(), number, Step(PUBLISH, row.version, "按期公开"))
    world.round()
    got = {name: {one["visit"] for one in sent_to(world.simulators[name], "check")} for name in OWN}
    assert got == {OWN[0]: {joint}, OWN[1]: {joint, patrol}}
    assert world.round()[OWN[0]].states == {"accepted": 1}, "nothing is made twice"
    for name in OWN:
        (check,) = [one for one in sent_to(world.simulators[name], "check") if one["visit"] == joint]
        assert {one["department"] for one in check["results"]} == {"market", "agriculture"}


@pytest.mark.requirement("S0-22")
def test_the_data_centre_gets_a_catalogue_and_the_month_in_batches_that_fit_it(worlds):
    world = worlds("CN-31", CENTRE)
    world.month.firm(MILL)
    world.month.mark(MILL, made.RICE_MARK)
    world.month.mark(TOFU_MAKER, "LB-02-26100002", status="cancelled")
    world.month.penalty(MILL, "20 09:00", ["fine"], "100")
    world.month.over()
    world.round()
    centre = world.simulators[CENTRE]
    (catalogue,) = sent_to(centre, "catalogue")
    assert catalogue["asOf"] == "2026-10-31"
    sizes = {one["dataset"]: one["rows"] for one in catalogue["datasets"]}
    assert sizes == {"licences": 1, "penalties": 1}
    rows = {one["dataset"]: one["rows"] for one in sent_to(centre, "batch")}
    assert {name: len(each) for name, each in rows.items()} == sizes
    assert rows["penalties"][0]["code"] == MILL
    before = len(world.documents())
    world.round()
    assert len(world.documents()) == before


@pytest.mark.requirement("S2-01")
def test_the_networks_of_wuhan_are_reached_through_the_same_port(worlds):
    systems = ("approval-network", "supervision-network", "hubei-data-centre")
    world = worlds("CN-42", *systems)
    world.month.firm(MILL)
    world.month.mark(MILL, made.RICE_MARK)
    licence = {
        "code": MILL, "number": made.RICE_MARK, "products": ["大米"], "validFrom": "2024-01-01",
        "validTo": "2030-01-01", "status": "valid",
    }  # fmt: skip
    approval = world.simulators["approval-network"]
    approval.offer("mark_licence", licence)
    approval.offer("mark_licence", {**licence, "number": "LB-09-26100009"})
    approval.offer("mark_licence", {"number": "LB"})
    approval.offer("penalty", {"number": "LB"})
    world.month.over()
    found = world.round()
    assert found["approval-network"].received == 4
    assert found["hubei-data-centre"].states == {"accepted": 3}
    page = read_systems(world.transactions, world.bureau(), {})
    seen = {one.row.number.rpartition("-")[2]: one for one in page.received}
    assert "validTo" in seen["1"].differs
    assert seen["2"].differs == ("new",)
    assert {seen[number].row.state for number in "34"} == {"unfit"}
    assert seen["4"].row.unfit == "type"
    assert "received" not in page.more
    cut = read_systems(world.transactions, world.bureau(), {}, most=3)
    assert (len(cut.received), "received" in cut.more) == (3, True), "a list that goes on says so"
    assert (len(cut.others), "others" in cut.more) == (min(3, len(page.others)), len(page.others) > 3)
    assert world.round()["approval-network"].received == 0
    asked = {one.system.id: one for one in page.systems}
    assert all(not one.connected for one in asked.values())
    assert [one.unmade for one, _ in asked["service-network"].asked] == [True]


def test_a_mark_that_comes_in_is_held_against_approved_output_and_the_annual_check(worlds):
    world, stated = worlds("CN-31", "green-mark"), made.a_licence()
    world.month.firm(MILL)
    world.month.mark(MILL, made.RICE_MARK)
    licence = {one: stated[one] for one in ("number", "validFrom", "validTo", "status")} | {"code": MILL}
    for value, unit, day in (("100000", "kg", "2026-03-01"), ("90", "t", "2025-03-01"), ("9", "?", "x")):
        more = {"approvedOutput": {"value": value, "unit": unit}, "annualCheck": day, "products": ["x"]}
        world.simulators["green-mark"].offer("mark_licence", {**licence, **more})
    world.round()
    seen = {one.row.number[-1]: one for one in read_systems(world.transactions, world.bureau(), {}).received}
    told = [("approvedOutput" in seen[number].differs, seen[number].unchecked) for number in "12"]
    assert told == [(False, False), (True, True)]
    assert seen["3"].row.unfit == "approvedOutput annualCheck"


@BOTH
@pytest.mark.requirement("S3-35")
def test_a_matter_of_the_hotline_is_taken_in_passed_on_and_answered(worlds):
    world = worlds("CN-51", HOTLINE)
    market, agri = world.bureau(), two_bureaus.agriculture(world.chain)
    hotline = world.simulators[HOTLINE]
    matter = {"text": "（演示）豆腐有异味", "district": "310151", "receivedOn": "2026-10-02", "code": MILL}
    hotline.offer("matter", matter, "SC-1")
    hotline.offer("matter", {**matter, "district": "510104"}, "SC-2")
    world.round()

    def act(actor, what, words="", number="SC-1"):
        key = secrets.token_urlsafe(24)
        return move_matter(world.transactions, MatterStep(actor, key, HOTLINE, number, what, words))

    seen = {one.row.number: one for one in read_systems(world.transactions, market, {}).received}
    assert set(seen) == {"SC-1"}, "another district's matter is another district's"
    assert seen["SC-1"].mine
    with pytest.raises(RiskItemUnknown):
        act(agri, "accept")
    with pytest.raises(RiskItemUnknown):
        act(market, "accept", number="SC-2")
    with pytest.raises(RiskUnfit):
        act(market, "pass-on")
    act(market, "pass-on", "是自产自销的农产品")
    with pytest.raises(RiskItemUnknown):
        act(market, "answer", "不归本局")
    act(agri, "accept")
    with pytest.raises(RiskMoved):
        act(agri, "pass-on", "再转回去")
    act(agri, "answer", "已核查，责令整改")
    world.round()
    told = [(one["state"], one["department"]) for one in sent_to(hotline, "matter_reply")]
    assert sorted(told) == [
        ("accepted", "agriculture"), ("answered", "agriculture"), ("passed_on", "agriculture"),
    ]  # fmt: skip


def test_nothing_goes_where_nothing_is_connected(worlds):
    world = worlds("CN-31")
    world.month.penalty(MILL, "20 09:00", ["fine"], "100")
    with pytest.raises(NotReady):
        world.round()
    assert world.documents() == []
    page = read_systems(world.transactions, world.bureau(), {})
    assert {one.system.id for one in page.systems} == {CREDIT, CENTRE, "green-mark", *HOTLINES, *OWN}
    assert not any(one.connected or one.states for one in page.systems)
