"""Cases that no failing test began: registered by signature, or refused before anybody signs."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.cases import BUREAU, HEAD, OFFICER, PDF, cases, fail, history, somebody, step
from tests.builders.traced_chain import K1, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import (
    ActUnfit,
    CaseOutOfArea,
    CaseStands,
    DepartmentOther,
    PurposeMissing,
    Refusal,
    ResultMissing,
    UnknownLot,
)
from trace.errors.analyses import FirmOutOfSight
from trace.parties import Actor
from trace.usecases.casework.read_case import read_case
from trace.usecases.inquiries.show_goods import goods_shown
from trace.usecases.signing.batches import open_batch
from trace.usecases.supervision.register_case import Registering, register_case

MILL = made.uscc(made.MILL)
GUANGZHOU = "urn:uscc:11440100000000000X"
COOPERATIVE = made.uscc(made.COOPERATIVE)


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        chain.packed_rice()
        chain.platform.log(platform.registrar.state("master.party", MILL, made.a_party(), at=chain.clock()))
        yield chain


def register(chain: TracedChain, actor: Actor, **changed: Any) -> list[dict[str, Any]]:
    """What the drafts of a form say."""
    typed = {
        "source": "superior", "purpose": "按交办核查大米镉超标线索", "party": MILL, "lots": (),
        "found_on": "2026-10-12", "authority": "上海市市场监督管理局", "reference": "沪市监食交〔2026〕7号",
    } | changed  # fmt: skip
    given = Registering(actor, secrets.token_urlsafe(24), "登记", **typed)
    leads_to = register_case(chain.platform.transactions, given)
    return drafted(chain, leads_to)


def drafted(chain: TracedChain, leads_to: str) -> list[dict[str, Any]]:
    batch = open_batch(chain.platform.transactions, BUREAU, leads_to.rpartition("/")[2])
    return [one.content for one in batch.drafts]


REFUSED: tuple[tuple[dict[str, Any], type[Refusal]], ...] = (
    ({"purpose": " "}, PurposeMissing),
    ({"purpose": "看看"}, ActUnfit),
    ({"source": ""}, ActUnfit),
    ({"party": ""}, ActUnfit),
    ({"found_on": "2026-12-24"}, ActUnfit),
    ({"authority": ""}, ActUnfit),
    ({"reference": ""}, ActUnfit),
    ({"lots": ("NONE",)}, UnknownLot),
    ({"party": "urn:uscc:91310000000000000X"}, FirmOutOfSight),
    ({"party": COOPERATIVE}, DepartmentOther),
)
"""What the form says otherwise, and why nothing is drafted then."""


@pytest.mark.requirement("S2-24")
def test_a_firm_is_looked_into_by_order_from_above_to_its_end(chain) -> None:
    tx = chain.platform.transactions
    officer, head = somebody(tx, "陈办", OFFICER), somebody(tx, "卫局", HEAD)
    for changed, refusal in REFUSED:
        with pytest.raises(refusal):
            register(chain, officer, **changed)
    elsewhere = somebody(tx, "外区", OFFICER, area="440100", urn=GUANGZHOU)
    with pytest.raises(FirmOutOfSight):
        register(chain, elsewhere)
    (draft,) = register(chain, officer)
    assert cases(tx) == [], "a draft opens nothing"
    chain.state(made.BUREAU, draft["typ"], draft["sub"], draft["data"], "20 09:00")
    (row,) = cases(tx)
    assert (row.lot, row.party, row.basis, row.department) == ("", MILL, "superior", "market")
    assert row.state == "opened" and row.items == draft["data"]["purpose"]
    seen = read_case(tx, officer, row.number)
    assert [(one.duty, one.rule.id) for one in seen.clocks] == [("filing", "R70")]
    goods = goods_shown(tx, officer, seen)
    assert not goods.unseen and not goods.count and not goods.awaited
    with pytest.raises(CaseOutOfArea):
        step(tx, elsewhere, "investigate")
    with pytest.raises(ResultMissing):
        step(tx, officer, "notify", paper=PDF)
    step(tx, officer, "investigate")
    assert [one.duty for one in read_case(tx, officer, row.number).clocks] == ["filing", "decision"]
    with pytest.raises(ActUnfit):
        step(tx, officer, "prepare-hold")
    for proof in ("control_ok", "cause_ok", "rectify_ok", "penalty_ok", "publish_ok"):
        step(tx, officer, "prove", proof=proof, paper=PDF + proof.encode())
    step(tx, officer, "submit")
    leads_to = step(tx, head, "prepare-closing")
    (closing,) = drafted(chain, leads_to)
    assert closing["data"]["lots"] == []
    chain.state(made.BUREAU, closing["typ"], closing["sub"], closing["data"], "22 09:00")
    assert cases(tx)[0].state == "closed"


@pytest.mark.requirement("S2-24")
def test_a_report_about_goods_opens_a_case_of_each_lot_and_joins_the_open_one(chain) -> None:
    tx = chain.platform.transactions
    officer = somebody(tx, "陈办", OFFICER)
    (twin,) = register(chain, somebody(tx, "楚办", OFFICER), party="", lots=(K1,))
    (draft,) = register(
        chain, officer, source="public", authority="", reference="12315-77", party="", lots=(K1,)
    )
    assert draft["data"] | {"lot": K1, "party": MILL} == draft["data"]
    assert "authority" not in draft["data"]
    chain.state(made.BUREAU, draft["typ"], draft["sub"], draft["data"], "20 09:00")
    (row,) = cases(tx)
    assert (row.lot, row.area) == (K1, "310151")
    read_case(tx, officer, row.number)
    chain.state(made.BUREAU, twin["typ"], K1, twin["data"], "20 10:00")  # drafted by another at the same time
    assert [one.event for one in history(tx, row.number)] == ["registered", "first-seen", "act-signed"]
    assert len(cases(tx)) == 1
    with pytest.raises(CaseStands):
        register(chain, officer, lots=(K1,))
    fail(chain, at="21 10:00")
    assert [one.event for one in history(tx, row.number)][-1] == "further-result"
    tested = next(one for one in cases(tx) if one.number != row.number)
    seen = read_case(tx, officer, tested.number)
    assert not seen.sourced, "a result is delivered, and may be objected to"
    assert "notify" in [one.step.event for one in seen.choices]
    assert [one.number for one in seen.others] == [row.number]
    fail(chain, at="21 11:00")
    assert len(cases(tx)) == 2
