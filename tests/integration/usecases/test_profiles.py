"""One story told under the rules of four places: the same code, and what their texts make of it."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

import pytest

from tests.builders.connected import World, sent_to
from tests.builders.traced_chain import MILL
from trace.errors import SamplingOfficerMissing
from trace.oversight.deadlines import deadline
from trace.oversight.sampling import require_officer
from trace.parties import Actor
from trace.store.systems.received import ReceivedDocument, find_received
from trace.usecases.systems.move_matter import MatterStep, move_matter
from trace.usecases.systems.read_systems import read_systems

CREDIT, NATIONAL, CITY = "credit-publicity", "hotline-12315", "hotline-12345"
SYSTEMS = {CREDIT, NATIONAL}
SHANGHAI = SYSTEMS | {CITY, "shanghai-data-centre", "green-mark", "shanghai-market-checks", "hunongan"}
WUHAN = {
    "eshian",
    "odr",
    "law-library",
    "hubei-data-centre",
    "approval-network",
    "supervision-network",
    "service-network",
}
DAY = date(2026, 10, 20)


@dataclass(frozen=True)
class Place:
    """What differs: the hotline that the story comes by, the rule of its first clock, what is published."""

    profile: str
    hotline: str
    first: str
    published: frozenset[str]
    systems: frozenset[str]
    proofs: str = ""
    quiet: str = ""
    officer: bool = False
    ended: bool = False


PENALTY = frozenset({"penalty"})
PLACES = (
    Place("CN-31", CITY, "R48", PENALTY, frozenset(SHANGHAI), "CN-31"),
    Place("CN-310113", CITY, "R48", PENALTY, frozenset(SHANGHAI), "CN-31", "CN-310113"),
    Place("CN-42", NATIONAL, "R49", PENALTY | {"licence"}, frozenset(SYSTEMS | WUHAN)),
    Place(
        "CN-51", CITY, "R49", PENALTY | {"licence", "registration"}, frozenset(SYSTEMS | {CITY}), "CN-51",
        officer=True, ended=True,
    ),
)  # fmt: skip


def matter(world: World, place: Place) -> ReceivedDocument:
    with world.transactions.look() as tx:
        found = find_received(tx.connection, place.hotline, "M-1")
    assert found is not None
    return found


def accept(world: World, place: Place, actor: Actor) -> None:
    key = secrets.token_urlsafe(24)
    move_matter(world.transactions, MatterStep(actor, key, place.hotline, "M-1", "accept"))


@pytest.mark.requirement("S2-01", "S3-25", "S3-35")
@pytest.mark.parametrize("place", PLACES, ids=lambda one: one.profile)
def test_a_firm_is_punished_after_a_complaint_by_the_rules_of_the_place(databases, place):
    with ExitStack() as stack:
        world = World(stack, databases.migrated("sqlite"), place.profile, CREDIT, place.hotline)
        market, rules = world.bureau(), world.transactions.rules
        told = {"text": "（演示）米有异味", "district": "310151", "receivedOn": "2026-10-20", "code": MILL}
        world.simulators[place.hotline].offer("matter", told, "M-1")
        world.round()

        came = matter(world, place)
        limit = rules.at(place.first, came.received_at.date())
        assert came.due_at == deadline(limit, came.received_at).ends
        (seen,) = read_systems(world.transactions, market, {}).received
        passing = ["passing-on"] if place.first == "R48" else []
        assert [one.name for one in seen.clocks] == [*passing, "accepting"]
        accept(world, place, market)
        taken = matter(world, place)
        mediation = rules.at("R49", DAY, what="mediation")
        assert taken.moved_at is not None
        assert taken.due_at == deadline(mediation, taken.moved_at).ends
        page = read_systems(world.transactions, market, {})
        assert [[clock.name for clock in one.clocks] for one in page.received] == [["mediating"]]
        assert {one.system.id for one in page.systems} == place.systems

        world.month.firm(MILL)
        world.licence()
        world.month.penalty(MILL, "20 09:00", ["fine"], "30000.50")
        world.round()
        assert {one.type for one in world.documents() if one.job.target == CREDIT} == place.published
        assert [one["state"] for one in sent_to(world.simulators[place.hotline], "matter_reply")] == [
            "accepted"
        ]
        assert all(one.delivered for one in world.documents())

        for rule, jurisdiction in (("R27", place.proofs), ("R46", place.quiet), ("R28", place.quiet)):
            held = rules.find(rule, DAY)
            assert (held.jurisdiction if held is not None else "") == jurisdiction, rule
        if place.officer:
            with pytest.raises(SamplingOfficerMissing):
                require_officer(rules, DAY, "produce", "")
        else:
            require_officer(rules, DAY, "produce", "")
        assert rules.is_past_term(DAY) == place.ended
