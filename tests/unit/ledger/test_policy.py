from __future__ import annotations

import pytest

from tests.builders.ledgers import START, MemoryLog, Signer, a_witness
from trace.errors import PolicyMalformed, ProofInvalid, ProofMalformed, QuorumNotMet
from trace.ledger.checkpoint import add_signatures, cosign, sign_checkpoint
from trace.ledger.merkle import inclusion_proof
from trace.ledger.note import NoteSigner, SignatureLine, parse_note
from trace.ledger.policy import Policy, parse_policy, parse_registrars
from trace.ledger.proof import TlogProof, parse_hashes, parse_proof

WITNESSES = [a_witness(f"w{number}.test/x", 50 + number) for number in range(4)]
LOG = NoteSigner("trace.test/food", bytes(31) + b"\x07")
NAMES = "".join(f"witness w{number} {one.vkey}\n" for number, one in enumerate(WITNESSES))


@pytest.fixture
def log() -> MemoryLog:
    made = MemoryLog("trace.test/food", 7, WITNESSES[:2])
    signer = Signer("urn:uscc:x", 2)
    for number in range(5):
        made.append(signer.state("food.split", f"l{number}", {}, START))
    made.publish(START)
    return made


def policy(rest: str) -> Policy:
    return parse_policy(f"log {LOG.vkey}\n{NAMES}{rest}")


@pytest.mark.parametrize(
    ("rest", "enough"),
    [
        ("quorum none\n", True),
        ("quorum w0\n", True),
        ("quorum w2\n", False),
        ("group g all w0 w1\nquorum g\n", True),
        ("group g all w0 w2\nquorum g\n", False),
        ("group g any w2 w1\nquorum g\n", True),
        ("group g 2 w0 w1 w2\nquorum g\n", True),
        ("group g 3 w0 w1 w2\nquorum g\n", False),
        ("group a any w0 w2\ngroup b any w1 w3\ngroup c all a b\nquorum c\n", True),
    ],
)
def test_a_quorum_is_met_or_named(log, rest, enough):
    asked = policy(rest)
    if enough:
        assert asked.check(log.notes[5]) == {"w0": START, "w1": START}
    else:
        with pytest.raises(QuorumNotMet) as refusal:
            asked.check(log.notes[5])
        assert refusal.value.params["present"] == ["w0", "w1"]


def test_a_wrong_line_of_one_witness_does_not_count_and_does_no_harm(log):
    line = cosign(log.checkpoint().text(), START, WITNESSES[2])
    broken = SignatureLine(line.name, line.key_id, line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
    note = add_signatures(log.notes[5], [broken])
    assert sorted(policy("group g all w0 w1\nquorum g\n").check(parse_note(note))) == ["w0", "w1"]
    with pytest.raises(QuorumNotMet):
        policy("quorum w2\n").check(note)


def test_the_same_witness_twice_counts_once(log):
    note = parse_note(log.notes[5])
    twice = str(note) + str(note.lines[1])
    with pytest.raises(QuorumNotMet):
        policy("group g 3 w0 w1 w2\nquorum g\n").check(twice)


def test_the_log_must_be_known_and_must_have_signed(log):
    with pytest.raises(QuorumNotMet, match="unknown-log"):
        parse_policy(NAMES + "quorum w0\n").check(log.notes[5])
    impostor = NoteSigner("trace.test/food", bytes(31) + b"\x63")
    with pytest.raises(QuorumNotMet, match="log-signature"):
        policy("quorum none\n").check(sign_checkpoint(log.checkpoint(), impostor))


def test_a_policy_is_written_as_it_was_read():
    text = f"log {LOG.vkey} https://log.test/\n{NAMES}group g 2 w0 w1 w2\ngroup h all g w3\nquorum h\n"
    assert parse_policy(text).emit() == text
    assert (
        parse_policy(f"# remark\n\n \t# another\n\tlog  {LOG.vkey}\t\n{text.partition(chr(10))[2]}").quorum
        == "h"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log {LOG.vkey}\n",
        "quorum w0\n",
        "quorum none\nquorum none\n",
        "log x\nquorum none\n",
        f"log {WITNESSES[0].vkey}\nquorum none\n",
        f"witness w {LOG.vkey}\nquorum none\n",
        f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none\n",
        f"{NAMES}witness w0 {LOG.vkey}\nquorum none\n",
        f"{NAMES}{NAMES}quorum none\n",
        f"{NAMES}group g all none\nquorum g\n",
        f"{NAMES}group g 0 w0\nquorum g\n",
        f"{NAMES}group g 2 w0\nquorum g\n",
        f"{NAMES}group g some w0\nquorum g\n",
        f"{NAMES}group g all\nquorum w0\n",
        f"{NAMES}group g all w0\ngroup h all w0\nquorum g\n",
        f"{NAMES}group w0 all w1\nquorum w0\n",
        f"{NAMES}group none all w1\nquorum w0\n",
        f"{NAMES}group g all w9\nquorum g\n",
        "witness\nquorum none\n",
        "mirror x\nquorum none\n",
        "quorum none\r\n",
    ],
)
def test_policies_that_cannot_be_meant_are_refused(text):
    with pytest.raises(PolicyMalformed):
        parse_policy(text)


def test_registrars_are_kids_with_names():
    kid = "A" * 43
    assert parse_registrars(f"# who registers\n\n{kid} 市场监管局 登记\n") == {kid: "市场监管局 登记"}
    assert parse_registrars("") == {}
    for wrong in ("short x\n", f"{kid} a\n{kid} b\n"):
        with pytest.raises(PolicyMalformed):
            parse_registrars(wrong)


def test_a_proof_is_one_text(log):
    hashes = tuple(inclusion_proof(3, 5, log.hashes()))
    for extra in (None, b"more"):
        proof = TlogProof(3, hashes, log.notes[5], extra)
        assert parse_proof(proof.encode()) == proof
        checkpoint, times = proof.verify(log.leaves[3], policy("quorum w1\n"))
        assert (checkpoint.size, sorted(times)) == (5, ["w0", "w1"])
        with pytest.raises(ProofInvalid):
            proof.verify(log.leaves[2], policy("quorum w1\n"))
    alone = TlogProof(0, (), log.notes[5])
    assert parse_proof(alone.encode()) == alone


HEAD = "c2sp.org/tlog-proof@v1\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "other\nindex 0\n\nnote",
        HEAD + "\n\nnote",
        HEAD + "\nnote",
        HEAD.strip() + "\n\nnote",
        HEAD + "index 00\n\nnote",
        HEAD + "index -1\n\nnote",
        HEAD + "extra !\nindex 0\n\nnote",
        HEAD + "index 0\nAAAA\n\nnote",
        HEAD + "index 0\n" + "A" * 42 + "B=\n\nnote",
        HEAD + "index 0\n" + ("A" * 43 + "=\n") * 64 + "\nnote",
    ],
)
def test_what_is_no_proof_is_refused(text):
    with pytest.raises(ProofMalformed):
        parse_proof(text)


def test_hashes_are_texts():
    with pytest.raises(ProofMalformed):
        parse_hashes([b"A" * 43 + b"="])
