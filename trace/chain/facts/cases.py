"""Facts of a case's source: what an authority found, was ordered or was told, before it is known to be so.

A failing test opens its case by itself; of every other way in an authority says by signature where the clue
came from, what it is about and who is competent. Source: 市场监督管理行政处罚程序规定 §18.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.reading import one_of, read_day
from trace.chain.needs import Needs
from trace.parties import DEPARTMENTS, REGULATORS

INSPECTION: Final = "inspection"
SUPERIOR: Final = "superior"
PUBLIC: Final = "public"
REFERRAL: Final = "referral"
SOURCES: Final = (INSPECTION, SUPERIOR, PUBLIC, REFERRAL)
"""监督检查, 上级交办, 投诉举报, 其他部门移送: the ways in that the text names."""
NUMBERED: Final = frozenset({SUPERIOR, PUBLIC, REFERRAL})
"""What came on paper or under a number: that is named."""
FROM_OTHERS: Final = frozenset({SUPERIOR, REFERRAL})
"""What another authority sent: it is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRegistered(Fact):
    """`authority`: who ordered or referred it; `reference`: the number of the order, letter or complaint.

    `party`: the firm that it is about; `lot`: its goods, None where it is about the firm alone. Of several
    lots each has a record: what is traced, recalled and settled is so lot by lot. `found_on`: when the clue
    was found or the papers came; the time for looking into it runs from that day.
    """

    source: str
    purpose: str
    party: str
    department: str
    found_on: date
    lot: str | None = None
    authority: str | None = None
    reference: str | None = None

    def needs(self) -> Needs:
        return Needs(lots=frozenset((self.lot,) if self.lot else ()), parties=frozenset((self.party,)))


CASE: Final = Kind(
    "oversight.case",
    CaseRegistered,
    {
        "source": one_of(*SOURCES),
        "purpose": urns.reason,
        "party": urns.party_urn,
        "department": one_of(*DEPARTMENTS),
        "foundOn": read_day,
    },
    {"lot": urns.lot_urn, "authority": urns.name, "reference": urns.number},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    renamed={"foundOn": "found_on"},
    withheld=frozenset({"purpose", "party", "lot", "authority", "reference"}),
)
