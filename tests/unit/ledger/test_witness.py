from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.ledgers import REGISTRAR, START, MemoryLog, Signer
from trace.errors import (
    ChainConflict,
    KeyNotValid,
    KeyUnknown,
    LeafMalformed,
    NoteMalformed,
    ProofInvalid,
    ProofMalformed,
    RegistrationRefused,
)
from trace.ledger.checkpoint import Checkpoint, sign_checkpoint
from trace.ledger.leaf import leaf_of
from trace.ledger.merkle import consistency_proof
from trace.ledger.note import MAX_NOTE, NoteSigner, SignatureLine, make_note, parse_note
from trace.ledger.semantic import SemanticState, check_entries
from trace.ledger.witness import (
    SIZE_TYPE,
    SeenTree,
    check_add_checkpoint,
    encode_add_checkpoint,
    parse_add_checkpoint,
)

LATER = START + timedelta(hours=1)
MILL = "urn:uscc:91310000MA1FL0LG7A"


class Story:
    """A log with a registrar and a mill, and the body an honest log would post at each size."""

    def __init__(self) -> None:
        self.log = MemoryLog("trace.test/food", 7, [])
        self.registrar, self.mill = Signer(REGISTRAR, 1), Signer(MILL, 2)
        self.log.register(self.registrar, self.registrar, START, roles=["registrar"])
        self.log.register(self.registrar, self.mill, START, streams=["s1"])
        self.log.append(self.mill.state("food.split", "l1", {}, START))
        self.log.publish(START)

    def seen(self, size: int) -> dict[str, SeenTree]:
        return {self.log.origin: SeenTree(size, self.log.roots[size])}

    def logs(self) -> dict[str, Any]:
        return {self.log.origin: self.log.key.verifier}

    def grow(self, count: int) -> None:
        for number in range(count):
            self.log.append(self.mill.state("food.split", f"m{number}", {}, START))
        self.log.publish(LATER)

    def body(self, old: int, new: int) -> bytes:
        proof = consistency_proof(old, new, self.log.hashes()) if old else []
        return encode_add_checkpoint(old, proof, self.log.notes[new])

    def state(self) -> SemanticState:
        return SemanticState(self.log.origin, frozenset({self.registrar.key.kid}))

    def bodies(self) -> dict[int, Any]:
        return {
            at: one.flattened()
            for at, one in enumerate(self.log.statements)
            if one.claims.typ.startswith("party.key")
        }

    def check(self, state: SemanticState, **changes: Any) -> SemanticState:
        entries = self.log.leaves[state.size :]
        return check_entries(
            state,
            changes.get("entries", entries),
            changes.get("bodies", self.bodies()),
            changes.get("checkpoint", self.log.checkpoint()),
            changes.get("when", LATER),
        )


@pytest.fixture
def story() -> Story:
    return Story()


def test_a_first_and_a_next_checkpoint_are_accepted(story):
    first = check_add_checkpoint(story.body(0, 3), {}, story.logs())
    assert (first.status, first.accepted) == (200, story.log.checkpoint())
    story.grow(4)
    following = check_add_checkpoint(story.body(3, 7), story.seen(3), story.logs())
    assert (following.status, following.accepted) == (200, story.log.checkpoint())
    again = check_add_checkpoint(story.body(7, 7), story.seen(7), story.logs())
    assert again.status == 200


def test_what_cannot_be_read_is_400(story):
    for body in (
        b"",
        b"\xff",
        b"old 0\n",
        b"old 00\n\n" + story.body(0, 3)[7:],
        b"old x\n\nnote",
        b"old 0\nA\n\nx",
    ):
        assert check_add_checkpoint(body, {}, story.logs()).status == 400
    assert check_add_checkpoint(story.body(0, 3).replace(b"old 0", b"old 4"), {}, story.logs()).status == 400
    with pytest.raises(NoteMalformed):
        parse_add_checkpoint(b"x" * (MAX_NOTE + 1))
    with pytest.raises(ProofMalformed):
        parse_add_checkpoint(encode_add_checkpoint(0, [bytes(32)] * 64, "x"))


def test_an_unknown_log_is_404_and_a_false_signature_403(story):
    assert check_add_checkpoint(story.body(0, 3), {}, {}).status == 404
    impostor = NoteSigner(story.log.origin, bytes(31) + b"\x63")
    note = sign_checkpoint(story.log.checkpoint(), impostor)
    assert check_add_checkpoint(encode_add_checkpoint(0, [], note), {}, story.logs()).status == 403


def with_line(note: str, line: SignatureLine) -> str:
    parsed = parse_note(note)
    return make_note(parsed.text, [*parsed.lines, line])


@pytest.mark.parametrize("signature", [bytes(64), bytes(63), b"\x01" * 10, bytes(65)])
def test_every_line_under_the_logs_name_and_key_must_hold(story, signature):
    """C2SP tlog-witness: a line that matches a trusted key and fails makes the note malformed: 403."""
    note = story.log.notes[3]
    (own,) = [line for line in parse_note(note).lines if line.name == story.log.origin]
    wrong = with_line(note, SignatureLine(own.name, own.key_id, signature))
    for lines in (wrong, make_note(parse_note(note).text, parse_note(wrong).lines[::-1])):
        assert check_add_checkpoint(encode_add_checkpoint(0, [], lines), {}, story.logs()).status == 403


