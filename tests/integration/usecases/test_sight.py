"""Sight of lots over the store: owners, both sides of a pair, claimants, strangers, authorities by area."""

from __future__ import annotations

import orjson
import pytest

from tests.builders.documents import whole
from tests.builders.effects import EffectsOf, kg
from tests.builders.handovers import claim, handover, pair_link
from tests.builders.random_trade import PARTIES as TRADERS
from tests.builders.random_trade import random_trade
from trace.chain.effects import LinkState, Mark, MasterStated, NewLink
from trace.chain.sight import Side, Sight
from trace.errors import LotOutOfSight, UnknownLot
from trace.parties import ALL, REGULATOR_AGRI, REGULATOR_MARKET, VISITOR, Actor
from trace.rules import load
from trace.store.chain.effects import write_effects
from trace.store.lots.details import read_lots
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots.find_lot import HandedLot, PublicLot, SourceLot, find_lot
from trace.usecases.lots.list_disposals import list_disposals
from trace.usecases.lots.read_marks import read_marks
from trace.usecases.lots.sight import sight
from trace.usecases.lots.trace_lineage import trace_lineage

LOG = "trace.test/food"
GROWER, MILL, SHOP, STRANGER = (f"urn:uscc:{name}" for name in "GMST")
PARTIES = {GROWER: "310151", MILL: "310115", SHOP: "330100", STRANGER: None}


def lot(party: str, batch: str) -> str:
    return f"urn:lot:{party[-1]}:{batch}"


H, S, R, P, X, Q = (
    lot(GROWER, "H"),  # the harvest
    lot(GROWER, "S"),  # its hand-over to the mill
    lot(MILL, "R"),  # the mill's receipt
    lot(MILL, "P"),  # what the mill made
    lot(MILL, "X"),  # its hand-over to the shop
    lot(SHOP, "Q"),  # the shop's receipt
)
CLAIM = lot(STRANGER, "Z")


def chain_of_two() -> list:
    """H → S → R → P → X → Q, both hand-overs paired; a stranger claims to have Z from H."""
    told = []
    for index, (party, region) in enumerate(PARTIES.items()):
        one = EffectsOf(LOG, index, "master.party", party)
        data = {"name": party, **({"region": region} if region else {})}
        one.keep(MasterStated(one.next_id(), "party", party, data))
        told.append(one.done(party))
    made: dict[str, int] = {}
    steps = (
        (GROWER, H, "harvest", None, None),
        (GROWER, S, "consignment", H, "ship"),
        (MILL, R, "received", S, "receive"),
        (MILL, P, "product", R, "transform"),
        (MILL, X, "consignment", P, "ship"),
        (SHOP, Q, "received", X, "receive"),
        (STRANGER, CLAIM, "received", None, None),
    )
    for index, (party, urn, kind, above, how) in enumerate(steps, start=10):
        one = EffectsOf(LOG, index, iss=party)
        made[urn] = one.lot(urn, kg("400"), kind, holder=None if kind == "consignment" else "")
        if urn == H:
            one.keep(Mark(one.next_id(), "R18", "too-much", made[H], (), {"figure": "16900 kg"}, None))
        if above is not None:
            one.link(made[above], made[urn], kg("400"), kg("400"), how or "")
        if urn == CLAIM:
            one.keep(claim(one.next_id(), made[CLAIM], claimant=STRANGER, named_lot=H))
        told.append(one.done(urn))
    return told


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    opened = Transactions(engine, clock, load(), LOG)
    with opened.begin("test") as tx:
        write_effects(tx.connection, chain_of_two())
    yield opened
    engine.dispose()


def seen(transactions, party: str | None, urn: str) -> tuple[Sight, Side | None]:
    with transactions.look() as tx:
        (row,) = read_lots(tx.connection, [urn])
        found = sight(tx.connection, VISITOR if party is None else Actor("t", party), row)
    return found.sight, found.side


WHOLE, PUBLIC, NONE = (Sight.WHOLE, None), (Sight.PUBLIC, None), (Sight.NONE, None)
PARTNER = {side: (Sight.PARTNER, side) for side in Side}
TABLE = {
    GROWER: {H: WHOLE, S: WHOLE, R: PARTNER[Side.DELIVERED], P: PUBLIC, X: PUBLIC, Q: PUBLIC},
    MILL: {H: PARTNER[Side.SOURCE], S: PARTNER[Side.HANDED], R: WHOLE, X: WHOLE},
    SHOP: {H: PUBLIC, R: PUBLIC, P: PARTNER[Side.SOURCE], X: PARTNER[Side.HANDED], Q: WHOLE},
    STRANGER: {H: PUBLIC, S: PUBLIC, R: PUBLIC, CLAIM: WHOLE},
    None: {H: PUBLIC, S: NONE, R: PUBLIC, P: PUBLIC, X: NONE, Q: PUBLIC},
}


