"""A mill's pack from a farm's harvest across two logs: what each side says of the hand-over, as a bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from tests.builders.ledgers import PLATFORM_KEY, REGISTRAR, START, MemoryLog, Signer, a_witness
from trace.ledger.bundle import Bundle, LogEvidence, build_bundle
from trace.ledger.canonical import b64u
from trace.ledger.claims import InputRef
from trace.ledger.keys import revocation_data
from trace.ledger.leaf import lot_secret
from trace.ledger.pairing import opening_digest

FARM, MILL, STRANGER = "urn:uscc:FARM", "urn:uscc:MILL", "urn:uscc:STRANGER"
SALT = b64u(bytes(16))
HOUR = timedelta(hours=1)


def lot(party: str, batch: str) -> str:
    return f"urn:lot:{party.rsplit(':', 1)[1]}:{batch}"


PACK = lot(MILL, "P1")


def kg(amount: str) -> dict[str, str]:
    return {"value": amount, "unit": "kg"}


@dataclass
class HandedGoods:
    """Two logs and four signers; `state` logs and publishes, an hour after the one before."""

    hidden: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.witness = a_witness("witness.agri.test/w1", 601)
        self.agri = MemoryLog("trace.test/agri", 602, [self.witness])
        self.food = MemoryLog("trace.test/food", 603, [self.witness])
        self.registrar = Signer(REGISTRAR, 604)
        self.signers = {FARM: Signer(FARM, 605), MILL: Signer(MILL, 606), STRANGER: Signer(STRANGER, 607)}
        self.hours = 0
        self._chains: dict[tuple[str, str], Signer] = {}
        for log, name in ((self.agri, "agri"), (self.food, "food")):
            registrar = self._chain(self.registrar, name)
            log.register(registrar, registrar, START, roles=["registrar", "regulator_market"])
            for iss, role in ((FARM, "grower"), (MILL, "processor"), (STRANGER, "processor")):
                log.register(registrar, self.signers[iss], START, roles=[role])
            log.publish(START)

    def _chain(self, signer: Signer, log: str) -> Signer:
        return self._chains.setdefault((signer.iss, log), signer.on(log))

    def state(
        self,
        iss: str,
        typ: str,
        sub: str,
        data: dict[str, Any],
        inputs: tuple[str, ...] = (),
        *,
        hidden: bool = False,
    ) -> str:
        """Log one statement where its signer's platform is; returns its id."""
        log = self.agri if iss == FARM else self.food
        signer = self.registrar if iss == REGISTRAR else self.signers[iss]
        self.hours += 1
        when = START + self.hours * HOUR
        refs = [self._ref(name) for name in inputs]
        concealing: dict[str, Any] = {"_sd_alg": "sha-256"} if "_sd" in data else {}
        chain = self._chain(signer, "agri" if log is self.agri else "food")
        made = chain.state(typ, sub, data, when, inputs=refs, **concealing)
        log.append(made)
        log.publish(when)
        if hidden:
            self.hidden.add(made.statement_id)
        return made.statement_id

    def _ref(self, name: str) -> InputRef:
        for log in (self.agri, self.food):
            for index, one in enumerate(log.statements):
                if one.statement_id == name:
                    return InputRef(name, log.origin, index, "raw")
        raise KeyError(name)

    def harvest(self, batch: str = "H1") -> str:
        data = {"lot": lot(FARM, batch), "plots": ["urn:place:1"], "quantity": kg("400")}
        return self.state(FARM, "farm.harvest", lot(FARM, batch), data)

    def ship(self, batch: str = "D1", to: str = MILL, **more: Any) -> str:
        digest = opening_digest(SALT, "receiver", to)
        data = {"lot": lot(FARM, batch), "fromLot": lot(FARM, "H1"), "quantity": kg("400"), "_sd": [digest]}
        return self.state(FARM, "food.shipment", lot(FARM, batch), data | more)

    def receive(self, of: str | None, batch: str = "R1", *, iss: str = MILL, **more: Any) -> str:
        named = {"handover": {"stmt": of, "salt": SALT}} if of is not None else {}
        data = {"lot": lot(iss, batch), "quantity": kg("400"), **named, **more}
        return self.state(iss, "food.receipt", lot(iss, batch), data)

    def pack(self, *receipts: str, iss: str = MILL) -> str:
        data: dict[str, Any] = {"batch": lot(MILL, "M1"), "outputs": [{"lot": lot(MILL, "RICE")}]}
        data["inputs"] = [{"lot": lot(MILL, f"R{number}")} for number, _ in enumerate(receipts, 1)]
        made = self.state(MILL, "food.production", lot(MILL, "M1"), data, receipts)
        return self.state(iss, "food.pack", PACK, {"lot": PACK, "fromLot": lot(MILL, "RICE")}, (made,))

    def void(self, iss: str, index: int) -> None:
        data = revocation_data(self.signers[iss].key.kid, "compromised", invalid_from=index)
        self.hours += 1
        when = START + self.hours * HOUR
        log, name = (self.agri, "agri") if iss == FARM else (self.food, "food")
        log.append(self._chain(self.registrar, name).state("party.key.revoke", iss, data, when))
        log.publish(when)

    def form(self) -> dict[str, Any]:
        entries = []
        for number, log in enumerate((self.agri, self.food)):
            size = log.tree.size
            for index, one in enumerate(log.statements):
                shown = {"jws": None} if one.statement_id in self.hidden else {}
                entries.append(log.entry(index, number, size, **shown))
        logs = tuple(self._evidence(log) for log in (self.agri, self.food))
        bundle = Bundle(PACK, lot_secret(PLATFORM_KEY, PACK), "public", tuple(entries), logs)
        made: dict[str, Any] = orjson.loads(orjson.dumps(build_bundle(bundle)))
        return made

    def _evidence(self, log: MemoryLog) -> LogEvidence:
        newest = max(log.notes)
        older = tuple(log.earlier(size, newest) for size in sorted(log.notes) if size != newest)
        return LogEvidence(log.notes[newest], None, older)

    @property
    def policy(self) -> str:
        return f"{self.agri.vkeys()}{self.food.vkeys()}witness agri {self.witness.vkey}\nquorum agri\n"

    @property
    def registrars(self) -> str:
        return f"{self.registrar.key.kid} 登记机关\n"


