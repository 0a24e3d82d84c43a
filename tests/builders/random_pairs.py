"""Hand-overs at random: few parties, lots and salts, so that statements meet, contradict and take back."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from tests.builders.pairing_story import OTHER, RECEIVER, SHIPPER, START, Story, lot, salt
from trace.ledger.pairing import Place

PARTIES = (SHIPPER, RECEIVER, OTHER)
AMOUNTS = ("100", "200", "400", "408", "409", "1e5", "-1", "0.000001")
UNITS = ("kg", "kg", "kg", "t", "斤", "袋", "箱", "瓶", "L")
SPECS = (
    "25 kg/袋",
    "2５公斤／袋",
    " 0.5斤 / 袋",
    "12.5㎏每箱",
    "500ML/瓶",
    "0 kg/袋",
    "1.1234567 kg/袋",
    "25 kg/袋装",
    "25 KG/袋",
    "25 kg/袋",
    "约25 kg/袋",
    "٢٥ kg/袋",
    "25 kg/𠮷",
    7,
    None,
)
"""What people write, and what a reader must not make anything of."""
HOUR = timedelta(hours=1)


def random_story(seed: int) -> tuple[Story, tuple[str, ...]]:
    """A story of a dozen statements, and the ids that its reader is not shown."""
    dice = random.Random(seed)
    story = Story()
    for _ in range(dice.randrange(2, 14)):
        _next(story, dice)
    if dice.random() < 0.2:
        story.void(dice.choice(story.statements).id)
    withheld = tuple(one.id for one in story.statements if dice.random() < 0.05)
    story.statements = [one for one in story.statements if one.id not in withheld]
    if dice.random() < 0.2:
        dice.shuffle(story.statements)
    return story, withheld


def _amounts(dice: random.Random) -> dict[str, Any]:
    """At times another unit, a number of packs, what is in one; sometimes written as nobody should."""
    found: dict[str, Any] = {}
    if dice.random() < 0.35:
        found["quantity"] = {"value": dice.choice(AMOUNTS), "unit": dice.choice(UNITS)}
    if dice.random() < 0.2:
        found["packs"] = {"value": dice.choice(("4", "16", "400", "0")), "unit": dice.choice(UNITS)}
    if dice.random() < 0.1:
        found["netContent"] = {"value": dice.choice(("25", "0.1", "0", "-2")), "unit": dice.choice(UNITS)}
    if dice.random() < 0.3:
        found["spec"] = dice.choice(SPECS)
    return found


def _pack(story: Story, dice: random.Random, lots: list[str]) -> None:
    """A record of some lot, not always its owner's."""
    data = {"lot": dice.choice(lots), **_amounts(dice), **_amounts(dice)}
    story.state("food.pack", dice.choice((SHIPPER, SHIPPER, OTHER)), data, valid=dice.random() > 0.1)


def _next(story: Story, dice: random.Random) -> None:
    ids = [one.id for one in story.statements] or ["nothing"]
    sent = [one.id for one in story.statements if one.typ in {"food.shipment", "farm.certificate"}] or ids
    got = [one.id for one in story.statements if one.typ == "food.receipt"] or ids
    what, place, valid = dice.random(), _place(story, dice), dice.random() > 0.03
    lots = [lot(SHIPPER, "D1")] * 4 + [lot(party, batch) for party in PARTIES for batch in ("D1", "K1", "D2")]
    if what < 0.05:
        _pack(story, dice, lots + [lot(SHIPPER, "K1")] * 4)
    elif what < 0.25 or not story.statements:
        clear: dict[str, Any] = {"receiver": dice.choice(PARTIES)} if dice.random() < 0.2 else {}
        more = {**clear, "fromLot": dice.choice(lots)} if dice.random() < 0.3 else clear
        typ = dice.choice(("food.shipment", "food.shipment", "farm.certificate"))
        story.ship(
            dice.choice((RECEIVER, RECEIVER, *PARTIES, None)),
            iss=dice.choice((SHIPPER, SHIPPER, OTHER)),
            batch=dice.choice(("D1", "D2")),
            number=dice.choice((0, 0, 0, 1)),
            amount=dice.choice(AMOUNTS),
            typ=typ,
            valid=valid,
            place=place,
            **_amounts(dice),
            **more,
        )
    elif what < 0.55:
        story.receive(
            dice.choice((*sent, None, "x" * 43)),
            iss=dice.choice((RECEIVER, RECEIVER, OTHER, SHIPPER)),
            number=dice.choice((0, 0, 0, 1)),
            amount=dice.choice(AMOUNTS),
            valid=valid,
            place=place,
            **{"lot": dice.choice(lots)} if dice.random() < 0.1 else {},
            **_amounts(dice),
            **_named(dice, lots, sent),
        )
    elif what < 0.7:
        more = {
            name: value
            for name, value in (("salt", salt(dice.randrange(2))), ("complete", True))
            if dice.random() < 0.4
        }
        story.confirm(dice.choice(got), dice.choice(sent), iss=dice.choice(PARTIES), valid=valid, **more)
    elif what < 0.8:
        more = {"salt": salt(dice.randrange(2))} if dice.random() < 0.6 else {}
        story.refuse(dice.choice(got + sent), iss=dice.choice(PARTIES), **more)
    elif what < 0.92:
        changed = dice.choice(
            (
                {"supplierLot": dice.choice((*lots, None))},
                {
                    "handover": dice.choice(
                        (None, {"stmt": dice.choice(sent), "salt": salt(dice.randrange(2))})
                    )
                },
                {"quantity": {"value": dice.choice(AMOUNTS), "unit": dice.choice(UNITS)}},
                _amounts(dice),
                {"lot": dice.choice(lots), "fromLot": dice.choice(lots)},
                {"_sd": None},
                {"receipt": dice.choice(got), "handover": dice.choice(sent)},
                {"complete": True},
                _named(dice, lots, sent),
            )
        )
        iss = dice.choice((None, None, None, OTHER))
        of = dice.choice(ids)
        story.correct(of, iss=iss, valid=valid, **changed)
    else:
        story.withdraw(dice.choice(ids), valid=valid)


def _named(dice: random.Random, lots: list[str], sent: list[str]) -> dict[str, Any]:
    members: dict[str, Any] = {
        "supplierLot": dice.choice(lots),
        "supplier": dice.choice(PARTIES),
        "through": True,
        "returns": dice.choice(sent),
        "complete": True,
        "product": "urn:gtin:1",
        "batchNo": "B1",
    }
    chances = {"supplierLot": 0.4, "supplier": 0.1, "through": 0.03, "returns": 0.03, "complete": 0.2}
    return {name: value for name, value in members.items() if dice.random() < chances.get(name, 0.2)}


def _place(story: Story, dice: random.Random) -> Place | None:
    """Mostly the own log's next minute; at times another log, whose time is known between checkpoints."""
    if dice.random() > 0.3:
        return None
    at = len(story.statements)
    by = START + timedelta(minutes=at) + dice.choice((timedelta(0), HOUR))
    return Place("agri", at, by, dice.choice((None, START, by - HOUR, by)))
