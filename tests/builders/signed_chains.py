"""Random chains signed and logged on real platforms: a farm's, whose log is carried over, and the others'."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tests.builders import given
from tests.builders.chain import moment_of
from tests.builders.random_chains import PARTIES, RandomChain, Said
from tests.builders.signers import Registrar, Signer
from tests.builders.trade import FARM
from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.platform import AGRI, FOOD, LOT_KEY, TestPlatform
from tests.simulators.witnesses import policy_text, publish, trust
from trace.ledger.canonical import unb64u
from trace.ledger.leaf import lot_secret
from trace.ledger.merkle import inclusion_proof
from trace.ledger.statement import Statement
from trace.ledger.tiles import TileHashes
from trace.store.log.entries import StoredTiles, read_entries
from trace.usecases.intake.accept_evidence import Carried, CarriedLog, EvidenceIntake
from trace.usecases.intake.receipt import Receipt, Refused

ROLES: Final = dict(zip(PARTIES, ("grower", "processor", "retailer", "processor"), strict=True))
SUPPLIED: Final = ("supplier", "supplierName", "supplierAddress", "supplierContact")
BEGINS: Final = timedelta(days=15)


@dataclass
class OnPlatforms:
    """States on the platform of each party; `carry` brings over what the farm's has logged since."""

    food: TestPlatform
    agri: TestPlatform
    clock: SteppingClock
    begun: bool = False
    """Whether the farm's platform, and its clock, were used before."""
    signers: dict[str, Signer] = field(default_factory=dict)
    taken: list[Statement | int] = field(default_factory=list)
    """What the food platform took, in order; a number: the farm's log up to this size."""
    carried: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        self.signers = {party: Signer(party, ROLES[party]) for party in PARTIES}
        if not self.begun:
            self.clock.advance(BEGINS)
            self.agri.register(self.signers[FARM])
        self.food.register(*(one for party, one in self.signers.items() if party != FARM))

    def say(self, by: str, typ: str, data: dict[str, Any], sub: str) -> Said | None:
        signer = self.signers[by]
        before = signer.seq, signer.prev
        inner, path = (data["replacement"], "replacement.") if "replacement" in data else (data, "")
        hidden = tuple(f"{path}{name}" for name in ("receiver", *SUPPLIED) if name in inner)
        salts = {f"{path}receiver": unb64u(given.a_salt(inner["lot"]))} if "receiver" in inner else {}
        at = datetime.fromisoformat(moment_of(typ, data))
        statement = signer.state(typ, sub, data, at=at, conceal=hidden, salts=salts)
        platform = self.agri if by == FARM else self.food
        (outcome,) = platform.accept(statement)
        if isinstance(outcome, Refused):
            signer.seq, signer.prev = before
            self.refused += 1
            return None
        assert isinstance(outcome, Receipt), outcome
        if platform is self.food:
            self.taken.append(statement)
        return Said(statement.statement_id, by, typ, sub, data)

    def carry(self, size: int | None = None) -> None:
        """Bring over what the farm's log holds beyond what is here, or up to a size."""
        published = publish(self.agri)
        assert published is not None
        if size is None:
            size = published.size
            self.taken.append(size)
        if size <= self.carried:
            return
        with self.agri.transactions.look() as tx:
            hashes = TileHashes(StoredTiles(tx.connection), published.size)
            entries = [
                Carried(
                    each.jws,
                    each.leaf.encode(),
                    each.index,
                    tuple(inclusion_proof(each.index, published.size, hashes)),
                    lot_secret(LOT_KEY, each.sub),
                )
                for each in read_entries(tx.connection, self.carried, size)
            ]
        desk = EvidenceIntake(self.food.transactions, trust(self.food, policy_text(self.clock, (AGRI, FOOD))))
        outcomes = desk.take(CarriedLog(published.note, entries))
        assert all(isinstance(one, Receipt) for one in outcomes), outcomes
        self.carried = size


def told(
    stage: OnPlatforms,
    seed: int,
    steps: int,
    after: Callable[[Said | None], None] = lambda _: None,
    **chain: Any,
) -> RandomChain:
    """A random chain on platforms; the farm's log comes over now and then, and whole at the end."""
    draw = random.Random(seed)
    made = RandomChain(stage, draw, **chain).begin()
    stage.carry()
    for _ in range(steps):
        made.run(1, after)
        if draw.random() < 0.3:
            stage.carry()
    stage.carry()
    return made


@contextmanager
def on_platforms(databases: Databases, clock: SteppingClock, kind: str = "sqlite") -> Iterator[OnPlatforms]:
    """The farm's platform on SQLite and the others' on either database, both thrown away behind."""
    urls = [databases.migrated("sqlite"), databases.migrated(kind)]
    with (
        TestPlatform(urls[0], clock, origin=AGRI, role="agri", registrar=Registrar()) as agri,
        TestPlatform(urls[1], clock, origin=FOOD, registrar=Registrar()) as food,
    ):
        yield OnPlatforms(food, agri, clock)
    for url in urls:
        databases.discard(url)
