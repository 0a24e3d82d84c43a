"""The basis of a page: whatever makes it say something else touches it, and what does not seldom does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts
from tests.builders.chain import FOOD_LOG, Chain, good_chain
from tests.builders.effects import START, EffectsOf, kg
from tests.builders.label_changes import relabelled
from tests.integration.store.test_admit_from_tables import (
    coded,
    corrected,
    disputed_and_settled,
    failed_upstream,
    marked,
    restated,
    vouched_later,
)
from trace.chain import effects as made
from trace.chain.chain_state import KnownLot
from trace.chain.ids import row_id
from trace.chain.report_effects import ReportNoted
from trace.rules import load
from trace.store.chain.effects import write_effects
from trace.store.log.checkpoints import StoredCosignature, add_checkpoint, add_cosignatures
from trace.store.transaction import Transactions, open_database
from trace.store.versions import REMEMBERED, bump_version
from trace.usecases.batch_page.list_batches import list_batches
from trace.usecases.batch_page.page import BatchPage
from trace.usecases.batch_page.page_state import PageState
from trace.usecases.batch_page.show_batch import show_batch

RULES = load("demo")


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, RULES, FOOD_LOG)
    engine.dispose()


def pages(transactions: Transactions, packs: list[tuple[str | None, str, str | None]]) -> dict:
    """What the pages of these packs and the choice behind their products say, each with its basis."""
    found = {}
    for gtin, batch_no, code in packs:
        shown: BatchPage = show_batch(
            transactions,
            gtin=None if code else gtin,
            batch_no=None if code else batch_no,
            platform_code=code,
        )
        found[gtin, batch_no, code] = shown.as_dict(), shown.basis
        if gtin is not None:
            found[gtin,] = list_batches(transactions, gtin)
    return found


@pytest.mark.parametrize(
    "story",
    [
        good_chain,
        disputed_and_settled,
        corrected,
        marked,
        failed_upstream,
        vouched_later,
        coded,
        restated,
        relabelled,
    ],
)
def test_what_makes_a_page_say_something_else_touches_its_basis(transactions, story):
    chain: Chain = story()
    packs: list[tuple[str | None, str, str | None]] = []
    state = PageState(transactions)
    stayed = changed = 0
    for told in chain.told:
        before, moment = pages(transactions, packs), state()
        with transactions.begin("test") as tx:
            write_effects(tx.connection, [told.effects])
        now = state()
        for code, (shown, _) in pages(transactions, packs).items():
            said, basis = before[code]
            holds = state.holds(state.basis(basis), moment, now)
            assert shown == said or not holds, (told.claims.typ, code)
            changed += shown != said
            stayed += holds
        for change in told.effects.changes:
            if isinstance(change, made.PackNoted) and change.gtin is not None:
                packs.append((change.gtin, change.batch_no, None))
            elif isinstance(change, made.PackState) and change.platform_code is not None:
                packs.append((None, "", change.platform_code))
    assert changed or story not in {good_chain, marked, failed_upstream, coded, relabelled}
    assert stayed or not packs


class Pages:
    """The page of K1 before and after each change, alone in a statement of its own."""

    def __init__(self, transactions: Transactions, chain: Chain) -> None:
        self._transactions, self._chain = transactions, chain
        self._state = PageState(transactions)
        self._index = 10_000

    def look(self) -> BatchPage:
        return show_batch(self._transactions, gtin="9521234100010", batch_no="M20261012A")

    def change(self, *changes: made.Effect, typ: str = "food.production") -> tuple[bool, bool]:
        """Whether the page says something else, and whether its basis was touched."""
        before, moment = self.look(), self._state()
        one = EffectsOf(FOOD_LOG, self._index, typ, self._chain.lot("K1").holder)
        one.keep(*changes)
        self._index += 1
        with self._transactions.begin("test") as tx:
            write_effects(tx.connection, [one.done()])
        said = self.look().as_dict() != before.as_dict()
        return said, not self._state.holds(self._state.basis(before.basis), moment, self._state())

    def id(self, ordinal: int = 0) -> int:
        return row_id(FOOD_LOG, self._index, ordinal)


def a_lot(lot: int, urn: str, kind: str, name: str) -> made.NewLot:
    return made.NewLot(
        id=lot,
        urn=urn,
        kind=kind,
        product_name=name,
        quantity=kg("10"),
        produced=made.Interval(START, START),
        holder="urn:uscc:F",
    )


def amended(lot: KnownLot, **changed: object) -> made.NewLot:
    kept = {name: getattr(lot, name) for name in made.NewLot.__dataclass_fields__}
    return made.NewLot(**{**kept, **changed})


def test_each_change_of_something_above_touches_the_page_and_the_same_elsewhere_does_not(transactions):
    """Every effect that a page can tell, once on what is above K1 and once on another farm's."""
    chain = good_chain()
    pages = Pages(transactions, chain)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told])
    at = made.Interval(START, START)
    other = a_lot(pages.id(), "urn:lot:F:H7", "harvest", "稻谷")
    pack = next(one for told in chain.told for one in told.effects.changes if isinstance(one, made.PackNoted))
    assert pages.change(other) == (False, False)
    silo, harvest = chain.lot("S1"), chain.lot("H1", facts.COOPERATIVE)
    plot, product, farm = facts.plot(1), pack.product, harvest.holder
    certificate: dict[int, int] = {}
    report: dict[int, int] = {}
    operation: dict[int, int] = {}
    dispute: dict[int, int] = {}
    mark: dict[int, int] = {}
    link: dict[int, int] = {}
    shipped: dict[int, int] = {}

    def numbered(into: dict[int, int], lot: int, ordinal: int = 0) -> int:
        into[lot] = pages.id(ordinal)
        return into[lot]

    for lot, is_above in ((harvest.id, True), (other.id, False)):
        expected = (is_above, is_above)
        place, party = (plot, farm) if is_above else ("urn:place:elsewhere", "urn:uscc:F")
        item = product if is_above else "urn:product:other"
        licence = f"urn:licence:{pack.data['lbNo']}" if is_above else "urn:licence:other"
        day = harvest.produced.latest.date()
        assert (
            pages.change(made.Mark(numbered(mark, lot), "R18", "gap", lot, ("code",), {}, None)) == expected
        )
        assert pages.change(made.MarkCleared(mark[lot])) == expected
        assert pages.change(made.NewDispute(numbered(dispute, lot), lot, ("a", "b"), "q", ())) == expected
        assert pages.change(made.DisputeEnded(dispute[lot], "settled")) == expected
        noted = made.CertificateNoted(numbered(certificate, lot), lot, "HGZ-9", {})
        assert pages.change(noted) == expected
        assert pages.change(made.RecordSuperseded("certificate", certificate[lot], lot, None)) == expected
        noted = ReportNoted(numbered(report, lot), lot, "J-9", "sampling", "pass", "s", {})
        assert pages.change(noted) == expected
        assert pages.change(made.RecordSuperseded("report", report[lot], lot, None)) == expected
        noted = made.OperationNoted(numbered(operation, lot), place, "spray", "x", day, None, 7, {})
        assert pages.change(noted)[1] is is_above
        assert pages.change(made.RecordSuperseded("operation", operation[lot], None, place))[1] is is_above
        assert pages.change(made.LotMentioned(lot, "noted")) == expected
        above = a_lot(pages.id(), f"urn:lot:F:{lot}", "harvest", "稻谷")
        tied = made.NewLink(
            numbered(link, lot, 1), above.id, lot, "transform", None, None, made.Interval(None, None), at
        )
        assert pages.change(above, tied) == expected
        assert pages.change(made.LinkState.of(tied, "superseded")) == expected
        for kind, urn in (("place", place), ("party", party), ("product", item), ("licence", licence)):
            stated = made.MasterStated(
                pages.id(), kind, urn, {"name": f"改名{pages.id()}", "region": "310151"}
            )
            assert pages.change(stated)[1] is is_above, kind
        named = (
            amended(harvest, produced=made.Interval(START, harvest.produced.latest)) if is_above else other
        )
        assert pages.change(made.LotAmended(named, kg("0")))[1] is is_above
    assert pages.change(made.LotTaken(silo.id, kg("5"))) == (False, False)
    sold = a_lot(pages.id(), "urn:lot:F:X", "consignment", "稻谷")
    from_silo = made.NewLink(pages.id(1), silo.id, sold.id, "ship", None, None, at, at)
    assert pages.change(sold, from_silo, typ="food.shipment") == (False, False)
    again = a_lot(pages.id(), "urn:lot:F:Y", "consignment", "大米")
    from_pack = made.NewLink(
        numbered(shipped, 0, 1), chain.lot("K1").id, again.id, "ship", None, None, at, at
    )
    assert pages.change(again, from_pack, typ="food.shipment")[1]
    assert pages.change(made.LinkState.of(from_pack, "superseded"))[1]
    assert pages.change(made.LotState(chain.lot("K2").id, "recalled")) == (False, False)
    assert pages.change(made.LotState(chain.lot("K1").id, "recalled")) == (True, True)
    # Of which batch a packing is says which tests hold for those beside it.
    assert pages.change(made.LotAmended(amended(chain.lot("K2")), kg("0")))[1]
    assert pages.change(made.PackState(chain.lot("K2").id, "void")) == (False, False)
    assert pages.change(made.PackState(chain.lot("K1").id, "void")) == (False, True)


