"""Records of own control: whose, of which period, by which form, signed as what."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import refuses
from tests.builders.chain import good_chain
from trace.chain.facts.control import control_name
from trace.errors import control as refused

FIRST = {"daily": "2026-10-12", "weekly": "2026-10-12", "monthly": "2026-10-01"}
ITEMS = {
    "daily": "qualification environment receiving process testing storage nonconforming labels "
    "self-check staff records accidents",
    "weekly": "daily-records open-problems risk-list suppliers complaints unqualified",
    "monthly": "",
}


def name_of(period: str, party: str = made.MILL) -> str:
    return f"urn:control:{party}:{period}:{FIRST[period]}"


def whole(period: str, **changed):
    items = [{"item": one, "result": "ok"} for one in ITEMS[period].split()]
    return orders.a_control(period, items=items, **changed)


@pytest.mark.parametrize("period", ["daily", "weekly", "monthly"])
def test_a_period_is_recorded_by_its_firm_under_its_name(period):
    chain = good_chain()
    chain.state(f"firm.control.{period}", whole(period), sub=name_of(period))
    chain.state(f"firm.control.{period}", whole(period), sub=name_of(period))
    others = refused.ControlForeign
    refuses(chain, others, f"firm.control.{period}", whole(period), sub=name_of(period, made.TOFU))


def test_a_period_is_whole():
    chain = good_chain()
    data = whole("weekly", firstDay="2026-10-13")
    refuses(chain, refused.ControlForeign, "firm.control.weekly", data, sub=name_of("weekly"))


def test_every_item_of_the_form_in_force_is_answered():
    chain = good_chain()
    short = orders.a_control("daily")
    refuses(chain, refused.ControlIncomplete, "firm.control.daily", short, sub=name_of("daily"))
    other = whole("daily", form="2025-04-16")
    refuses(chain, refused.ControlIncomplete, "firm.control.daily", other, sub=name_of("daily"))


@pytest.mark.parametrize(
    ("period", "signer"), [("daily", "head"), ("daily", "safety_director"), ("monthly", "safety_officer")]
)
def test_each_is_signed_as_what_the_text_names(period, signer):
    data = whole(period, signedAs=signer)
    refuses(good_chain(), refused.ControlSigner, f"firm.control.{period}", data, sub=name_of(period))


def test_the_name_is_the_firms_own():
    assert control_name(made.uscc(made.MILL), "daily", date(2026, 10, 12)) == name_of("daily")


@pytest.mark.requirement("S4-01")
def test_a_list_of_risks_is_the_firms_own():
    chain = good_chain()
    data = orders.a_risk_list()
    chain.state("firm.risks", data, sub=f"urn:risks:{made.MILL}")
    refuses(chain, refused.ControlForeign, "firm.risks", data, sub=f"urn:risks:{made.TOFU}")


@pytest.mark.requirement("S4-13")
def test_a_check_of_a_peer_is_named_by_who_says_it():
    chain, data = good_chain(), orders.a_peer_check()
    chain.state("firm.peer.check", data, sub=f"urn:peer-check:{made.MILL}:{made.COOPERATIVE}:2026-10-14")
    others = f"urn:peer-check:{made.TOFU}:{made.COOPERATIVE}:2026-10-14"
    refuses(chain, refused.ControlForeign, "firm.peer.check", data, sub=others)
