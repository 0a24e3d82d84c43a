"""Random chains with everything that a trace shows: holders, places, marks, disputes, concealed receivers."""

from __future__ import annotations

import random
from datetime import timedelta

from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.chain.effects import Effects, Interval
from trace.ledger.disclosure import make_disclosure

LOG = "food.example/log"
PARTIES = tuple(f"urn:uscc:9131015{number}MA1FL4PT0X" for number in range(5))
PLACES = tuple(f"urn:place:31015{number}999299-0001" for number in range(4))
KINDS = ("harvest", "material", "batch", "product", "pack", "consignment", "consignment")
Told = tuple[str, str, str]


def random_trade(lots: int, seed: int) -> tuple[list[Effects], list[str], list[Told]]:
    """The statements, the urns of the lots in order, and what lies beside the shipments."""
    draw = random.Random(seed)
    story = [_master()]
    urns: list[str] = []
    told: list[Told] = []
    known: list[int] = []
    for index in range(1, lots + 1):
        kind = draw.choice(KINDS)
        one = EffectsOf(LOG, index, f"food.{kind}", draw.choice(PARTIES))
        urns.append(f"urn:lot:X:{draw.randrange(10**6):06d}-{index}")
        lot = _lot(one, draw, urns[-1], kind)
        for above in draw.sample(known, min(len(known), draw.randint(0, 3))):
            _link(one, draw, above, lot)
        _remarks(one, draw, lot)
        known.append(lot)
        story.append(one.done(urns[-1]))
        if kind == "consignment":
            told += _receiver(one, draw, index)
    return story, urns, told


def _master() -> Effects:
    one = EffectsOf(LOG, 0, "master.party", PARTIES[0])
    for number, party in enumerate(PARTIES[:-1]):
        address = {"address": f"某路{number}号"} if number % 2 else {}
        one.keep(
            made.MasterStated(
                one.next_id(), "party", party, {"name": f"第“{number}”公司", "region": "310151"} | address
            )
        )
    for place in PLACES[:-1]:
        one.keep(
            made.MasterStated(
                one.next_id(), "place", place, {"name": "田", "kind": "plot", "region": place[10:22]}
            )
        )
    return one.done(PARTIES[0])


def _lot(one: EffectsOf, draw: random.Random, urn: str, kind: str) -> int:
    lot = one.next_id()
    span = _span(one, draw)
    one.keep(
        made.NewLot(
            id=lot, urn=urn, kind=kind, product=draw.choice((None, "urn:gtin:09521234100010")),
            product_name=draw.choice(("稻谷", "大米 \"A\"", "Mehl")),
            holder=None if draw.random() < 0.3 else draw.choice(PARTIES),
            place=draw.choice((None, *PLACES)),
            quantity=kg(draw.choice(("100", "12.5", "0.001", "99999"))), produced=span,
            batch_no=urn.rpartition(":")[2],
            detail={"plots": draw.sample(PLACES, 2)} if kind == "harvest" else {},
        )
    )  # fmt: skip
    if draw.random() < 0.2:
        one.keep(made.LotTaken(lot, kg("10")))
    return lot


def _span(one: EffectsOf, draw: random.Random) -> Interval:
    at = one.done().occurred_at + timedelta(minutes=draw.randint(-40, 40))
    ends = at, at + timedelta(seconds=draw.randint(0, 5000), microseconds=draw.choice((0, 250)))
    return Interval(*(None if draw.random() < 0.2 else end for end in ends))


def _link(one: EffectsOf, draw: random.Random, above: int, lot: int) -> None:
    one.keep(
        made.NewLink(
            one.next_id(), above, lot, draw.choice(("transform", "ship", "pack")),
            kg(str(draw.randint(1, 50))) if draw.random() < 0.9 else None,
            kg(str(draw.randint(1, 50))) if draw.random() < 0.9 else None,
            _span(one, draw), _span(one, draw),
            draw.choice(("signed", "signed", "signed", "signed", "disputed", "superseded")),
        )
    )  # fmt: skip


def _remarks(one: EffectsOf, draw: random.Random, lot: int) -> None:
    if draw.random() < 0.3:
        one.keep(
            made.Mark(one.next_id(), f"R{draw.randint(10, 20)}", "odd", lot, ("code",), {"value": "1 t"})
        )
    if draw.random() < 0.1:
        statements = (one.entry.statement_id,)
        one.keep(made.NewDispute(one.next_id(), lot, statements, "quantity", ("1 kg", "2 kg")))


def _receiver(one: EffectsOf, draw: random.Random, index: int) -> list[Told]:
    values = {
        "receiver": draw.choice((*PARTIES, "urn:uscc:NOBODY")),
        "receiverName": f"（演示）第{index}店",
        "receiverAddress": f"浦东\n{index}号",
        "receiverContact": "13800000000",
    }
    told = []
    for at, (name, value) in enumerate(values.items()):
        if draw.random() < 0.7:
            shown = make_disclosure(name, value, (index * 4 + at).to_bytes(16, "big"))
            told.append((one.entry.statement_id, shown.digest, shown.encoded))
    return told