WITNESSES = ("first.example/w", "second.example/w")


def test_proofs_touch_the_pages_that_tell_of_them(transactions):
    """Pending, complete, a sign of life, a later checkpoint, and at last the witnesses of an earlier one."""
    chain = good_chain()
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [told.effects for told in chain.told])
    state = PageState(transactions)
    steps = [
        # checkpoint, (size, witness, minute) of lines, whether the page tells of it
        (40, [], True),
        (50, [], True),
        (None, [(50, 0, 1)], True),
        (None, [(50, 1, 2)], True),
        (None, [(50, 0, 9)], False),
        (60, [(60, 0, 10), (60, 1, 10)], False),
        (None, [(50, 1, 1)], True),
        (None, [(40, 0, 11)], False),
        (None, [(40, 1, 12)], True),
    ]
    for size, lines, tells in steps:
        before, moment = shown(transactions), state()
        with transactions.begin("test") as tx:
            if size is not None:
                add_checkpoint(tx.connection, size, bytes([size]) * 32, "note", START)
            signed = [
                StoredCosignature(of, WITNESSES[by], START + timedelta(minutes=minute), f"{of}{by}{minute}")
                for of, by, minute in lines
            ]
            if signed:
                add_cosignatures(tx.connection, signed)
        holds = state.holds(state.basis(before.basis), moment, state())
        differs = shown(transactions).proof != before.proof
        assert not (differs and holds), (size, lines)
        assert differs is tells or size in {40, 50} or lines == [(40, 0, 11)], (size, lines)
        assert holds or tells or lines == [(40, 0, 11)], (size, lines)
    assert shown(transactions).proof.tree_size == 40


def shown(transactions: Transactions) -> BatchPage:
    return show_batch(transactions, gtin="9521234100010", batch_no="M20261012A", witnesses=WITNESSES)


def test_who_is_far_behind_takes_everything_as_changed(transactions):
    state = PageState(transactions)
    basis, moments = state.basis(["lot:1"]), [state()]
    for _ in range(REMEMBERED + 1):
        with transactions.begin("test") as tx:
            bump_version(tx.connection, keys=["lot:2"])
        moments.append(state())
    assert state.holds(basis, moments[1], moments[-1])
    assert not state.holds(basis, moments[0], moments[-1])
    assert not state.holds(state.basis(["lot:2"]), moments[-2], moments[-1])
    late = PageState(transactions)
    assert late.holds(basis, moments[-2], moments[-1])
