"""A month of joint supervision in signed records: two departments, firms with marks, visits, penalties."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.signers import Signer
from tests.builders.traced_chain import TracedChain, october
from trace.exchange.upload_job import ACCEPTED, new_job
from trace.parties import REGULATOR_AGRI, Actor
from trace.store.accounts.people import Organisation, add_organisation, find_organisation
from trace.store.bulk import select
from trace.store.city.uploads import put_jobs
from trace.store.transaction import Transactions
from trace.usecases.supervision.build_form import Stepping, Wish, build_form, take_form_step

AGRI = "11310151XN0000AG8X"
"""The agricultural department of the district."""


class Month:
    """What happened in October, stated record by record on a chain's platform."""

    def __init__(self, chain: TracedChain) -> None:
        self.chain = chain
        self.platform = chain.platform
        chain.signers[AGRI] = Signer(AGRI, REGULATOR_AGRI)
        self.platform.register(chain.signers[AGRI])

    def firm(self, code: str, region: str = "310151") -> None:
        data = made.a_party(name=f"（测试）{code[-4:]}", region=region)
        self._by_registrar("master.party", made.uscc(code), data)

    def mark(self, code: str, number: str, **changed: Any) -> str:
        """A licence to use the mark, as the registrar knows it today."""
        data = made.a_licence(number=number, holder=made.uscc(code), **changed)
        return self._by_registrar("master.licence", f"urn:licence:{number}", data)

    def visit(self, code: str, at: str, market: str, agri: str | None, **changed: Any) -> list[str]:
        """A visit by the market bureau, and by the agricultural department too where it found something."""
        matter = changed.pop("matter", f"联合检查 {at} {code[-4:]}")
        found = []
        for by, result in ((made.BUREAU, market), (AGRI, agri)):
            if result is not None:
                data = orders.an_inspection(party=made.uscc(code), matter=matter, result=result, **changed)
                found.append(self.chain.state(by, "oversight.inspection", matter, data, at))
        return found

    def penalty(self, code: str, at: str, kinds: list[str], amount: str | None) -> str:
        number = f"沪市监处罚〔2026〕{secrets.randbelow(10**6)}号"
        money = {"amount": amount} if amount else {"amount": made.ABSENT}
        data = orders.a_penalty(party=made.uscc(code), kinds=kinds, documentNo=number, **money)
        return self.chain.state(made.BUREAU, "oversight.penalty", number, data, at)

    def coded(self, batch: str, kilos: int, source: str, report: str, mark: str) -> str:
        """A pack under a mark whose code lives; the record of the pack."""
        lot, at = made.lot(made.MILL, batch), "13 13:00"
        data = made.a_pack(
            lot=lot,
            fromLot=source,
            quantity=made.kg(kilos),
            packs={"value": str(kilos // 5), "unit": "件"},
            batchNo=batch,
            lbNo=mark,
            packedAt=october(at).isoformat(),
        )
        packed = self.chain.state(made.MILL, "food.pack", lot, data, at)
        live = made.an_activation(lot=lot, batchNo=batch, report=report)
        self.chain.state(made.MILL, "code.activate", lot, live, "13 14:00")
        return packed

    def uploaded(self, code: str) -> None:
        """The city's platform accepted every delivery of this firm."""
        with self.platform.transactions.begin("test") as tx:
            sent = select(
                tx.connection,
                "SELECT stmt FROM statement WHERE iss = ? AND typ = 'food.shipment'",
                (made.uscc(code),),
            )
            jobs = [new_job("city", stmt, {}, tx.now, timedelta(days=1), tx.now) for (stmt,) in sent]
            put_jobs(tx.connection, [replace(job, state=ACCEPTED) for job in jobs])

    def over(self, day: str = "2026-11-02") -> None:
        """Time goes on until that day."""
        due = october("01 12:00").replace(month=int(day[5:7]), day=int(day[8:]))
        self.chain.clock.advance(max(due - self.chain.clock(), timedelta()))

    def _by_registrar(self, typ: str, subject: str, data: dict[str, Any]) -> str:
        statement = self.platform.registrar.state(typ, subject, data, at=self.chain.clock())
        self.platform.log(statement)
        return statement.statement_id


def agriculture(transactions: Transactions) -> None:
    """The agricultural department has an account here."""
    with transactions.begin("test") as tx:
        if find_organisation(tx.connection, made.uscc(AGRI)) is None:
            of = Organisation(made.uscc(AGRI), "农业农村委（测试）", "authority", "agriculture", "310151")
            add_organisation(tx.connection, of, tx.now)


def build(transactions: Transactions, actor: Actor, month: str = "2026-10", **more: str) -> str:
    """Build the form of a month; its hash."""
    wish = Wish(actor, secrets.token_urlsafe(24), month, **more)
    return build_form(transactions, wish).rpartition("/")[2]


def advance(transactions: Transactions, actor: Actor, key: str, step: str, why: str = "") -> str:
    """Take a step with a form; the address that it leads to."""
    stepping = Stepping(actor, secrets.token_urlsafe(24), step, why, "月统计报表")
    return take_form_step(transactions, key, stepping)
