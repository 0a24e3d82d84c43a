"""A small platform of the real parts: database, sequencer, acceptance, and a registrar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from tests.builders.signers import Registrar, Signer
from trace.ledger.statement import Statement
from trace.platform.opening import follow_records
from trace.rules import load
from trace.rules.book import DEFAULT_PROFILE
from trace.store.log.entries import read_head
from trace.store.transaction import Transactions, open_database
from trace.usecases.intake.accept_statements import Acceptance
from trace.usecases.intake.receipt import Outcome, Receipt
from trace.usecases.intake.sequence import Sequencer, Settings

FOOD, AGRI = "trace.test/food", "trace.test/agri"
LOT_KEY = b"a platform's secret for lot tags"


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
        profile: str = DEFAULT_PROFILE,
        **settings: Any,
    ) -> None:
        self.registrar = registrar or Registrar()
        self.engine = open_database(url)
        self.transactions = Transactions(self.engine, clock, load(profile), origin)
        registrars = {self.registrar.key.kid: "bureau"}
        self.sequencer = Sequencer(
            self.transactions, Settings(registrars, role, **settings), in_transaction=follow_records
        )
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

    def size(self) -> int:
        """Entries in the log, without counting them one by one: a soak asks after each statement."""
        with self.transactions.look() as tx:
            return read_head(tx.connection).size
