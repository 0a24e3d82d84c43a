"""Keys first: what is logged later about a key takes back what it signed, in Python and in the script."""

from __future__ import annotations

import pytest

from tests.builders.key_stories import STORIES, KeyStory
from tests.builders.offline_verifier import verify_bundle
from tests.verifier.node import Case, judge
from trace.ledger.bundle import TrustPolicy


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """name → (Python's verdict, the script's) of each story."""
    cases, verdicts = [], []
    for one in STORIES.values():
        story = KeyStory()
        one.tell(story)
        form = story.form()
        verdicts.append(verify_bundle(form, TrustPolicy.parse([story.policy], story.registrars)))
        cases.append(Case(form, (story.policy,), story.registrars))
    _, answers = judge(cases, tmp_path_factory.mktemp("node"))
    return dict(zip(STORIES, zip(verdicts, answers, strict=True), strict=True))


@pytest.mark.parametrize("name", list(STORIES))
def test_what_a_void_key_signed_fails_in_both_verifiers(name, told):
    python, script = told[name]
    fallen = {one.index for one in python.statements if not one.ok}
    assert fallen == set(STORIES[name].void)
    assert {one["index"] for one in script["statements"] if not one["ok"]} == fallen
    for one in python.statements:
        if not one.ok:
            assert [(step.code, step.reason) for step in one.steps if step.state == "failed"] == [
                ("key", "compromised")
            ]
    assert [step["code"] for step in script["failures"]] == [step.code for step in python.failures]
    assert python.ok is not bool(fallen)
    assert script["ok"] is python.ok
