"""Oddities in a firm's gap list, out of the tables: journeys, even figures, namesakes, codes seen apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.builders import facts as made
from tests.builders.effects import EffectsOf, kg
from tests.builders.trade import FARM, MILL, begun
from trace.oversight.gaps import EVEN, ODDITIES, QUICK, SEEN_APART, TWICE, Gap
from trace.parties import Actor
from trace.rules import load
from trace.store.bulk import insert_rows, run_many
from trace.store.chain.effects import write_effects
from trace.store.chain.search_terms import write_terms
from trace.store.scans.scan_alerts import ScanAlert, note_finding, put_alerts
from trace.store.tables.master import party
from trace.store.transaction import Transactions, open_database
from trace.usecases.gaps.find_gaps import find_gaps

GROWER, PROCESSOR = made.uscc(FARM), made.uscc(MILL)


@pytest.fixture
def transactions(database_url, clock):
    """Paddy that a farm sent to a mill, which says when it came."""
    engine = open_database(database_url)
    found = Transactions(engine, clock, load("demo"), "trace.test/food")
    trade = begun()
    sent = trade.ship("C1", "100", to=MILL)
    trade.confirm(trade.receive("R1", "100", supplierLot=made.lot(FARM, "H1")), sent, by=FARM)
    with found.begin("test") as tx:
        write_effects(tx.connection, trade.chain.entries)
    yield found
    engine.dispose()


def named(transactions: Transactions, *rows: tuple[str, str]) -> None:
    """Firms with their master data: what was stated of them, and the terms that they are found by."""
    with transactions.begin("test") as tx:
        values = [(urn, 256 * at, data) for at, (urn, data) in enumerate(rows, 1)]
        insert_rows(tx.connection, party, ("urn", "id", "data"), values)
        write_terms(tx.connection, {("party", urn): (0, data) for urn, _, data in values})


def odd(transactions: Transactions, firm: str) -> list[Gap]:
    return [gap for gap in find_gaps(transactions, Actor("desk", firm), firm).gaps if gap.kind in ODDITIES]


@pytest.mark.parametrize(("region", "asked"), [("310151", False), ("650102", True), ("", False)])
def test_goods_that_came_sooner_than_anything_travels_are_asked_about(transactions, region, asked) -> None:
    named(transactions, (GROWER, f'{{"region":"{region}"}}'), (PROCESSOR, '{"region":"310107"}'))
    found = odd(transactions, PROCESSOR)
    assert [gap.kind for gap in found] == [QUICK] * asked
    assert all(gap.other == GROWER and len(gap.records) == 2 and gap.in_doubt for gap in found)


def test_harvests_that_all_weigh_the_same_are_one_question(transactions) -> None:
    begins = datetime.fromisoformat("2026-09-01T08:00:00+08:00")
    story = []
    for at in range(20):
        one = EffectsOf("trace.test/food", 9_000 + at, "farm.harvest", GROWER)
        one.lot(f"urn:lot:F:E{at}", kg("1000"), "harvest", {"crop": "水稻"})
        story.append(one.done())
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
        when = int((begins + timedelta(days=1)).timestamp()) * 1_000_000
        run_many(tx.connection, "UPDATE lot SET produced_to = ? WHERE urn LIKE ?", [(when, "urn:lot:F:E%")])
    (gap,) = odd(transactions, GROWER)
    assert (gap.kind, gap.figures) == (EVEN, {"crop": "水稻", "same": "1000 kg", "count": "20 / 21"})
    assert len(gap.records) == 20


def test_a_second_firm_of_the_name_is_asked_about_and_not_merged(transactions) -> None:
    other = "urn:uscc:91310000000000000X"
    with transactions.look() as tx:
        stmts = tx.connection.exec_driver_sql("SELECT id FROM statement ORDER BY id LIMIT 3").all()
    with transactions.begin("test") as tx:
        names = [(PROCESSOR, "瀛东米业 有限公司"), (other, "瀛东米业有限公司"), ("urn:uscc:Y", "瀛东米业")]
        rows = [
            (urn, stmt[0], f'{{"name":"{name}"}}') for (urn, name), stmt in zip(names, stmts, strict=True)
        ]
        insert_rows(tx.connection, party, ("urn", "id", "data"), rows)
        write_terms(tx.connection, {("party", urn): (0, data) for urn, _, data in rows})
    (gap,) = odd(transactions, PROCESSOR)
    assert (gap.kind, gap.other, gap.lot) == (TWICE, other, "")
    assert [one.other for one in odd(transactions, other)] == [PROCESSOR]


def test_codes_that_may_be_copied_are_a_question_until_they_are_found_harmless(transactions) -> None:
    lot = made.lot(MILL, "R1")
    with transactions.look() as tx:
        before = tx.now - timedelta(days=3_650)
    alerts = [
        ScanAlert(code, lot, PROCESSOR, "copied", "suspected", ("travel",), 3.0, 9, before)
        for code in ("c1", "c2")
    ]
    with transactions.begin("test") as tx:
        put_alerts(tx.connection, alerts)
    (gap,) = odd(transactions, PROCESSOR)
    assert (gap.kind, gap.lot, gap.figures) == (SEEN_APART, lot, {"codes": "2"})
    assert odd(transactions, GROWER) == []
    with transactions.begin("test") as tx:
        for number in tx.connection.exec_driver_sql("SELECT id FROM scan_alert").scalars().all():
            note_finding(tx.connection, number, "harmless", "bureau", before)
    assert odd(transactions, PROCESSOR) == []
