"""The procedure of cases: every state with every event, each guard, and a way out of everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from docs import generate_cases
from trace.access.roles import ROLES
from trace.errors import (
    LegalReviewMissing,
    ObjectionTooLate,
    OtherPersonNeeded,
    ProofsMissing,
    PurposeMissing,
    ReceiverUnknown,
    Refusal,
    ResultMissing,
    RetestRunning,
    SampledAbove,
    StepNotYours,
    StepUnfit,
    StepUnproved,
)
from trace.errors.orders import MicrobiologyFinal, RetestSameLab
from trace.oversight.casework.decide import GUARDS, Act, Past, Standing, decide
from trace.oversight.casework.table import (
    ENDED,
    EVENTS,
    FIRM,
    HEAD,
    LOG,
    OFFICER,
    PROOFS,
    REVIEWER,
    STATES,
    TABLE,
    step_of,
)

NOW = datetime(2026, 10, 24, 9, 0, tzinfo=UTC)
ALL_ROLES = frozenset({OFFICER, REVIEWER, HEAD, FIRM, LOG})
DONE = tuple(Past("prove", "a", "", {"proof": one}) for one in PROOFS)
READY = (*DONE, Past("submit", "a", ""), Past("legal-review", "b", ""), Past("propose-publication", "a", ""))
NAMED = {"person": "p", "receiver": "r", "case": "c", "proof": PROOFS[0], "lab": "another", "consignee": "s"}


def act(event: str, *, who: str = "b", roles=ALL_ROLES, why="核查需要", evidence=("x",), **detail) -> Act:
    return Act(event, who, frozenset(roles), why, evidence, {**NAMED, **detail})


def standing(state: str, **more) -> Standing:
    given = {
        "past": READY,
        "receiver": True,
        "first_lab": "first",
        "joint": True,
        "above": True,
        "number": "1",
        "retest_ends": NOW,
        **more,
    }
    return Standing(state, NOW, **given)


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)))
def test_a_step_leads_where_its_row_says_and_nowhere_without_one(state: str, event: str) -> None:
    rows = [row for row in TABLE if row.event == event and state in row.sources]
    assert len(rows) <= 1, "one row answers for a state and an event"
    if not rows:
        with pytest.raises(StepUnfit):
            decide(standing(state), act(event))
        return
    assert decide(standing(state), act(event)).to == (rows[0].to or state)
    for role in (OFFICER, REVIEWER, HEAD, FIRM, LOG):
        if role not in rows[0].roles:
            with pytest.raises(StepNotYours):
                decide(standing(state), act(event, roles={role}))
    if rows[0].evidence:
        with pytest.raises(StepUnproved):
            decide(standing(state), act(event, evidence=()))
    if LOG not in rows[0].roles:
        with pytest.raises(PurposeMissing):
            decide(standing(state), act(event, roles=ALL_ROLES - {LOG}, why=" "))


def test_every_role_exists_and_every_guard_is_asked() -> None:
    assert {role for row in TABLE for role in row.roles} <= {*ROLES, FIRM, LOG}
    assert {name for row in TABLE for name in row.guards} == set(GUARDS)


def test_an_end_is_reached_from_everywhere() -> None:
    leads = {state: {row.to for row in TABLE if state in row.sources and row.to} for state in STATES}
    reached = set(ENDED)
    while more := {state for state in STATES if state not in reached and leads[state] & reached}:
        reached |= more
    assert reached == set(STATES)


def test_every_state_is_reached_from_an_opened_case() -> None:
    reached, open_ones = {STATES[0]}, [STATES[0]]
    while open_ones:
        state = open_ones.pop()
        for row in TABLE:
            if state in row.sources and row.to and row.to not in reached:
                reached.add(row.to)
                open_ones.append(row.to)
    assert reached == set(STATES)


GUARDED = [
    ("object", {"state": "notified", "window_ends": NOW}, {}, ObjectionTooLate),
    ("submit", {"state": "investigating", "past": DONE[1:]}, {}, ProofsMissing),
    ("closing-signed", {"state": "reviewing", "past": DONE[:4]}, {}, ProofsMissing),
    ("prepare-closing", {"state": "reviewing"}, {"who": "a"}, OtherPersonNeeded),
    ("publish", {"state": "notified"}, {"who": "a"}, OtherPersonNeeded),
    ("publish", {"state": "notified", "past": ()}, {}, StepUnfit),
    ("prepare-closing", {"state": "reviewing", "major": True, "past": READY[:6]}, {}, LegalReviewMissing),
    ("prepare-retest", {"state": "objected"}, {"lab": "first"}, RetestSameLab),
    ("prepare-retest", {"state": "objected", "microbes": ("沙门氏菌",)}, {}, MicrobiologyFinal),
    ("retest-overdue", {"state": "retesting", "retest_ends": NOW + timedelta(seconds=1)}, {}, RetestRunning),
    ("retest-overdue", {"state": "retesting", "retest_ends": None}, {}, RetestRunning),
    ("notify", {"state": "opened", "sourced": True}, {}, ResultMissing),
    ("prepare-sampling", {"state": "opened", "sampled_above": "urn:uscc:x"}, {}, SampledAbove),
    ("receive-transfer", {"state": "transferring", "receiver": False}, {}, StepNotYours),
    ("answer-assistance", {"state": "opened", "joint": False}, {}, StepNotYours),
    ("designate", {"state": "transferring", "above": False}, {}, StepNotYours),
    ("ask-assistance", {"state": "opened"}, {"receiver": ""}, ReceiverUnknown),
    ("submit", {"state": "investigating", "leads": False}, {}, StepNotYours),
    ("assign", {"state": "opened"}, {"person": ""}, ReceiverUnknown),
    ("join", {"state": "opened"}, {"case": ""}, ReceiverUnknown),
    ("prove", {"state": "opened"}, {"proof": "all_ok"}, ProofsMissing),
]


@pytest.mark.parametrize(("event", "where", "how", "refusal"), GUARDED)
def test_a_guard_refuses(event: str, where: dict, how: dict, refusal: type[Refusal]) -> None:
    more = {name: value for name, value in where.items() if name != "state"}
    with pytest.raises(refusal):
        decide(standing(where["state"], **more), act(event, **how))


@pytest.mark.requirement("S3-33")
def test_a_review_before_the_case_was_submitted_again_does_not_count() -> None:
    past = (*DONE, Past("submit", "a", ""), Past("legal-review", "b", ""), Past("submit", "a", ""))
    with pytest.raises(LegalReviewMissing):
        decide(standing("reviewing", major=True, past=past), act("prepare-closing"))
    reviewed = (*past, Past("legal-review", "b", ""))
    assert decide(standing("reviewing", major=True, past=reviewed), act("prepare-closing")).to == "reviewing"


def test_an_objection_on_the_last_moment_of_the_window_is_taken() -> None:
    ends = NOW + timedelta(microseconds=1)
    assert decide(standing("notified", window_ends=ends), act("object")).to == "objected"


def test_signed_acts_reach_a_case_in_any_state() -> None:
    assert all(step_of(state, "act-signed") for state in STATES)


def test_the_documented_procedure_is_the_table() -> None:
    assert generate_cases.TARGET.read_text(encoding="utf-8") == generate_cases.page(), "run `make docs`"
