"""Areas of authorities in lists: alerts, complaints; every page is full, whatever lies between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.effects import EffectsOf
from trace.chain.effects import MasterStated
from trace.errors import ComplaintUnknown, ScanAlertUnknown
from trace.parties import ALL, REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.bulk import insert_rows
from trace.store.chain.effects import write_effects
from trace.store.tables.scans import scan_alert
from trace.store.transaction import Transactions, open_database
from trace.usecases.casework.standing import level_of
from trace.usecases.codes.coded_lot import CodedLot
from trace.usecases.messages.complaints import Complaint, advance_complaint, complaints_for, file_complaint
from trace.usecases.scans.scan_alerts import acknowledge_alert, record_finding, show_alerts
from trace.usecases.supervision.farms import read_farms

LOG = "trace.test/food"
HERE, THERE = "urn:uscc:H", "urn:uscc:T"
COLUMNS = ("id", "code", "lot", "holder", "kind", "level", "reasons", "odds", "scans", "raised_at")


def bureau(region: str) -> Actor:
    return Actor("g", "urn:uscc:B", frozenset({REGULATOR_MARKET}), frozenset({ALL}), region)


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    opened = Transactions(engine, clock, load(), LOG)
    told = []
    for index, (party, region) in enumerate(((HERE, "310151"), (THERE, "330100"))):
        one = EffectsOf(LOG, index, "master.party", party)
        one.keep(MasterStated(one.next_id(), "party", party, {"name": party, "region": region}))
        told.append(one.done(party))
    with opened.begin("test") as tx:
        write_effects(tx.connection, told)
    yield opened
    engine.dispose()


def test_alerts_are_those_of_the_area_in_full_pages(transactions) -> None:
    holders = [THERE] * 7 + [HERE, None, HERE] + [THERE] * 4 + [HERE]
    rows = [
        (number, f"c{number}", None, holder, "copied", "watch", "many-devices", 0, 1, 1)
        for number, holder in enumerate(holders, start=1)
    ]
    with transactions.begin("test") as tx:
        insert_rows(tx.connection, scan_alert, COLUMNS, rows)

    def seen(actor: Actor, after: int = 0) -> tuple[list[int], int | None]:
        page = show_alerts(transactions, actor, after=after, limit=2, unread=False)
        return [one.id for one in page.alerts], page.following

    assert seen(bureau("31")) == ([8, 9], 9)
    assert seen(bureau("31"), 9) == ([10, 15], None)
    assert seen(bureau("CN")) == ([1, 2], 2)
    assert seen(bureau("")) == ([], None)
    assert seen(Actor("t", HERE)) == ([8, 10], 10)
    for act in (acknowledge_alert, lambda *given: record_finding(*given, "confirmed")):
        with pytest.raises(ScanAlertUnknown):
            act(transactions, bureau("31"), 1)
    assert record_finding(transactions, bureau("31"), 8, "confirmed").finding == "confirmed"


@pytest.mark.requirement("S1-04", "S0-08")
@pytest.mark.parametrize(
    ("area", "seen"),
    [
        ("31", ["county", "town", "village"]),
        ("310151", ["county", "town", "village"]),
        ("310151100", ["town"]),
        ("310151101", ["village"]),
        ("310151101000", ["village"]),
        ("310113", []),
    ],
)
def test_city_district_town_and_village_each_see_what_lies_in_them(transactions, area, seen) -> None:
    told = []
    for index, (name, region) in enumerate(
        (("county", "310151"), ("town", "310151100201"), ("village", "310151101203")), start=5
    ):
        one = EffectsOf(LOG, index, "master.party", f"urn:uscc:{name}")
        data = {"name": name, "kind": "cooperative", "region": region}
        one.keep(MasterStated(one.next_id(), "party", f"urn:uscc:{name}", data))
        told.append(one.done(HERE))
    with transactions.begin("test") as tx:
        write_effects(tx.connection, told)
    assert sorted(one.farm.name for one in read_farms(transactions, bureau(area)).lines) == seen


@pytest.mark.parametrize(
    ("area", "level"),
    [("310000", "31"), ("310100", "3101"), ("310110", "310110"), ("310151100", "310151100"),
     ("310151000", "310151"), ("310151101000", "310151101"), ("31", "31"), ("CN", "")],
)  # fmt: skip
def test_the_zeros_of_a_code_are_those_of_its_level(area, level) -> None:
    assert level_of(area) == level


def test_complaints_are_those_of_the_area_in_full_pages(transactions, clock) -> None:
    numbers: dict[str, list[str]] = {HERE: [], THERE: []}
    for holder in [THERE] * 60 + [HERE] * 3 + [THERE] * 60 + [HERE] * 49:
        about = CodedLot(f"urn:lot:{holder[-1]}:1", "1", holder, "urn:gtin:09521234100010")
        given = Complaint(topic="quality", text="有异味", code="01/09521234100010/10/1")
        numbers[holder].append(file_complaint(transactions, given, about))
        clock.advance(timedelta(seconds=1))
    first = complaints_for(transactions, bureau("310151"))
    assert [one.number for one in first.complaints] == numbers[HERE][:1:-1]
    rest = complaints_for(transactions, bureau("310151"), before=first.following)
    assert [one.number for one in rest.complaints] == numbers[HERE][1::-1]
    assert rest.following is None
    with pytest.raises(ComplaintUnknown):
        advance_complaint(transactions, bureau("310151"), numbers[THERE][0], "forwarded", None)
    advance_complaint(transactions, bureau("33"), numbers[THERE][0], "forwarded", None)
