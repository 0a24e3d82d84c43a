"""Whatever is changed in evidence, the answer is a refusal or a verdict, and never a pass by accident."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.ledgers import START, Signer
from tests.builders.offline_verifier import verify_bundle
from tests.unit.ledger.conftest import make_world
from trace.errors import Refusal
from trace.ledger.bundle import build_bundle
from trace.ledger.leaf import parse_leaf
from trace.ledger.note import NoteSigner, NoteVerifier, parse_note
from trace.ledger.policy import parse_policy
from trace.ledger.proof import parse_proof
from trace.ledger.statement import parse_statement, verify_statement
from trace.ledger.witness import check_add_checkpoint, parse_add_checkpoint

WORLD = make_world()
POLICY = WORLD.policy()
FORM: dict[str, Any] = orjson.loads(orjson.dumps(build_bundle(WORLD.bundle())))
SIGNER = Signer("urn:x", 2)
STATEMENT = SIGNER.state("food.split", "l", {"a": {"b": "1"}, "c": "2"}, START, conceal=["a.b", "c"])
ODD = st.sampled_from(
    [
        None,
        True,
        False,
        -1,
        0,
        7,
        2**70,
        1.5,
        "",
        "x",
        "\ud83d\ude00",
        [],
        [1],
        {},
        {"x": 1},
        "A" * 43,
        "A" * 22,
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for step, below in items:
        found += places(below, (*path, step))
    return found


PLACES = places(FORM)
# What carries the evidence itself: whatever differs there must not pass.
BOUND = [
    path
    for path in PLACES
    if path[0] == "statements" and path[-1] in {"protected", "payload", "signature", "leaf", "index", "log"}
]


def put(form: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(form)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


@given(st.sampled_from(PLACES), ODD)
def test_a_bundle_with_an_odd_value_anywhere_gets_an_answer(path, value):
    try:
        verdict = verify_bundle(put(FORM, path, value), POLICY)
    except Refusal:
        return
    assert orjson.dumps(verdict.as_dict())


@given(st.sampled_from(BOUND), ODD)
def test_no_odd_value_in_bound_members_passes(path, value):
    changed = put(FORM, path, value)
    if changed == FORM:
        return
    try:
        assert not verify_bundle(changed, POLICY).ok
    except Refusal:
        return


@given(st.data())
def test_no_changed_character_of_a_signed_part_passes(data):
    path = data.draw(st.sampled_from([path for path in BOUND if path[-1] not in {"index", "log"}]))
    text = FORM["statements"][path[1]]
    for step in path[2:]:
        text = text[step]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from('ABab01-_{}",:. \n\x00é'))
    if text[at] != other:
        changed = put(FORM, path, text[:at] + other + text[at + 1 :])
        assert not verify_bundle(changed, POLICY).ok


@given(st.integers(0, len(STATEMENT.compact) - 1), st.characters())
def test_no_changed_character_of_a_statement_verifies(at, character):
    if character == STATEMENT.compact[at]:
        return
    changed = STATEMENT.compact[:at] + character + STATEMENT.compact[at + 1 :]
    with pytest.raises(Refusal):
        verify_statement(parse_statement(changed), SIGNER.key.public_key())


READERS: list[Callable[[bytes], object]] = [
    parse_statement,
    parse_leaf,
    parse_note,
    parse_add_checkpoint,
    lambda raw: parse_policy(raw.decode("utf-8", "replace")),
    lambda raw: parse_proof(raw.decode("utf-8", "replace")),
]
SEEDS = [
    STATEMENT.compact.encode(),
    orjson.dumps(STATEMENT.flattened()),
    WORLD.log.leaves[2],
    WORLD.log.notes[6].encode(),
    WORLD.policy_text.encode(),
    b"old 0\n\n" + WORLD.log.notes[6].encode(),
    b"",
]


@given(st.sampled_from(READERS), st.sampled_from(SEEDS), st.data())
def test_every_reader_refuses_in_our_own_words(reader, seed, data):
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(len(seed), start + 40)))
    changed = seed[:start] + data.draw(st.binary(max_size=12)) + seed[end:]
    try:
        reader(changed)
    except Refusal as refusal:
        assert refusal.code  # noqa: PT017 - any refusal is an answer, any other exception a fault


@pytest.mark.parametrize(
    "reader",
    [parse_statement, parse_note, parse_policy, parse_proof, NoteVerifier.from_vkey, NoteSigner.from_private],
)
@given(st.data())
def test_texts_with_lone_surrogates_are_refused_too(reader, data):
    seed = data.draw(st.sampled_from(SEEDS)).decode()
    at = data.draw(st.integers(0, len(seed)))
    with pytest.raises(Refusal):
        reader(seed[:at] + "\ud800" + seed[at:])


@given(st.binary(max_size=200), st.integers(0, 250))
def test_a_witness_answers_anything_with_a_status(noise, at):
    body = SEEDS[5][:at] + noise + SEEDS[5][at:]
    decision = check_add_checkpoint(body, {}, {WORLD.log.origin: WORLD.log.key.verifier})
    assert decision.status in {200, 400, 403, 404, 409, 422}
    assert (decision.status == 200) == (decision.accepted is not None)
