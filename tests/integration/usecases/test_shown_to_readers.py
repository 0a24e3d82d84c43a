"""Statements, bundles and events as each reader may have them: signer, both sides, authority, shopper."""

from __future__ import annotations

import orjson
import pytest

from tests.builders import facts as made
from tests.builders.offline_verifier import verify_bundle
from tests.builders.signed_rice import H1, K1, SHIPPED, SUPPLIED, SignedRice, at, opening
from tests.builders.signers import Signer
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.errors import LotOutOfSight, PurposeMissing, UnknownLot, UnknownStatement
from trace.ledger.canonical import unb64u
from trace.parties import ALL, REGULATOR_MARKET, VISITOR, Actor
from trace.usecases.casework.look import list_looks_at
from trace.usecases.lots.export_epcis import export_epcis
from trace.usecases.lots.find_lot import find_lot
from trace.usecases.lots.list_disposals import list_disposals
from trace.usecases.lots.trace_lineage import trace_lineage
from trace.usecases.proof.assemble_bundle import PUBLIC, REGULATOR, BundleSettings, assemble_bundle
from trace.usecases.proof.show_statement import LoggedStatement, show_statement
from trace.usecases.proof.take_bundle import take_bundle
from trace.usecases.records.read_record import read_record

SETTINGS = BundleSettings(LOT_KEY, NAMES)
R1, SUPPLIER_LOT = made.lot(made.MILL, "R1"), made.lot(made.COOPERATIVE, "C1")
WHEN = "2026-10-15T12:00:00+08:00"
PARTIES = {name: made.uscc(getattr(made, name)) for name in ("MILL", "COOPERATIVE", "MARKET", "LAB", "TOFU")}
READERS = {name: Actor("t", party) for name, party in PARTIES.items()}
READERS["BUREAU"] = Actor("g", made.uscc(made.BUREAU), frozenset({REGULATOR_MARKET}), frozenset({ALL}), "CN")
READERS["ELSEWHERE"] = Actor("g", "urn:uscc:G", frozenset({REGULATOR_MARKET}), frozenset({ALL}), "4403")
READERS["SHOPPER"] = VISITOR


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def told(platform, clock):
    """Story 1; the supermarket receives X1, and the plot was stated with its grid in clear."""
    story = SignedRice(platform, clock)
    story.tell()
    shop = Signer(made.MARKET, "retailer")
    platform.register(shop)
    data = made.a_receipt(
        lot=made.lot(made.MARKET, "Q1"),
        supplierLot=SHIPPED,
        supplier=PARTIES["MILL"],
        quantity=made.kg("6000"),
        receivedAt="2026-10-14T12:00:00+08:00",
        role="goods",
        handover=opening(story.statements["shipment"]),
    )
    when = at("2026-10-14T12:00:00+08:00")
    received = shop.state(
        "food.receipt", data["lot"], data, at=when, conceal=SUPPLIED, inputs=[story.ref("shipment")]
    )
    story.log("Q1", received)
    return story


def shown(told, name: str) -> dict[str, str]:
    """Reader -> "private", "signed" or "place"."""
    found = {}
    for reader, actor in READERS.items():
        one = show_statement(told.platform.transactions, told.receipts[name].statement_id, actor)
        signed = isinstance(one, LoggedStatement)
        found[reader] = "private" if signed and "header" in one.jws else "signed" if signed else "place"
    return found


def readers(**seen: str) -> dict[str, str]:
    return {reader: seen.get(reader, seen["others"]) for reader in READERS}


def test_a_receipt_is_read_by_its_signer_and_the_authority_alone(told) -> None:
    assert shown(told, "R1") == readers(MILL="private", BUREAU="private", others="place")


def test_a_hand_over_is_read_by_both_its_sides(told) -> None:
    assert shown(told, "shipment") == readers(
        MILL="private", BUREAU="private", MARKET="signed", others="place"
    )


def test_what_one_side_answers_is_read_by_the_other(told, clock) -> None:
    named = {"receipt": told.receipts["R1"].statement_id, "handover": told.receipts["C1"].statement_id}
    told.log("confirmed", told.farm.state("food.confirmation", R1, named, at=clock()))
    assert shown(told, "confirmed") == readers(
        COOPERATIVE="signed", MILL="signed", BUREAU="signed", others="place"
    )
    assert shown(told, "C1") == readers(
        COOPERATIVE="private", BUREAU="private", MILL="signed", others="place"
    )


