"""Producers of catalogued goods: none is counted before the catalogue is entered and each firm looked at."""

from __future__ import annotations

import pytest

from tests.builders.traced_chain import MILL, TracedChain
from tests.builders.visits import FIRM, key, of_market, registered
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.access.rights import ORGANISATIONS
from trace.errors import RegisterEntryUnfit, VisitFormUnfit
from trace.oversight.trace_catalogue import CATALOGUE
from trace.parties import Actor
from trace.usecases.supervision.enter_register import Entering, enter
from trace.usecases.supervision.read_form import read_live
from trace.usecases.visits.read_forms import Editing, edit_form

KINDS = "rice | text | 粳米 | rice\npork | text | 猪肉 | pork"


@pytest.mark.requirement("S0-44")
def test_a_producer_counts_once_the_catalogue_and_what_it_makes_are_entered(database_url) -> None:
    with TestPlatform(database_url, SteppingClock()) as platform:
        registered(TracedChain(platform, platform.transactions.clock))
        tx = platform.transactions
        officer = of_market(tx, "li")

        def figure() -> object:
            return read_live(tx, officer, "2026-10").frozen.figures["catalogued"].number

        def entered(*kinds: str) -> None:
            with tx.look() as reading:
                begins = reading.now.date().isoformat()
            facts = (begins, "", "产品标准", "核对产品")
            enter(tx, Entering(officer, key(), FIRM, "catalogued", {"kinds": list(kinds)}, *facts))

        assert figure() is None, "without its text nothing is counted"
        with pytest.raises(RegisterEntryUnfit):
            entered("none")
        admin = Actor("admin", "urn:uscc:1", scopes=frozenset({ORGANISATIONS}), person="admin")
        with pytest.raises(VisitFormUnfit):
            edit_form(tx, admin, key(), Editing(CATALOGUE, 1, "rice | choice | 粳米 | rice", "", "录入目录"))
        edit_form(tx, admin, key(), Editing(CATALOGUE, 1, KINDS, "", "录入目录"))
        assert figure() is None, "a firm that nobody looked at may be one"
        for wrong in ([], ["none", "rice"], ["bread"]):
            with pytest.raises(RegisterEntryUnfit):
                entered(*wrong)
        for kind, number in (("none", 0), ("rice", 1)):
            entered(kind)
            assert figure() == number
        (line,) = read_live(tx, officer, "2026-10").frozen.figures["catalogued"].lines
        assert (line.party, line.label) == (FIRM, "粳米 · 产品标准")
        assert line.records == (f"register:{MILL}:catalogued:2",)
        edit_form(
            tx,
            admin,
            key(),
            Editing(CATALOGUE, 2, f"{KINDS}\nflour | text | 米粉 | flour", "", "目录增加一类"),
        )
        assert figure() is None, "nobody has looked whether it makes what was added"
        entered("rice")
        assert figure() == 1
