"""Complaints of shoppers on both databases: filed, seen by whom it concerns, answered, forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import K1, SignedRice
from tests.servers.platform import TestPlatform
from trace.codes.complaint_number import numbered
from trace.errors import (
    CheckDigitWrong,
    ComplaintElsewhere,
    ComplaintIncomplete,
    ComplaintStands,
    ComplaintUnknown,
    RightMissing,
)
from trace.oversight.competence import competent_department
from trace.oversight.deadlines import deadline
from trace.parties import Actor
from trace.store.messages.outbox import list_due_notices
from trace.usecases.codes.coded_lot import CodedLot, find_coded_lot
from trace.usecases.messages.complaint_map import read_clusters
from trace.usecases.messages.complaints import (
    Competence,
    Complaint,
    advance_complaint,
    competence_for,
    complaints_for,
    drop_contact,
    file_complaint,
    read_complaint,
)
from trace.usecases.messages.sampling_wish import WishCount, count_wishes, wish_for_test

GTIN, BATCH = "09521234100010", "M20261012A"
CODE = f"01/{GTIN}/10/{BATCH}"
BUREAU = Actor("bureau", made.uscc(made.BUREAU), frozenset({"regulator_market"}), region="CN")
FARMING = Actor("farming", made.uscc(made.BUREAU), frozenset({"regulator_agri"}), region="CN")
MILL = Actor("mill", made.uscc(made.MILL))
SHOP = Actor("shop", made.uscc(made.MARKET))
GIVEN = Complaint(
    kind="complaint", topic="foreign", text="米里有石子", contact="138（演示）", code=CODE, printed="x" * 22
)
RICE = CodedLot(K1, BATCH, made.uscc(made.MILL), made.RICE)


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def at(platform):
    return platform.transactions


class OneItem:
    """A platform that issued the code of one pack of the story's rice."""

    lot = K1

    def find_item(self, gtin14: str, serial: str) -> OneItem | None:
        return self if (gtin14, serial) == (GTIN, "0A1B2C3D4E5F") else None

    def find_platform(self, code: str) -> OneItem | None:
        return None


def test_a_code_leads_to_its_lot_its_maker_and_its_product(platform, clock, at):
    SignedRice(platform, clock).tell()
    assert find_coded_lot(at, OneItem(), CODE) == RICE
    assert find_coded_lot(at, OneItem(), f"01/{GTIN}/21/0A1B2C3D4E5F") == RICE
    assert find_coded_lot(at, OneItem(), f"01/{GTIN}/10/{BATCH}/21/0A1B2C3D4E5F") == RICE


@pytest.mark.parametrize(
    "code",
    [
        f"01/{GTIN}",
        f"01/{GTIN}/10/NIE",
        f"01/{GTIN}/10/OTHER/21/0A1B2C3D4E5F",
        f"01/{GTIN}/21/ZZZZZZZZZZZZ",
        f"01/{GTIN}/10/{BATCH}/21/ZZZZZZZZZZZZ",
        "t/7K3F-9QXP-2MWD",
        "anything at all",
        "",
    ],
)
def test_what_was_never_issued_leads_nowhere(platform, clock, at, code):
    SignedRice(platform, clock).tell()
    assert find_coded_lot(at, OneItem(), code) is None


@pytest.mark.requirement("S2-09")
def test_a_complaint_keeps_its_code_batch_and_label_and_tells_the_bureau_no_more_than_it_must(at):
    number = file_complaint(at, GIVEN, RICE)
    found = read_complaint(at, number.lower().replace("-", " "))
    assert (found.state, found.lot, found.batch_no, found.code) == ("received", K1, BATCH, CODE)
    assert (found.printed, found.contact) == (GIVEN.printed, GIVEN.contact)
    with at.look() as tx:
        (notice,) = list_due_notices(tx.connection, tx.now)
    assert notice.topic == "complaint"
    assert notice.payload == {
        "number": number,
        "kind": "complaint",
        "topic": "foreign",
        "lot": K1,
        "state": "received",
        "to": "regulator_market",
        "region": None,
        "due": found.due_at.isoformat(),
    }
    clustered = read_clusters(at, BUREAU, 30)
    assert (clustered.total, [one.name for one in clustered.products]) == (1, [""]), "nobody knows the goods"
    with pytest.raises(RightMissing):
        read_clusters(at, MILL, 30)


