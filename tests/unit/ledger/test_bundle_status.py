"""A list of recalls in parts: bad news from any of them, good news only from all of them."""

from __future__ import annotations

import pytest

from tests.builders.ledgers import START
from tests.builders.offline_verifier import limits, verify_bundle
from tests.builders.snapshots import IN_PARTS, with_parts
from tests.unit.ledger.conftest import HOUR
from trace.chain.facts.snapshot import MOST_TAGS, in_parts


@pytest.mark.parametrize("name", list(IN_PARTS))
def test_no_recall_is_said_only_of_a_whole_list(world, name):
    parts, state, reason = IN_PARTS[name]
    form = with_parts(world, parts)
    verdict = verify_bundle(form, world.policy(), None, START + 9 * HOUR, limits(status_age=2 * HOUR))
    step = next(one for one in verdict.steps if one.code == "status")
    assert (verdict.status.state, step.reason) == (state, reason)
    assert verdict.ok == (state != "failed")
    assert (verdict.status.as_of is None) == (state in {"absent", "failed"})


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, [0]),
        (1, [1]),
        (MOST_TAGS, [MOST_TAGS]),
        (MOST_TAGS + 1, [MOST_TAGS, 1]),
        (5_000, [MOST_TAGS] * 4 + [200]),
    ],
)
def test_a_list_is_cut_where_a_statement_ends_and_nothing_of_it_is_lost(count, sizes):
    tags = [f"{number:022d}" for number in range(count)]
    held = list(in_parts(tags))
    assert [len(one["recalled"]) for one in held] == sizes
    assert [tag for one in held for tag in one["recalled"]] == tags
    numbered = [(one.get("part"), one.get("parts")) for one in held]
    alone = len(sizes) == 1
    assert numbered == [(None, None) if alone else (at, len(sizes)) for at in range(1, len(sizes) + 1)]
