"""The way of a newcomer to what it came for, a firm's first code or a farm's first certificate: what is done,
and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.access.rights import PREPARE
from trace.chain.facts.code import ACTIVATE
from trace.chain.facts.farm import CERTIFICATE, HARVEST, OPERATION
from trace.chain.facts.food import PRODUCTION, RECEIPT
from trace.chain.facts.goods import PACK, REPORT, SHIPMENT
from trace.parties import CATERER, GROWER, LAB, PROCESSOR, RETAILER
from trace.store.lots.begun import first_kinds, has_tests
from trace.store.transaction import Transactions
from trace.usecases.accounts.sessions import SignedIn
from trace.usecases.signing.key_requests import own_keys, roles_of

NEW: Final = 200
"""Who has stated as much knows the way."""
_KEY: Final = ("key", "", "/desk/keys")
_RECEIPT: Final = ("receipt", RECEIPT.typ, "/desk/records/进货查验")
_WAYS: Final = {
    PROCESSOR: (
        _KEY,
        _RECEIPT,
        ("production", PRODUCTION.typ, "/desk/records/投料与产出"),
        ("test", REPORT.typ, "/desk/records/出厂检验"),
        ("pack", PACK.typ, "/desk/records/包装赋码"),
        ("label", ACTIVATE.typ, "/desk/labels"),
    ),
    GROWER: (
        _KEY,
        ("work", OPERATION.typ, "/desk/records/农事记录"),
        ("harvest", HARVEST.typ, "/desk/records/采收入库"),
        ("certificate", CERTIFICATE.typ, "/desk/records/合格证"),
        ("consignment", SHIPMENT.typ, "/desk/records/出库"),
    ),
    RETAILER: (_KEY, _RECEIPT),
    CATERER: (_KEY, _RECEIPT),
    LAB: (_KEY, ("report", REPORT.typ, "/desk/records/出厂检验")),
}
"""Role -> the steps of its way: slug (worded `work.first.<slug>`), the kind that takes it, its page."""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step of the way, whether it is taken, and where."""

    slug: str
    done: bool
    address: str


def first_steps(transactions: Transactions, signed: SignedIn) -> list[FirstStep]:
    """The steps of a newcomer; none for who has taken them all, and for who prepares no records."""
    member = signed.membership
    if member is None or not signed.may(PREPARE):
        return []
    party = member.organisation.urn
    with transactions.look(signed.actor.subject) as tx:
        stated = first_kinds(tx.connection, party, NEW)
        tested = len(stated) < NEW and has_tests(tx.connection, party)
    if len(stated) >= NEW:
        return []
    done = {*stated, *((REPORT.typ,) if tested else ())}
    roles = roles_of(transactions, party)
    way = next((way for role, way in _WAYS.items() if role in roles), ())
    live = any(one.state == "live" for one in own_keys(transactions, party))
    steps = [FirstStep(slug, typ in done if typ else live, address) for slug, typ, address in way]
    return [] if all(one.done for one in steps) else steps