def test_each_party_sees_its_own_and_the_other_side_of_its_pairs_and_no_further(transactions) -> None:
    for party, lots in TABLE.items():
        assert {urn: seen(transactions, party, urn) for urn in lots} == lots, party
    assert seen(transactions, MILL, Q) == PARTNER[Side.DELIVERED]


def test_a_claim_opens_nothing_to_who_makes_it_and_itself_to_whom_it_names(transactions) -> None:
    assert seen(transactions, STRANGER, H) == PUBLIC
    assert seen(transactions, GROWER, CLAIM) == PARTNER[Side.CLAIMED]
    found = find_lot(transactions, CLAIM, Actor("t", GROWER))
    assert (found.side, found.quantity, found.statement.iss) == ("claimed", kg("400"), STRANGER)
    for ask in (list_disposals, lambda *given: next(trace_lineage(*given[:2], "upstream", given[2]))):
        with pytest.raises(LotOutOfSight):
            ask(transactions, H, Actor("t", STRANGER))


def test_what_is_superseded_opens_nothing_and_a_fallen_key_leaves_the_hand_over(transactions) -> None:
    with transactions.begin("test") as tx:
        (made, source, given) = (read_lots(tx.connection, [urn])[0].id for urn in (R, H, S))
        later = EffectsOf(LOG, 30)
        (number,) = tx.connection.exec_driver_sql(f"SELECT id FROM link WHERE to_lot = {made}").scalars()
        old = NewLink(number, given, made, "receive", None, None, *[chain_span()] * 2)
        later.keep(LinkState.of(old, "superseded"))
        write_effects(tx.connection, [later.done()])
    assert (
        seen(transactions, MILL, H) == seen(transactions, MILL, S) == seen(transactions, GROWER, R) == PUBLIC
    )
    with transactions.begin("test") as tx:
        later = EffectsOf(LOG, 31)
        paired = {"handover": later.next_id(), "paired_by": 77, "lapsed": True}
        later.keep(handover(paired["handover"], "s" * 43, given, source, shipper=GROWER, state="received"))
        later.keep(claim(later.next_id(), made, claimant=MILL, **paired))
        write_effects(tx.connection, [later.done()])
    assert seen(transactions, MILL, S) == PARTNER[Side.HANDED]
    assert seen(transactions, MILL, H) == PUBLIC
    assert seen(transactions, GROWER, R) == PARTNER[Side.DELIVERED]


def chain_span():
    from trace.chain.effects import Interval

    return Interval(None, None)


def test_who_is_named_by_a_hand_over_sees_it_before_it_arrives(transactions) -> None:
    with transactions.begin("test") as tx:
        (sent, source) = (read_lots(tx.connection, [urn])[0].id for urn in (X, P))
        later = EffectsOf(LOG, 30)
        later.keep(handover(later.next_id(), "s" * 43, sent, source, shipper=MILL, receiver=STRANGER))
        write_effects(tx.connection, [later.done()])
    assert seen(transactions, STRANGER, X) == PARTNER[Side.HANDED]
    assert seen(transactions, STRANGER, P) == PUBLIC


def test_a_partner_gets_neither_stock_nor_buyers_nor_plots(transactions) -> None:
    source = find_lot(transactions, H, Actor("t", MILL))
    assert (type(source), source.view, source.batch_no) == (SourceLot, "partner", "H")
    assert "400" not in repr(source)
    assert "16900" not in repr(source)
    given = find_lot(transactions, S, Actor("t", MILL))
    assert (type(given), given.quantity) == (HandedLot, kg("400"))
    assert type(find_lot(transactions, H, VISITOR)) is PublicLot
    for ask in (find_lot, read_marks, lambda *given: next(trace_lineage(*given[:2], "upstream", given[2]))):
        with pytest.raises(UnknownLot):  # not its marks, not where it came from, not that it is there
            ask(transactions, S, VISITOR)
    for party, urn in ((MILL, H), (GROWER, R), (SHOP, P)):
        with pytest.raises(LotOutOfSight):
            list_disposals(transactions, urn, Actor("t", party))


