"""Forms of visits on a real platform: edited by the administrator alone, and an old visit keeps its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import facts as made
from tests.builders.traced_chain import TracedChain
from tests.builders.visits import (
    AGRI_CODE,
    BOTH,
    FIRM,
    answers,
    filled,
    key,
    of_agriculture,
    of_market,
    opened,
    registered,
    rows,
    sign_waiting,
    signed,
    stands,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.access.rights import ORGANISATIONS
from trace.errors import (
    AppendOnly,
    CertificatesUnverified,
    PurposeMissing,
    RightMissing,
    VisitAnswerUnfit,
    VisitFormOther,
    VisitFormUnfit,
    VisitFormUnknown,
    VisitIncomplete,
)
from trace.oversight.visits.answers import Answer
from trace.oversight.visits.cadence import period_with
from trace.oversight.visits.forms import lines_of
from trace.oversight.visits.makers import Inspector
from trace.parties import Actor
from trace.usecases.duties.of_authority import duties_of_authority
from trace.usecases.visits.patrols_due import patrols_due
from trace.usecases.visits.read_forms import Editing, edit_form, read_form
from trace.usecases.visits.read_visit import read_visit
from trace.usecases.visits.sign_visit import sign_visit


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        registered(chain)
        yield chain


@pytest.fixture
def tx(chain: TracedChain):
    return chain.platform.transactions


@pytest.mark.requirement("S1-37")
def test_a_form_of_another_version_is_refused_and_an_old_visit_keeps_its_own(chain, tx) -> None:
    agri = of_agriculture(tx, "wang", "case-officer")
    patrol = {"inspectors": BOTH[1:], "forms": {"agriculture": "daily-patrol"}}
    old = opened(tx, agri, "patrol", **patrol)
    admin = Actor("admin", None, scopes=frozenset({ORGANISATIONS}), person="admin")
    seen = read_form(tx, admin, "daily-patrol")
    text = "\n".join(lines_of(seen.holds).splitlines()[1:])
    edit_form(tx, admin, key(), Editing("daily-patrol", 1, text, "", "巡查表简化"))
    new = opened(tx, agri, "patrol", **patrol)
    (before, after) = (stands(tx, one)[1]["agriculture"] for one in (old, new))
    assert (before.form_version, after.form_version) == (1, 2)
    whole = rows(tx)
    with pytest.raises(VisitFormOther):
        filled(tx, agri, new, "agriculture", digest=before.form_digest)
    assert rows(tx) == whole
    filled(tx, agri, old, "agriculture")
    signed(chain, agri, old)
    shown = read_visit(tx, agri, old).parts[0].form
    assert (shown.version, shown.items[0].id) == (1, "registered")


def test_forms_are_edited_by_the_administrator_alone_and_never_backwards(chain, tx) -> None:
    agri = of_agriculture(tx, "wang", "bureau-head")
    admin = Actor("admin", None, scopes=frozenset({ORGANISATIONS}), person="admin")
    good = Editing("daily-patrol", 1, "a | choice | 甲 | a", "", "改")
    with pytest.raises(RightMissing):
        edit_form(tx, agri, key(), good)
    for bad, refusal in (
        (replace(good, why=""), PurposeMissing),
        (replace(good, why="改表", since="2026-09-30"), VisitFormUnfit),
        (replace(good, why="改表", since="x"), VisitFormUnfit),
        (replace(good, why="改表", since="9999-01-01"), VisitFormUnfit),
        (replace(good, why="改表", seen=7), VisitFormUnfit),
        (replace(good, why="改表", form="nothing"), VisitFormUnknown),
        (replace(good, why="改表", text="x"), VisitFormUnfit),
    ):
        with pytest.raises(refusal):
            edit_form(tx, admin, key(), bad)
    edit_form(tx, admin, key(), replace(good, why="改表", since="2026-10-15"))
    assert read_form(tx, admin, "daily-patrol").holds.version == 1, "not before its first day"
    with pytest.raises(AppendOnly), tx.begin("x") as writing:
        writing.connection.exec_driver_sql("UPDATE visit_form SET body = '{}'")


def test_an_older_draft_that_is_signed_is_told(chain, tx) -> None:
    agri = of_agriculture(tx, "wang", "case-officer")
    number = opened(tx, agri, "patrol", inspectors=BOTH[1:], forms={"agriculture": "daily-patrol"})
    filled(tx, agri, number, "agriculture")
    address = sign_visit(tx, agri, key(), number, stands(tx, number)[0].version, "检查")
    filled(tx, agri, number, "agriculture", answers=answers("daily-patrol", ["mark"]), result="fails")
    sign_waiting(chain, AGRI_CODE, address)
    last = read_visit(tx, agri, number).events[-1]
    assert (last.event, last.detail["differs"]) == ("signed", True)


@pytest.mark.requirement("S1-26", "S1-27")
def test_who_was_not_patrolled_this_month_and_not_checked_this_year(chain, tx) -> None:
    agri = of_agriculture(tx, "wang", "case-officer")
    due, names = patrols_due(tx, agri)
    (waits,) = [one for one in duties_of_authority(tx, agri) if one.slug == "patrols"]
    assert (waits.count, waits.state) == (sum(len(one.waiting) for one in due), "due")
    assert [(one.object, one.waiting) for one in due] == [
        ("certified", (FIRM,)), ("large", ()), ("green_organic", (FIRM,)),
    ]  # fmt: skip
    assert names[FIRM]
    for form, open_still in (("daily-patrol", [(), (), (FIRM,)]), ("green-yearly", [(), (), ()])):
        number = opened(tx, agri, "patrol", inspectors=BOTH[1:], forms={"agriculture": form})
        filled(tx, agri, number, "agriculture")
        signed(chain, agri, number)
        assert [one.waiting for one in patrols_due(tx, agri)[0]] == open_still
    assert patrols_due(tx, Actor("firm", FIRM)) == ([], {})


@pytest.mark.requirement("S1-25", "S1-26", "S1-27")
def test_a_farm_of_scale_is_patrolled_each_quarter_and_one_with_a_certificate_each_month(chain, tx) -> None:
    agri = of_agriculture(tx, "wang", "case-officer")
    for code, kind in ((made.COOPERATIVE, "cooperative"), (made.TOFU, "smallholder")):
        data = made.a_party(name=kind, kind=kind, roles=["grower"], region="310151")
        chain.state(AGRI_CODE, "master.party", made.uscc(code), data, "10 08:00")
    farm = made.uscc(made.COOPERATIVE)
    assert waiting(tx, agri) == {"certified": (FIRM,), "large": (farm,), "green_organic": (FIRM,)}
    for number, kind in (("OFDC-1", "organic"), ("AGI-1", "geographical_indication")):
        held = made.a_licence(
            kind=kind, number=number, holder=farm, approvedOutput=made.ABSENT, packedBefore=made.ABSENT,
            openingAt=made.ABSENT,
        )  # fmt: skip
        chain.state(AGRI_CODE, "master.licence", f"urn:licence:{number}", held, "10 09:00")
    both = tuple(sorted((FIRM, farm)))
    assert waiting(tx, agri) == {"certified": both, "large": (farm,), "green_organic": both}
    visit = opened(tx, agri, "patrol", party=farm, inspectors=BOTH[1:], forms={"agriculture": "daily-patrol"})
    filled(tx, agri, visit, "agriculture")
    signed(chain, agri, visit)
    assert waiting(tx, agri) == {"certified": (FIRM,), "large": (), "green_organic": both}
    chain.clock.advance(timedelta(days=45))
    assert waiting(tx, agri)["certified"] == both, "another month"
    assert waiting(tx, agri)["large"] == (), "the same quarter"
    chain.clock.advance(timedelta(days=40))
    assert waiting(tx, agri)["large"] == (farm,), "the next quarter"


def unanswered() -> list[Answer]:
    """A patrol at which nobody said anything of certificates."""
    given = answers("daily-patrol")
    return [replace(one, value="na") if one.item == "licence" else one for one in given]


def waiting(tx, agri) -> dict[str, tuple[str, ...]]:
    return {one.object: one.waiting for one in patrols_due(tx, agri)[0]}


@pytest.mark.requirement("S1-24")
def test_certificates_are_verified_at_each_visit_and_the_last_word_is_known(chain, tx) -> None:
    agri = of_agriculture(tx, "wang", "case-officer")
    number = opened(tx, agri, "patrol", inspectors=BOTH[1:], forms={"agriculture": "daily-patrol"})
    seen = read_visit(tx, agri, number)
    assert [(one.data["number"], state) for one, state in seen.certificates] == [(made.RICE_MARK, "holds")]
    assert seen.verified is None
    spared = unanswered()
    filled(tx, agri, number, "agriculture", answers=spared)
    with pytest.raises(CertificatesUnverified):
        signed(chain, agri, number)
    assert read_visit(tx, agri, number).verified is None
    filled(tx, agri, number, "agriculture", answers=answers("daily-patrol", ["licence"]), result="fails")
    assert read_visit(tx, agri, number).verified is None, "nobody has signed it yet"
    record = signed(chain, agri, number)
    verified = read_visit(tx, agri, number).verified
    assert (verified.as_registered, verified.number, verified.record) == (False, number, record)
    again = opened(tx, agri, "patrol", inspectors=BOTH[1:], forms={"agriculture": "daily-patrol"})
    filled(tx, agri, again, "agriculture")
    signed(chain, agri, again)
    assert read_visit(tx, agri, number).verified.number == again, "the last word counts"


@pytest.mark.requirement("S1-24")
def test_a_joint_visit_asks_beside_its_form_for_certificates(chain, tx) -> None:
    market, agri = of_market(tx, "li"), of_agriculture(tx, "wang", "case-officer")
    number = opened(tx, market)
    form_of = {one.part.department: one for one in read_visit(tx, agri, number).parts}
    assert [one.id for one in form_of["agriculture"].own_items] == ["licence"]
    assert form_of["market"].own_items == [], "one department asks"
    assert len(form_of["agriculture"].form.items) == 7, "the document's form stays as it is"
    with pytest.raises(VisitAnswerUnfit):
        filled(tx, market, number, "market", answers=[*answers("market-12"), Answer("licence", "yes")])
    for given, refusal in (
        (Answer("licence", ""), VisitIncomplete),
        (Answer("licence", "na"), CertificatesUnverified),
    ):
        filled(tx, agri, number, "agriculture", answers=[*answers("agriculture-7"), given])
        with pytest.raises(refusal):
            signed(chain, agri, number)
    found = Answer("licence", "no", "证书上的产品与现场不同")
    filled(tx, agri, number, "agriculture", answers=[*answers("agriculture-7"), found], result="fails")
    record = signed(chain, agri, number)
    seen = read_visit(tx, agri, number)
    assert (seen.verified.as_registered, seen.verified.record) == (False, record)
    assert seen.own.own_items and [one.state for one in seen.own.heads] == ["whole"] * 7
    alone = opened(tx, market, "flying", inspectors=(BOTH[0], Inspector("31011500777", "market")))
    assert read_visit(tx, market, alone).own.own_items == [], "a mill that the market bureau visits alone"


def test_who_holds_no_certificate_has_none_verified(chain, tx) -> None:
    agri = of_agriculture(tx, "wang", "case-officer")
    farm = made.uscc(made.COOPERATIVE)
    data = made.a_party(name="合作社", kind="cooperative", roles=["grower"], region="310151")
    chain.state(AGRI_CODE, "master.party", farm, data, "10 08:00")
    ended = made.a_licence(
        kind="organic", number="OFDC-1", holder=farm, validTo="2026-09-30", approvedOutput=made.ABSENT,
        packedBefore=made.ABSENT, openingAt=made.ABSENT,
    )  # fmt: skip
    chain.state(AGRI_CODE, "master.licence", "urn:licence:OFDC-1", ended, "10 09:00")
    number = opened(
        tx, agri, "patrol", party=farm, inspectors=BOTH[1:], forms={"agriculture": "daily-patrol"}
    )
    spared = unanswered()
    filled(tx, agri, number, "agriculture", answers=spared)
    signed(chain, agri, number)
    seen = read_visit(tx, agri, number)
    assert [state for _, state in seen.certificates] == ["ended"]
    assert seen.verified is None


def test_periods_are_those_of_the_calendar() -> None:
    assert period_with("per month", date(2028, 2, 3)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert period_with("per quarter", date(2026, 12, 31)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert period_with("per year", date(2026, 6, 1)) == (date(2026, 1, 1), date(2026, 12, 31))