@dataclass(frozen=True, slots=True)
class Tale:
    """What happens; the states and reasons of the receipts, the provenance, what is apart and what fails."""

    tell: Callable[[HandedGoods], object]
    receipts: tuple[tuple[str, str], ...]
    provenance: str
    apart: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def _confirmed(goods: HandedGoods) -> None:
    goods.harvest()
    goods.pack(goods.receive(goods.ship()))


def _receipt_first(goods: HandedGoods) -> None:
    goods.harvest()
    received = goods.receive(None, supplierLot=lot(FARM, "D1"))
    goods.ship()
    goods.pack(received)
    sent = goods.agri.statements[-1].statement_id
    data = {"receipt": received, "handover": sent}
    goods.state(FARM, "food.confirmation", lot(MILL, "R1"), data)


def _claimed(goods: HandedGoods) -> None:
    goods.pack(goods.receive(None, supplierLot=lot(FARM, "H1")))


def _copied(goods: HandedGoods) -> None:
    """The shipment to somebody else and the harvest behind it, added by hand."""
    goods.harvest()
    sent = goods.ship(to=STRANGER)
    goods.pack(goods.receive(sent))


def _partly(goods: HandedGoods) -> None:
    goods.harvest()
    goods.harvest("H2")
    first = goods.receive(goods.ship())
    goods.pack(first, goods.receive(None, "R2", supplierLot=lot(FARM, "H2")))


def _refused_after(goods: HandedGoods) -> None:
    goods.harvest()
    received = goods.receive(goods.ship())
    goods.pack(received)
    goods.state(FARM, "food.refusal", lot(MILL, "R1"), {"about": received, "reason": "not_mine"})


def _void_key(goods: HandedGoods) -> None:
    goods.harvest()
    goods.pack(goods.receive(goods.ship()))
    goods.void(FARM, 5)


def _withheld(goods: HandedGoods) -> None:
    data = {"lot": lot(FARM, "D1"), "fromLot": lot(FARM, "H1"), "quantity": kg("400")}
    sent = goods.state(FARM, "food.shipment", lot(FARM, "D1"), data, hidden=True)
    goods.pack(goods.receive(sent))


