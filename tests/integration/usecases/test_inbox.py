"""The inbox of a party, on both databases: what is handed over to it, and who claims its goods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.builders.traced_chain import BUREAU, FARM, K1, MILL, SHOP, TOFU_MAKER, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import NoteForAnother, NoteUnknown, RetentionRunning
from trace.exchange.delivery_note import DeliveryNote
from trace.parties import Actor
from trace.usecases.inbox.open_note import open_note
from trace.usecases.inbox.read_inbox import Inbox, read_inbox
from trace.usecases.intake.erase_private import erase_private
from trace.usecases.intake.receipt import Receipt
from trace.usecases.lots.recall_scope import read_scope

SECRET = bytes(range(16))
OUT_OF = "15 09:00"


@pytest.fixture
def chain(database_url: str, clock: SteppingClock) -> Iterator[TracedChain]:
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        yield chain


@pytest.fixture
def report(chain: TracedChain) -> str:
    """Packed rice in stock: the report that lets it go."""
    return chain.packed_rice()


def actor(code: str) -> Actor:
    return Actor(code, made.uscc(code))


def inbox(chain: TracedChain, code: str, of: str | None = None) -> Inbox:
    return read_inbox(chain.platform.transactions, actor(code), of)


def shipped(chain: TracedChain, report: str, batch: str = "D1", kilos: int = 400, to: str = SHOP) -> str:
    return chain.ship(batch, kilos, K1, to=to, report=report)


def test_goods_on_their_way_stand_in_the_inbox_of_their_receiver_alone(chain, report):
    sent = shipped(chain, report)
    (found,) = inbox(chain, SHOP).handovers
    assert (found.lot, found.from_lot, found.from_batch) == (sent, K1, "M1")
    assert (found.shipper, found.shipper_name) == (made.uscc(MILL), MILL)
    assert {"stmt": found.stmt, "salt": found.salt} == chain.openings[sent]
    assert (str(found.quantity), str(found.received), found.state) == ("400 kg", "0 kg", "open")
    for other in (MILL, TOFU_MAKER, FARM):
        assert inbox(chain, other).handovers == ()


def test_what_is_received_leaves_the_inbox_and_what_is_outstanding_stays(chain, report):
    sent = shipped(chain, report)
    chain.receive("S1", 150, sent, by=SHOP, at=OUT_OF, role="goods")
    (found,) = inbox(chain, SHOP).handovers
    assert (str(found.received), found.state) == ("150 kg", "received")
    chain.receive("S2", 250, sent, by=SHOP, at="16 09:00", role="goods")
    assert inbox(chain, SHOP).handovers == ()


def corrected(chain: TracedChain, sent: str, kilos: int, at: str, to: str = SHOP) -> None:
    """The mill states the shipment anew, with a salt of its own."""
    stmt = chain.openings[sent]["stmt"]
    whole = {
        "lot": sent,
        "fromLot": K1,
        "quantity": made.kg(kilos),
        "receiver": made.uscc(to),
        "shippedAt": "2026-10-14T08:00:00+08:00",
        "declared": [{"rule": rule, "reason": "更正数量"} for rule in ("R04", "R05")],
    }
    said = {"amends": stmt, "reason": "数量写错", "replacement": whole}
    signed = chain.signers[MILL].state(
        "correction", sent, said, at=october(at), conceal=("replacement.receiver",)
    )
    (outcome,) = chain.platform.accept(signed)
    assert isinstance(outcome, Receipt), outcome


def test_of_several_versions_the_salt_of_the_one_in_force_is_given(chain, report):
    sent = shipped(chain, report)
    for kilos in (300, 200, 100, 50):
        corrected(chain, sent, kilos, "14 08:30")
        (found,) = inbox(chain, SHOP).handovers
        assert (str(found.quantity), found.stmt) == (f"{kilos} kg", chain.openings[sent]["stmt"])
    corrected(chain, sent, 50, "14 08:30", to=TOFU_MAKER)
    assert inbox(chain, SHOP).handovers == ()
    assert len(inbox(chain, TOFU_MAKER).handovers) == 1


def test_an_erased_receiver_is_forgotten_by_the_inbox_too(chain, report):
    shipped(chain, report)
    (found,) = inbox(chain, SHOP).handovers
    with pytest.raises(RetentionRunning):
        erase_private(chain.platform.transactions, found.stmt, ["receiver"])
    chain.clock.advance(timedelta(days=2 * 366))
    erase_private(chain.platform.transactions, found.stmt, ["receiver"])
    assert inbox(chain, SHOP).handovers == ()


def test_a_claim_on_ones_goods_is_shown_to_the_shipper_with_the_shipment_that_fits(chain, report):
    sent = shipped(chain, report)
    stmt = chain.openings.pop(sent)["stmt"]  # the shop does not open it
    got = chain.receive("S1", 400, K1, by=SHOP, at=OUT_OF, role="goods")
    (group,) = inbox(chain, MILL).claims
    (claim,) = group.claims
    assert (group.party, group.count) == (made.uscc(SHOP), 1)
    assert (claim.lot, claim.names, claim.fitting, claim.state) == (got, K1, (stmt,), "claimed")
    assert inbox(chain, SHOP).claims == ()
    assert inbox(chain, TOFU_MAKER).claims == ()


def test_a_claim_on_a_lot_that_nobody_stated_is_shown_to_the_owner_in_its_name(chain, report):
    chain.receive("S1", 400, made.lot(MILL, "NEVER"), by=SHOP, at=OUT_OF, role="goods")
    (group,) = inbox(chain, MILL).claims
    assert [(one.names, one.fitting) for one in group.claims] == [(made.lot(MILL, "NEVER"), ())]


def test_many_claims_of_one_party_are_grouped_and_all_of_them_can_be_reached(chain, report):
    for number in range(23):
        chain.receive(f"S{number}", 1, K1, by=SHOP, at=OUT_OF, role="goods")
    chain.receive("T1", 1, K1, by=TOFU_MAKER, at=OUT_OF, role="goods")
    first, second = inbox(chain, MILL).claims
    assert (first.party, first.count, len(first.claims)) == (made.uscc(SHOP), 23, 20)
    assert (second.party, second.count) == (made.uscc(TOFU_MAKER), 1)
    whole = inbox(chain, MILL, made.uscc(SHOP)).claims[0]
    assert (whole.count, len(whole.claims)) == (23, 23)


def note_of(chain: TracedChain, report: str, *kilos: int, to: str = SHOP) -> DeliveryNote:
    """A delivery note of the mill with a line for each amount."""
    stmts = []
    for number, amount in enumerate(kilos, 1):
        lot = made.lot(MILL, f"N{number}")
        salt = DeliveryNote("A" * 43, 1, SECRET).salt(lot)
        chain.ship(f"N{number}", amount, K1, to=to, report=report, salt=salt)
        stmts.append(chain.openings[lot]["stmt"])
    return DeliveryNote(stmts[0], len(stmts), SECRET)


def test_one_code_opens_every_line_of_a_note_to_its_receiver_alone(chain, report):
    note = note_of(chain, report, 100, 200, 300)
    lines = open_note(chain.platform.transactions, actor(SHOP), note.text())
    assert [str(line.quantity) for line in lines] == ["100 kg", "200 kg", "300 kg"]
    assert [line.salt for line in lines] == [note.salt(line.lot) for line in lines]
    with pytest.raises(NoteForAnother):
        open_note(chain.platform.transactions, actor(TOFU_MAKER), note.text())


def test_a_note_whose_records_have_not_arrived_is_said_to_be_so(chain, report):
    with pytest.raises(NoteUnknown):
        open_note(chain.platform.transactions, actor(SHOP), DeliveryNote("A" * 43, 1, SECRET).text())


def test_claims_older_than_others_come_first(chain, report):
    chain.receive("T1", 1, K1, by=TOFU_MAKER, at=OUT_OF, role="goods")
    chain.clock.advance(timedelta(hours=1))
    chain.receive("S1", 1, K1, by=SHOP, at="15 10:00", role="goods")
    assert [group.party for group in inbox(chain, MILL).claims] == [made.uscc(TOFU_MAKER), made.uscc(SHOP)]


def test_strangers_under_many_names_do_not_drown_an_honest_claim(chain, report):
    """Each has a group of its own, the oldest first: the honest one is where it would be without them."""
    chain.receive("S1", 400, K1, by=SHOP, at=OUT_OF, role="goods")
    names = [f"9131015{number}MA1FL4PT0X" for number in range(12)]
    strangers = [Signer(name, "processor") for name in names]
    chain.platform.register(*strangers)
    chain.signers |= dict(zip(names, strangers, strict=True))
    for number, name in enumerate(names):
        for batch in ("X", "Y"):
            chain.receive(f"{batch}{number}", 99_999, K1, by=name, at="16 09:00", role="goods")
    groups = inbox(chain, MILL).claims
    assert [group.party for group in groups] == [made.uscc(SHOP), *map(made.uscc, names)]
    assert sum(group.count for group in groups) == 1 + 2 * len(names)
    (honest,) = inbox(chain, MILL, made.uscc(SHOP)).claims[0].claims
    assert (honest.names, str(honest.quantity)) == (K1, "400 kg")
    told = read_scope(chain.platform.transactions, K1, BUREAU)
    lines = [one for name, value in told if name == "lines" for one in value]
    assert (made.uscc(SHOP), "claimed") in [(one["receiver"], one["column"]) for one in lines]