def test_a_trace_of_an_enterprise_shows_the_other_side_masked(transactions) -> None:
    document = whole(trace_lineage(transactions, P, "upstream", Actor("t", MILL)))
    lots = {one["lot"]: one for one in document["lots"]}
    assert set(lots) == {H, S, R, P}
    assert [lots[urn]["quantity"] and lots[urn]["quantity"]["value"] for urn in (H, S, R, P)] == [
        None,
        "400",
        "400",
        "400",
    ]
    assert [lots[urn]["available"] is None for urn in (H, S, R, P)] == [True, True, False, False]
    assert [mark["params"] for mark in lots[H]["marks"]] == [{}]
    assert "16900" not in orjson.dumps(document).decode()
    (own,) = [mark for mark in read_marks(transactions, H, Actor("t", GROWER)).marks if mark.own]
    assert own.params == {"figure": "16900 kg"}
    down = whole(trace_lineage(transactions, H, "downstream", Actor("t", GROWER)))
    assert {one["lot"] for one in down["lots"]} == {H, S, R}
    assert {one["lot"] for one in down["receivers"]} == {S}
    rows = {row["lot"]: row for row in document["rows"]}
    assert rows[H]["quantity"] is None
    assert [source["quantity"] for source in document["sources"] if source["lot"] == H] == [None]


AUTHORITIES = {
    "CN": {H, S, R, P, X, Q, CLAIM},
    "": set(),
    "31": {H, S, R, P, X, CLAIM},
    "310151": {H, S, CLAIM},
    "3301": {Q, CLAIM},
    "4403": {CLAIM},
}


@pytest.mark.parametrize("region", AUTHORITIES)
@pytest.mark.parametrize("role", [REGULATOR_MARKET, REGULATOR_AGRI])
def test_an_authority_sees_its_area_and_what_no_region_is_stated_of(transactions, region, role) -> None:
    """The stranger never stated where it is: that is no way out of anybody's sight."""
    bureau = Actor("g", "urn:uscc:B", frozenset({role}), frozenset({ALL}), region)
    found = {urn for urn in AUTHORITIES["CN"] if _whole(transactions, bureau, urn)}
    assert found == AUTHORITIES[region]


def _whole(transactions, bureau: Actor, urn: str) -> bool:
    with transactions.look() as tx:
        (row,) = read_lots(tx.connection, [urn])
        return sight(tx.connection, bureau, row).sight is Sight.WHOLE


def test_from_its_area_an_authority_follows_the_goods_wherever_they_went(transactions) -> None:
    bureau = Actor("g", "urn:uscc:B", frozenset({REGULATOR_MARKET}), frozenset({ALL}), "310151")
    document = whole(trace_lineage(transactions, H, "downstream", bureau))
    assert document["view"] == "regulator"
    assert {one["lot"] for one in document["lots"]} == {H, S, R, P, X, Q, CLAIM}, "claims too"
    assert all(one["quantity"] for one in document["lots"])
    with pytest.raises(LotOutOfSight):
        whole(trace_lineage(transactions, Q, "upstream", bureau))


def test_a_pair_made_later_opens_what_a_claim_did_not(transactions) -> None:
    with transactions.begin("test") as tx:
        (source, mine) = (read_lots(tx.connection, [urn])[0].id for urn in (S, CLAIM))
        later = EffectsOf(LOG, 30)
        later.keep(pair_link(later.next_id(), source, mine))
        write_effects(tx.connection, [later.done()])
    assert seen(transactions, STRANGER, S) == PARTNER[Side.HANDED]
    assert seen(transactions, STRANGER, H) == PARTNER[Side.SOURCE]
    assert seen(transactions, GROWER, CLAIM) == PARTNER[Side.DELIVERED]


@pytest.mark.parametrize(("size", "seed"), [(60, 1), (90, 3)])
def test_in_any_trade_whole_is_for_maker_and_holder_alone(transactions, size, seed) -> None:
    told, urns, _ = random_trade(size, seed)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, told)
    with transactions.look() as tx:
        for row in read_lots(tx.connection, urns):
            for party in (*TRADERS, STRANGER):
                found = sight(tx.connection, Actor("t", party), row).sight
                assert (found is Sight.WHOLE) == (party in {row.holder, row.made_by.iss}), (row.urn, party)
            assert sight(tx.connection, VISITOR, row).sight in {Sight.PUBLIC, Sight.NONE}


def test_a_shopper_is_not_told_where_the_buyers_are(transactions) -> None:
    down = whole(trace_lineage(transactions, P, "downstream", VISITOR))
    assert {step["kind"] for step in down["steps"]} == {"product", "consignment"}
    up = whole(trace_lineage(transactions, Q, "upstream", VISITOR))
    assert {step["kind"] for step in up["steps"]} >= {"harvest", "received", "product"}
