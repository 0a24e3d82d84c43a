"""Named systems as data: each exchange has its document, or says that it has none, and who asks."""

from __future__ import annotations

from datetime import date

import pytest

from trace.rules import load, profile_names
from trace.rules.systems import IN, OUT, document_members, named_systems, unfit_members

EXCHANGES = [(one.id, each) for one in named_systems().values() for each in one.exchanges]
REPLY = {"matter": "SC-1", "state": "accepted", "department": "market", "day": "2026-10-02"}


@pytest.mark.parametrize(("system", "exchange"), EXCHANGES)
def test_each_exchange_is_asked_for_by_a_text_of_a_profile(system, exchange):
    known = {place for name in profile_names() for place in load(name).jurisdictions}
    assert exchange.asked
    assert {one.jurisdiction for one in exchange.asked} <= known
    assert exchange.direction in {IN, OUT}
    assert exchange.unmade != (exchange.type in document_members()), f"{system} {exchange.type}"
    if exchange.limit:
        limit = dict(exchange.limit)
        assert load().find(limit.pop("rule"), date(2026, 10, 1), **limit) is not None


def test_every_document_belongs_to_an_exchange():
    assert set(document_members()) == {one.type for _, one in EXCHANGES if not one.unmade}


@pytest.mark.requirement("S2-01", "S3-25")
def test_a_profile_asks_for_its_own_systems_alone():
    asked = {
        name: {one.id for one in named_systems().values() if one.asked_in(load(name).jurisdictions)}
        for name in ("CN", "CN-31", "CN-310113", "CN-42", "CN-51")
    }
    networks = {"approval-network", "supervision-network", "service-network", "hubei-data-centre"}
    shanghai = {"shanghai-data-centre", "green-mark", "shanghai-market-checks", "hunongan", "hotline-12345"}
    national = {"credit-publicity", "hotline-12315"}
    assert asked == {
        "CN": national,
        "CN-31": national | shanghai,
        "CN-310113": national | shanghai,
        "CN-42": {*national, "eshian", "odr", "law-library", *networks},
        "CN-51": {*national, "hotline-12345"},
    }


@pytest.mark.parametrize(
    ("changed", "unfit"),
    [
        ({}, ()),
        ({"words": "已核查"}, ()),
        ({"day": "10月2日"}, ("day",)),
        ({"state": ""}, ("state",)),
        ({"words": None}, ("words",)),
        ({"phone": "1"}, ("phone",)),
        ({"matter": 7, "day": None}, ("matter", "day")),
    ],
)
def test_a_document_has_the_members_of_its_type_and_no_other(changed, unfit):
    assert unfit_members("matter_reply", {**REPLY, **changed}) == unfit


@pytest.mark.parametrize(("typ", "document"), [("no-such", {}), ("matter", []), ("matter", None)])
def test_what_is_no_document_is_unfit(typ, document):
    assert unfit_members(typ, document) == ("",)
