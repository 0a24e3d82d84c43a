"""A chain in memory: facts go in through the real parser, admission and overlay, as in a batch."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tests.builders import facts as made
from tests.builders import given
from trace.chain.admission import Door, Envelope, admit
from trace.chain.chain_state import ChainState, KnownLot
from trace.chain.editions import SECOND, edition_at
from trace.chain.effects import Effects, EntryRef
from trace.chain.facts import KINDS, parse_fact
from trace.chain.identifiers import Prefix
from trace.ledger.canonical import b64u
from trace.ledger.disclosure import conceal_members
from trace.rules import Rules, load

FARM_LOG: Final = "demo.example/agri"
FOOD_LOG: Final = "demo.example/food"
GROWER: Final = frozenset({"grower"})
PROCESSOR: Final = frozenset({"processor"})
LABORATORY: Final = frozenset({"lab"})
BUREAU: Final = frozenset({"regulator_market", "registrar"})


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of `inputs`."""

    stmt: str
    log: str
    index: int
    role: str = "raw"


@dataclass(frozen=True, slots=True)
class Signed:
    """The claims that admission reads."""

    typ: str
    iss: str
    sub: str
    occurred_at: datetime
    inputs: Sequence[Named]
    data: dict[str, Any]
    signed: datetime | None = None

    @property
    def signed_at(self) -> datetime:
        """When it was signed: as it happened, unless a test says otherwise."""
        return self.signed or self.occurred_at


@dataclass(frozen=True, slots=True)
class Told:
    """An admitted statement and all that admission was given with it."""

    claims: Signed
    entry: EntryRef
    roles: Collection[str]
    effects: Effects


@dataclass(slots=True)
class Chain:
    """States facts one after the other; `entries` are what was admitted, in order."""

    rules: Rules = field(default_factory=lambda: load("demo"))
    known: ChainState = field(default_factory=ChainState)
    entries: list[Effects] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    conceals: bool = True
    """Whether what is private is concealed as the second edition wants it."""
    prefixes: Mapping[str, str] = field(default_factory=lambda: {made.PREFIX: made.MILL})
    """Company prefixes that were registered before the story begins, and for whom."""

    def __post_init__(self) -> None:
        for digits, party in self.prefixes.items():
            given = Prefix(f"urn:licence:{digits}", digits, made.uscc(party), "2020-01-01", "2039-12-31")
            self.known.master.prefixes.setdefault(digits, (given,))

    def state(
        self,
        typ: str,
        data: dict[str, Any],
        *,
        by: str = made.MILL,
        roles: Collection[str] = PROCESSOR,
        at: str | None = None,
        late: timedelta = timedelta(minutes=30),
        log: str = FOOD_LOG,
        sub: str | None = None,
        inputs: Sequence[Named] = (),
        door: Door = Door.NEW,
        clear: bool = False,
        disclosed: Collection[str] | None = None,
        signed: str | None = None,
        logged: datetime | None = None,
    ) -> Effects:
        """Admit and apply; raises the refusal, and then nothing has changed.

        The receiver of a shipment is concealed, unless it is to stand in the `clear`.
        """
        if typ == "food.shipment" and "receiver" in data and not clear:
            data = given.sealed(data)
        occurred = datetime.fromisoformat(at or moment_of(typ, data))
        subject = sub or subject_of(typ, data)
        index = self.sizes.get(log, 0)
        name = b64u(hashlib.sha256(f"{log}/{index}".encode()).digest())
        if self.conceals and not clear and edition_at(self.known.editions.get(log, ()), index) >= SECOND:
            data, _ = conceal_members(data, KINDS[typ].exposed(data) if typ in KINDS else ())
        claims = Signed(
            typ,
            made.uscc(by),
            subject,
            occurred,
            inputs,
            data,
            datetime.fromisoformat(signed) if signed else None,
        )
        fact = parse_fact(typ, data, subject, occurred)
        entry = EntryRef(log, index, name, claims.iss, logged or occurred + late)
        envelope = Envelope(disclosed=disclosed)
        effects = admit(
            claims, fact, entry, self.known, self.rules, roles=roles, door=door, envelope=envelope
        )
        self.known.apply(effects)
        self.entries.append(effects)
        self.told.append(Told(claims, entry, roles, effects))
        self.sizes[log] = index + 1
        return effects

    def receive(
        self,
        data: dict[str, Any],
        *,
        sent: dict[str, Any] | None = None,
        shipment: dict[str, Any] | None = None,
        by: str = made.MILL,
        roles: Collection[str] = PROCESSOR,
        **how: Any,
    ) -> Effects:
        """Goods handed over: their holder ships them to a concealed receiver, whose receipt opens that.

        `sent` is another amount than the receipt's, `shipment` what else the shipper says.
        """
        shipped = self.ship_to(by, data, {"quantity": sent or data["quantity"], **(shipment or {})})
        named = {
            "supplierLot": shipped.sub,
            "handover": given.a_handover(shipped.entry.statement_id, shipped.sub),
        }
        return self.state("food.receipt", data | named, by=by, roles=roles, **how)

    def ship_to(self, receiver: str, data: dict[str, Any], said: dict[str, Any]) -> Effects:
        """The consignment that a receipt tells of, an hour before it."""
        source = str(data["supplierLot"])
        shipper, batch = source.split(":")[2], str(data["lot"]).split(":")[3]
        at = datetime.fromisoformat(str(data["receivedAt"])) - timedelta(hours=1)
        shipment = given.a_sealed_shipment(
            receiver,
            lot=made.lot(shipper, f"C-{batch}"),
            fromLot=source,
            shippedAt=at.isoformat(),
            **said,
        )
        farm = shipper == made.COOPERATIVE
        how: dict[str, Any] = {"roles": GROWER, "log": FARM_LOG} if farm else {}
        return self.state("food.shipment", shipment, by=shipper, **how)

    def farm(self, typ: str, data: dict[str, Any], **how: Any) -> Effects:
        """As `state`, by the co-operative on the agricultural platform."""
        return self.state(typ, data, **{"by": made.COOPERATIVE, "roles": GROWER, "log": FARM_LOG, **how})

    def lot(self, batch: str, owner: str = made.MILL) -> KnownLot:
        return self.known.lots[made.lot(owner, batch)]

    def marks(self, batch: str, owner: str = made.MILL) -> list[tuple[str, str]]:
        """(rule, code) of the open marks of a lot."""
        return [(mark.rule, mark.code) for mark in self.lot(batch, owner).marks]


