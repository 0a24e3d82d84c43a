"""Graphs that are dear to walk: lots each mixed from the three before, a silo of very many harvests."""

from __future__ import annotations

from sqlalchemy import Connection

from tests.builders.effects import EffectsOf, kg
from trace.chain.effects import PackNoted
from trace.store.chain.effects import write_effects

LOG, HARVESTS = "trace.example.cn/mixed", "trace.example.cn/harvests"
MIXTURES = 915
"""With a source of its own for each: 1,830 lots."""


def mixed_lots(connection: Connection, mixtures: int = MIXTURES) -> str:
    """Write them; gives back the urn of the last. No two amounts divide each other."""
    story, mixed = list[EffectsOf](), list[int]()
    for number in range(mixtures):
        one = EffectsOf(LOG, number, "food.merge")
        source = one.lot(f"urn:lot:X:S{number}", kg("100000000"), "harvest")
        lot = one.lot(f"urn:lot:X:L{number}", kg("100000000"), "merged")
        own = kg(f"{number * 7_919 + 1}.{number + 1:03}")
        one.link(source, lot, own, own)
        for back, above in enumerate(mixed[:-4:-1], start=1):
            amount = kg(f"{number * 104_729 + back}.{back}7")
            one.link(above, lot, amount, amount)
        mixed.append(lot)
        story.append(one)
    write_effects(connection, [one.done() for one in story])
    return f"urn:lot:X:L{mixtures - 1}"


def large_batch(connection: Connection, gtin: str, batch: str, harvests: int) -> str:
    """Write a pack with a code, of a silo into which so many harvests were poured; gives back its urn."""
    packed = EffectsOf(HARVESTS, harvests, "food.pack")
    silo = packed.lot("urn:lot:X:SILO", kg("100000000"), "merged")
    pack = packed.lot(f"urn:lot:X:{batch}", kg("100000000"), "pack")
    packed.link(silo, pack, kg("1"), kg("1"), "pack")
    named = {"productionDate": "2026-10-02", "expiryDate": "2027-10-01", "productName": "大米"}
    packed.keep(PackNoted(packed.next_id(), pack, f"urn:gtin:{gtin}", gtin, batch, "batch", "active", named))
    story = list[EffectsOf]()
    for number in range(harvests):
        one = EffectsOf(HARVESTS, number, "farm.harvest")
        poured = one.lot(f"urn:lot:X:H{number}", kg("100"), "harvest")
        one.link(poured, silo, kg("100"), kg("100"), "merge")
        story.append(one)
    write_effects(connection, [one.done() for one in (*story, packed)])
    return f"urn:lot:X:{batch}"
