"""Cases over HTTP: listed, read and moved by the same decisions as on pages, each look with its purpose."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.cases import PDF, accredit, fail
from tests.builders.members import ORGANISATIONS, add_member
from tests.builders.traced_chain import K1, TracedChain
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.store.accounts.people import members_of, set_roles
from trace.usecases.accounts.tokens import Terms, issue_token

URN = ORGANISATIONS[AUTHORITY].urn
CASE = "/api/v1/cases/AJ2026-00001"
WHY = "purpose=daily%20check"


@dataclass
class Office:
    """A platform with one failing result, and the tokens of those who look at it."""

    door: Door
    chain: TracedChain
    officer: str
    reviewer: str
    machine: str

    def see(self, token: str = "") -> dict[str, Any]:
        answer = self.door.get(f"{CASE}?{WHY}", token or self.officer)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def step(self, event: str, token: str = "", **more: Any) -> Any:
        """A step of who has read the case just before."""
        return self.step_unseen(event, token or self.officer, self.see()["version"], **more)

    def step_unseen(self, event: str, token: str, version: int = 1, **more: Any) -> Any:
        key = secrets.token_urlsafe(24)
        body = {"key": key, "version": version, "event": event, "why": "核查处置需要", **more}
        return self.door.post(f"{CASE}/steps", body, token, kind="application/json")


def given_to(door: Door, login: str, *roles: str, region: str = "CN") -> str:
    person = add_member(door.platform.transactions, AUTHORITY, roles, login)
    terms = Terms(region, given_to=person)
    scopes = ("trace:all", "cases:write")
    return issue_token(door.platform.transactions, URN, login, scopes, ["regulator_market"], terms)


@pytest.fixture
def office(tmp_path, databases) -> Iterator[Office]:
    with Door(tmp_path, databases.migrated("sqlite")) as door:
        chain = TracedChain(door, door.clock)
        accredit(chain)
        chain.packed_rice()
        party = made.a_party(region="310151000")
        door.log(door.registrar.state("master.party", made.uscc(made.MILL), party, at=door.clock()))
        fail(chain)
        officer, reviewer = given_to(door, "chen", "case-officer"), given_to(door, "chu", "case-reviewer")
        machine = door.token(URN, "trace:all", "cases:write", roles=["regulator_market"])
        yield Office(door, chain, officer, reviewer, machine)


def paper(name: str = "送达回证.pdf", body: bytes = PDF) -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(body).decode()}


@pytest.mark.requirement("S1-13", "S4-08")
def test_nobody_looks_without_saying_what_for(office: Office) -> None:
    before = office.door.counts()
    for path in ("/api/v1/cases", CASE, f"{CASE}/papers/{'0' * 64}"):
        answer = office.door.get(path, office.officer)
        assert (answer.status_code, answer.json["code"]) == (422, "purpose-missing"), path
    assert office.door.counts() == before
    answer = office.door.get(f"/api/v1/cases?{WHY}", office.officer)
    assert [one["number"] for one in answer.json["cases"]] == ["AJ2026-00001"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert office.door.counts()["look_at_firm"] == before["look_at_firm"] + 1


def test_the_list_is_asked_by_area_state_and_limit(office: Office) -> None:
    def numbers(more: str) -> list[str]:
        answer = office.door.get(f"/api/v1/cases?{WHY}&{more}", office.officer)
        return [one["number"] for one in answer.json["cases"]]

    assert numbers("state=opened") == numbers("area=31") == ["AJ2026-00001"]
    assert numbers("state=closed") == numbers("overdue=true") == []
    office.door.clock.advance(timedelta(days=30))
    (late,) = office.door.get(f"/api/v1/cases?{WHY}&overdue=true", office.officer).json["cases"]
    assert late["clock"]["state"] == "overdue"
    assert late["clock"]["rule"]
    assert late["overdue"]


def test_a_step_is_taken_once_by_who_saw_the_case_as_it_is(office: Office) -> None:
    seen = office.see()
    assert [one["event"] for one in seen["events"]] == ["open", "first-seen"]
    assert next(one for one in seen["choices"] if one["event"] == "notify")["refusal"] is None
    body = {
        "key": secrets.token_urlsafe(24),
        "version": seen["version"],
        "event": "notify",
        "why": "送达企业质量负责人",
        "papers": [paper()],
    }
    first = office.door.post(f"{CASE}/steps", body, office.officer, kind="application/json")
    assert first.status_code == 200, first.text
    again = office.door.post(f"{CASE}/steps", body, office.officer, kind="application/json")
    assert again.json == first.json
    assert first.json == {
        "number": "AJ2026-00001",
        "state": "notified",
        "version": seen["version"] + 1,
        "leadsTo": "/office/cases/AJ2026-00001",
    }
    stale = {**body, "key": secrets.token_urlsafe(24), "event": "investigate"}
    answer = office.door.post(f"{CASE}/steps", stale, office.officer, kind="application/json")
    assert (answer.status_code, answer.json["code"]) == (409, "case-moved")
    assert "chen" in answer.json["detail"], "who was quicker is named"
    now = office.see()
    assert [one["event"] for one in now["events"]] == ["open", "first-seen", "notify"]
    (kept,) = now["papers"]
    assert office.door.get(f"{CASE}/papers/{kept['sha256']}?{WHY}", office.officer).data == PDF


def test_what_is_refused_says_so_and_changes_nothing(office: Office) -> None:
    office.see()

    def refused(answer: Any) -> tuple[int, str]:
        return answer.status_code, answer.json["code"]

    assert office.step("investigate").status_code == 200
    before = office.door.counts()
    assert refused(office.step("investigate")) == (409, "step-unfit")
    assert refused(office.step("submit")) == (409, "proofs-missing")
    assert refused(office.step("note", why=" ")) == (422, "purpose-missing")
    assert refused(office.step("assign", detail={"person": "x"})) == (422, "receiver-unknown")
    assert refused(office.step("transfer")) == (403, "step-not-yours")
    assert refused(office.step("attach", papers=[{"name": "x.pdf", "content": "no base64"}])) == (
        *(422, "paper-unfit"),
    )
    assert refused(office.step("note", office.machine)) == (403, "step-not-yours"), "no person, no step"
    reader = office.door.regulator()
    assert refused(office.step("note", reader)) == (403, "scope-missing")
    after = office.door.counts()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"look_at_firm"}, "what was read on the way"


def test_another_district_neither_sees_nor_acts(office: Office) -> None:
    town = given_to(office.door, "zhen", "case-officer", region="310120")
    before = office.door.counts()
    answer = office.door.get(f"/api/v1/cases?{WHY}", town)
    assert (answer.json["cases"], answer.json["count"]) == ([], 0)
    for answer in (office.door.get(f"{CASE}?{WHY}", town), office.step_unseen("investigate", town)):
        assert (answer.status_code, answer.json["code"]) == (403, "case-out-of-area")
    answer = office.door.get(f"/api/v1/cases?{WHY}&area=310151", town)
    assert (answer.status_code, answer.json["code"]) == (403, "firm-out-of-sight")
    assert office.door.counts() == before


def test_who_left_takes_no_step_with_an_old_token(office: Office) -> None:
    seen = office.see()["version"]
    tx = office.door.platform.transactions
    with tx.begin("test") as writing:
        (held,) = [one for one in members_of(writing.connection, URN) if one.login == "chen"]
        set_roles(writing.connection, held.id, [])
    answer = office.step_unseen("investigate", office.officer, seen)
    assert (answer.status_code, answer.json["code"]) == (403, "step-not-yours")


@pytest.mark.requirement("S2-24")
def test_a_source_is_drafted_by_a_person_and_never_by_a_machine(office: Office) -> None:
    def draft(token: str, **more: Any) -> Any:
        body = {"key": secrets.token_urlsafe(24), "source": "inspection", "foundOn": "2026-10-12", **more}
        return office.door.post("/api/v1/cases", body, token, kind="application/json")

    said = {"purpose": "巡查发现标签问题，核查全部产品", "party": made.uscc(made.MILL)}
    before = office.door.counts()["signing_batch"]
    assert draft(office.machine, **said).json["code"] == "right-missing"
    assert draft(office.officer, party=said["party"]).json["code"] == "purpose-missing"
    assert draft(office.officer, **said, lots=[K1]).json["code"] == "case-stands"
    assert draft(office.officer, **(said | {"source": "rumour"})).json["code"] == "shape"
    assert office.door.counts()["signing_batch"] == before
    assert draft(office.officer, **said).json["leadsTo"].startswith("/desk/sign/")
