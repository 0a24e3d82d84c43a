"""A failing test in a told chain, the bureau that works on it, and steps of its case."""

from __future__ import annotations

import secrets
from typing import Any

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.traced_chain import K1, LAB, TracedChain, october
from trace.access.roles import rights_of
from trace.parties import REGULATOR_MARKET, Actor
from trace.store.accounts.people import (
    Organisation,
    add_membership,
    add_organisation,
    add_person,
    find_organisation,
)
from trace.store.casework.cases import CaseRow, EventRow, events_of, list_cases
from trace.store.transaction import Transactions
from trace.usecases.casework.take_step import Acting, Paper, take_step

BUREAU = made.uscc(made.BUREAU)
FAILED = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
PDF = b"%PDF-1.7 a paper of the case"
OFFICER, REVIEWER, HEAD = "case-officer", "case-reviewer", "bureau-head"


def fail(chain: TracedChain, lot: str = K1, at: str = "20 10:00", **changed: Any) -> str:
    """The bureau samples the goods, and the laboratory finds too much cadmium; the report."""
    sampled = chain.state(made.BUREAU, "oversight.sampling", lot, orders.a_sampling(lot), "18 10:00")
    when = october(at).isoformat()
    data = made.a_report(
        lot=lot, purpose="sampling", sampledAt=when, testedAt=when, items=FAILED, conclusion="fail",
        basis=sampled, reportNo="SH-2026-J-1",
    )  # fmt: skip
    return chain.state(LAB, "lab.report", lot, {**data, **changed}, at)


def accredit(chain: TracedChain, **changed: Any) -> None:
    """The laboratory is accredited: else its word is a notice."""
    registrar, data = chain.platform.registrar, orders.an_accreditation(**changed)
    urn = f"urn:licence:{data['number']}"
    chain.platform.log(registrar.state("master.licence", urn, data, at=chain.clock()))


def somebody(
    transactions: Transactions, name: str, *roles: str, area: str = "310000", urn: str = BUREAU
) -> Actor:
    """Somebody of a market bureau with these roles."""
    with transactions.begin("test") as tx:
        if find_organisation(tx.connection, urn) is None:
            of = Organisation(urn, f"市场监管局 {area}", "authority", "market", area)
            add_organisation(tx.connection, of, tx.now)
        person = add_person(tx.connection, f"{name}{secrets.token_hex(3)}", name, tx.now)
        add_membership(tx.connection, person, urn, roles, None, tx.now)
    scopes = rights_of(roles, "authority")
    level = area.rstrip("0") if area.endswith("00") else area
    return Actor(person, urn, frozenset({REGULATOR_MARKET}), scopes, level, person, frozenset(roles))


def cases(transactions: Transactions) -> list[CaseRow]:
    with transactions.look() as tx:
        return list_cases(tx.connection, "market", "31", "", 100)[0]


def history(transactions: Transactions, number: str) -> list[EventRow]:
    with transactions.look() as tx:
        return events_of(tx.connection, number)


def step(
    transactions: Transactions, actor: Actor, event: str, *, seen: int | None = None, **more: Any
) -> str:
    """Take a step of the only case, having seen its newest version unless `seen` says another."""
    row = cases(transactions)[0]
    papers = [Paper("paper.pdf", more.pop("paper"))] if "paper" in more else []
    why = more.pop("why", "核查处置需要")
    evidence = tuple(more.pop("evidence", ()))
    version = row.version if seen is None else seen
    key = secrets.token_urlsafe(24)
    acting = Acting(actor, key, version, event, why, evidence, more, papers, "批")
    return take_step(transactions, row.number, acting)
