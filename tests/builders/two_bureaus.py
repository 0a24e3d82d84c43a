"""The two departments of one district on a told chain: people of both, and drafts that come back signed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from tests.builders import facts as made
from tests.builders.cases import somebody
from tests.builders.members import PASSWORD
from tests.builders.signers import Signer
from tests.builders.traced_chain import TracedChain
from trace.access.roles import rights_of
from trace.parties import REGULATOR_AGRI, Actor
from trace.store.accounts.people import (
    Organisation,
    add_membership,
    add_organisation,
    add_person,
    find_organisation,
)
from trace.store.transaction import Transactions
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device
from trace.usecases.intake.receipt import Receipt
from trace.usecases.signing.batches import open_batch

DISTRICT: Final = "310151"
AGRI: Final = "11310151XN0000AA28"
MARKET_URN, AGRI_URN = made.uscc(made.BUREAU), made.uscc(AGRI)


def market(chain: TracedChain, name: str = "market", *roles: str) -> Actor:
    """Somebody of the market bureau of the district."""
    return somebody(chain.platform.transactions, name, *(roles or ("bureau-head",)), area=DISTRICT)


def agriculture(chain: TracedChain, name: str = "agri", *roles: str, area: str = DISTRICT) -> Actor:
    """Somebody of the agricultural department of the district; its key is registered once."""
    if AGRI not in chain.signers:
        chain.signers[AGRI] = Signer(AGRI, "regulator_agri")
        chain.platform.register(chain.signers[AGRI])
    return _member(chain.platform.transactions, name, roles or ("bureau-head",), area)


def _member(transactions: Transactions, name: str, roles: tuple[str, ...], area: str) -> Actor:
    with transactions.begin("test") as tx:
        if find_organisation(tx.connection, AGRI_URN) is None:
            of = Organisation(AGRI_URN, f"农业农村委 {area}", "authority", "agriculture", area)
            add_organisation(tx.connection, of, tx.now)
        person = add_person(tx.connection, f"{name}{secrets.token_hex(3)}", name, tx.now)
        add_membership(tx.connection, person, AGRI_URN, roles, None, tx.now)
    scopes = rights_of(roles, "authority")
    return Actor(person, AGRI_URN, frozenset({REGULATOR_AGRI}), scopes, area, person, frozenset(roles))


def seat(transactions: Transactions, login: str, roles: tuple[str, ...] = ("bureau-head",)) -> None:
    """Somebody of the agricultural department who can sign in on pages."""
    with transactions.begin("test") as tx:
        if find_organisation(tx.connection, AGRI_URN) is None:
            of = Organisation(AGRI_URN, "农业农村委（测试）", "authority", "agriculture", DISTRICT)
            add_organisation(tx.connection, of, tx.now)
        token = invite(tx, AGRI_URN, login, roles, None)
    join(transactions, token, login, PASSWORD, Device("192.0.2.1", "test"))


def key() -> str:
    """A form's key."""
    return secrets.token_urlsafe(24)


def signed(chain: TracedChain, code: str, address: str) -> str:
    """Sign the only draft of a batch as it was kept, concealed members concealed; the statement."""
    number = address.rpartition("/")[2]
    behind = getattr(chain.platform, "platform", chain.platform)  # a door's, or itself
    (draft,) = open_batch(behind.transactions, made.uscc(code), number).waiting
    content = draft.content
    chain.clock.advance(timedelta(minutes=5))
    statement = chain.signers[code].state(
        content["typ"], content["sub"], content["data"], at=chain.clock(), conceal=tuple(content["salts"])
    )
    (outcome,) = chain.platform.accept(statement)
    assert isinstance(outcome, Receipt), outcome
    return statement.statement_id
