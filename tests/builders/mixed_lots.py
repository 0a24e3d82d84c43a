"""A trade in which every lot is mixed from the three before it: shares whose digits grow with each mixing."""

from __future__ import annotations

from sqlalchemy import Connection

from tests.builders.effects import EffectsOf, kg
from trace.store.chain.effects import write_effects

LOG = "trace.example.cn/mixed"
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
