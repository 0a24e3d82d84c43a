"""Data of what one party hands to another: sealed consignments, what opens them, answers."""

from __future__ import annotations

from typing import Any, Final

from tests.builders.facts import ABSENT, Data, a_shipment, uscc
from trace.ledger.pairing import note_salt, opening_digest

SEALED: Final = ("receiver", "receiverName", "receiverAddress", "receiverContact")


def a_salt(lot: str) -> str:
    """The salt that opens a consignment to its receiver: one per lot, from one secret of the tests."""
    return note_salt(bytes(16), lot)


def a_handover(stmt: str, consignment: str) -> Data:
    """How a receipt names and opens a hand-over."""
    return {"stmt": stmt, "salt": a_salt(consignment)}


def sealed(shipment: Data) -> Data:
    """A shipment whose receiver stands only as digests: `a_salt` opens it to the receiver."""
    members = [name for name in SEALED if name in shipment]
    salt = a_salt(shipment["lot"])
    digests = [opening_digest(salt, name, shipment[name]) for name in members]
    return {
        **{name: value for name, value in shipment.items() if name not in SEALED},
        "_sd": sorted([*digests, *shipment.get("_sd", [])]),
    }


def a_sealed_shipment(receiver: str, **changed: Any) -> Data:
    """Goods to a receiver that stands only as a digest."""
    absent = dict.fromkeys((*SEALED[1:], "packs", "releaseReport"), ABSENT)
    return sealed(a_shipment(**{**absent, "receiver": uscc(receiver), **changed}))


def a_confirmation(receipt: str, handover: str, **changed: Any) -> Data:
    return {"receipt": receipt, "handover": handover, **changed}


def a_refusal(about: str, **changed: Any) -> Data:
    return {"about": about, "reason": "not_mine", **changed}