def test_lines_of_keys_that_nobody_knows_are_ignored(story):
    note = story.log.notes[3]
    (own,) = [line for line in parse_note(note).lines if line.name == story.log.origin]
    for name, key_id in ((own.name, b"\x00\x01\x02\x03"), ("other.example/log", own.key_id)):
        odd = with_line(note, SignatureLine(name, key_id, bytes(64)))
        assert check_add_checkpoint(encode_add_checkpoint(0, [], odd), {}, story.logs()).status == 200


def test_another_old_size_is_409_with_the_size_the_witness_has(story):
    story.grow(4)
    decision = check_add_checkpoint(story.body(0, 7), story.seen(3), story.logs())
    assert (decision.status, decision.body, decision.media_type) == (409, "3\n", SIZE_TYPE)


def test_a_fork_at_the_same_size_and_a_rewrite_are_422(story):
    fork = Checkpoint(story.log.origin, 3, b"f" * 32)
    body = encode_add_checkpoint(3, [], sign_checkpoint(fork, story.log.key))
    assert check_add_checkpoint(body, story.seen(3), story.logs()).status == 422
    nothing = Checkpoint(story.log.origin, 0, b"f" * 32)
    body = encode_add_checkpoint(0, [], sign_checkpoint(nothing, story.log.key))
    assert check_add_checkpoint(body, {}, story.logs()).status == 422
    story.grow(4)
    rewritten = Checkpoint(story.log.origin, 7, b"f" * 32)
    proof = consistency_proof(3, 7, story.log.hashes())
    body = encode_add_checkpoint(3, proof, sign_checkpoint(rewritten, story.log.key))
    assert check_add_checkpoint(body, story.seen(3), story.logs()).status == 422
    body = encode_add_checkpoint(0, [bytes(32)], story.log.notes[7])
    assert check_add_checkpoint(body, {}, story.logs()).status == 422


def test_honest_entries_are_followed_batch_by_batch(story):
    state = story.check(story.state())
    assert state.size == 3
    story.grow(300)
    state = story.check(state)
    assert state.size == 303
    assert state.heads is not None
    assert sorted(head.seq for head in state.heads.values()) == [2, 301]


def test_entries_must_make_the_root(story):
    with pytest.raises(ProofInvalid, match="entries-incomplete"):
        story.check(story.state(), entries=story.log.leaves[:2])
    with pytest.raises(ProofInvalid, match="entries-incomplete"):
        story.check(replace(story.state(), origin="other"))
    with pytest.raises(ProofInvalid, match="entries-do-not-make-root"):
        story.check(story.state(), entries=story.log.leaves[::-1])


def test_a_key_record_needs_its_body(story):
    with pytest.raises(RegistrationRefused, match="body-withheld"):
        story.check(story.state(), bodies={})
    swapped = {0: story.bodies()[1], 1: story.bodies()[0]}
    with pytest.raises(LeafMalformed, match="not-the-leaf-of-its-body"):
        story.check(story.state(), bodies=swapped)


def refused(story: Story, kind: type[Exception], match: str | None = None) -> None:
    story.log.publish(LATER)
    with pytest.raises(kind, match=match):
        story.check(story.state())


def test_an_unregistered_key_is_seen(story):
    story.log.append(Signer("urn:uscc:x", 66).state("food.split", "l", {}, START))
    refused(story, KeyUnknown)


def test_a_stream_that_was_not_granted_is_seen(story):
    other = Signer(MILL, 2, "s2")
    story.log.append(other.state("food.split", "l", {}, START))
    refused(story, KeyNotValid, "stream-not-granted")


def test_a_revoked_key_is_seen(story):
    data = {"kid": story.mill.key.kid, "reason": "compromised"}
    story.log.append(story.registrar.state("party.key.revoke", MILL, data, START))
    story.log.append(story.mill.state("food.split", "l", {}, START))
    refused(story, KeyNotValid, "revoked")


def test_a_dropped_record_is_seen(story):
    story.mill.state("food.split", "left out", {}, START)
    story.log.append(story.mill.state("food.split", "l", {}, START))
    refused(story, ChainConflict)


def test_a_chain_with_another_predecessor_is_seen(story):
    story.mill.prev = "x" * 43
    story.log.append(story.mill.state("food.split", "l", {}, START))
    refused(story, ChainConflict)


def test_an_open_stream_stays_with_its_holder(story):
    first, second = Signer("urn:uscc:a", 21), Signer("urn:uscc:b", 22)
    for signer in (first, second):
        story.log.register(story.registrar, signer, START)
    begun = first.state("food.split", "l", {}, START)
    story.log.append(begun)
    second.seq, second.prev = first.seq, first.prev
    taken = leaf_of(second.state("food.split", "l", {}, START), b"")
    leaf = replace(taken, stream_tag=leaf_of(begun, b"").stream_tag)
    story.log.append_leaf(leaf.encode(), begun)
    refused(story, KeyNotValid, "other-holder")


def test_a_malformed_leaf_is_seen(story):
    story.log.append_leaf(b"{}", story.log.statements[0])
    refused(story, LeafMalformed)
