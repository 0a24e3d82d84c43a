"""The fact of a commission: the holder of goods asks a laboratory to test them."""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.reading import one_of, pattern, several
from trace.chain.needs import Needs
from trace.parties import LAB, OPERATORS


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(Fact):
    """A laboratory saw a risk in its work: which hazard, how severe, and in words what and where."""

    hazard_code: str
    severity: str
    text: str
    party: str | None = None
    lot: str | None = None


COMMISSION = Kind(
    "lab.commission",
    TestCommissioned,
    {"lot": urns.lot_urn, "lab": urns.party_urn},
    {"items": several(urns.name, 0, 100)},
    subject="lot",
    stated_by=OPERATORS,
    agri=True,
)
ALERT = Kind(
    "lab.alert",
    AlertRaised,
    {
        "hazardCode": pattern(r"[A-Z][0-9]{1,2}", "code of a hazard, such as C5"),
        "severity": one_of("1", "2", "3"),
        "text": urns.reason,
    },
    {"party": urns.party_urn, "lot": urns.lot_urn},
    subject=any_subject,
    stated_by=frozenset({LAB}),
    agri=True,
    renamed={"hazardCode": "hazard_code"},
    withheld=frozenset({"text", "party", "lot"}),
)
