"""A told platform that is connected to named systems, each played by a simulator over real HTTP."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final

from tests.builders import facts as made
from tests.builders import two_bureaus
from tests.builders.monthly import Month
from tests.builders.traced_chain import MILL, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.exchange.simulators.server import Simulator
from trace.exchange.simulators.system import SystemSimulator
from trace.exchange.system_port import HttpSystem
from trace.parties import Actor
from trace.store.systems.outbox import OutgoingDocument, list_outgoing
from trace.usecases.systems.exchange_documents import Round, exchange_documents

_STATES: Final = ("pending", "late", "sent", "accepted", "rejected", "superseded")


class World:
    """A told platform under a profile, with a simulator behind each system that it is connected to."""

    def __init__(self, stack: ExitStack, url: str, profile: str, *systems: str) -> None:
        self.clock = SteppingClock()
        self.platform = stack.enter_context(TestPlatform(url, self.clock, profile=profile))
        self.transactions = self.platform.transactions
        self.chain = TracedChain(self.platform, self.clock)
        self.month = Month(self.chain)
        self.simulators = {name: SystemSimulator(name) for name in systems}
        self.ports: dict[str, HttpSystem] = {}
        for name, simulator in self.simulators.items():
            server = stack.enter_context(Simulator(simulator.answer))
            self.ports[name] = HttpSystem(server.url)
            stack.callback(self.ports[name].close)

    def round(self, **how: bool) -> dict[str, Round]:
        self.clock.advance(timedelta(hours=2))
        return {one.system: one for one in exchange_documents(self.transactions, self.ports, **how)}

    def documents(self, *types: str) -> list[OutgoingDocument]:
        with self.transactions.look() as tx:
            found = list_outgoing(tx.connection, _STATES, 1000)
        return [one for one in found if not types or one.type in types]

    def licence(self, number: str = "SC10131015100442") -> None:
        """A licence to make food: what is published of licences; the mark of green food is none of these."""
        valid = {"kind": "food_production", "approvedOutput": made.ABSENT, "packedBefore": made.ABSENT}
        self.month.mark(MILL, number, **valid, openingAt=made.ABSENT)

    def bureau(self) -> Actor:
        return two_bureaus.market(self.chain)


def sent_to(simulator: SystemSimulator, typ: str) -> list[Any]:
    return [one.document for one in simulator.taken.values() if one.type == typ]
