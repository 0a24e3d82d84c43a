"""One batch in one pack that went to many receivers, whom only the disclosures name."""

from __future__ import annotations

from tests.builders.effects import EffectsOf, kg
from tests.builders.random_trade import LOG, Told
from trace.chain.effects import Effects
from trace.ledger.disclosure import make_disclosure

SHIPPER = "urn:uscc:91310151MA1FL4PT0X"


def wide_recall(receivers: int, first: int = 0) -> tuple[str, list[Effects], list[Told]]:
    """The batch's urn, the statements from index `first` on, and what lies beside the shipments."""
    batch = f"urn:lot:X:B{first}"
    one = EffectsOf(LOG, first, "food.production", SHIPPER)
    made = one.lot(batch, kg("1000"), "batch")
    packed = EffectsOf(LOG, first + 1, "food.pack", SHIPPER)
    pack = packed.lot(f"urn:lot:X:P{first}", kg("1000"), "pack")
    packed.link(made, pack, kg("1000"), kg("1000"), "pack")
    story, told = [one.done(batch), packed.done()], []
    for number in range(receivers):
        sent = EffectsOf(LOG, first + 2 + number, "food.shipment", SHIPPER)
        lot = sent.lot(f"urn:lot:X:S{first + number:07d}", kg("0.001"), "consignment", holder=None)
        sent.link(pack, lot, kg("0.001"), kg("0.001"), "ship")
        story.append(sent.done())
        shown = make_disclosure("receiverName", f"第{number}店", number.to_bytes(16, "big"))
        told.append((sent.entry.statement_id, shown.digest, shown.encoded))
    return batch, story, told