def test_a_code_that_nobody_registered_can_be_complained_about(at):
    number = file_complaint(at, Complaint(topic="counterfeit", text="查不到", code="ZZZ"), None)
    found = read_complaint(at, number)
    assert (found.lot, found.holder, found.contact) == (None, None, None)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"topic": ""}, ["topic"]),
        ({"topic": "politics"}, ["topic"]),
        ({"kind": "x", "text": " "}, ["kind", "text"]),
        ({"text": "长" * 1001}, ["text"]),
        ({"contact": "1" * 81, "code": ""}, ["contact", "code"]),
        ({"printed": "v" * 45}, ["printed"]),
    ],
)
def test_what_is_missing_or_too_long_is_named_and_nothing_is_kept(platform, at, changed, fields):
    given = {"kind": "tip_off", "topic": "other", "text": "文字", "code": CODE}
    with pytest.raises(ComplaintIncomplete) as refused:
        file_complaint(at, Complaint(**{**given, **changed}), None)
    assert refused.value.params["fields"] == fields
    assert platform.count("complaint") == 0


def test_bureaus_see_all_and_the_firm_that_it_is_about_nothing(at):
    number = file_complaint(at, GIVEN, RICE)
    file_complaint(at, Complaint(topic="other", text="另一件", code="ZZZ"), None)
    assert [one.number for one in complaints_for(at, BUREAU).complaints][1] == number
    advance_complaint(at, BUREAU, number, "forwarded", None)
    assert complaints_for(at, BUREAU, state="forwarded").complaints[0].contact == GIVEN.contact
    for nobody in (MILL, SHOP, Actor("nobody")):
        assert complaints_for(at, nobody).complaints == ()
        with pytest.raises(ComplaintUnknown):
            advance_complaint(at, nobody, number, "answered", "与我无关")
    with at.look() as tx:
        to = {notice.payload["to"] for notice in list_due_notices(tx.connection, tx.now)}
    assert to == {"regulator_market", "regulator_agri"}


def test_a_complaint_stands_with_one_department_with_a_day_and_who_moved_it(at):
    number = file_complaint(at, GIVEN, RICE)
    found = read_complaint(at, number)
    assert (found.department, found.moved_by) == ("market", None)
    assert found.due_at == deadline(at.rules.at("R48", found.filed_at.date()), found.filed_at).ends
    with pytest.raises(ComplaintElsewhere) as elsewhere:
        advance_complaint(at, FARMING, number, "answered", "已处理")
    assert elsewhere.value.params == {"number": number, "department": "market"}
    moved = advance_complaint(at, BUREAU, number, "forwarded", None)
    assert (moved.department, moved.state, moved.moved_by) == ("agriculture", "forwarded", "bureau")
    assert moved.due_at == deadline(at.rules.at("R49", moved.forwarded_at.date()), moved.forwarded_at).ends
    with pytest.raises(ComplaintStands):
        advance_complaint(at, BUREAU, number, "forwarded", None, "agriculture")
    with pytest.raises(ComplaintElsewhere):
        advance_complaint(at, BUREAU, number, "answered", "已处理")
    back = advance_complaint(at, FARMING, number, "forwarded", None, "market")
    assert (back.department, back.moved_by) == ("market", "farming")
    with pytest.raises(ComplaintIncomplete):
        advance_complaint(at, BUREAU, number, "answered", "  ")
    answered = advance_complaint(at, BUREAU, number, "answered", " 已责令退货并检查筛选设备 ")
    assert answered.answer == "已责令退货并检查筛选设备"
    assert (answered.due_at, answered.moved_by) == (None, "bureau")
    assert answered.filed_at <= answered.forwarded_at <= answered.answered_at
    for state in ("answered", "forwarded"):
        with pytest.raises(ComplaintStands):
            advance_complaint(at, BUREAU, number, state, "再答一次")


@pytest.mark.parametrize(
    ("roles", "department"),
    [
        ({"grower"}, "agriculture"),
        ({"grower", "processor"}, "market"),
        ({"retailer"}, "market"),
        (set(), "market"),
    ],
)
def test_the_competent_department_follows_from_what_the_maker_does(roles, department):
    assert competent_department(roles) == department


def test_many_complaints_come_in_pages(at):
    numbers = [
        file_complaint(at, Complaint(topic="other", text=f"第{n}件", code="ZZZ"), None) for n in range(60)
    ]
    first = complaints_for(at, BUREAU)
    rest = complaints_for(at, BUREAU, before=first.following)
    seen = [one.number for one in first.complaints + rest.complaints]
    assert sorted(seen) == sorted(numbers)
    assert (len(first.complaints), rest.following) == (50, None)


def test_a_number_is_checked_before_anything_is_looked_up(platform):
    wrong = numbered(5)[:-1] + "7"
    platform.engine.dispose()
    with pytest.raises(CheckDigitWrong):
        read_complaint(platform.transactions, wrong)
    with pytest.raises(ComplaintUnknown):
        read_complaint(platform.transactions, numbered(5))