def _withheld_input(goods: HandedGoods) -> None:
    """A receipt whose inputs name a statement of another party, which is not shown."""
    grown = goods.state(FARM, "farm.harvest", lot(FARM, "H1"), {"lot": lot(FARM, "H1")}, hidden=True)
    data = {"lot": lot(MILL, "R1"), "supplierLot": lot(FARM, "H1"), "quantity": kg("400")}
    goods.pack(goods.state(MILL, "food.receipt", lot(MILL, "R1"), data, (grown,)))


def _paper(goods: HandedGoods) -> None:
    goods.pack(goods.receive(None, supplierName="纸质供货方"))


def _through(goods: HandedGoods) -> None:
    goods.pack(goods.receive(None, supplierLot=lot(FARM, "H1"), through=True))


def _too_much(goods: HandedGoods) -> None:
    goods.harvest()
    goods.pack(goods.receive(goods.ship(), quantity=kg("500")))


def _another_packs(goods: HandedGoods) -> None:
    goods.pack(goods.receive(None), iss=STRANGER)


def _other_roles(goods: HandedGoods) -> None:
    """A grower's key states what only a bureau may, a maker's what only a grower may."""
    goods.pack(goods.receive(None))
    goods.state(FARM, "oversight.hold", lot(FARM, "S1"), {"matter": "M-1"})
    goods.state(STRANGER, "farm.harvest", lot(STRANGER, "H1"), {"lot": lot(STRANGER, "H1")})


def _corrected(goods: HandedGoods) -> None:
    """The receiver corrects the amount, and then into another's name."""
    goods.harvest()
    received = goods.receive(goods.ship())
    goods.pack(received)
    sent = goods.agri.statements[-1].statement_id
    for owner, amount in ((MILL, "399"), (FARM, "398")):
        named = {"lot": lot(owner, "R1"), "quantity": kg(amount), "handover": {"stmt": sent, "salt": SALT}}
        stated = {"amends": received, "reason": "typing error", "replacement": named}
        goods.state(MILL, "correction", lot(MILL, "R1"), stated)


def _own_goods(goods: HandedGoods) -> None:
    goods.state(MILL, "food.pack", PACK, {"lot": PACK, "fromLot": lot(MILL, "RICE")})


def _pair(goods: HandedGoods, **more: Any) -> tuple[str, str]:
    """A pair with the pack of it: the receipt and the shipment."""
    goods.harvest()
    sent = goods.ship()
    received = goods.receive(sent, **more)
    goods.pack(received)
    return received, sent


def _dispute(goods: HandedGoods, iss: str, about: str, sub: str = lot(MILL, "R1")) -> str:
    said = {"field": "quantity", "claimed": "400 kg", "other": "380 kg", "reason": "少了一袋"}
    return goods.state(iss, "dispute.open", sub, {"about": [about], **said})


def _settle(goods: HandedGoods, iss: str, dispute: str, outcome: str = "以磅单为准") -> None:
    said = {"dispute": dispute, "outcome": outcome, "reason": "双方核对"}
    goods.state(iss, "dispute.settle", lot(MILL, "R1"), said)


def _opened_below(goods: HandedGoods) -> None:
    _dispute(goods, MILL, _pair(goods)[0])


def _opened_above(goods: HandedGoods) -> None:
    """By the shipper, about its own shipment, whose goods the pack is of."""
    _dispute(goods, FARM, _pair(goods)[1], lot(FARM, "D1"))


def _opened_by_a_stranger(goods: HandedGoods) -> None:
    _dispute(goods, STRANGER, _pair(goods)[0])


def _opened_by_a_bureau(goods: HandedGoods) -> None:
    _dispute(goods, REGISTRAR, _pair(goods)[0])


def _dropped(goods: HandedGoods) -> None:
    _settle(goods, MILL, _dispute(goods, MILL, _pair(goods)[0]))


def _one_says_so(goods: HandedGoods) -> None:
    _settle(goods, MILL, _dispute(goods, FARM, _pair(goods)[0]))


def _ended_by_a_bureau(goods: HandedGoods) -> None:
    _settle(goods, REGISTRAR, _dispute(goods, FARM, _pair(goods)[0]))


