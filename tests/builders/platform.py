"""A small platform of the real parts: database, sequencer, acceptance, a registrar, and signers with keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from tests.builders import facts as made
from trace.ledger.algorithms import PrivateKey
from trace.ledger.claims import new_claims
from trace.ledger.keys import REGISTER, REVOKE, registration_data, revocation_data
from trace.ledger.statement import Statement, sign_statement
from trace.rules import load
from trace.store.transaction import Transactions, open_database
from trace.usecases.intake.accept_statements import Acceptance
from trace.usecases.intake.receipt import Outcome, Receipt
from trace.usecases.intake.sequence import Sequencer, Settings

FOOD, AGRI = "trace.test/food", "trace.test/agri"
NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
LOT_KEY = b"a platform's secret for lot tags"
VALID = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


class Signer:
    """A party with a key and one stream; each `state` signs the next statement of its chain."""

    def __init__(self, code: str, *roles: str, stream: str = "desk-1", prefix: str = "urn:uscc:") -> None:
        self.iss = prefix + code
        self.code = code
        self.roles = roles
        self.stream = stream
        self.key = PrivateKey.from_seed(sha256(f"{code} {stream}".encode()).digest())
        self.seq = 0
        self.prev: str | None = None

    def state(
        self,
        typ: str,
        sub: str,
        data: Mapping[str, Any],
        *,
        at: datetime = NOON,
        conceal: tuple[str, ...] = (),
        **claims: Any,
    ) -> Statement:
        """Sign the next statement of the chain and go on from it."""
        raw = new_claims(
            typ,
            self.iss,
            self.stream,
            seq=self.seq + 1,
            prev=self.prev,
            sub=sub,
            occurred_at=at,
            signed_at=at,
            data=data,
            **claims,
        )
        statement = sign_statement(raw, self.key, conceal=conceal)
        self.seq, self.prev = self.seq + 1, statement.statement_id
        return statement

    def harvest(self, batch: str, *, at: datetime = NOON, **changed: Any) -> Statement:
        """A harvest of its own, finished an hour before `at`."""
        lot = made.lot(self.code, batch)
        times = {
            "harvestedFrom": (at - timedelta(hours=9)).isoformat(),
            "harvestedTo": (at - timedelta(hours=1)).isoformat(),
        }
        return self.state("farm.harvest", lot, made.a_harvest(lot=lot, **(times | changed)), at=at)

    def registration(self, **changed: Any) -> dict[str, Any]:
        """The data that a registrar signs for this key."""
        given: dict[str, Any] = {
            "roles": list(self.roles),
            "streams": ["*"],
            "custody": "file",
            "valid_from": VALID[0],
            "valid_to": VALID[1],
        }
        return registration_data(self.key, self.iss, self.code, **(given | changed))


class Registrar(Signer):
    """The bureau that registers keys, its own first."""

    def __init__(self, code: str = made.BUREAU) -> None:
        super().__init__(code, "registrar", "regulator_market", stream="register")

    def register(self, signer: Signer, *, at: datetime = NOON, **changed: Any) -> Statement:
        return self.state(REGISTER, signer.iss, signer.registration(**changed), at=at)

    def revoke(
        self, signer: Signer, *, reason: str = "superseded", at: datetime = NOON, **how: Any
    ) -> Statement:
        return self.state(REVOKE, signer.iss, revocation_data(signer.key.kid, reason, **how), at=at)


class TestPlatform:
    """Use it in a `with`; `accept` uploads statements and returns their outcomes."""

    __test__ = False

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime],
        *,
        origin: str = FOOD,
        role: str = "food",
        registrar: Registrar | None = None,
        **settings: Any,
    ) -> None:
        self.registrar = registrar or Registrar()
        self.engine = open_database(url)
        self.transactions = Transactions(self.engine, clock, load(), origin)
        registrars = {self.registrar.key.kid: "bureau"}
        self.sequencer = Sequencer(self.transactions, Settings(registrars, role, **settings))
        self.acceptance = Acceptance(self.transactions, self.sequencer, LOT_KEY)

    def __enter__(self) -> Self:
        self.sequencer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.sequencer.stop()
        self.engine.dispose()

    def accept(self, *statements: Statement, each: bool = True, via: str | None = None) -> list[Outcome]:
        return self.acceptance.accept([one.flattened() for one in statements], each=each, via=via)

    def log(self, *statements: Statement) -> list[Receipt]:
        """Upload what must be taken."""
        receipts = []
        for outcome in self.accept(*statements):
            assert isinstance(outcome, Receipt), outcome
            receipts.append(outcome)
        return receipts

    def register(self, *signers: Signer) -> None:
        """Register the registrar itself, where that is still to be done, and these signers."""
        first = [] if self.registrar.seq else [self.registrar.register(self.registrar)]
        self.log(*first, *(self.registrar.register(one) for one in signers))

    def count(self, table: str) -> int:
        with self.transactions.look() as tx:
            return int(tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
