"""Random draws: the same for everybody, nobody's choice, and nothing of them can be changed afterwards."""

from __future__ import annotations

import copy
import hashlib
import hmac
import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.errors import DrawNotAsPlanned, DrawPlanMalformed, NobodyLeftToDraw
from trace.oversight.draw import METHOD, Plan, commitment, draw, verify_draw

HALVES = {"market": bytes(range(32)), "agriculture": bytes(range(32, 64))}
FIRMS = [f"urn:uscc:firm{number:03}" for number in range(40)]


def lists(**changed: Any) -> dict[str, Any]:
    return {
        "method": METHOD,
        "title": "第四季度联合检查",
        "objects": FIRMS,
        "take": 6,
        "inspectors": {"market": ["M1", "M2", "M3"], "agriculture": ["A1", "A2"]},
        "recused": [{"inspector": "M1", "object": firm} for firm in FIRMS],
        "commitments": {name: commitment(half) for name, half in HALVES.items()},
    } | changed


@pytest.mark.requirement("S1-03")
def test_anybody_draws_the_same_again_and_the_order_of_lists_is_of_no_account():
    shuffled = lists()
    for names in (shuffled["objects"], *shuffled["inspectors"].values(), shuffled["recused"]):
        random.Random(7).shuffle(names)
    one, other = draw(Plan.read(lists()), HALVES), draw(Plan.read(shuffled), HALVES)
    assert one == other
    assert verify_draw(orjson.loads(orjson.dumps(one)), one["planHash"]).take == 6


def drawn() -> dict[str, Any]:
    return dict(draw(Plan.read(lists()), HALVES))


def test_the_order_is_the_one_that_is_written_down():
    """Made again with nothing of ours: the form of the documents and HMAC alone."""
    result = drawn()
    plan = orjson.dumps(result["plan"], option=orjson.OPT_SORT_KEYS)
    hashed = hashlib.sha256(plan).digest()
    assert result["planHash"] == hashed.hex()
    seed = hashlib.sha256(
        METHOD.encode() + b"\0" + hashed + HALVES["agriculture"] + HALVES["market"]
    ).digest()
    keys = {firm: hmac.new(seed, orjson.dumps(["object", firm]), "sha256").digest() for firm in FIRMS}
    order = sorted(FIRMS, key=keys.__getitem__)
    assert [one["object"] for one in result["drawn"]] == order[:6]
    assert result["standIns"] == order[6:]


def test_who_stands_aside_is_named_and_never_sent_and_the_load_is_even():
    result = drawn()
    market = [one["inspectors"]["market"] for one in result["drawn"]]
    assert sorted(market) == ["M2"] * 3 + ["M3"] * 3
    assert all(one["recused"] == ["M1"] for one in result["drawn"])


def test_an_object_that_nobody_may_visit_is_told():
    aside = [{"inspector": who, "object": firm} for who in ("A1", "A2") for firm in FIRMS]
    with pytest.raises(NobodyLeftToDraw) as refused:
        draw(Plan.read(lists(recused=aside)), HALVES)
    assert refused.value.params["department"] == "agriculture"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("objects", []),
        ("objects", [*FIRMS, FIRMS[0]]),
        ("objects", "all"),
        ("take", 0),
        ("take", 41),
        ("take", True),
        ("take", "6"),
        ("title", " "),
        ("inspectors", {}),
        ("inspectors", {"market": ["M1"], "agriculture": ["M1"]}),
        ("recused", [{"inspector": "M9", "object": FIRMS[0]}]),
        ("recused", [{"inspector": "M1", "object": "another firm"}]),
        ("recused", ["M1"]),
        ("recused", "M1"),
        ("commitments", {"market": "0" * 64}),
        ("commitments", {"market": "0" * 63, "agriculture": "0" * 64}),
        ("method", "greentrace/draw/2"),
    ],
)
def test_a_plan_that_is_none_is_refused_by_its_member(member, value):
    changed = lists(**{member: value})
    if member != "recused":
        changed["recused"] = []
    with pytest.raises(DrawPlanMalformed) as refused:
        Plan.read(changed)
    assert member in refused.value.params["member"]


@pytest.mark.parametrize(
    "omitted",
    [
        [{"object": FIRMS[0], "reason": "停产"}],
        [{"object": "F", "reason": " "}],
        [{"object": "F", "reason": "停产"}] * 2,
        [{"object": "F"}],
        "F",
    ],
)
def test_who_is_left_out_is_named_once_with_the_reason_and_is_on_no_list(omitted):
    with pytest.raises(DrawPlanMalformed) as refused:
        Plan.read(lists(omitted=omitted))
    assert refused.value.params["member"] == "omitted"


def test_who_was_left_out_is_part_of_what_is_committed_to():
    told = Plan.read(lists(omitted=[{"object": "F", "reason": "停产"}]))
    assert told.hash != Plan.read(lists()).hash == Plan.read(lists(omitted=[])).hash
    assert verify_draw(draw(told, HALVES)).omitted == {"F": "停产"}


def test_a_member_too_many_is_refused():
    with pytest.raises(DrawPlanMalformed, match="again"):
        Plan.read(lists(again=True))


def test_another_half_than_the_one_committed_to_is_refused():
    with pytest.raises(DrawNotAsPlanned):
        draw(Plan.read(lists()), {**HALVES, "market": bytes(32)})
    with pytest.raises(DrawNotAsPlanned):
        draw(Plan.read(lists()), {"market": HALVES["market"]})


def test_a_list_that_was_changed_after_its_publication_is_refused():
    published = Plan.read(lists()).hash
    later = draw(Plan.read(lists(objects=[*FIRMS[1:], "urn:uscc:added"], recused=[])), HALVES)
    assert verify_draw(later).take == 6
    with pytest.raises(DrawNotAsPlanned) as refused:
        verify_draw(later, published)
    assert refused.value.params["member"] == "planHash"


@given(st.data())
def test_nothing_of_a_result_can_be_changed(data):
    result = copy.deepcopy(draw(Plan.read(lists()), HALVES))
    where: Any = result
    while isinstance(where, dict | list) and where:
        key = data.draw(st.sampled_from(list(where) if isinstance(where, dict) else list(range(len(where)))))
        if not isinstance(where[key], dict | list) or not where[key]:
            break
        where = where[key]
    old = where[key]
    where[key] = data.draw(st.sampled_from(["", "urn:uscc:other", 7, None, "00" * 32, [], {}]))
    if where[key] == old:
        return
    with pytest.raises((DrawNotAsPlanned, DrawPlanMalformed)):
        verify_draw(result, draw(Plan.read(lists()), HALVES)["planHash"])
