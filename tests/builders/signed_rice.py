"""Story 1 signed and logged: plots, two harvests, silo, batch, test, pack, activation, shipment.

All of it stands in one log here (`via` for the farm's part); each party signs with its own key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.signers import Signer, opening
from tests.servers.platform import TestPlatform
from trace.ledger.claims import InputRef
from trace.ledger.statement import Statement
from trace.usecases.intake.receipt import Receipt

CONCEALED = ("receiver", "receiverName", "receiverAddress", "receiverContact")
SUPPLIED = ("supplier", "supplierName", "supplierAddress", "supplierContact")
K1, H1, H2 = made.lot(made.MILL, "K1"), made.lot(made.COOPERATIVE, "H1"), made.lot(made.COOPERATIVE, "H2")
SHIPPED = made.lot(made.MILL, "X1")
SHOP_LOT = made.lot(made.MARKET, "S1")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@dataclass
class SignedRice:
    """`tell` logs the story step by step; `receipts` are kept by a short name."""

    platform: TestPlatform
    clock: Any
    farm: Signer = field(default_factory=lambda: Signer(made.COOPERATIVE, "grower"))
    mill: Signer = field(default_factory=lambda: Signer(made.MILL, "processor"))
    lab: Signer = field(default_factory=lambda: Signer(made.LAB, "lab"))
    packed: dict[str, Any] = field(default_factory=dict)  # changes of K1's pack record
    received: dict[str, Any] = field(default_factory=dict)  # changes of the mill's receipts
    shipped: dict[str, Any] = field(default_factory=dict)  # changes of K1's shipment
    receipts: dict[str, Receipt] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)

    def log(self, name: str, statement: Statement, via: str | None = None) -> Receipt:
        """Log a statement; the clock first moves to half an hour after what it states."""
        due = statement.claims.occurred_at + timedelta(minutes=30)
        now = self.clock()
        if now < due:
            self.clock.advance(due - now)
        (outcome,) = self.platform.accept(statement, via=via)
        assert isinstance(outcome, Receipt), outcome
        self.receipts[name], self.statements[name] = outcome, statement
        return outcome

    def ref(self, name: str, role: str = "raw") -> InputRef:
        receipt = self.receipts[name]
        return InputRef(receipt.statement_id, receipt.log, receipt.index, role)

    def begin(self) -> None:
        """Keys and master data."""
        self.clock.advance(timedelta(hours=6))
        self.platform.register(self.farm, self.mill, self.lab)
        registrar = self.platform.registrar
        start = at("2026-10-01T14:00:00+08:00")
        for number in (1, 2):
            plot = made.a_plot(name=f"{number}号田")
            self.log(
                f"plot{number}", self.farm.state("master.place", made.plot(number), plot, at=start), "agri"
            )
        party = made.a_party(
            name="（演示）乌有乡稻米专业合作社", kind="cooperative", roles=["grower"], scNo=None
        )
        del party["scNo"]
        self.log("farm", registrar.state("master.party", made.uscc(made.COOPERATIVE), party, at=start))
        self.log("mill", registrar.state("master.party", made.uscc(made.MILL), made.a_party(), at=start))
        prefix = registrar.state("master.licence", f"urn:licence:{made.PREFIX}", made.a_prefix(), at=start)
        self.log("prefix", prefix)
        self.log("product", self.mill.state("master.product", made.RICE, made.a_product(), at=start))
        licence = registrar.state(
            "master.licence", f"urn:licence:{made.RICE_MARK}", made.a_licence(), at=start
        )
        self.log("licence", licence)

    def harvest(self, number: int) -> None:
        kilos, day = {1: ("16900", "05"), 2: ("18400", "06")}[number]
        data = made.a_harvest(
            lot=made.lot(made.COOPERATIVE, f"H{number}"),
            plots=[made.plot(number)],
            quantity=made.kg(kilos),
            harvestedFrom=f"2026-10-{day}T07:00:00+08:00",
            harvestedTo=f"2026-10-{day}T15:00:00+08:00",
        )
        when = at(f"2026-10-{day}T15:00:00+08:00")
        self.log(f"H{number}", self.farm.state("farm.harvest", data["lot"], data, at=when), "agri")

    def harvests(self) -> None:
        self.harvest(1)
        self.harvest(2)
        certificate = made.a_certificate(issuedAt="2026-10-06T16:00:00+08:00")
        when = at("2026-10-06T16:00:00+08:00")
        self.log("certificate", self.farm.state("farm.certificate", H1, certificate, at=when), "agri")

    def send(self, number: int, kilos: str, when: datetime, **said: Any) -> None:
        """A harvest leaves the farm for the mill, which only a disclosure names."""
        data = made.a_shipment(
            lot=made.lot(made.COOPERATIVE, f"C{number}"),
            fromLot=made.lot(made.COOPERATIVE, f"H{number}"),
            quantity=made.kg(kilos),
            receiver=made.uscc(made.MILL),
            packs=made.ABSENT,
            releaseReport=made.ABSENT,
            shippedAt=when.isoformat(),
            **said,
        )
        sent = self.farm.state(
            "food.shipment", data["lot"], data, at=when, conceal=CONCEALED, inputs=[self.ref(f"H{number}")]
        )
        self.log(f"C{number}", sent, "agri")

    def receipt(self, number: int, **changed: Any) -> dict[str, Any]:
        """The data of a receipt that opens what was sent."""
        sent = made.lot(made.COOPERATIVE, f"C{number}")
        named = {"supplierLot": sent, "handover": opening(self.statements[f"C{number}"])}
        return made.a_receipt(**{"lot": made.lot(made.MILL, f"R{number}"), **named, **changed})

    def receive(self) -> None:
        for number, kilos in ((1, "16900"), (2, "18400")):
            when = at("2026-10-06T17:00:00+08:00")
            if f"C{number}" not in self.statements:
                self.send(number, kilos, when - timedelta(minutes=30))
            said = {"quantity": made.kg(kilos), "receivedAt": when.isoformat(), **self.received}
            data = self.receipt(number, **said)
            receipt = self.mill.state(
                "food.receipt", data["lot"], data, at=when, conceal=SUPPLIED, inputs=[self.ref(f"C{number}")]
            )
            self.log(f"R{number}", receipt)

    def make(self) -> None:
        for name, typ, data, subject in (
            ("merge", "food.merge", made.a_merge(), made.lot(made.MILL, "S1")),
            ("production", "food.production", made.a_production(), made.lot(made.MILL, "M20261012A")),
        ):
            inputs = [self.ref("R1"), self.ref("R2")] if name == "merge" else [self.ref("merge")]
            when = at(str(data["finishedAt"]))
            self.log(name, self.mill.state(typ, subject, data, at=when, inputs=inputs))
        report = made.a_report()
        when = at(str(report["testedAt"]))
        self.log("report", self.lab.state("lab.report", report["lot"], report, at=when))

    def asked(self, report: dict[str, Any]) -> dict[str, Any]:
        """The report under a commission of the mill's; the laboratory is accredited from now on."""
        when = self.clock()
        accredited = orders.an_accreditation()
        urn = f"urn:licence:{accredited['number']}"
        self.log("cma", self.platform.registrar.state("master.licence", urn, accredited, at=when))
        commission = orders.a_commission(report["lot"])
        self.log("commission", self.mill.state("lab.commission", report["lot"], commission, at=when))
        return {**report, "basis": self.receipts["commission"].statement_id}

    def make_with_a_declared_gap(self) -> None:
        """The silo gives more than went in; the mill says why, and the gap stays visible."""
        gap = [{"rule": "R18", "reason": "地磅维修，按估算"}]
        merge = made.a_merge(
            output={"lot": made.lot(made.MILL, "S1"), "productName": "稻谷", "quantity": made.kg("40000")},
            declared=gap,
        )
        when = at(str(merge["finishedAt"]))
        inputs = [self.ref("R1"), self.ref("R2")]
        self.log(
            "merge", self.mill.state("food.merge", made.lot(made.MILL, "S1"), merge, at=when, inputs=inputs)
        )
        production = made.a_production()
        when = at(str(production["finishedAt"]))
        stated = self.mill.state("food.production", production["batch"], production, at=when)
        self.log("production", stated)
        report = made.a_report()
        when = at(str(report["testedAt"]))
        self.log("report", self.lab.state("lab.report", report["lot"], report, at=when))

    def pack(self) -> None:
        data = made.a_pack(**{"packedAt": "2026-10-13T12:00:00+08:00", **self.packed})
        when = at("2026-10-13T12:00:00+08:00")
        inputs = [self.ref("production"), self.ref("report", "test")]
        self.log("pack", self.mill.state("food.pack", K1, data, at=when, inputs=inputs))

    def sell(self) -> None:
        activation = made.an_activation(report=self.receipts["report"].statement_id)
        when = at("2026-10-13T14:00:00+08:00")
        self.log("activation", self.mill.state("code.activate", K1, activation, at=when))
        data = made.a_shipment(releaseReport=self.receipts["report"].statement_id, **self.shipped)
        when = at(str(data["shippedAt"]))
        self.log("shipment", self.mill.state("food.shipment", SHIPPED, data, at=when, conceal=CONCEALED))

    def arrive(self, quantity: dict[str, Any], **said: Any) -> SignedRice:
        """The supermarket's receipt of the 6 000 kg in 1 200 packs, in the unit that it likes."""
        shop = Signer(made.MARKET, "retailer")
        self.platform.register(shop)
        when = at("2026-10-14T10:00:00+08:00")
        named = {"supplierLot": SHIPPED, "handover": opening(self.statements["shipment"])}
        data = made.a_receipt(
            lot=SHOP_LOT, product=made.RICE, role="goods", quantity=quantity, supplier=made.ABSENT,
            receivedAt=when.isoformat(), **named, **said,
        )  # fmt: skip
        self.log("S1", shop.state("food.receipt", SHOP_LOT, data, at=when, conceal=SUPPLIED[1:]))
        return self

    def tell(self) -> SignedRice:
        for step in (self.begin, self.harvests, self.receive, self.make, self.pack, self.sell):
            step()
        return self

    def short_chain(self) -> None:
        """One harvest, one receipt, one batch, one pack and nothing around them."""
        harvest = made.a_harvest()
        when = at(str(harvest["harvestedTo"]))
        self.log("H1", self.farm.state("farm.harvest", H1, harvest, at=when), "agri")
        when = at(str(made.a_receipt()["receivedAt"]))
        self.send(1, "16900", when - timedelta(minutes=30))
        receipt = self.receipt(1)
        stated = self.mill.state(
            "food.receipt", receipt["lot"], receipt, at=when, conceal=SUPPLIED, inputs=[self.ref("C1")]
        )
        self.log("R1", stated)
        batch = made.a_production(
            inputs=[{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("16900"), "role": "main"}],
            outputs=[
                {
                    "lot": made.lot(made.MILL, "RICE-A"),
                    "productName": "大米",
                    "quantity": made.kg("11492"),
                    "kind": "product",
                }
            ],
            loss={"quantity": made.kg("5408"), "reason": "稻壳"},
        )
        when = at(str(batch["finishedAt"]))
        self.log(
            "production",
            self.mill.state("food.production", batch["batch"], batch, at=when, inputs=[self.ref("R1")]),
        )
        pack = made.a_pack(packedAt="2026-10-13T12:00:00+08:00")
        when = at("2026-10-13T12:00:00+08:00")
        self.log("pack", self.mill.state("food.pack", K1, pack, at=when, inputs=[self.ref("production")]))
