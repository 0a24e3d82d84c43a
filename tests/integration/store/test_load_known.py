"""What admission reads back is what was written, in a number of queries that does not grow with the batch."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event

from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.chain.chain_state import ChainState
from trace.chain.needs import Needs
from trace.chain.report_effects import ReportNoted
from trace.store.chain.chain_state import load_known
from trace.store.chain.effects import write_effects
from trace.store.transaction import Transactions, open_database

ORIGIN = "food.example/log"


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, None, ORIGIN)
    engine.dispose()


def chain_of(lots):
    """A harvest lot with everything that admission may ask about, then `lots` lots made from it."""
    first = EffectsOf(ORIGIN, 0, "farm.harvest")
    harvest = first.lot("urn:lot:F:H1", kg("16900"), "harvest", {"goods": [], "plots": ["urn:place:p1"]})
    mark = made.Mark(first.next_id(), "R08", "pre-harvest-interval", harvest, ("code",), {"limit": 7})
    first.keep(
        mark,
        made.PlotHarvested("urn:place:p1", harvest, date(2026, 10, 5)),
        made.OperationNoted(
            first.next_id(),
            "urn:place:p1",
            "spray",
            "x",
            date(2026, 9, 1),
            date(2026, 9, 2),
            7,
            {"dose": "1"},
            "urn:uscc:X",
        ),
        made.OperationNoted(first.next_id(), "urn:place:p1", "sow", None, date(2026, 5, 1), None, None, {}),
        made.MasterStated(first.next_id(), "place", "urn:place:p1", {"name": "田"}),
        made.MasterStated(first.next_id(), "party", "urn:uscc:1", {"name": "甲"}),
        made.MasterStated(first.next_id(), "product", "urn:gtin:1", {"name": "米"}),
        made.MasterStated(first.next_id(), "licence", "urn:licence:LB", {"holder": "urn:uscc:1"}),
    )
    story = [first.done("urn:lot:F:H1")]
    for index in range(1, lots + 1):
        one = EffectsOf(ORIGIN, index)
        urn = f"urn:lot:F:M{index}"
        lot = one.lot(urn, kg("2.5"), detail={"goods": ["urn:lot:F:H1"]})
        one.link(harvest, lot, kg("2.5"), kg("2.5"))
        one.keep(
            made.LotTaken(harvest, kg("2.5")),
            made.CertificateNoted(one.next_id(), lot, f"HGZ-{index}", {"basis": "controlled"}),
            ReportNoted(
                one.next_id(), lot, f"J-{index}", "release", "pass", one.entry.statement_id, {"n": index}
            ),
            made.PackNoted(one.next_id(), lot, "urn:gtin:1", "1", f"B{index}", "batch", "inactive", {}),
            made.LicenceUsed("urn:licence:LB", date(2026, 5, 1), kg("2.5")),
            made.NewDispute(one.next_id(), lot, (first.entry.statement_id,), "quantity", ("1", "2")),
        )
        story.append(one.done(urn))
    return story


def everything(story):
    return Needs(
        lots=frozenset(one.sub for one in story),
        gated=frozenset(one.sub for one in story),
        statements=frozenset(one.entry.statement_id for one in story),
        amended=frozenset(one.entry.statement_id for one in story),
        disputes=frozenset(one.entry.statement_id for one in story),
        parties=frozenset({"urn:uscc:1"}),
        holders=frozenset({"urn:uscc:1"}),
        products=frozenset({"urn:gtin:1"}),
        places=frozenset({"urn:place:p1"}),
        licences=frozenset({"urn:licence:LB"}),
        harvested=frozenset({"urn:place:p1"}),
    )


def overlay_of(story):
    known = ChainState()
    for one in story:
        known.apply(one)
    return known


def test_what_is_read_back_equals_the_overlay_of_the_same_effects(transactions):
    story = chain_of(3)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
    with transactions.look() as tx:
        known = load_known(tx.connection, everything(story))
    overlay = overlay_of(story)
    for table in ("lots", "lot_urns", "links", "marks", "statements", "made", "disputes", "parties"):
        assert getattr(known, table) == getattr(overlay, table), table
    assert known.master.stated == overlay.master.stated
    for table in ("licences", "held", "used", "harvested"):
        assert getattr(known, table) == getattr(overlay, table), table
    spray = overlay.operations["urn:place:p1"][0]
    assert known.operations == {"urn:place:p1": (spray,)}, "operations without an interval are not asked for"


def test_effects_in_two_batches_are_known_as_in_one(transactions):
    story = chain_of(2)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story[:1])
        known = load_known(tx.connection, everything(story))
    for one in story[1:]:
        known.apply(one)
    assert known.lots == overlay_of(story).lots


def test_nothing_is_asked_for_no_needs_and_what_does_not_exist_is_absent(transactions):
    with transactions.look() as tx:
        asked = count_queries(tx.connection)
        assert load_known(tx.connection, Needs()).lots == {}
        assert asked == []
        assert load_known(tx.connection, Needs(lots=frozenset({"urn:lot:nobody:1"}))).lots == {}


def test_the_number_of_queries_does_not_grow_with_the_batch(transactions):
    story = chain_of(200)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)
    counts = []
    for part in (story[:3], story):
        with transactions.look() as tx:
            asked = count_queries(tx.connection)
            assert len(load_known(tx.connection, everything(part)).lots) == len(part)
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 26


def test_a_dispute_that_ended_and_a_mark_that_was_cleared_are_no_longer_known(transactions):
    story = chain_of(1)
    after = EffectsOf(ORIGIN, 9)
    dispute = next(change for change in story[1].changes if isinstance(change, made.NewDispute))
    mark = next(change for change in story[0].changes if isinstance(change, made.Mark))
    after.keep(made.DisputeEnded(dispute.id, "settled"), made.MarkCleared(mark.id))
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [*story, after.done()])
        known = load_known(tx.connection, everything(story))
    assert known.disputes == {}
    assert known.lots["urn:lot:F:H1"].marks == ()


def count_queries(connection):
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
    return asked