def test_whom_a_hand_over_names_sees_it_before_it_arrives_and_no_longer_once_it_names_another(
    platform, clock
) -> None:
    story = SignedRice(platform, clock)
    story.begin()
    story.harvests()
    story.send(1, "400", at("2026-10-06T17:00:00+08:00"))
    lot = made.lot(made.COOPERATIVE, "C1")
    coming = find_lot(platform.transactions, lot, READERS["MILL"])
    assert (coming.side, str(coming.quantity)) == ("handed", "400 kg")
    assert find_lot(platform.transactions, H1, READERS["MILL"]).view == "public"
    assert find_lot(platform.transactions, lot, READERS["TOFU"]).view == "public"
    assert shown(story, "C1") == readers(
        COOPERATIVE="private", BUREAU="private", MILL="signed", others="place"
    )
    mended = {**story.statements["C1"].claims.data, "receiver": PARTIES["TOFU"]}
    mended.pop("_sd")
    data = made.a_correction(story.receipts["C1"].statement_id, mended)
    story.log(
        "mended",
        story.farm.state("correction", lot, data, at=clock(), conceal=("replacement.receiver",)),
        "agri",
    )
    assert find_lot(platform.transactions, lot, READERS["TOFU"]).view == "partner"
    assert find_lot(platform.transactions, lot, READERS["MILL"]).view == "public"


def test_a_strangers_receipt_opens_the_victims_goods_to_nobody(told, clock) -> None:
    """It names the harvest and the certificate, all that a stranger can know: a claim, and no more."""
    platform, stranger = told.platform, Signer(made.TOFU, "processor")
    platform.register(stranger)
    data = made.a_receipt(lot=made.lot(made.TOFU, "T1"), quantity=made.kg("999999"), receivedAt=str(WHEN))
    claimed = stranger.state("food.receipt", data["lot"], data, at=at(WHEN), conceal=SUPPLIED)
    told.log("T1", claimed)
    found = find_lot(platform.transactions, H1, READERS["TOFU"])
    assert (found.view, "16900" in repr(found)) == ("public", False)
    asked = (
        list_disposals,
        export_epcis,
        lambda *given: next(trace_lineage(*given[:2], "upstream", given[2])),
    )
    for ask in asked:
        with pytest.raises(LotOutOfSight):
            ask(platform.transactions, H1, READERS["TOFU"])
    assert shown(told, "H1")["TOFU"] == shown(told, "certificate")["TOFU"] == "place"
    own = find_lot(platform.transactions, data["lot"], READERS["COOPERATIVE"])
    assert (own.side, own.statement.iss) == ("claimed", PARTIES["TOFU"])
    assert find_lot(platform.transactions, H1, READERS["COOPERATIVE"]).view == "whole"
    assert find_lot(platform.transactions, H1, READERS["MILL"]).side == "source"


def test_a_report_is_read_by_whose_goods_it_speaks_of_and_who_bought_what_it_proves(told) -> None:
    """The certificate is of H1, which the mill received; the report of what the mill packed."""
    assert shown(told, "certificate")["MILL"] == "signed"
    assert shown(told, "certificate")["MARKET"] == shown(told, "certificate")["SHOPPER"] == "place"
    report = shown(told, "report")
    assert (report["LAB"], report["MILL"], report["BUREAU"]) == ("signed",) * 3
    assert {report[other] for other in ("COOPERATIVE", "TOFU", "SHOPPER", "ELSEWHERE")} == {"place"}


def test_a_record_is_read_in_words_as_far_as_its_bytes_are(told, clock) -> None:
    stmt = told.receipts["R1"].statement_id
    of = told.platform.transactions
    own = read_record(of, stmt, READERS["MILL"])
    assert own.version.said.concealed == 0 and "supplier" in own.version.said.data
    assert [(lot.urn, lot.own) for lot in own.lots] == [(R1, True), (SUPPLIER_LOT, False)]
    assert own.names[PARTIES["COOPERATIVE"]], "whose goods they are is said by name"
    for name in ("COOPERATIVE", "ELSEWHERE", "SHOPPER"):
        other = read_record(of, stmt, READERS[name])
        assert (other.version.said, other.lots, other.signer) == (None, (), ""), name
    with pytest.raises(PurposeMissing):
        read_record(of, stmt, READERS["BUREAU"])
    assert list_looks_at(of, PARTIES["MILL"]) == []
    assert read_record(of, stmt, READERS["BUREAU"], "日常核对").version.said.data == own.version.said.data
    assert [one.subject for one in list_looks_at(of, PARTIES["MILL"])] == [stmt]
    sent = read_record(of, told.receipts["shipment"].statement_id, READERS["MARKET"])
    assert sent.version.said.concealed > 0 and "receiver" not in sent.version.said.data
    assert PARTIES["MARKET"] not in sent.names


