"""Joint work: what one department enters counts in the monthly form once the other has confirmed it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.cases import OFFICER, somebody
from tests.builders.traced_chain import TracedChain, october
from tests.builders.two_bureaus import agriculture, key, market
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import ReleasedByOne, RiskItemUnknown, RiskMoved, RiskUnfit
from trace.oversight.notice_kinds import AT_ONCE, MAIL, Choice
from trace.parties import Actor
from trace.store.accounts.notice_choices import ChoiceRow, put_choice
from trace.usecases.duties.of_authority import duties_of_authority
from trace.usecases.duties.personal_notices import plan_personal_notices
from trace.usecases.supervision.joint_work import Entering, enter_work, read_joint_work, take_act
from trace.usecases.supervision.read_form import read_live


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        clock.advance(october("31 12:00") - clock())
        yield TracedChain(platform, clock)


def entering(actor: Actor, **changed: str) -> Entering:
    given = {
        "kind": "training", "title": "标志使用培训", "since": "2026-10-12", "about": "企业负责人 20 人",
        "proof": "沪崇市监〔2026〕11号", **changed,
    }  # fmt: skip
    return Entering(actor, key(), **given)


@pytest.mark.requirement("S0-28", "S0-45", "S0-46", "S0-48")
def test_joint_work_counts_once_both_departments_stand_by_it(chain):
    of, ju, wei = chain.platform.transactions, market(chain), agriculture(chain)
    far = somebody(of, "远方", OFFICER, area="310116", urn="urn:uscc:11310116XN0000BB42")

    def figures() -> dict[str, object]:
        found = read_live(of, ju, "2026-10").frozen.figures
        return {name: found[name].number for name in ("mechanism", "exchange", "trainings")}

    assert figures() == {"mechanism": False, "exchange": False, "trainings": 0}
    enter_work(of, entering(ju))
    enter_work(of, entering(wei, kind="mechanism", title="联动协作办法", since="2026-09-01"))
    enter_work(of, entering(ju, kind="exchange", title="风险会商制度", since="2026-09-01"))
    enter_work(of, entering(ju, since="2026-09-30"))
    assert figures() == {"mechanism": False, "exchange": False, "trainings": 0}, "one department alone"
    page = read_joint_work(of, ju)
    numbers = {(row.kind, row.since[5:7]): row.number for row in page.rows}
    training, mechanism = numbers["training", "10"], numbers["mechanism", "09"]
    with pytest.raises(ReleasedByOne):
        take_act(of, ju, key(), training, {"act": "confirm"})
    with pytest.raises(RiskItemUnknown):
        take_act(of, far, key(), training, {"act": "confirm"})
    with pytest.raises(RiskUnfit):
        take_act(of, wei, key(), training, {"act": "refuse"})
    for number in (training, numbers["training", "09"]):
        take_act(of, wei, key(), number, {"act": "confirm"})
    take_act(of, wei, key(), numbers["exchange", "09"], {"act": "refuse", "why": "没有这个制度"})
    take_act(of, ju, key(), mechanism, {"act": "confirm"})
    assert figures() == {"mechanism": True, "exchange": False, "trainings": 1}, "one of September is none"
    lines = read_live(of, ju, "2026-10").frozen.figures["trainings"].lines
    assert lines[0].records == (training,)
    with pytest.raises(RiskMoved):
        take_act(of, wei, key(), training, {"act": "end", "why": "办完了", "until": "2026-10-12"})
    take_act(of, wei, key(), mechanism, {"act": "end", "why": "由新办法代替", "until": "2026-10-10"})
    assert figures()["mechanism"] is False, "not in force at the end of the month"
    assert read_live(of, ju, "2026-09").frozen.figures["mechanism"].number is True
    assert [read_joint_work(of, ju).acts(row) for row in read_joint_work(of, ju).rows] == [[]] * 4


@pytest.mark.parametrize("member", ["title", "proof", "since", "kind"])
def test_an_entry_without_its_words_its_day_or_its_proof_is_none(chain, member):
    of, ju = chain.platform.transactions, market(chain)
    with pytest.raises(RiskUnfit):
        enter_work(of, entering(ju, **{member: ""}))
    for day in ("2027-01-01", "0026-10-12"):
        with pytest.raises(RiskUnfit):
            enter_work(of, entering(ju, since=day))
    assert read_joint_work(of, ju).rows == []


@pytest.mark.requirement("S0-31", "S0-32")
def test_what_an_authority_has_to_send_and_confirm_waits_and_goes_out_once(chain):
    of, ju, wei = chain.platform.transactions, market(chain), agriculture(chain)

    def waits(actor: Actor) -> dict[str, tuple[str, int]]:
        return {one.slug: (str(one.last_day or ""), one.count) for one in duties_of_authority(of, actor)}

    assert waits(ju) == {"monthly-form": ("2026-10-05", 1), "year-summary": ("", 1)}
    states = {one.slug: one.state for one in duties_of_authority(of, ju)}
    assert states == {"monthly-form": "overdue", "year-summary": "open"}, "the day of a year is derived"
    assert waits(wei) == {}, "the market bureau reports"
    with of.begin("test") as tx:
        chosen = ChoiceRow(ju.person, Choice(MAIL, AT_ONCE), "ju@bureau.example")
        put_choice(tx.connection, chosen)
    assert plan_personal_notices(of, "https://id.trace.test") == 1
    assert plan_personal_notices(of, "https://id.trace.test") == 0, "told once"
    enter_work(of, entering(wei))
    assert waits(ju)["joint-work"] == ("", 1)
    assert waits(wei) == {}, "who entered it does not confirm it"
    assert plan_personal_notices(of, "https://id.trace.test") == 1
    take_act(of, ju, key(), read_joint_work(of, ju).rows[0].number, {"act": "confirm"})
    assert "joint-work" not in waits(ju)
    chain.clock.advance(timedelta(days=1))
    assert waits(ju)["monthly-form"] == ("2026-11-05", 1), "the form of October"
