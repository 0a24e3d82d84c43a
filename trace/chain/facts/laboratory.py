"""The fact of a commission: the holder of goods asks a laboratory to test them."""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.reading import several
from trace.chain.needs import Needs
from trace.parties import OPERATORS


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCommissioned(Fact):
    """A report of this laboratory that names the commission counts for the lot, whatever it says.

    It is not taken back: who asks a laboratory hears the answer.
    """

    __test__ = False  # not a test case, whatever pytest thinks of the name
    lot: str
    lab: str
    items: tuple[str, ...] = ()

    def needs(self) -> Needs:
        return Needs(lots=frozenset((self.lot,)))


COMMISSION = Kind(
    "lab.commission",
    TestCommissioned,
    {"lot": urns.lot_urn, "lab": urns.party_urn},
    {"items": several(urns.name, 0, 100)},
    subject="lot",
    stated_by=OPERATORS,
    agri=True,
)
