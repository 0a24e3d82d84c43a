"""The overlay: what is applied shows at once, what is taken back is gone, what is unknown is let be."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.builders.chain import good_chain
from trace.chain import effects as made
from trace.chain.chain_state import ChainState
from trace.chain.report_effects import ReportNamed, ReportNoted
from trace.quantities import Quantity

NOON = datetime(2026, 10, 15, 4, tzinfo=UTC)
ENTRY = made.EntryRef("demo.example/food", 99, "s" * 43, "urn:uscc:91310151XN0000442L", NOON)


def applied(known: ChainState, *changes: made.Effect) -> None:
    known.apply(made.Effects(ENTRY, "food.receipt", "urn:x", NOON, changes))


def about(lot: int) -> tuple[made.Effect, ...]:
    """One change of every sort that speaks of a lot, a link or a mark by its id."""
    kg = Quantity.of("1", "kg")
    span = made.Interval(None, None)
    new = made.NewLot("urn:lot:a:b", "batch", "米", kg, span, batch_no="b", id=lot)
    return (
        made.LotTaken(lot, kg),
        made.LotAmended(new, kg),
        made.LotState(lot, "locked"),
        made.LinkState(lot, "disputed", lot, 8),
        made.MarkCleared(lot),
        made.StatementAmended("nobody", "demo.example/food", 3),
        made.RecordSuperseded("report", 1, lot, None),
        made.CertificateNoted(1, lot, "C", {}),
        ReportNoted(2, lot, "R", "release", "pass", "s" * 43, {}),
        ReportNamed(2, lot),
        made.PackNoted(3, lot, "urn:gtin:1", None, "B", "batch", "inactive", {}),
        made.PackState(lot, "active"),
        made.PlotHarvested("urn:place:p", lot, date(2026, 10, 5)),
        made.DisputeEnded(lot, "settled"),
        made.CodesChanged(5, lot, "platform", "void", 0, 1),
        made.Unpacked(lot),
        made.Mark(4, "R08", "pre-harvest-interval", lot, ("code",), {}),
    )


def test_changes_of_what_is_not_known_change_no_lot():
    known = ChainState()
    applied(known, *about(7))
    assert not known.lots
    assert not known.links
    assert not known.harvested
    assert [mark.id for mark in known.marks.values()] == [4]


def test_a_loaded_lot_brings_its_open_marks():
    source, known = good_chain().known, ChainState()
    lot = source.lots["urn:lot:91310151XN0000442L:K1"]
    known.add_lot(lot)
    assert known.lot_of(lot.id) == lot
    mark = made.Mark(5, "R20", "label-content-missing", lot.id, ("code",), {})
    applied(known, mark)
    again = ChainState()
    marked = known.lot_of(lot.id)
    assert marked is not None
    again.add_lot(marked)
    assert again.marks == {5: mark}
    applied(again, made.MarkCleared(5))
    cleared = again.lot_of(lot.id)
    assert cleared is not None
    assert cleared.marks == ()


def test_every_change_of_a_known_lot_can_be_taken_back():
    known = good_chain().known
    lot = known.lots["urn:lot:91310151XN0000442L:K1"]
    before = dict(known.lots), dict(known.marks), dict(known.harvested), dict(known.statements)
    point = known.savepoint()
    applied(known, *about(lot.id))
    changed = known.lot_of(lot.id)
    assert changed is not None
    assert (changed.state, changed.quantity) == ("locked", Quantity.of("1", "kg"))
    assert [mark.code for mark in changed.marks] == ["pre-harvest-interval"]
    known.rollback(point)
    assert (known.lots, known.marks, known.harvested, known.statements) == before


def test_a_mark_on_no_lot_is_cleared_like_any_other():
    known = ChainState()
    applied(known, made.Mark(9, "R01", "late-upload", None, (), {}), made.MarkCleared(9))
    assert known.marks == {}