_MOMENTS: Final = (
    "harvestedTo",
    "issuedAt",
    "testedAt",
    "receivedAt",
    "finishedAt",
    "packedAt",
    "shippedAt",
)


def moment_of(typ: str, data: dict[str, Any]) -> str:
    """When it was over; what has no time of its own happened on 15 October 2026."""
    for member in _MOMENTS:
        if member in data:
            return str(data[member])
    if typ == "farm.operation":
        return f"{data['usedOn']}T08:00:00+08:00"
    return "2026-10-15T08:00:00+08:00"


def subject_of(typ: str, data: dict[str, Any]) -> str:
    if typ == "food.merge":
        return str(data["output"]["lot"])
    if typ == "food.split":
        return str(data["input"]["lot"])
    if typ == "master.licence":
        return f"urn:licence:{data['number']}"
    return str(data.get("lot") or data.get("batch") or data.get("plot") or "urn:record:1")


def good_chain(rules: Rules | None = None, **packed: Any) -> Chain:
    """Story 1 up to the shipment of K1; `packed` changes the pack record of K1."""
    chain = Chain(rules or load("demo"))
    chain.state(
        "master.licence", made.a_licence(), by=made.BUREAU, roles=BUREAU, at="2026-10-01T08:00:00+08:00"
    )
    two = {
        "lot": made.lot(made.COOPERATIVE, "H2"),
        "plots": [made.plot(2)],
        "quantity": made.kg("18400"),
        "harvestedFrom": "2026-10-06T07:00:00+08:00",
        "harvestedTo": "2026-10-06T15:00:00+08:00",
    }
    first = chain.farm("farm.harvest", made.a_harvest())
    second = chain.farm("farm.harvest", made.a_harvest(**two))
    for number, entry, quantity in ((1, first, "16900"), (2, second, "18400")):
        receipt = made.a_receipt(
            lot=made.lot(made.MILL, f"R{number}"),
            supplierLot=made.lot(made.COOPERATIVE, f"H{number}"),
            quantity=made.kg(quantity),
            receivedAt="2026-10-06T17:00:00+08:00",
        )
        named = Named(entry.entry.statement_id, entry.entry.origin, entry.entry.index)
        chain.receive(receipt, inputs=[named])
    chain.state("food.merge", made.a_merge())
    chain.state("food.production", made.a_production())
    report = chain.state("lab.report", made.a_report(), by=made.LAB, roles=LABORATORY).entry.statement_id
    chain.state("food.pack", made.a_pack(**{"packedAt": "2026-10-13T12:00:00+08:00", **packed}))
    chain.state("food.pack", a_ten_kilo_pack())
    chain.state("code.activate", made.an_activation(report=report), at="2026-10-13T14:00:00+08:00")
    chain.state("food.shipment", made.a_shipment(releaseReport=report))
    return chain


def a_ten_kilo_pack(**changed: Any) -> dict[str, Any]:
    """K2: 560 packs of 10 kg from the same rice."""
    two = {
        "lot": made.lot(made.MILL, "K2"),
        "product": "urn:gtin:09521234100027",
        "gtin": "9521234100027",
        "quantity": made.kg("5600"),
        "packs": {"value": "560", "unit": "件"},
        "netContent": made.kg("10"),
        "packedAt": "2026-10-13T13:00:00+08:00",
    }
    return made.a_pack(**{**two, **changed})