def _agreed(goods: HandedGoods, *outcomes: str) -> None:
    """More was received than sent; each side says how it ends."""
    received, _ = _pair(goods, quantity=kg("500"))
    for iss, outcome in zip((MILL, FARM), outcomes, strict=True):
        _settle(goods, iss, received, outcome)


def _both_agree(goods: HandedGoods) -> None:
    _agreed(goods, "以磅单为准", "以磅单为准")


def _one_of_two_agreed(goods: HandedGoods) -> None:
    """Two deliveries, each more than was sent; the sides agree on the first."""
    goods.harvest()
    both = [goods.receive(goods.ship(f"D{number}"), f"R{number}", quantity=kg("500")) for number in (1, 2)]
    goods.pack(*both)
    for iss in (MILL, FARM):
        _settle(goods, iss, both[0])


def _they_do_not(goods: HandedGoods) -> None:
    _agreed(goods, "以磅单为准", "以送货单为准")


def _refusal_settled(goods: HandedGoods) -> None:
    received, _ = _pair(goods)
    refusal = goods.state(FARM, "food.refusal", lot(MILL, "R1"), {"about": received, "reason": "wrong_goods"})
    for iss in (MILL, FARM):
        _settle(goods, iss, refusal)


TALES: Mapping[str, Tale] = {
    "in dispute by the receiver": Tale(_opened_below, (("disputed", "disputed"),), "confirmed"),
    "in dispute by the shipper": Tale(_opened_above, (("disputed", "disputed"),), "confirmed"),
    "in dispute by a stranger": Tale(_opened_by_a_stranger, (("confirmed", ""),), "confirmed"),
    "in dispute by a bureau": Tale(_opened_by_a_bureau, (("disputed", "disputed"),), "confirmed"),
    "a dispute that its opener drops": Tale(_dropped, (("confirmed", ""),), "confirmed"),
    "a dispute that the other side alone ends": Tale(_one_says_so, (("disputed", "disputed"),), "confirmed"),
    "a dispute that a bureau ends": Tale(_ended_by_a_bureau, (("confirmed", ""),), "confirmed"),
    "amounts on which both agree": Tale(_both_agree, (("confirmed", ""),), "confirmed"),
    "amounts on which both agree of one delivery": Tale(
        _one_of_two_agreed, (("confirmed", ""), ("disputed", "receipts-exceed")), "confirmed"
    ),
    "amounts on which they do not": Tale(_they_do_not, (("disputed", "receipts-exceed"),), "confirmed"),
    "a refusal on which both agree": Tale(_refusal_settled, (("confirmed", ""),), "confirmed"),
    "both sides name each other": Tale(_confirmed, (("confirmed", ""),), "confirmed"),
    "the shipment comes later": Tale(_receipt_first, (("confirmed", ""),), "confirmed"),
    "only the receiver says so": Tale(_claimed, (("claimed", "no-handover"),), "none"),
    "a shipment to another, added by hand": Tale(
        _copied, (("claimed", "opening-differs"),), "none", ("farm.harvest", "food.shipment")
    ),
    "one source of two": Tale(
        _partly, (("confirmed", ""), ("claimed", "no-handover")), "partly", ("farm.harvest",)
    ),
    "refused after the pair": Tale(_refused_after, (("disputed", "refused"),), "confirmed"),
    "the shipper's key is void": Tale(
        _void_key, (("claimed", "key-invalid"),), "none", ("farm.harvest",), ("key",)
    ),
    "the shipment is not shown": Tale(_withheld, (("claimed", "withheld"),), "none"),
    "a foreign input is not shown": Tale(_withheld_input, (("claimed", "no-handover"),), "none"),
    "paper only": Tale(_paper, (("paper", ""),), "none"),
    "through a seller outside": Tale(_through, (("through", "no-handover"),), "none"),
    "more received than sent": Tale(_too_much, (("disputed", "receipts-exceed"),), "confirmed"),
    "a pack in another's name": Tale(
        _another_packs, (("paper", ""),), "none", ("food.production",), ("subject", "issuer")
    ),
    "kinds of other roles": Tale(_other_roles, (("paper", ""),), "none", (), ("issuer", "issuer")),
    "a correction into another's name": Tale(_corrected, (("confirmed", ""),), "confirmed", (), ("issuer",)),
    "own goods": Tale(_own_goods, (), "none"),
}
