"""Visits of two departments in a told chain: people of both bureaus, a marked mill, what is filled in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.builders import facts as made
from tests.builders.cases import somebody
from tests.builders.signers import Signer
from tests.builders.traced_chain import MILL, TracedChain
from trace.access.roles import rights_of
from trace.oversight.visits.answers import NO, YES, Answer
from trace.oversight.visits.makers import Inspector
from trace.parties import REGULATOR_AGRI, Actor
from trace.rules.forms import CHOICE, first_forms
from trace.store.accounts.people import (
    Organisation,
    add_membership,
    add_organisation,
    add_person,
    find_organisation,
)
from trace.store.signing.batches import read_drafts
from trace.store.transaction import Transactions
from trace.store.visits.visits import PartRow, VisitRow, find_visit, parts_of
from trace.usecases.visits.fill_visit import Filling, fill_visit
from trace.usecases.visits.form_asked import form_asked
from trace.usecases.visits.open_visit import Opening, open_visit
from trace.usecases.visits.sign_visit import sign_visit

AGRI_CODE = "11310151XN0000AG91"
AGRI = made.uscc(AGRI_CODE)
FIRM = made.uscc(MILL)
MARKET_CARD, AGRI_CARD = "31011500123", "31N0150001"
BOTH = (Inspector(MARKET_CARD, "market"), Inspector(AGRI_CARD, "agriculture"))
ITEMS = {one.id: one.items for one in first_forms()}


def key() -> str:
    return secrets.token_urlsafe(24)


def of_agriculture(transactions: Transactions, name: str, *roles: str, area: str = "310151") -> Actor:
    """Somebody of the agricultural department with these roles."""
    with transactions.begin("test") as tx:
        if find_organisation(tx.connection, AGRI) is None:
            of = Organisation(AGRI, f"农业农村委 {area}", "authority", "agriculture", area)
            add_organisation(tx.connection, of, tx.now)
        person = add_person(tx.connection, f"{name}{secrets.token_hex(3)}", name, tx.now)
        add_membership(tx.connection, person, AGRI, roles, None, tx.now)
    scopes = rights_of(roles, "authority")
    return Actor(person, AGRI, frozenset({REGULATOR_AGRI}), scopes, area, person, frozenset(roles))


def of_market(transactions: Transactions, name: str, area: str = "310151") -> Actor:
    return somebody(transactions, name, "case-officer", area=area)


def registered(chain: TracedChain, **changed: Any) -> None:
    """The mill and its licence to use the mark, and a key of the agricultural department."""
    registrar = chain.platform.registrar
    chain.signers[AGRI_CODE] = Signer(AGRI_CODE, REGULATOR_AGRI)
    chain.platform.register(chain.signers[AGRI_CODE])
    chain.platform.log(registrar.state("master.party", FIRM, made.a_party(), at=chain.clock()))
    data = made.a_licence(**changed)
    chain.platform.log(
        registrar.state("master.licence", f"urn:licence:{data['number']}", data, at=chain.clock())
    )


def opened(transactions: Transactions, actor: Actor, kind: str = "joint", **changed: Any) -> str:
    """Open a visit of the mill; its number."""
    told: dict[str, Any] = {
        "kind": kind, "party": FIRM, "day": "", "inspectors": BOTH, "plan": "2026-17", "cause": "专项部署",
    }  # fmt: skip
    address = open_visit(transactions, actor, key(), Opening(**{**told, **changed}))
    return address.rsplit("/", 1)[1]


def stands(transactions: Transactions, number: str) -> tuple[VisitRow, dict[str, PartRow]]:
    """The visit and its parts by department."""
    with transactions.look() as tx:
        row = find_visit(tx.connection, number)
        assert row is not None
        return row, {one.department: one for one in parts_of(tx.connection, number)}


def answers(form: str, found: Sequence[str] = ()) -> list[Answer]:
    """Every item answered: "no" with words at those in `found`, "yes" at the others."""
    return [
        Answer(item.id, NO, "台账缺 3 天") if item.id in found else Answer(item.id, YES)
        for item in ITEMS[form]
        if item.answer == CHOICE
    ]


def filled(transactions: Transactions, actor: Actor, number: str, department: str, **changed: Any) -> Filling:
    """Fill in a department's part, with nothing found unless told; certificates are as registered."""
    row, parts = stands(transactions, number)
    part = parts[department]
    told: dict[str, Any] = {
        "seen": part.version, "digest": part.form_digest, "answers": answers(part.form), "result": "conforms",
        "signature": "signed",
    }  # fmt: skip
    filling = Filling(**{**told, **changed})
    with transactions.look() as tx:
        asked = form_asked(tx, row, part).items
    if "licence" not in {one.item for one in filling.answers} and asked[-1].id == "licence":
        filling = replace(filling, answers=[*filling.answers, Answer("licence", YES)])
    fill_visit(transactions, actor, key(), number, filling)
    return filling


def signed(chain: TracedChain, actor: Actor, number: str) -> str:
    """Draft a part's record and have its authority sign it; the record."""
    transactions = _transactions(chain)
    _, parts = stands(transactions, number)
    (part,) = (one for one in parts.values() if one.authority == actor.party)
    address = sign_visit(transactions, actor, key(), number, part.version, "检查")
    return sign_waiting(chain, (actor.party or "").removeprefix("urn:uscc:"), address)


def rows(transactions: Transactions) -> dict[str, int]:
    """How many rows each table of visits has."""
    names = ("visit", "visit_part", "visit_event", "visit_paper", "visit_form", "visit_record")
    with transactions.look() as tx:
        return {
            name: int(tx.connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one())
            for name in names
        }


def sign_waiting(chain: TracedChain, code: str, address: str) -> str:
    """Sign the only draft of a batch with an authority's key, whatever it is; the record."""
    with _transactions(chain).look() as tx:
        (draft,) = read_drafts(tx.connection, address.rsplit("/", 1)[1])
    content = draft.content
    statement = chain.signers[code].state(
        str(content["typ"]), str(content["sub"]), dict(content["data"]), at=chain.clock()
    )
    chain.platform.log(statement)
    return statement.statement_id


def _transactions(chain: TracedChain) -> Transactions:
    """Those of the platform, which stands behind a door or not."""
    return getattr(chain.platform, "platform", chain.platform).transactions