def test_what_corrected_a_record_stands_before_it_or_is_said_to_be_closed(told, clock) -> None:
    stmt, of = told.receipts["H1"].statement_id, told.platform.transactions
    data = {name: value for name, value in told.statements["H1"].claims.data.items() if name != "_sd"}
    told.log("mended", told.farm.state("correction", H1, made.a_correction(stmt, data), at=clock()), "agri")
    own = read_record(of, stmt, READERS["COOPERATIVE"])
    [mended] = own.corrections
    assert own.standing is mended and mended.said.typ == own.version.said.typ
    assert mended.said.reason and mended.said.data == data
    turned = read_record(of, mended.place.stmt, READERS["COOPERATIVE"])
    assert (turned.amends, turned.corrections) == (stmt, ())
    assert read_record(of, stmt, READERS["ELSEWHERE"]).corrections == ()


def test_what_says_nothing_of_goods_and_what_may_be_scanned_is_for_everybody(told) -> None:
    for name in ("product", "licence", "mill", "pack", "activation"):
        assert set(shown(told, name).values()) == {"signed"}, name
    with pytest.raises(UnknownStatement):
        show_statement(told.platform.transactions, "A" * 43, VISITOR)


def test_an_authority_reads_what_its_own_area_signed(told) -> None:
    assert shown(told, "plot1")["BUREAU"] == "signed"
    assert shown(told, "H1")["ELSEWHERE"] == "place"


def test_what_edition_one_took_in_clear_is_for_its_signer_and_the_authority(told, clock) -> None:
    plot = made.a_plot(name="3号田", grid="51R-77", areaMu="28.6")
    told.log("plot3", told.farm.state("master.place", made.plot(3), plot, at=clock()))
    assert shown(told, "plot3") == readers(COOPERATIVE="signed", BUREAU="signed", others="place")


def bundles(platform, lot: str, view: str) -> set[str]:
    """Who may have the bundle."""
    found = set()
    for reader, actor in READERS.items():
        try:
            bundle = take_bundle(platform.transactions, lot, view, SETTINGS, actor)
        except (LotOutOfSight, UnknownLot):
            continue
        assert bundle["lot"] == lot
        found.add(reader)
    return found


def test_only_a_pack_with_a_code_has_a_public_bundle(told, platform) -> None:
    publish(platform)
    assert bundles(platform, K1, PUBLIC) == set(READERS)
    assert bundles(platform, K1, REGULATOR) == {"BUREAU"}
    assert bundles(platform, SHIPPED, PUBLIC) == {"MILL", "BUREAU"}
    assert bundles(platform, R1, PUBLIC) == {"MILL", "BUREAU"}
    assert bundles(platform, H1, PUBLIC) == {"COOPERATIVE", "BUREAU"}


def test_a_pack_without_a_live_code_has_none_yet(platform, clock) -> None:
    story = SignedRice(platform, clock)
    for step in (story.begin, story.harvests, story.receive, story.make, story.pack):
        step()
    publish(platform)
    assert bundles(platform, K1, PUBLIC) == {"MILL", "BUREAU"}


def test_a_public_bundle_withholds_what_edition_one_took_in_clear_and_verifies(platform, clock) -> None:
    story = SignedRice(platform, clock)
    story.begin()
    plot = made.a_plot(name="1号田", grid="51R-77", areaMu="28.6")
    story.log("plot1b", story.farm.state("master.place", made.plot(1), plot, at=clock()), "agri")
    for step in (story.harvests, story.receive, story.make, story.pack, story.sell):
        step()
    publish(platform)
    bundle = assemble_bundle(platform.transactions, K1, PUBLIC, SETTINGS)
    text = "".join(unb64u(one["jws"]["payload"]).decode() for one in bundle["statements"] if "jws" in one)
    assert "51R-77" not in text
    assert "28.6" not in text
    assert len([one for one in bundle["statements"] if "jws" not in one]) == 1
    assert verify_bundle(bundle, trust(platform, policy_text(clock))).ok
    full = assemble_bundle(platform.transactions, K1, REGULATOR, SETTINGS)
    assert all("jws" in one for one in full["statements"])


def test_events_hold_nothing_private_that_stood_in_clear(told, platform, clock) -> None:
    data = made.a_shipment(lot=made.lot(made.MILL, "X2"), quantity=made.kg("500"), packs=made.ABSENT)
    data |= {"releaseReport": told.receipts["report"].statement_id}
    told.log("clear", told.mill.state("food.shipment", data["lot"], data, at=clock()))
    text = export_epcis(platform.transactions, K1, READERS["MILL"])
    assert data["lot"] in text
    # Whose word the shipment is knows its buyer, by number; a name that stood in clear is told to nobody.
    assert "无何有之乡" not in orjson.dumps(orjson.loads(text)).decode()
    for stranger in ("MARKET", "COOPERATIVE", "SHOPPER", "ELSEWHERE"):
        with pytest.raises(LotOutOfSight):
            export_epcis(platform.transactions, K1, READERS[stranger])