def test_contact_data_go_at_the_wish_of_the_sender_and_before_the_complaint(platform, clock, at):
    mine, other = file_complaint(at, GIVEN, RICE), file_complaint(at, GIVEN, RICE)
    assert drop_contact(at, mine) == mine
    assert read_complaint(at, mine).contact is None
    assert read_complaint(at, other).contact == GIVEN.contact
    clock.advance(timedelta(days=91))
    assert read_complaint(at, other).contact is None  # over, though the row is still there
    assert platform.count("complaint_contact") == 1
    file_complaint(at, Complaint(topic="other", text="新的", code="ZZZ"), None)
    assert platform.count("complaint_contact") == 0
    clock.advance(timedelta(days=731))
    with pytest.raises(ComplaintUnknown):
        read_complaint(at, other)
    file_complaint(at, Complaint(topic="other", text="新的", code="ZZZ"), None)
    assert platform.count("complaint") == 1


@pytest.mark.requirement("S2-22")
def test_a_device_may_wish_once_for_each_product_and_is_not_followed_between_them(platform, clock, at):
    bran = CodedLot("urn:lot:A:B", "B", RICE.holder, "urn:product:bran")
    assert wish_for_test(at, "device-1", RICE)
    assert not wish_for_test(at, "device-1", RICE)
    assert wish_for_test(at, "device-1", bran)
    assert wish_for_test(at, "device-2", RICE)
    assert count_wishes(at) == (
        WishCount(made.RICE, K1, 2),
        WishCount("urn:product:bran", "urn:lot:A:B", 1),
    )
    with at.look() as tx:
        voters = [row[0] for row in tx.connection.exec_driver_sql("SELECT voter FROM test_request")]
    assert len(set(voters)) == 3
    assert not any("device" in voter for voter in voters)
    clock.advance(timedelta(days=366))
    assert count_wishes(at) == ()
    assert wish_for_test(at, "device-1", RICE)
    assert platform.count("test_request") == 1


@pytest.mark.parametrize(
    ("stated", "region"), [("310115", "310115"), ("310151103", "310151"), ("310000", None), ("310100", None)]
)
def test_the_county_of_the_maker_says_whose_department_acts(platform, clock, at, stated, region):
    story = SignedRice(platform, clock)
    story.begin()
    data = made.a_party(region=stated)
    story.log("party", story.mill.state("master.party", made.uscc(made.MILL), data, at=clock()))
    file_complaint(at, GIVEN, RICE)
    (seen,) = complaints_for(at, BUREAU).complaints
    assert (seen.department, seen.region) == ("market", region)
    with at.look() as tx:
        (notice,) = [one for one in list_due_notices(tx.connection, tx.now) if one.topic == "complaint"]
    assert notice.payload["region"] == region


@pytest.mark.parametrize(
    ("stated", "area", "sees"),
    [
        ("310115", "310115", True),
        ("310115", "310151", False),
        ("310115", "31", True),
        ("310115", "3101", True),
        ("310000", "310115", False),
        ("310000", "31", True),
        (None, "310115", False),
        (None, "310115001", False),
        (None, "31", True),
        (None, "CN", True),
    ],
)
def test_what_lies_in_no_known_county_is_for_the_city_to_find_out(platform, clock, at, stated, area, sees):
    story = SignedRice(platform, clock)
    story.begin()
    data = made.a_party(region=stated or "310115")
    story.log("party", story.mill.state("master.party", made.uscc(made.MILL), data, at=clock()))
    number = file_complaint(at, GIVEN, RICE if stated else None)
    bureau = replace(BUREAU, region=area)
    assert [one.number for one in complaints_for(at, bureau).complaints] == [number] * sees
    if not sees:
        with pytest.raises(ComplaintUnknown):
            advance_complaint(at, bureau, number, "forwarded", None)


def test_who_acts_is_known_before_and_after_a_complaint_is_sent(platform, clock, at):
    story = SignedRice(platform, clock)
    story.begin()
    data = made.a_party(region="310151103")
    story.log("party", story.mill.state("master.party", made.uscc(made.MILL), data, at=clock()))
    assert competence_for(at, RICE) == Competence("market", "310151")
    assert competence_for(at, None) == Competence("market", None)
    number = file_complaint(at, GIVEN, RICE)
    advance_complaint(at, BUREAU, number, "forwarded", None)
    assert competence_for(at, read_complaint(at, number)) == Competence("agriculture", "310151")
