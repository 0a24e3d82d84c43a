"""Hand-overs between a few parties, as signed statements without keys: who ships, receives, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from trace.chain.pack_contents import contents_of
from trace.chain.pair_names import measure
from trace.ledger.canonical import b64u
from trace.ledger.pairing import Handed, HandoverMembers, PairNames, Place, Signed, opening_digest, pair

START = datetime(2026, 10, 1, tzinfo=UTC)
SHIPPER, RECEIVER, OTHER = "urn:uscc:SHIPPER", "urn:uscc:RECEIVER", "urn:uscc:OTHER"


def owners(lot: str) -> tuple[str, ...]:
    """The parties that a lot urn may belong to."""
    owner = lot.split(":")[2] if lot.startswith("urn:lot:") else ""
    return (f"urn:uscc:{owner}", f"urn:party:{owner}")


def key(data: Mapping[str, object]) -> str | None:
    """A GTIN and a batch number."""
    product, batch = data.get("product"), data.get("batchNo")
    return f"{product} {batch}" if product and batch else None


NAMES = PairNames(
    "food.receipt",
    "food.confirmation",
    "food.refusal",
    {
        "food.shipment": HandoverMembers("lot", "fromLot", "receiver"),
        "farm.certificate": HandoverMembers("consignment", "lot", "buyer"),
    },
    owners,
    key,
    measure,
    Fraction(2, 100),
    contents_of,
    ("food.pack", "food.receipt"),
)


def salt(number: int = 0) -> str:
    """A salt of 16 bytes."""
    return b64u(bytes([number]) * 16)


def lot(party: str, batch: str) -> str:
    """A lot in the name of a party."""
    return f"urn:lot:{party.rsplit(':', 1)[1]}:{batch}"


def kilograms(amount: str) -> dict[str, object]:
    return {"value": amount, "unit": "kg"}


@dataclass
class Story:
    """Statements in the order in which one log takes them, a minute apart."""

    origin: str = "food"
    statements: list[Signed] = field(default_factory=list)

    def state(
        self,
        typ: str,
        iss: str,
        data: Mapping[str, object],
        *,
        valid: bool = True,
        place: Place | None = None,
    ) -> str:
        """Log a statement and return its id."""
        at = len(self.statements)
        where = place or Place.at(START + timedelta(minutes=at), self.origin, at)
        self.statements.append(Signed(f"{typ}-{at}", typ, iss, data, where, valid))
        return self.statements[-1].id

    def ship(
        self,
        to: str | None = RECEIVER,
        *,
        iss: str = SHIPPER,
        batch: str = "D1",
        number: int = 0,
        amount: str = "400",
        typ: str = "food.shipment",
        **more: object,
    ) -> str:
        """A consignment to a concealed receiver."""
        members = NAMES.handovers[typ]
        digests = sorted([opening_digest(salt(number), members.receiver, to), "x" * 43]) if to else ["x" * 43]
        data: dict[str, object] = {
            members.lot: lot(iss, batch),
            members.from_lot: lot(iss, "K1"),
            "quantity": kilograms(amount),
            "_sd": digests,
        }
        valid, place = more.pop("valid", True), more.pop("place", None)
        assert isinstance(valid, bool)
        assert place is None or isinstance(place, Place)
        return self.state(typ, iss, data | more, valid=valid, place=place)

    def receive(
        self,
        of: str | None = None,
        *,
        iss: str = RECEIVER,
        number: int = 0,
        amount: str = "400",
        valid: bool = True,
        place: Place | None = None,
        **more: object,
    ) -> str:
        """A receipt that opens a hand-over, or names what it likes."""
        named = {"handover": {"stmt": of, "salt": salt(number)}} if of is not None else {}
        data = {**named, "quantity": kilograms(amount), **more}
        return self.state("food.receipt", iss, data, valid=valid, place=place)

    def pack(
        self,
        batch: str,
        packs: dict[str, object],
        net: dict[str, object],
        *,
        iss: str = SHIPPER,
        valid: bool = True,
    ) -> str:
        """A record of a lot that says how many packs it is, and what is in one."""
        data = {"lot": lot(iss, batch), "packs": packs, "netContent": net}
        return self.state("food.pack", iss, data, valid=valid)

    def confirm(
        self, receipt: str, handover: str, *, iss: str = SHIPPER, valid: bool = True, **more: object
    ) -> str:
        data = {"receipt": receipt, "handover": handover, **more}
        return self.state("food.confirmation", iss, data, valid=valid)

    def refuse(self, about: str, *, iss: str, **more: object) -> str:
        return self.state("food.refusal", iss, {"about": about, "reason": "not_mine", **more})

    def correct(self, of: str, *, valid: bool = True, iss: str | None = None, **changed: object) -> str:
        """A correction with some members of the statement changed; None takes a member away."""
        before = next(one for one in self.statements if one.id == of)
        inner = before.data.get("replacement", before.data)
        assert isinstance(inner, Mapping)
        data = {name: value for name, value in {**inner, **changed}.items() if value is not None}
        stated = {"amends": of, "reason": "typing error", "replacement": data}
        return self.state("correction", iss or before.iss, stated, valid=valid)

    def withdraw(self, of: str, *, valid: bool = True) -> str:
        iss = next(one.iss for one in self.statements if one.id == of)
        data = {"amends": of, "reason": "never left", "withdraws": True}
        return self.state("correction", iss, data, valid=valid)

    def void(self, name: str) -> None:
        """The key of a statement falls, back to it."""
        self.statements = [
            Signed(one.id, one.typ, one.iss, one.data, one.place, one.valid and one.id != name)
            for one in self.statements
        ]

    def judged(self, **more: tuple[str, ...]) -> dict[str, Handed]:
        return {one.receipt: one for one in pair(self.statements, NAMES, **more)}

    def states(self) -> list[tuple[str, str]]:
        """State and reason of each receipt, the earliest first."""
        return [(one.state, one.reason) for one in pair(self.statements, NAMES)]
