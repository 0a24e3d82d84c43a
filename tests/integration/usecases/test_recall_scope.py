"""The scope of a recall: each hand-over in its column, and no statement of one side takes goods out of it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import pytest

from tests.builders.counted import counted
from tests.builders.effects import kg, prefix_given
from tests.builders.handovers import former, pair_link
from tests.builders.recall_story import MILL, ORIGIN, SHOP, Story
from trace.chain.effects import DisposalNoted
from trace.chain.lineage.closure import trace_up
from trace.chain.order_effects import DisposalWitnessed
from trace.errors.lineage import LotOutOfSight
from trace.frozen import replaced
from trace.ledger.disclosure import make_disclosure
from trace.parties import REGULATOR_MARKET, VISITOR, Actor
from trace.rules import load
from trace.store.log.disclosures import put_disclosures
from trace.store.lots.wide_graph import WideLotGraph
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots.recall_scope import reach_of, read_scope
from trace.usecases.lots.trace_lineage import trace_lineage

BUREAU = Actor("bureau", None, frozenset({REGULATOR_MARKET}), region="CN")


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, load("demo"), ORIGIN)
    engine.dispose()


def scope_of(transactions, lot, actor=BUREAU):
    """The whole document, its lines read."""
    return {
        name: list(cast("Iterable[object]", value)) if name == "lines" else value
        for name, value in read_scope(transactions, f"urn:lot:X:{lot}", actor)
    }


def columns(document):
    """(to, column, word, least, most) of each line, in order."""
    return sorted(
        (
            line["to"].rpartition(":")[2],
            line["column"],
            line["word"],
            *(line[end] and line[end]["value"] for end in ("least", "most")),
        )
        for line in document["lines"]
    )


def reached(transactions, story, lot):
    """Names of the lots that are reached: (certain, possible)."""
    story.written(transactions)
    names = {row: name for name, row in story.lots.items()}
    with transactions.look() as tx:
        found = reach_of(tx.connection, story.lots[lot])
    assert found.certain <= found.possible
    return {names[one] for one in found.certain}, {names[one] for one in found.possible}


def test_every_hand_over_stands_in_its_column(transactions):
    story = Story()
    story.lot("P")
    story.send("D1", "P")
    story.receive("R1", "D1", quantity=kg("300"))
    story.send("D2", "P", to="outside", state="delivered")
    story.send("D3", "P")
    story.send("D4", "P", state="unaccepted")
    story.send("D5", "P", state="withdrawn")
    story.take_away("D5", "P", why="withdrawn")
    story.receive("R6", named_lot="urn:lot:X:P")
    story.receive("R7", named_lot="urn:lot:X:P", state="refused")
    story.receive("R8", named_lot="urn:lot:X:P", through=True)
    story.lot("B", "P")
    story.take_away("B", "P")
    story.receive("R9", "D3", lapsed=True)
    story.written(transactions)
    document = scope_of(transactions, "P")
    assert columns(document) == sorted(
        [
            ("R1", "confirmed", "certain", "300", "300"),
            ("D1", "unanswered", "possible", "0", "100"),
            ("D2", "outside", "certain", "400", "400"),
            ("D3", "unanswered", "possible", "0", "400"),
            ("D4", "denied", "possible", "0", "400"),
            ("D5", "withdrawn", "possible", "0", "400"),
            ("R6", "claimed", "possible", "0", "400"),
            ("R7", "denied", "possible", "0", "400"),
            ("R8", "through", "possible", "0", "400"),
            ("B", "corrected", "possible", "0", "400"),
            ("R9", "claimed", "possible", "0", "400"),
        ]
    )
    assert document["lots"] == {"certain": 6, "possible": 12}
    mill = next(one for one in document["totals"] if one["party"] == MILL)
    assert mill["sent"]["value"] == "1600", "what was taken back was not sent"
    assert {name: amount["value"] for name, amount in mill["columns"].items()} == {
        "confirmed": "300",
        "outside": "400",
        "unanswered": "500",
        "withdrawn": "400",
        "denied": "800",
        "claimed": "800",
        "through": "400",
    }


def test_a_recall_reaches_what_a_correction_took_the_goods_out_of(transactions):
    """A production corrected to another input, with everything below it; a finding says which it was."""
    story = Story()
    for name, above in (("H1", None), ("M1", "H1"), ("P1", "M1"), ("K1", "P1")):
        story.lot(name, above)
    story.send("D1", "K1")
    story.receive("R1", "D1")
    everything = set(story.lots)
    assert reached(transactions, story, "H1") == (everything, everything)
    story.take_away("P1", "M1")
    gone = story.told[-1].changes[-1]
    assert reached(transactions, story, "H1") == ({"H1", "M1"}, everything)
    document = scope_of(transactions, "H1")
    assert columns(document) == [
        ("P1", "corrected", "possible", "0", "400"),
        ("R1", "confirmed", "possible", "400", "400"),
    ]
    story.say(replace(gone, found="established"))
    assert reached(transactions, story, "H1") == (everything, everything)
    story.say(replace(gone, found="not_established"))
    assert reached(transactions, story, "H1") == ({"H1", "M1"}, {"H1", "M1"})


def test_what_was_taken_back_before_the_recall_is_out_only_if_the_receiver_denies_it_too(transactions):
    story = Story()
    story.lot("P")
    story.send("D1", "P", state="withdrawn")
    story.take_away("D1", "P", why="withdrawn")
    story.written(transactions)
    document = scope_of(transactions, "P")
    assert columns(document) == [("D1", "withdrawn", "possible", "0", "400")]
    story.say(replace(story.told[-1].changes[-1], ended_by=7))
    story.written(transactions)
    document = scope_of(transactions, "P")
    assert columns(document) == [("D1", "both-denied", "possible", "0", "400")]
    assert [line["counted"] for line in document["lines"]] == [False]
    assert document["totals"] == []
    assert document["lots"] == {"certain": 1, "possible": 1}


def test_ten_claims_stay_possible_whatever_the_supplier_says_of_them(transactions):
    story = Story()
    story.lot("P")
    for number in range(10):
        story.receive(f"R{number}", named_lot="urn:lot:X:P", state="refused")
    story.written(transactions)
    document = scope_of(transactions, "P")
    assert [line["column"] for line in document["lines"]] == ["denied"] * 10
    assert document["lots"] == {"certain": 1, "possible": 11}


def test_of_two_receivers_the_first_has_it_and_the_second_may(transactions):
    story = Story()
    story.lot("P")
    story.send("D1", "P")
    story.receive("R1", "D1")
    story.receive("R2", handover_stmt=story.handovers["D1"].stmt, claimant="urn:uscc:OTHER")
    story.written(transactions)
    assert columns(scope_of(transactions, "P")) == [
        ("R1", "confirmed", "certain", "400", "400"),
        ("R2", "claimed", "possible", "0", "400"),
    ]
    first, link = (
        story.claims["R1"],
        pair_link(story.lots["R1"], story.lots["D1"], story.lots["R1"], "superseded"),
    )
    story.say(
        replace(first, state="withdrawn", handover=None),
        link,
        former(story.row, story.lots["R1"], story.lots["D1"], kind="receive", why="withdrawn"),
        replace(story.claims["R2"], state="confirmed", handover=story.handovers["D1"].id),
        pair_link(story.lots["R2"], story.lots["D1"], story.lots["R2"]),
    )
    story.written(transactions)
    assert columns(scope_of(transactions, "P")) == [
        ("R1", "withdrawn", "possible", "0", "400"),
        ("R2", "confirmed", "certain", "400", "400"),
    ]


def test_a_bad_lot_that_the_receiver_named_stays_in_the_scope_beside_the_pair(transactions):
    story = Story()
    story.lot("L1", kind="harvest")
    story.lot("L2", kind="harvest")
    story.send("D2", "L2")
    story.receive("R", "D2", named_lot="urn:lot:X:L1", handover_stmt=None)
    story.written(transactions)
    assert columns(scope_of(transactions, "L1")) == [("R", "claimed", "possible", "0", "400")]
    assert columns(scope_of(transactions, "L2")) == [("R", "confirmed", "certain", "400", "400")]


def test_returns_and_disposals_are_sums_and_take_nobody_off_the_list(transactions):
    story = Story()
    story.lot("P")
    story.send("D1", "P")
    story.receive("R1", "D1")
    story.lot("BACK", "D1", kind="material", way="return")
    story.send("D9", "R1", shipper=SHOP)
    story.receive("R9", "D9", claimant=MILL, quantity=kg("30"))
    story.say(DisposalNoted(story.row, story.lots["P"], kg("100"), "destroyed", {}))
    story.say(DisposalWitnessed(story.told[-1].changes[0].id, story.lots["P"]))
    story.written(transactions)
    document = scope_of(transactions, "P")
    assert ("R1", "confirmed", "certain", "400", "400") in columns(document)
    mill = next(one for one in document["totals"] if one["party"] == MILL)
    figures = {name: mill[name]["value"] for name in ("sent", "recovered", "disposed", "witnessed")}
    assert figures == {"sent": "400", "recovered": "430", "disposed": "100", "witnessed": "100"}


def test_who_was_given_goods_is_reached_by_the_givers_word(transactions):
    story = Story()
    story.lot("P")
    story.say(DisposalNoted(story.row, story.lots["P"], kg("50"), "donated", {}))
    given = story.told[-1].entry.statement_id
    story.say(DisposalNoted(story.row, story.lots["P"], kg("20"), "destroyed", {}))
    story.written(transactions)
    with transactions.begin("test") as tx:
        for name, value in (("receiverName", "某养老院"), ("receiverContact", "021-1")):
            told = make_disclosure(name, value, b"s" * 16)
            put_disclosures(tx.connection, [(given, told.digest, told.encoded)])
    document = scope_of(transactions, "P")
    (line,) = document["lines"]
    assert (line["column"], line["word"], line["by"]) == ("outside", "certain", "donated")
    assert (line["name"], line["contact"], line["most"]["value"]) == ("某养老院", "021-1", "50")
    assert [one["disposed"]["value"] for one in document["totals"]] == ["70"]
    assert len(scope_of(transactions, "P", Actor("mill", MILL))["lines"]) == 1


def test_a_firm_sees_what_it_handed_over_of_its_own_lot_and_others_nothing(transactions):
    story = Story()
    story.lot("P")
    story.send("D1", "P")
    story.receive("R1", "D1")
    story.send("D2", "R1", shipper=SHOP)
    story.receive("C", named_lot="urn:lot:X:R1", claimant="urn:uscc:OTHER")
    story.written(transactions)
    with transactions.begin("test") as tx:
        told = make_disclosure("receiverName", "某食堂", b"s" * 16)
        put_disclosures(tx.connection, [(story.handovers["D2"].stmt, told.digest, told.encoded)])
    whole = scope_of(transactions, "P")
    assert {line["to"].rpartition(":")[2] for line in whole["lines"]} == {"R1", "D2", "C"}
    assert [line["name"] for line in whole["lines"] if line["to"].endswith("D2")] == ["某食堂"]
    own = scope_of(transactions, "P", Actor("mill", MILL))
    assert [line["to"].rpartition(":")[2] for line in own["lines"]] == ["R1"]
    assert [one["party"] for one in own["totals"]] == [MILL]
    for stranger in (Actor("shop", SHOP), VISITOR):
        with pytest.raises(LotOutOfSight):
            scope_of(transactions, "P", stranger)


@pytest.mark.parametrize("seed", range(8))
def test_no_statements_of_one_party_take_goods_out_and_both_ways_of_looking_agree(transactions, seed):
    """A random chain; then one firm claims, refuses, withdraws, corrects: the possible set only grows."""
    chance = random.Random(seed)
    story = Story()
    story.lot("N0")
    for number in range(1, 7):
        above = f"N{chance.randrange(number)}"
        if chance.random() < 0.5:
            story.lot(f"N{number}", above)
        else:
            story.send(f"S{number}", above)
            story.receive(f"N{number}", f"S{number}" if chance.random() < 0.7 else None)
    made = sorted(story.links.keys() - story.handovers.keys())
    before = {name: reached(transactions, story, name)[1] for name in ("N0", "N1", "N2")}
    for _ in range(5):
        pick, name = chance.randrange(4), chance.choice(sorted(story.claims) or ["N0"])
        if pick == 0 and name in story.claims:
            story.say(replace(story.claims[name], state=chance.choice(["refused", "disputed"])))
        elif pick == 1 and made:
            lot = made.pop()
            upper = next(each for each, row in story.lots.items() if row == story.links[lot].from_lot)
            story.take_away(lot, upper, why=chance.choice(["corrected", "withdrawn"]))
        elif pick == 2:
            story.receive(f"X{len(story.told)}", named_lot=f"urn:lot:X:N{chance.randrange(7)}")
        elif name in story.claims and story.claims[name].handover is not None:
            one, sent = story.claims[name], story.claims[name].handover
            story.say(
                replace(one, state="withdrawn", handover=None),
                pair_link(one.id, sent, one.lot, "superseded"),
                former(story.row, one.lot, sent, kind="receive", why="withdrawn"),
            )
            del story.claims[name]
        after = {name: reached(transactions, story, name)[1] for name in before}
        assert all(before[name] <= after[name] for name in before)
        before = after
    story.written(transactions)
    with transactions.look() as tx:
        down = {row: reach_of(tx.connection, row).possible for row in story.lots.values()}
        up = {row: trace_up(WideLotGraph(tx.connection), [row]).lots for row in story.lots.values()}
    assert all((one in down[other]) == (other in up[one]) for one in down for other in up)


@pytest.mark.parametrize("registered", [True, False])
def test_goods_received_by_gtin_and_batch_number_are_in_the_scope_of_their_makers_recall(
    transactions, registered
):
    story, gtin = Story(), "urn:gtin:09521234100010"
    if registered:
        story.say(prefix_given(story.row, "9521234", MILL))
    for name, iss in (("K1", MILL), ("K2", "urn:uscc:STRANGER")):
        story.lot(name, kind="pack", iss=iss)
        (made,) = story.told[-1].changes
        story.told[-1] = replace(
            story.told[-1], changes=(replaced(made, {"product": gtin, "batch_no": "B1"}),)
        )
    story.receive("R", named_key=f"{gtin}:B1")
    story.written(transactions)
    possible = [("R", "claimed", "possible", "0", "400")]
    assert columns(scope_of(transactions, "K1")) == possible
    assert columns(scope_of(transactions, "K2")) == ([] if registered else possible), (
        "whose it is nobody knows"
    )


@pytest.mark.parametrize("strangers", [20, 800])
def test_a_scope_costs_what_it_answers(transactions, strangers):
    story = Story()
    story.lot("P")
    story.send("D1", "P")
    story.receive("R1", "D1")
    story.receive("R2", named_lot="urn:lot:X:P")
    for number in range(strangers):
        story.receive(f"Z{number}", named_lot=f"urn:lot:V:{number}")
    story.written(transactions)
    with counted(transactions.engine) as cost:
        assert len(scope_of(transactions, "P")["lines"]) == 2
    assert not {"link", "claim", "former", "handover", "lot"} & cost.scanned
    assert cost.figures[0] <= 40
    assert cost.figures[1] <= 45


def traced(transactions, lot, direction, actor=BUREAU):
    """(lot -> word, links by their ends with state, share of each lot)."""
    members = trace_lineage(transactions, f"urn:lot:X:{lot}", direction, actor)
    document = {
        name: list(cast("Iterable[object]", value)) if name in {"records", "rows", "lots", "links"} else value
        for name, value in members
    }
    words = {one["lot"].rpartition(":")[2]: one.get("word", "certain") for one in document["lots"]}
    links = sorted((one["from"][-1], one["to"].rpartition(":")[2], one["state"]) for one in document["links"])
    shares = {one["lot"].rpartition(":")[2]: one["share"] for one in document["lots"] if one["share"]}
    return words, links, shares


@pytest.mark.requirement("S3-31")
def test_the_authoritys_trace_goes_on_where_the_firms_ends_and_says_by_what(transactions):
    story = Story()
    story.lot("H", kind="harvest")
    story.receive("R", named_lot="urn:lot:X:H")
    story.lot("P", "R")
    story.receive("T", named_lot="urn:lot:X:H", through=True)
    story.lot("B", "H")
    story.take_away("B", "H")
    story.written(transactions)
    words, links, shares = traced(transactions, "H", "downstream")
    assert words == {"H": "certain", **dict.fromkeys(("R", "P", "T", "B"), "possible")}
    assert links == [
        ("H", "B", "corrected"),
        ("H", "R", "claimed"),
        ("H", "T", "through"),
        ("R", "P", "signed"),
    ]
    assert shares == {}, "what may be in a lot has no share"
    words, links, shares = traced(transactions, "P", "upstream")
    assert words == {"P": "certain", "R": "certain", "H": "possible"}
    assert links == [("H", "R", "claimed"), ("R", "P", "signed")]
    assert {lot: share["high"] for lot, share in shares.items()} == {"R": "1"}, "the source ends at the claim"
    firm = Actor("mill", MILL)
    assert set(traced(transactions, "P", "upstream", firm)[0]) == {"P", "R"}
    assert set(traced(transactions, "H", "downstream", firm)[0]) == {"H"}
