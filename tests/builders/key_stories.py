"""Logs in which a later statement about a key acts on what the key signed before, as bundles of one lot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from tests.builders.ledgers import PLATFORM_KEY, REGISTRAR, START, MemoryLog, Signer, a_witness
from trace.ledger.bundle import Bundle, LogEvidence, build_bundle
from trace.ledger.keys import revocation_data
from trace.ledger.leaf import lot_secret

MILL = "urn:uscc:91310000MA1FL0LG7A"
PACK = "urn:lot:91310000MA1FL0LG7A:P1"
SECOND_REGISTRAR = "urn:uscc:11310000002420633X"


class KeyStory:
    """Indices 0 and 1 register two registrars; what follows is the story's."""

    def __init__(self) -> None:
        self.witness = a_witness("witness.agri.test/w1", 801)
        self.log = MemoryLog("trace.test/food", 800, [self.witness])
        self.first, self.second = Signer(REGISTRAR, 802), Signer(SECOND_REGISTRAR, 804)
        self.mill = Signer(MILL, 803)
        self.log.register(self.first, self.first, START, roles=["registrar"])
        self.log.register(self.first, self.second, START, roles=["registrar"])

    def packs(self) -> int:
        return self.log.append(self.mill.state("food.pack", PACK, {"packs": "500"}, START))

    def registers(self, registrar: Signer) -> int:
        return self.log.register(registrar, self.mill, START)

    def revokes(self, by: Signer, key: Signer, invalid_from: int | None) -> int:
        data = revocation_data(key.key.kid, "compromised", invalid_from=invalid_from)
        return self.log.append(by.state("party.key.revoke", key.iss, data, START))

    def form(self) -> dict[str, Any]:
        """The bundle of the pack with the whole log in it."""
        self.log.publish(START + timedelta(hours=2))
        size = self.log.tree.size
        entries = tuple(self.log.entry(index, 0, size) for index in range(size))
        logs = (LogEvidence(self.log.notes[size]),)
        bundle = Bundle(PACK, lot_secret(PLATFORM_KEY, PACK), "public", entries, logs)
        made: dict[str, Any] = orjson.loads(orjson.dumps(build_bundle(bundle)))
        return made

    @property
    def policy(self) -> str:
        return f"{self.log.vkeys()}witness agri {self.witness.vkey}\nquorum agri\n"

    @property
    def registrars(self) -> str:
        return f"{self.first.key.kid} 登记机关\n{self.second.key.kid} 第二登记机关\n"


@dataclass(frozen=True, slots=True)
class Told:
    """What happens, and the indices of the entries that are void in the end."""

    tell: Callable[[KeyStory], None]
    void: tuple[int, ...]


def _stolen(story: KeyStory) -> None:
    story.registers(story.first)  # 2
    story.packs()  # 3
    story.revokes(story.first, story.mill, 3)


def _later_than_the_record(story: KeyStory) -> None:
    story.registers(story.first)
    story.packs()
    story.revokes(story.first, story.mill, 4)


def _by_the_holder(story: KeyStory) -> None:
    story.registers(story.first)
    story.packs()
    story.revokes(story.mill, story.mill, 3)


def _further_back(story: KeyStory) -> None:
    story.registers(story.first)
    story.packs()
    story.revokes(story.first, story.mill, None)
    story.revokes(story.first, story.mill, 0)


def _void_registrar(story: KeyStory) -> None:
    story.registers(story.second)  # 2
    story.packs()  # 3
    story.revokes(story.first, story.second, 2)


def _void_from_the_start(story: KeyStory) -> None:
    story.registers(story.second)  # 2
    story.packs()  # 3
    story.revokes(story.first, story.first, 0)  # 4: the last word about it stands


def _void_revocation(story: KeyStory) -> None:
    story.registers(story.first)  # 2
    story.packs()  # 3
    story.revokes(story.second, story.mill, 0)  # 4: by a thief
    story.revokes(story.first, story.second, 4)


STORIES: Mapping[str, Told] = {
    "a stolen key is dated back": Told(_stolen, (3,)),
    "what it signed before counts": Told(_later_than_the_record, ()),
    "a holder unsays nothing": Told(_by_the_holder, ()),
    "a later revocation reaches further back": Told(_further_back, (3,)),
    "a registration by a stolen registrar's key": Told(_void_registrar, (2, 3)),
    "everything hangs on one registrar": Told(_void_from_the_start, (0, 1, 2, 3)),
    "a thief's revocation": Told(_void_revocation, (4,)),
}
